//! The one clock of a simulator: the system's, or one that a test sets, so that token expiry and midnight need no waiting.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// The clock, and the zone that local times are written in.
#[derive(Clone, Debug)]
pub struct Clock {
    fixed: Option<Timestamp>,
    zone: TimeZone,
}

impl Clock {
    /// The system's clock; local times are in `zone`.
    pub fn new(zone: TimeZone) -> Self {
        Self { fixed: None, zone }
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }

    /// Stops the clock at `now`, or lets it follow the system's again.
    pub fn set(&mut self, now: Option<Timestamp>) {
        self.fixed = now;
    }

    /// Moves the clock on and stops it there.
    pub fn advance(&mut self, by: Duration) {
        self.fixed = Some(later(self.now(), by));
    }

    /// Whether the clock follows the system's.
    pub fn is_system(&self) -> bool {
        self.fixed.is_none()
    }

    /// Now, as rows show it.
    pub fn local(&self) -> DateTime {
        self.zone.to_datetime(self.now())
    }

    /// The day that the call counter counts.
    pub fn today(&self) -> Date {
        self.local().date()
    }
}

/// The zone of Danish local time.
pub fn copenhagen() -> TimeZone {
    // The zone database is built in; UTC stands in should it ever lack Copenhagen.
    TimeZone::get("Europe/Copenhagen").unwrap_or(TimeZone::UTC)
}

/// `by` after `time`, or the last moment there is.
pub fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danish_time_is_two_hours_ahead_in_summer_and_one_in_winter() -> Result<(), jiff::Error> {
        let mut clock = Clock::new(copenhagen());
        clock.set(Some("2025-07-01T22:30:00Z".parse()?));
        assert_eq!(clock.local().to_string(), "2025-07-02T00:30:00");
        clock.set(Some("2025-01-01T22:30:00Z".parse()?));
        assert_eq!(clock.local().to_string(), "2025-01-01T23:30:00");
        Ok(())
    }
}
