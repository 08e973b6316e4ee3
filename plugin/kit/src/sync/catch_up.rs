//! Where a catch-up stands: what changed since the last pass *started* is read again, page by page.
//!
//! Pages go by a number that debtors keep, so a debtor that is changed while the pass runs is not stepped over.

use crate::day::utc_text;
use crate::exports::on_webhook::{WebhookOutcome, WebhookResult};
use crate::exports::upkeep::Page;

/// Where a pass stands. Its text is what the host keeps: `{"after":0,"since":0,"started":0}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// Read what changed since this moment; 0 for everything.
    since: u64,
    /// When this pass started; 0 between passes.
    started: u64,
    /// The last number read in this pass.
    after: u64,
}

impl Cursor {
    /// The cursor a pass goes on from; `None` when the text is not one, or is from the future.
    pub fn parse(text: Option<&str>, now: u64) -> Option<Self> {
        let Some(text) = text else { return Some(Self { since: 0, started: now, after: 0 }) };
        let cursor = Self::read(text).filter(|cursor| cursor.since <= now && cursor.started <= now)?;
        Some(if cursor.started == 0 { Self { started: now, ..cursor } } else { cursor })
    }

    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix("{\"after\":")?.strip_suffix('}')?.splitn(3, ',');
        let number = |part: Option<&str>, name: &str| part?.strip_prefix(name)?.parse::<u64>().ok();
        let after = number(numbers.next(), "")?;
        let since = number(numbers.next(), "\"since\":")?;
        let started = number(numbers.next(), "\"started\":")?;
        let cursor = Self { since, started, after };
        (cursor.to_text() == text).then_some(cursor)
    }

    /// What the host keeps.
    pub fn to_text(self) -> String {
        format!("{{\"after\":{},\"since\":{},\"started\":{}}}", self.after, self.since, self.started)
    }

    /// The moment to read from, `overlap_ms` before the last pass started, as `YYYY-MM-DDTHH:MM:SS` in UTC; `None` for
    /// everything.
    pub fn since_text(&self, overlap_ms: u64) -> Option<String> {
        utc_text(self.since.saturating_sub(overlap_ms)).filter(|_| self.since > 0)
    }

    /// The last number read in this pass; 0 for none.
    pub fn after(&self) -> u64 {
        self.after
    }

    /// The page that was read: what became of each debtor on it, the last number, and whether there may be more.
    pub fn page(self, all: impl Iterator<Item = WebhookResult>, last: Option<u64>, is_full: bool) -> Page {
        let mut examined = 0;
        let results = all
            .inspect(|_| examined += 1)
            .filter(|result| !matches!(result.outcome, WebhookOutcome::Ignored(_)) || !result.effects.is_empty())
            .collect();
        let next = match last {
            Some(last) if is_full && last > self.after => Self { after: last, ..self },
            _ => Self { since: self.started, started: 0, after: 0 },
        };
        Page { results, examined, cursor: next.to_text(), more: next.started != 0 }
    }
}

/// The page of an integration that is not enabled: nothing was read, and the cursor stands where it stood.
pub fn nothing_read(cursor: Option<&str>) -> Page {
    let beginning = || Cursor { since: 0, started: 0, after: 0 }.to_text();
    Page { results: Vec::new(), examined: 0, cursor: cursor.map_or_else(beginning, str::to_owned), more: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: u64 = 1_767_225_600_000;

    fn between_passes(since: u64) -> String {
        format!("{{\"after\":0,\"since\":{since},\"started\":0}}")
    }

    #[test]
    fn a_pass_begins_now_and_reaches_back_beyond_the_start_of_the_last_one() {
        let first = Cursor::parse(None, NOW).unwrap();
        assert_eq!((first.since_text(1), first.after()), (None, 0));
        let later = Cursor::parse(Some(&between_passes(NOW - 1)), NOW).unwrap();
        assert_eq!(later.since_text(3 * 3_600_000).as_deref(), Some("2025-12-31T20:59:59"));
        assert_eq!(later.started, NOW);
    }

    #[test]
    fn a_cursor_from_the_future_is_none() {
        assert_eq!(Cursor::parse(Some(&between_passes(NOW + 1)), NOW), None);
    }

    #[test]
    fn where_nothing_was_read_the_next_pass_begins_where_this_one_would_have() {
        assert_eq!(nothing_read(Some("x")).cursor, "x");
        assert_eq!(Cursor::parse(Some(&nothing_read(None).cursor), NOW), Cursor::parse(None, NOW));
    }

    #[test]
    fn a_full_page_goes_on_and_a_short_one_ends_the_pass() {
        let cursor = Cursor::parse(None, NOW).unwrap();
        let on = cursor.page(std::iter::empty(), Some(7), true);
        assert_eq!((on.more, Cursor::parse(Some(&on.cursor), NOW).unwrap().after()), (true, 7));
        let done = cursor.page(std::iter::empty(), Some(7), false);
        assert_eq!((done.more, done.cursor), (false, between_passes(NOW)));
    }

    proptest! {
        #[test]
        fn an_absurd_cursor_is_none(text in "\\PC{0,60}") {
            prop_assert_eq!(Cursor::parse(Some(&text), NOW), None);
        }

        #[test]
        fn text_and_back(since in 0..NOW, started in 1..NOW, after: u64) {
            let cursor = Cursor { since, started, after };
            prop_assert_eq!(Cursor::parse(Some(&cursor.to_text()), NOW), Some(cursor));
        }
    }
}
