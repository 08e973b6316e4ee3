//! Calls counted per user and day, and the delay that too many of them bring.
//!
//! For every full quota (5,000) of calls on a day, each further call takes a second more. The counter starts again at midnight,
//! but the delay reached stays a day longer (`[doc]`). There is no refusal: it throttles by slowness.

use jiff::civil::Date;
use std::collections::BTreeMap;
use std::time::Duration;

/// The counters of all users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quota {
    users: BTreeMap<String, Counter>,
}

#[derive(Clone, Debug, Default)]
struct Counter {
    day: Date,
    calls: u64,
    /// Seconds that the day before ended with.
    yesterday: u64,
}

impl Quota {
    /// Counts a call and says how much slower it is.
    pub(crate) fn count(&mut self, user: &str, today: Date, free: u64) -> Duration {
        let counter = self.users.entry(user.to_owned()).or_insert_with(|| Counter { day: today, ..Counter::default() });
        if counter.day != today {
            let adjacent = counter.day.tomorrow().is_ok_and(|next| next == today);
            counter.yesterday = if adjacent { level(counter.calls, free) } else { 0 };
            counter.day = today;
            counter.calls = 0;
        }
        counter.calls = counter.calls.saturating_add(1);
        Duration::from_secs(level(counter.calls, free).max(counter.yesterday))
    }

    /// Calls of each user on the day of the user's last call.
    pub(crate) fn calls(&self) -> impl Iterator<Item = (&str, u64)> {
        self.users.iter().map(|(user, counter)| (user.as_str(), counter.calls))
    }
}

fn level(calls: u64, free: u64) -> u64 {
    calls.saturating_sub(1) / free.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn each_full_quota_adds_a_second_and_the_delay_outlives_midnight_by_a_day() {
        let mut quota = Quota::default();
        let mut seconds = |day| quota.count("u", day, 3).as_secs();
        let first = date(2025, 1, 1);
        let delays: Vec<u64> = (0..8).map(|_| seconds(first)).collect();
        assert_eq!(delays, [0, 0, 0, 1, 1, 1, 2, 2]);
        assert_eq!(seconds(date(2025, 1, 2)), 2);
        assert_eq!(seconds(date(2025, 1, 3)), 0);
    }

    #[test]
    fn users_are_counted_apart() {
        let mut quota = Quota::default();
        let day = date(2025, 1, 1);
        quota.count("a", day, 1);
        assert_eq!(quota.count("b", day, 1), Duration::ZERO);
        assert_eq!(quota.count("a", day, 1), Duration::from_secs(1));
    }
}
