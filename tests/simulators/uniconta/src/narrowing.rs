//! Which rows a filter can be about at all, from what it says of the row id or the key. Every database has an index on those; without
//! one a club of a hundred thousand would measure the simulator.

use crate::books::{Books, Row, View};
use crate::filter::{Filter, Literal, Operator};
use crate::switches::Switches;
use std::collections::BTreeSet;

/// The row ids a filter leaves.
enum Narrow {
    /// Any.
    All,
    /// These.
    These(BTreeSet<u32>),
    /// Those from this one on.
    From(u32),
}

/// The rows that a filter may hold for, by row id. Whether it does is still to be asked.
pub(crate) fn candidates<'b>(
    books: &'b Books,
    view: View,
    filter: Option<&Filter>,
    switches: &Switches,
) -> Box<dyn Iterator<Item = &'b Row> + 'b> {
    match filter.map_or(Narrow::All, |filter| narrow(books, view, filter, switches)) {
        Narrow::All => Box::new(books.rows_from(view.table, 0)),
        Narrow::From(first) => Box::new(books.rows_from(view.table, first)),
        Narrow::These(ids) => Box::new(ids.into_iter().filter_map(move |id| books.row(view.table, id))),
    }
}

fn narrow(books: &Books, view: View, filter: &Filter, switches: &Switches) -> Narrow {
    match filter {
        Filter::All(parts) => {
            let mut parts = parts.iter().map(|part| narrow(books, view, part, switches));
            parts.find(|part| !matches!(part, Narrow::All)).unwrap_or(Narrow::All)
        }
        Filter::Any(parts) => {
            let mut all = BTreeSet::new();
            for part in parts {
                match narrow(books, view, part, switches) {
                    Narrow::These(ids) => all.extend(ids),
                    Narrow::All | Narrow::From(_) => return Narrow::All,
                }
            }
            Narrow::These(all)
        }
        Filter::Compare { property, operator: Operator::Eq, value: Literal::Number(number) } if property == "RowId" => {
            number.parse().map_or(Narrow::All, |id| Narrow::These([id].into()))
        }
        Filter::Compare { property, operator: Operator::Gt, value: Literal::Number(number) } if property == "RowId" => {
            number.parse::<u32>().map_or(Narrow::All, |id| Narrow::From(id.saturating_add(1)))
        }
        Filter::Compare { property, operator: Operator::Eq, value: Literal::Text(text) }
            if view.table.key == Some(property.as_str()) && !text.is_empty() =>
        {
            Narrow::These(books.with_key(view.table, text, switches).into_iter().collect())
        }
        Filter::Compare { .. } | Filter::StartsWith { .. } => Narrow::All,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Config, Uniconta};
    use bytes::Bytes;

    /// The accounts a filter finds.
    fn found(filter: &str) -> String {
        let core = Uniconta::new(Config::example()).unwrap();
        let uri = format!(
            "/odata/12345/DebtorClient?$filter={}&$orderby=RowId",
            percent_encoding::utf8_percent_encode(filter, percent_encoding::NON_ALPHANUMERIC)
        );
        let request = http::Request::get(uri)
            .header("accept", "application/json")
            .header("authorization", "Basic MDAxMjM0NS9mbGV4eWJveDpleGFtcGxlLXBhc3N3b3Jk")
            .body(Bytes::new())
            .unwrap();
        String::from_utf8_lossy(core.answer(request).response.body()).into_owned()
    }

    #[test]
    fn what_an_index_answers_is_what_a_look_at_every_row_answers() {
        for (indexed, looked) in [
            ("RowId eq 1001", "RowId ge 1001 and RowId le 1001"),
            ("RowId gt 1001", "RowId ge 1002"),
            ("Account eq '1000'", "startswith(Account,'1000') and Account le '1000'"),
            ("Account eq '1000' or Account eq '1001'", "Account ge '1000' and Account le '1001'"),
            ("RowId gt 1001 and Account eq '1000'", "RowId ge 1002 and Account ge '1000' and Account le '1000'"),
        ] {
            assert_eq!(found(indexed), found(looked), "{indexed}");
        }
        assert!(found("RowId eq 1001").contains("\"1000\""));
    }
}
