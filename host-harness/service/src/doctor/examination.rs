//! The list of what was examined while it is being written, and the words every entry needs.

use super::calendar;
use super::seen::Seen;
use super::texts::numbers;
use crate::model::{Examined, Verdict};
use accounting_store::Ms;
use host_harness::bindings::types::{Locale, Localized};

/// The longest text of somebody else's that is shown, in characters: three lines of a terminal. An accounting system may
/// send a whole page as its error.
const MOST_QUOTED: usize = 300;

/// What was examined so far.
pub(super) struct Examination<'a> {
    pub(super) seen: &'a Seen,
    pub(super) locale: Locale,
    /// What the accounting system is called in the middle of a sentence.
    pub(super) system: String,
    examined: Vec<Examined>,
}

impl<'a> Examination<'a> {
    pub(super) fn new(seen: &'a Seen, locale: Locale) -> Self {
        let system = if seen.system.is_empty() { numbers::the_accounting_system(locale) } else { seen.system.clone() };
        Self { seen, locale, system, examined: Vec::new() }
    }

    /// In order.
    pub(super) fn good(&mut self, code: &'static str, message: String) {
        self.examined.push(Examined { code, verdict: Verdict::Good, message, steps: Vec::new() });
    }

    /// Not in order, or not known; what a person can do about it.
    pub(super) fn not_good(&mut self, verdict: Verdict, code: &'static str, message: String, steps: Vec<String>) {
        self.examined.push(Examined { code, verdict, message, steps });
    }

    pub(super) fn finish(self) -> Vec<Examined> {
        self.examined
    }

    /// Whether the connector can do this. While it is not loaded nobody knows, and it counts as yes.
    pub(super) fn can(&self, capability: &str) -> bool {
        let connector = &self.seen.connector;
        !connector.loaded || connector.capabilities.iter().any(|able| able == capability)
    }

    /// A moment as people say it.
    pub(super) fn moment(&self, at: Ms) -> String {
        calendar::moment(at, self.seen.now, self.locale)
    }

    /// How long ago it was.
    pub(super) fn age(&self, since: Ms) -> String {
        calendar::span(self.since(since), self.locale)
    }

    /// How many milliseconds ago it was; 0 for what is still to come.
    pub(super) fn since(&self, since: Ms) -> Ms {
        self.seen.now.saturating_sub(since).max(0)
    }

    pub(super) fn number(&self, count: impl Into<i128>) -> String {
        numbers::grouped(count.into(), self.locale)
    }

    pub(super) fn label<'b>(&self, label: &'b Localized) -> &'b str {
        match self.locale {
            Locale::Da => &label.da,
            Locale::En => &label.en,
        }
    }
}

/// The first of the worst; none of an empty list.
pub(super) fn worst(examined: &[Examined]) -> Option<&Examined> {
    // The last of equals is the maximum, so it is looked for from behind.
    examined.iter().rev().max_by_key(|one| rank(one.verdict))
}

/// Not to know is worse than to know that it is in order, and better than to know that it is not.
const fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Good => 0,
        Verdict::Unknown => 1,
        Verdict::Warning => 2,
        Verdict::Bad => 3,
    }
}

/// Somebody else's text on one line, without anything that moves a terminal's cursor.
pub(super) fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Somebody else's text as part of a sentence: one line, without its full stop, not too long.
pub(super) fn quoted(text: &str) -> String {
    let line = one_line(text);
    let words = line.trim_end_matches(['.', ' ']);
    match words.char_indices().nth(MOST_QUOTED) {
        Some((end, _)) => format!("{}…", words.get(..end).unwrap_or_default().trim_end()),
        None => words.to_owned(),
    }
}
