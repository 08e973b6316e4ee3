//! Moments and spans as people in Denmark say them.
//!
//! The rules of Danish time stand here as one line, so that no database of time zones is needed: the same since 1996. It
//! trades away being right after the next change of the law, and about the years before.

use super::texts::{days, numbers};
use accounting_store::Ms;
use host_harness::bindings::types::Locale;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Central European time; summer time from the last Sunday of March at 2 to the last Sunday of October at 3.
const DANISH_TIME: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

const MINUTE_MS: Ms = 60 * 1_000;
const HOUR_MS: Ms = 60 * MINUTE_MS;
const DAY_MS: Ms = 24 * HOUR_MS;

/// `tirsdag den 24. november kl. 9.05`, `Tuesday 24 November at 9:05`, in Danish time; with the year where it is another
/// than now's. A moment that no calendar holds is shown as its number.
pub(super) fn moment(at: Ms, now: Ms, locale: Locale) -> String {
    let (Some(there), Some(here)) = (local(at), local(now)) else {
        return at.to_string();
    };
    let date = there.date();
    let year = if date.year() == here.date().year() { String::new() } else { format!(" {}", date.year()) };
    let weekday = days::weekday(date.weekday(), locale);
    let month = days::month(date.month(), locale);
    days::moment(locale, weekday, date.day(), month, year, there.hour(), format!("{:02}", there.minute()))
}

fn local(at: Ms) -> Option<DateTime> {
    let zone = TimeZone::posix(DANISH_TIME).ok()?;
    Some(zone.to_datetime(Timestamp::from_millisecond(at).ok()?))
}

/// How long, in the largest unit that fits, rounded down: `3 timer`, `3 hours`. Days from two on.
pub(super) fn span(ms: Ms, locale: Locale) -> String {
    if ms < MINUTE_MS {
        numbers::under_a_minute(locale)
    } else if ms < HOUR_MS {
        numbers::minutes(ms / MINUTE_MS, locale)
    } else if ms < 2 * DAY_MS {
        numbers::hours(ms / HOUR_MS, locale)
    } else {
        numbers::days(ms / DAY_MS, locale)
    }
}
