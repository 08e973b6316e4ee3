//! The periods of an accounting year: its months. They are not kept; what is kept is which are barred.

use super::not_allowed;
use crate::gate::Scene;
use crate::listing::Listing;
use crate::refusal::Refusal;
use crate::resource::{Key, Row};
use crate::resources::{PERIODS, YEARS};
use crate::state::days_of;
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::{Value, json};
use simulator_kit::{Request, answer};

/// Most periods of a year: as many months as a prolonged first year can have, and some.
const MOST: usize = 24;

/// The first and last days of the periods between two days: months.
pub(crate) fn between(from: Date, to: Date) -> Vec<(Date, Date)> {
    let month = |start: &Date| start.first_of_month().checked_add(1.month()).ok().filter(|next| *next <= to);
    std::iter::successors(Some(from), month).take(MOST).map(|start| (start, start.last_of_month().min(to))).collect()
}

/// The periods of a year, or one of them.
///
/// # Errors
/// There is no such year or period, or the method is not GET.
pub(super) fn answer(
    scene: &Scene<'_>,
    request: &Request,
    year: &str,
    rest: &[&str],
) -> Result<Response<Bytes>, Refusal> {
    let missing = || Refusal::not_found(YEARS.what, year);
    let key = Key::from_path(year, true).ok_or_else(missing)?;
    let row = scene.agreement.books.row(&YEARS, None, &key).ok_or_else(missing)?;
    if request.method != Method::GET {
        return Err(not_allowed());
    }
    let closed = row.get("closed") == Some(&Value::Bool(true));
    let here = format!("accounting-years/{}/periods", key.in_path());
    let (from, to) = days_of(row).ok_or_else(missing)?;
    let rows: Vec<Row> = between(from, to)
        .into_iter()
        .enumerate()
        .map(|(at, (from, to))| {
            let mut period = Row::new();
            period.insert("periodNumber".to_owned(), Value::from(at + 1));
            period.insert("fromDate".to_owned(), Value::from(from.to_string()));
            period.insert("toDate".to_owned(), Value::from(to.to_string()));
            period.insert("closed".to_owned(), Value::from(closed || scene.agreement.barred.contains(&from)));
            let self_link = scene.links.to(&format!("accounting-years/{}", key.in_path()));
            period.insert("accountingYear".to_owned(), json!({"year": key.shown(), "self": self_link}));
            period
        })
        .collect();
    let show = |row: &Row| {
        let mut shown = scene.agreement.books.shown(&PERIODS, None, row, &scene.links);
        let number = row.get("periodNumber").map(ToString::to_string).unwrap_or_default();
        for (name, below) in [("self", String::new()), ("entries", "/entries".into()), ("totals", "/totals".into())] {
            shown.insert(name.to_owned(), Value::from(scene.links.to(&format!("{here}/{number}{below}"))));
        }
        shown
    };
    match rest {
        [] => {
            let listing = Listing::read(request, &PERIODS)?;
            let collection = listing.collection(&PERIODS, &here, rows.iter(), &scene.links, show);
            Ok(answer::json(StatusCode::OK, &collection))
        }
        [number] => {
            let wanted = |row: &&Row| row.get("periodNumber").and_then(Value::as_u64) == number.parse().ok();
            let row = rows.iter().find(wanted).ok_or_else(|| Refusal::not_found(PERIODS.what, number))?;
            Ok(answer::json(StatusCode::OK, &Value::Object(show(row))))
        }
        _ => Err(Refusal::nowhere()),
    }
}
