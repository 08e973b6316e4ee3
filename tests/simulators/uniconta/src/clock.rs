//! The one clock of a simulator: the system's, or one that a test sets, so that token expiry and midnight need no waiting.

use crate::switches::TimeZone;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// The clock, and the zone that local times are written in.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    fixed: Option<Timestamp>,
    zone: jiff::tz::TimeZone,
}

impl Clock {
    /// The system's clock.
    pub(crate) fn new(zone: TimeZone) -> Self {
        let zone = match zone {
            TimeZone::Utc => jiff::tz::TimeZone::UTC,
            // The zone database is built in; UTC stands in should it ever lack Copenhagen.
            TimeZone::LocalCopenhagen => {
                jiff::tz::TimeZone::get("Europe/Copenhagen").unwrap_or(jiff::tz::TimeZone::UTC)
            }
        };
        Self { fixed: None, zone }
    }

    /// Now.
    pub(crate) fn now(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }

    /// Stops the clock at `now`, or lets it follow the system's again.
    pub(crate) fn set(&mut self, now: Option<Timestamp>) {
        self.fixed = now;
    }

    /// Moves the clock on and stops it there.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.fixed = Some(later(self.now(), by));
    }

    /// Whether the clock follows the system's.
    pub(crate) fn is_system(&self) -> bool {
        self.fixed.is_none()
    }

    /// Now, as rows show it.
    pub(crate) fn local(&self) -> DateTime {
        self.zone.to_datetime(self.now())
    }

    /// The day that the call counter counts.
    pub(crate) fn today(&self) -> Date {
        self.local().date()
    }
}

/// `by` after `time`, or the last moment there is.
pub(crate) fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danish_time_is_two_hours_ahead_in_summer_and_one_in_winter() -> Result<(), jiff::Error> {
        let mut clock = Clock::new(TimeZone::LocalCopenhagen);
        clock.set(Some("2025-07-01T22:30:00Z".parse()?));
        assert_eq!(clock.local().to_string(), "2025-07-02T00:30:00");
        clock.set(Some("2025-01-01T22:30:00Z".parse()?));
        assert_eq!(clock.local().to_string(), "2025-01-01T23:30:00");
        Ok(())
    }
}
