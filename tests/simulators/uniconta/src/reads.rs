//! Choosing, ordering and showing rows; the same for both surfaces.

use crate::books::{Books, Row, View};
use crate::filter::{Filter, FilterError};
use crate::matching::{Matcher, comparable};
use crate::narrowing::candidates;
use crate::schema::Property;
use crate::switches::Switches;
use crate::user_input::UserInput;
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// The property by which rows come.
const ROW_ID: &str = "RowId";

/// How rows are ordered: properties, and whether each runs downwards. Rows that are alike come by `RowId`.
pub(crate) type Order = Vec<(String, bool)>;

/// The rows that meet a filter, in order; of those whose order an index has, no more than the first `most`.
///
/// # Errors
/// The filter or the order names a property that the view does not have, or compares it with a value of another type.
pub(crate) fn select<'b>(
    books: &'b Books,
    view: View,
    filter: Option<&Filter>,
    order: &Order,
    most: usize,
    switches: &Switches,
) -> Result<Vec<&'b Row>, FilterError> {
    let property = |name: &str| books.property(view, name);
    let matcher = filter.map(|filter| Matcher::new(filter, switches, &property)).transpose()?;
    let cell = |row: &'b Row, name: &str| property(name).map(|property| (property, row.values.get(&property.name)));
    let meets = |row: &&'b Row| matcher.as_ref().is_none_or(|matcher| matcher.meets(&|name| cell(row, name)));
    let as_they_come = order.iter().all(|(name, down)| name == ROW_ID && !down);
    let most = if as_they_come { most } else { usize::MAX };
    let mut chosen = candidates(books, view, filter, switches).filter(meets).take(most).collect::<Vec<_>>();
    sort(&mut chosen, order, switches, property)?;
    Ok(chosen)
}

/// The rows that meet every condition a person might type, in order.
///
/// # Errors
/// A condition or the order names a property that the view does not have.
pub(crate) fn select_typed<'b>(
    books: &'b Books,
    view: View,
    conditions: &[(String, String)],
    order: &Order,
    switches: &Switches,
) -> Result<Vec<&'b Row>, FilterError> {
    let property = |name: &str| books.property(view, name);
    let mut checked = Vec::new();
    for (name, text) in conditions {
        let property = property(name).ok_or_else(|| FilterError::UnknownProperty(name.clone()))?;
        let input = UserInput::parse(property, text, switches).ok_or_else(|| FilterError::WrongType(name.clone()))?;
        checked.push((property, input));
    }
    let meets = |row: &&Row| {
        checked.iter().all(|(property, input)| input.meets(property, row.values.get(&property.name), switches))
    };
    let mut chosen: Vec<&Row> = books.rows(view.table).map(|(_, row)| row).filter(meets).collect();
    sort(&mut chosen, order, switches, property)?;
    Ok(chosen)
}

fn sort<'p>(
    rows: &mut [&Row],
    order: &Order,
    switches: &Switches,
    property: impl Fn(&str) -> Option<&'p Property>,
) -> Result<(), FilterError> {
    let mut by = Vec::new();
    for (name, down) in order {
        by.push((property(name).ok_or_else(|| FilterError::UnknownProperty(name.clone()))?, *down));
    }
    rows.sort_by(|left, right| {
        by.iter().fold(Ordering::Equal, |order, (property, down)| {
            order.then_with(|| {
                let value = |row: &Row| comparable(property, row.values.get(&property.name), switches);
                let order = value(left).cmp(&value(right));
                if *down { order.reverse() } else { order }
            })
        })
    });
    Ok(())
}

/// Rows as the API reads them.
pub(crate) fn show(books: &Books, view: View, rows: &[&Row], switches: &Switches) -> Vec<Map<String, Value>> {
    rows.iter().map(|row| books.shown(view, row, switches)).collect()
}
