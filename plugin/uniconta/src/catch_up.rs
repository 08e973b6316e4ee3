//! Finding what was missed: debtors changed since the last pass *started*, read again page by page.
//!
//! Pages go by row id, which never changes, so a debtor that is changed while the pass runs is not stepped over.

use crate::api::filter::Query;
use crate::assumptions::{CATCH_UP_OVERLAP_MS, DEBTOR_ENTITY, PAGE_ROWS};
use crate::call::Call;
use crate::sync::incoming;
use accounting_kit::day::utc_text;
use accounting_kit::exports::on_webhook::WebhookOutcome;
use accounting_kit::exports::upkeep::Page;
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind, Locale};
use serde_json::{Value, json};

/// Where a pass stands.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    /// Read what changed since this moment; 0 for everything.
    since: u64,
    /// When this pass started; 0 between passes.
    started: u64,
    /// The last row id read in this pass.
    after: u64,
}

impl Cursor {
    fn parse(text: Option<&str>, now: u64, locale: Locale) -> Result<Self, Error> {
        let Some(text) = text else { return Ok(Self { since: 0, started: now, after: 0 }) };
        let cursor = Self::read(text).filter(|cursor| cursor.since <= now && cursor.started <= now);
        let cursor = cursor.ok_or_else(|| bad_cursor(locale))?;
        Ok(if cursor.started == 0 { Self { started: now, ..cursor } } else { cursor })
    }

    fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_slice(text.as_bytes()).ok()?;
        let number = |name: &str| value.get(name)?.as_u64();
        let known = Self { since: number("since")?, started: number("started")?, after: number("after")? };
        (value == known.to_json()).then_some(known)
    }

    fn to_json(&self) -> Value {
        json!({ "since": self.since, "started": self.started, "after": self.after })
    }

    fn query(&self) -> Query {
        let after = (self.after > 0).then(|| format!("RowId gt {}", self.after));
        let since = utc_text(self.since.saturating_sub(CATCH_UP_OVERLAP_MS)).filter(|_| self.since > 0);
        let since = since.map(|moment| format!("UpdatedAt ge datetime'{moment}'"));
        let terms: Vec<String> = since.into_iter().chain(after).collect();
        Query {
            filter: (!terms.is_empty()).then(|| terms.join(" and ")),
            order_by: Some("RowId asc"),
            top: Some(PAGE_ROWS),
        }
    }
}

/// One page of a pass.
///
/// # Errors
/// `validation` for a cursor that is not ours; what the read came to.
pub fn catch_up(call: &Call<'_>, now: u64, cursor: Option<&str>) -> Result<Page, Error> {
    let cursor = Cursor::parse(cursor, now, call.locale)?;
    let page = call.api().read(DEBTOR_ENTITY, &cursor.query())?;
    let last = page.rows.iter().filter_map(|row| row.id()?.parse::<u64>().ok()).max();
    let results = page
        .rows
        .iter()
        .map(|row| incoming(call, row))
        .filter(|result| !matches!(result.outcome, WebhookOutcome::Ignored(_)) || !result.effects.is_empty());
    let results = results.collect();
    let examined = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
    let is_full = page.rows.len() >= PAGE_ROWS || page.next.is_some();
    let next = match last {
        Some(last) if is_full && last > cursor.after => Cursor { after: last, ..cursor },
        _ => Cursor { since: cursor.started, started: 0, after: 0 },
    };
    let more = next.started != 0;
    Ok(Page { results, examined, cursor: next.to_json().to_string(), more })
}

/// The page of an integration that is not enabled: nothing was read, and the cursor stands where it stood.
pub fn nothing_read(cursor: Option<&str>) -> Page {
    let beginning = || Cursor { since: 0, started: 0, after: 0 }.to_json().to_string();
    Page { results: Vec::new(), examined: 0, cursor: cursor.map_or_else(beginning, str::to_owned), more: false }
}

fn bad_cursor(locale: Locale) -> Error {
    error(
        ErrorKind::Validation,
        "uniconta.bad-cursor",
        say!(
            locale,
            "stedet, der skulle læses videre fra, er ikke et, Uniconta-integrationen har givet; begynd forfra uden",
            "the place to read on from is not one the Uniconta integration gave out; start over without one"
        ),
    )
    .about("cursor")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: u64 = 1_767_225_600_000;

    #[test]
    fn the_first_pass_reads_everything() {
        let cursor = Cursor::parse(None, NOW, Locale::En).unwrap();
        assert_eq!(cursor.query().to_url(), "?$orderby=RowId%20asc&$top=500");
    }

    #[test]
    fn later_passes_reach_back_beyond_the_start_of_the_last_one() {
        let cursor =
            Cursor::parse(Some(&format!("{{\"since\":{},\"started\":0,\"after\":17}}", NOW - 1)), NOW, Locale::En)
                .unwrap();
        assert_eq!(cursor.started, NOW);
        assert!(
            cursor.query().filter.unwrap().starts_with("UpdatedAt ge datetime'2025-12-31T20:59:59' and RowId gt 17")
        );
    }

    proptest! {
        #[test]
        fn an_absurd_cursor_is_told(text in "\\PC{0,60}") {
            prop_assert!(Cursor::parse(Some(&text), NOW, Locale::Da).is_err());
        }
    }

    #[test]
    fn where_nothing_was_read_the_next_pass_begins_where_this_one_would_have() {
        assert_eq!(nothing_read(Some("x")).cursor, "x");
        let begun = Cursor::parse(Some(&nothing_read(None).cursor), NOW, Locale::En).unwrap();
        assert_eq!(begun, Cursor::parse(None, NOW, Locale::En).unwrap());
    }

    #[test]
    fn a_cursor_from_the_future_is_told() {
        let text = format!("{{\"since\":{},\"started\":0,\"after\":0}}", NOW + 1);
        assert_eq!(Cursor::parse(Some(&text), NOW, Locale::Da).unwrap_err().code, "uniconta.bad-cursor");
    }
}
