//! The limits that everything sent to the API is held against, before anything is done with it.
//!
//! A fault names the field, by the path that leads to it in what was sent, and the limit. It never repeats the value: that
//! may be somebody's name.

use crate::problem::Problem;
use jiff::civil;

/// Longest id of a customer, as the contract says.
pub(crate) const LONGEST_CUSTOMER_ID: usize = 64;
/// Longest id of a day's report, as the contract says.
pub(crate) const LONGEST_REPORT_ID: usize = 64;
/// Longest id of an event: room for two ids and a word between them.
pub(crate) const LONGEST_EVENT_ID: usize = 128;
/// Longest id of an installation or a connector.
pub(crate) const LONGEST_INSTALLATION_ID: usize = 64;
/// Longest text of any other field, as the contract says of a customer's values.
pub(crate) const LONGEST_TEXT: usize = 4_096;
/// Longest name that people give an installation.
pub(crate) const LONGEST_NAME: usize = 200;
/// Most entries of any list that has no limit of its own; more than any club has tags, fields or accounts.
pub(crate) const MOST_ENTRIES: usize = 10_000;
/// Most lines of a day's report, as the contract says.
pub(crate) const MOST_LINES: usize = 10_000;
/// Highest revision: what the store can hold.
pub(crate) const HIGHEST_REVISION: u64 = i64::MAX.unsigned_abs();

/// Something that breaks a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Invalid {
    /// Path to the field, e.g. `report.lines[3].amount`.
    pub(crate) field: String,
    /// The limit.
    pub(crate) limit: String,
}

/// Whether a value keeps its limits.
pub(crate) type Checked = Result<(), Invalid>;

impl Invalid {
    pub(crate) fn new(field: impl Into<String>, limit: impl Into<String>) -> Self {
        Self { field: field.into(), limit: limit.into() }
    }

    /// The same field, seen from one level further out.
    pub(crate) fn under(mut self, outer: &str) -> Self {
        self.field = if self.field.is_empty() { outer.to_owned() } else { format!("{outer}.{}", self.field) };
        self
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self::invalid("invalid-value", format!("{} {}", invalid.field, invalid.limit)).about(invalid.field)
    }
}

/// At most so many characters, and no NUL.
pub(crate) fn text(field: &str, value: &str, longest: usize) -> Checked {
    // Bytes are counted first: they are never fewer than characters.
    if value.len() > longest && value.chars().count() > longest {
        return Err(Invalid::new(field, format!("has more than {longest} characters")));
    }
    if value.contains('\0') {
        return Err(Invalid::new(field, "holds a NUL character; leave it out"));
    }
    Ok(())
}

/// The same, and not empty.
pub(crate) fn filled(field: &str, value: &str, longest: usize) -> Checked {
    if value.is_empty() {
        return Err(Invalid::new(field, format!("is empty; give 1 to {longest} characters")));
    }
    text(field, value, longest)
}

/// An id that the sender chose: 1 to so many characters, none of them a control character.
pub(crate) fn id(field: &str, value: &str, longest: usize) -> Checked {
    filled(field, value, longest)?;
    if value.chars().any(char::is_control) {
        return Err(Invalid::new(field, "holds a control character; leave it out"));
    }
    Ok(())
}

/// An id of an event, where an empty one is none.
pub(crate) fn event_id(value: &str) -> Checked {
    if value.is_empty() { Ok(()) } else { id("event_id", value, LONGEST_EVENT_ID) }
}

/// Whether this has the form of an installation's id.
pub(crate) fn is_installation_id(value: &str) -> bool {
    (1..=LONGEST_INSTALLATION_ID).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// `[A-Za-z0-9._-]{1,64}`.
pub(crate) fn installation_id(field: &str, value: &str) -> Checked {
    if is_installation_id(value) {
        Ok(())
    } else {
        Err(Invalid::new(field, format!("is not 1 to {LONGEST_INSTALLATION_ID} of the characters A-Z a-z 0-9 . _ -")))
    }
}

/// A day of the calendar as `YYYY-MM-DD`.
pub(crate) fn day(field: &str, value: &str) -> Checked {
    let dashes = value.bytes().enumerate().all(|(place, byte)| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if value.len() == 10 && dashes && value.parse::<civil::Date>().is_ok() {
        Ok(())
    } else {
        Err(Invalid::new(field, "is not a day of the calendar written YYYY-MM-DD"))
    }
}

/// Three capital letters.
pub(crate) fn currency(field: &str, value: &str) -> Checked {
    if value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Ok(())
    } else {
        Err(Invalid::new(field, "is not three capital letters (ISO 4217), e.g. DKK"))
    }
}

/// At least 1, at most what the store holds.
pub(crate) fn revision(field: &str, value: u64) -> Checked {
    if (1..=HIGHEST_REVISION).contains(&value) {
        Ok(())
    } else {
        Err(Invalid::new(field, format!("is not between 1 and {HIGHEST_REVISION}")))
    }
}

/// At most so many entries.
pub(crate) fn count(field: &str, entries: usize, most: usize) -> Checked {
    if entries > most { Err(Invalid::new(field, format!("has more than {most} entries"))) } else { Ok(()) }
}

/// Each entry of a list, and that there are not too many.
pub(crate) fn each<T>(field: &str, entries: &[T], most: usize, check: impl Fn(&T) -> Checked) -> Checked {
    count(field, entries.len(), most)?;
    for (place, entry) in entries.iter().enumerate() {
        check(entry).map_err(|invalid| invalid.under(&format!("{field}[{place}]")))?;
    }
    Ok(())
}

/// Each text of a list, and that there are not too many.
pub(crate) fn texts(field: &str, entries: &[String], most: usize, longest: usize) -> Checked {
    each(field, entries, most, |entry| text("", entry, longest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2026-11-24", true)]
    #[case("2024-02-29", true)]
    #[case("2026-02-29", false)]
    #[case("2026-13-01", false)]
    #[case("2026-11-24T00:00", false)]
    #[case("26-11-24", false)]
    #[case("20261124", false)]
    #[case("2026/11/24", false)]
    #[case("", false)]
    #[case("2026-1\u{e6}-1", false)]
    fn days(#[case] value: &str, #[case] good: bool) {
        assert_eq!(day("date", value).is_ok(), good);
    }

    #[rstest]
    #[case("DKK", true)]
    #[case("dkk", false)]
    #[case("DK", false)]
    #[case("DKKK", false)]
    #[case("D1K", false)]
    #[case("ÆØ", false)]
    fn currencies(#[case] value: &str, #[case] good: bool) {
        assert_eq!(currency("currency", value).is_ok(), good);
    }

    #[rstest]
    #[case("club-17", true)]
    #[case("A.b_9", true)]
    #[case("", false)]
    #[case("club 17", false)]
    #[case("club/17", false)]
    #[case("køb", false)]
    fn installation_ids(#[case] value: &str, #[case] good: bool) {
        assert_eq!(installation_id("id", value).is_ok(), good);
    }

    #[test]
    fn lengths_count_characters_not_bytes() {
        let danish = "æ".repeat(64);
        assert_eq!(id("id", &danish, 64), Ok(()));
        assert_eq!(id("id", &format!("{danish}ø"), 64), Err(Invalid::new("id", "has more than 64 characters")));
    }

    #[rstest]
    #[case("a\0b")]
    #[case("a\nb")]
    #[case("")]
    fn ids_have_no_control_characters_and_are_not_empty(#[case] value: &str) {
        assert!(id("id", value, 64).is_err());
    }

    #[test]
    fn a_text_may_have_lines_but_no_nul() {
        assert!(text("note", "two\nlines", 100).is_ok());
        assert!(text("note", "a\0b", 100).is_err());
    }

    #[rstest]
    #[case(0, false)]
    #[case(1, true)]
    #[case(HIGHEST_REVISION, true)]
    #[case(HIGHEST_REVISION + 1, false)]
    fn revisions(#[case] value: u64, #[case] good: bool) {
        assert_eq!(revision("revision", value).is_ok(), good);
    }

    #[test]
    fn a_fault_names_the_way_to_the_field() {
        let found = each("lines", &["", "x\0"], 2, |line| text("text", line, 10)).unwrap_err().under("report");
        assert_eq!(found.field, "report.lines[1].text");
        assert_eq!(each("lines", &["", ""], 1, |_| Ok(())).unwrap_err().field, "lines");
    }
}
