//! Days as Danes write them (`24-11-2026`) and as machines do (`2026-11-24`), checked against the calendar.

use crate::types::Locale;
use time::{Date, Month, OffsetDateTime};

/// The ISO form of a day as Danes write it: `24-11-2026`, `24.11.2026`, `24/11-2026`, or ISO already. Empty stays empty.
///
/// `None` when it is not a day.
pub fn from_danish(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some(String::new());
    }
    let parts: Vec<&str> = text.split(['-', '.', '/']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    if a.len() == 4 { iso(a, b, c) } else { iso(c, b, a) }
}

/// The ISO day of a moment as machines write it: `2026-11-24T00:00:00`, with or without a zone. The empty value of .NET,
/// `0001-01-01`, and empty text are empty.
pub fn from_invariant(text: &str) -> Option<String> {
    let text = text.trim();
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    if day.is_empty() || day == "0001-01-01" {
        return Some(String::new());
    }
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    iso(year, month, day)
}

/// An ISO day as Danes read it: `24-11-2026`. What is no such day stays as it is.
pub fn to_danish(iso: &str) -> String {
    match iso.split('-').collect::<Vec<_>>().as_slice() {
        [year, month, day] if year.len() == 4 && day.len() == 2 => format!("{day}-{month}-{year}"),
        _ => iso.to_owned(),
    }
}

/// An ISO day as the reader of a message reads it.
pub fn for_people(iso: &str, locale: Locale) -> String {
    match locale {
        Locale::Da => to_danish(iso),
        Locale::En => iso.to_owned(),
    }
}

fn iso(year: &str, month: &str, day: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if year.len() != 4 || month.len() > 2 || day.len() > 2 || ![year, month, day].into_iter().all(digits) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let date = Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()?;
    (date.year() >= 1).then(|| format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()))
}

/// The moment `ms` after 1970 as `YYYY-MM-DDTHH:MM:SS`, UTC; `None` for a moment after the year 9999.
pub fn utc_text(ms: u64) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp(i64::try_from(ms / 1000).ok()?).ok()?;
    let (date, time) = (moment.date(), moment.time());
    let month = u8::from(date.month());
    Some(format!(
        "{:04}-{month:02}-{:02}T{:02}:{:02}:{:02}",
        date.year(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("24-11-2026", Some("2026-11-24"))]
    #[case("1.2.2026", Some("2026-02-01"))]
    #[case("24/11-2026", Some("2026-11-24"))]
    #[case("2026-11-24", Some("2026-11-24"))]
    #[case("29-02-2028", Some("2028-02-29"))]
    #[case("29-02-2026", None)]
    #[case("31-04-2026", None)]
    #[case("24-11-26", None)]
    #[case("i morgen", None)]
    #[case("", Some(""))]
    fn danish(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(from_danish(text).as_deref(), expected);
    }

    #[rstest]
    #[case("2026-11-24T00:00:00", Some("2026-11-24"))]
    #[case("0001-01-01T00:00:00", Some(""))]
    #[case("", Some(""))]
    #[case("nonsense", None)]
    fn invariant(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(from_invariant(text).as_deref(), expected);
    }

    #[rstest]
    #[case(0, "1970-01-01T00:00:00")]
    #[case(951_782_400_000, "2000-02-29T00:00:00")]
    #[case(1_795_478_399_000, "2026-11-23T23:59:59")]
    fn utc(#[case] ms: u64, #[case] expected: &str) {
        assert_eq!(utc_text(ms).as_deref(), Some(expected));
    }

    proptest! {
        #[test]
        fn every_moment_is_a_day(ms in 0u64..4_102_444_800_000) {
            let text = utc_text(ms).unwrap();
            prop_assert!(from_invariant(&text).is_some_and(|day| text.starts_with(&day)));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = from_danish(&text);
            let _ = from_invariant(&text);
        }
    }
}
