//! How much an agreement may call: a fixed window of 60 seconds over both interfaces, told in every answer.
//!
//! What a call costs is not known; here each costs one.

use jiff::Timestamp;

/// Length of the window, in seconds.
const WINDOW_S: i64 = 60;

/// The window of an agreement.
#[derive(Clone, Debug, Default)]
pub(crate) struct Window {
    number: i64,
    used: u64,
}

/// What a call met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spent {
    /// Calls in this window, this one among them where it was let through.
    pub used: u64,
    /// Seconds until the window ends, where the call is one too many.
    pub wait_s: Option<u32>,
}

impl Window {
    /// Counts a call.
    pub(crate) fn spend(&mut self, now: Timestamp, limit: u64) -> Spent {
        let second = now.as_second();
        let number = second.div_euclid(WINDOW_S);
        if self.number != number {
            *self = Self { number, used: 0 };
        }
        if self.used >= limit {
            let left = WINDOW_S - second.rem_euclid(WINDOW_S);
            return Spent { used: self.used, wait_s: Some(u32::try_from(left).unwrap_or(u32::MAX)) };
        }
        self.used += 1;
        Spent { used: self.used, wait_s: None }
    }

    /// What stands in `X-RateLimiting`.
    pub(crate) fn header(spent: Spent, limit: u64) -> String {
        format!("token-limit-{limit}-per-{WINDOW_S}-seconds: {}/{limit}", spent.used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_used_up_and_begins_again() -> Result<(), jiff::Error> {
        let mut window = Window::default();
        let now: Timestamp = "2026-03-02T08:00:45Z".parse()?;
        assert_eq!(window.spend(now, 1), Spent { used: 1, wait_s: None });
        assert_eq!(window.spend(now, 1), Spent { used: 1, wait_s: Some(15) });
        assert_eq!(window.spend("2026-03-02T08:01:00Z".parse()?, 1), Spent { used: 1, wait_s: None });
        let spent = Spent { used: 147, wait_s: None };
        assert_eq!(Window::header(spent, 10_000), "token-limit-10000-per-60-seconds: 147/10000");
        Ok(())
    }
}
