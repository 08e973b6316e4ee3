//! Finding what was missed: customers changed since the last pass *started*, read again page by page.
//!
//! Pages go by customer number. A customer that was deleted is in no list: that is seen when its link is used next.

use crate::ECONOMIC;
use crate::api::Doc;
use crate::api::filter::encoded;
use crate::assumptions::{CATCH_UP_OVERLAP_MS, PAGE_ROWS};
use crate::call::Call;
use crate::sync::incoming;
use accounting_kit::exports::upkeep::Page;
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::sync::catch_up::Cursor;
use accounting_kit::types::{Error, ErrorKind};

/// One page of a pass.
///
/// # Errors
/// `validation` for a cursor that is not ours; what the read came to.
pub fn catch_up(call: &Call<'_>, now: u64, cursor: Option<&str>) -> Result<Page, Error> {
    let cursor = Cursor::parse(cursor, now).ok_or_else(|| bad_cursor(call))?;
    let api = call.api();
    let (rows, next) = api.page(api.rest(&query(cursor)))?;
    let is_full = rows.len() >= PAGE_ROWS || next.is_some();
    let docs: Vec<Doc> = rows.into_iter().filter_map(Doc::new).collect();
    let last = docs.iter().filter_map(|doc| doc.number()?.parse::<u64>().ok()).max();
    Ok(cursor.page(docs.into_iter().map(|doc| incoming(call, doc, false)), last, is_full))
}

fn query(cursor: Cursor) -> String {
    let since = cursor.since_text(CATCH_UP_OVERLAP_MS).map(|moment| format!("lastUpdated$gte:{moment}Z"));
    let after = (cursor.after() > 0).then(|| format!("customerNumber$gt:{}", cursor.after()));
    let filter: Vec<String> = since.into_iter().chain(after).collect();
    let filter = if filter.is_empty() { String::new() } else { format!("&filter={}", encoded(&filter.join("$and:"))) };
    format!("customers?pagesize={PAGE_ROWS}&sort=customerNumber{filter}")
}

fn bad_cursor(call: &Call<'_>) -> Error {
    let message = say!(
        call.locale,
        "stedet, der skulle læses videre fra, er ikke et, e-conomic-integrationen har givet; begynd forfra uden",
        "the place to read on from is not one the e-conomic integration gave out; start over without one"
    );
    ECONOMIC.error(ErrorKind::Validation, "bad-cursor", message).about("cursor")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pass_asks_for_what_it_needs() {
        let now = 1_767_225_600_000;
        assert_eq!(query(Cursor::parse(None, now).unwrap()), "customers?pagesize=500&sort=customerNumber");
        let later = format!("{{\"after\":17,\"since\":{},\"started\":{now}}}", now - 1000);
        assert_eq!(
            query(Cursor::parse(Some(&later), now).unwrap()),
            "customers?pagesize=500&sort=customerNumber&filter=lastUpdated$gte:2025-12-31T23:49:59Z$and:customerNumber$gt:17"
        );
    }
}
