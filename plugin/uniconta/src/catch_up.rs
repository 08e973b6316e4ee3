//! Finding what was missed: debtors changed since the last pass *started*, read again page by page.
//!
//! Pages go by row id, which never changes.

use crate::UNICONTA;
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{CATCH_UP_OVERLAP_MS, DEBTOR_ENTITY, LOOK_AHEAD_ROWS, PAGE_ROWS};
use crate::call::Call;
use crate::sync::{Look, incoming};
use accounting_kit::exports::upkeep::Page;
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::sync::ahead::Ahead;
use accounting_kit::sync::catch_up::Cursor;
use accounting_kit::types::{Error, ErrorKind, Locale};

/// One page of a pass.
///
/// # Errors
/// `validation` for a cursor that is not ours; what the read came to.
pub fn catch_up(call: &Call<'_>, now: u64, cursor: Option<&str>) -> Result<Page, Error> {
    let cursor = Cursor::parse(cursor, now).ok_or_else(|| bad_cursor(call.locale))?;
    if call.ahead == Ahead::UnderWay {
        return look_ahead(call, cursor);
    }
    let page = call.api().read(DEBTOR_ENTITY, &query(cursor, PAGE_ROWS))?;
    let last = page.rows.iter().filter_map(number).max();
    let is_full = page.rows.len() >= PAGE_ROWS || page.more;
    Ok(cursor.page(page.rows.iter().map(|row| incoming(call, row)), last, is_full))
}

/// The same while the host looks ahead. Nothing is written, so no row need outlive its turn.
fn look_ahead(call: &Call<'_>, cursor: Cursor) -> Result<Page, Error> {
    let (mut read, mut last, mut look) = (0, None, Look::new(call));
    let more = call.api().read_first(DEBTOR_ENTITY, &query(cursor, LOOK_AHEAD_ROWS), &mut |row| {
        read += 1;
        last = last.max(number(&row));
        look.take(&row);
    })?;
    let page = cursor.page(look.results().into_iter(), last, read >= LOOK_AHEAD_ROWS || more);
    Ok(Page { examined: u32::try_from(read).unwrap_or(u32::MAX), ..page })
}

fn number(row: &Row) -> Option<u64> {
    row.id()?.parse().ok()
}

fn query(cursor: Cursor, rows: usize) -> Query {
    let after = (cursor.after() > 0).then(|| format!("RowId gt {}", cursor.after()));
    let since = cursor.since_text(CATCH_UP_OVERLAP_MS).map(|moment| format!("UpdatedAt ge datetime'{moment}'"));
    let terms: Vec<String> = since.into_iter().chain(after).collect();
    Query { filter: (!terms.is_empty()).then(|| terms.join(" and ")), order_by: Some("RowId asc"), top: Some(rows) }
}

fn bad_cursor(locale: Locale) -> Error {
    let message = say!(
        locale,
        "stedet, der skulle læses videre fra, er ikke et, Uniconta-integrationen har givet; begynd forfra uden",
        "the place to read on from is not one the Uniconta integration gave out; start over without one"
    );
    UNICONTA.error(ErrorKind::Validation, "bad-cursor", message).about("cursor")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_767_225_600_000;

    #[test]
    fn the_first_pass_reads_everything() {
        let cursor = Cursor::parse(None, NOW).unwrap();
        assert_eq!(query(cursor, PAGE_ROWS).to_url(), "?$orderby=RowId%20asc&$top=500");
    }

    #[test]
    fn later_passes_reach_back_beyond_the_start_of_the_last_one() {
        let text = format!("{{\"after\":17,\"since\":{},\"started\":{NOW}}}", NOW - 1);
        let filter = query(Cursor::parse(Some(&text), NOW).unwrap(), PAGE_ROWS).filter.unwrap();
        assert_eq!(filter, "UpdatedAt ge datetime'2025-12-31T20:59:59' and RowId gt 17");
    }
}
