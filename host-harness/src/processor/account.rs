//! What somebody has used of the processor lately.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// After so long half of what was used is forgotten: long enough that whoever goes on after each failure is known by it, and
/// short enough that one large day's report is over soon.
const HALF_IS_FORGOTTEN: Duration = Duration::from_secs(10);

/// From so much on an account's calls do not begin at home: 50 ms, which is a three-hundredth of a processor for good, and some 10 events
/// a second.
pub(super) const HEAVY: Duration = Duration::from_millis(50);

/// What one installation has used of the processor lately, over all its calls. Clones are the same account.
///
/// Calls that share an account share its place in the line. Hand each installation its own, for as long as it is worked for.
#[derive(Debug, Clone)]
pub struct Account {
    used: Arc<Mutex<Used>>,
}

#[derive(Debug, Clone, Copy)]
struct Used {
    lately: Duration,
    since: Instant,
}

impl Default for Account {
    fn default() -> Self {
        Self { used: Arc::new(Mutex::new(Used { lately: Duration::ZERO, since: Instant::now() })) }
    }
}

impl Account {
    /// Processor time of the last while; what lies 10 seconds back counts half, and so on.
    pub fn lately(&self) -> Duration {
        self.at(Instant::now()).lately
    }

    pub(super) fn charge(&self, time: Duration) {
        let mut used = self.at(Instant::now());
        used.lately = used.lately.saturating_add(time);
    }

    /// As it is at this moment.
    fn at(&self, now: Instant) -> MutexGuard<'_, Used> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        *used = used.at(now);
        used
    }
}

impl Used {
    fn at(self, now: Instant) -> Self {
        let passed = now.saturating_duration_since(self.since);
        let halves = passed.as_millis() / HALF_IS_FORGOTTEN.as_millis();
        let Ok(halves @ 1..32) = u32::try_from(halves) else {
            // Nothing is forgotten yet, or all is.
            return if halves == 0 { self } else { Self { lately: Duration::ZERO, since: now } };
        };
        Self { lately: self.lately / 2_u32.pow(halves), since: self.since + HALF_IS_FORGOTTEN * halves }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_forgotten_at_a_time_and_all_in_the_end() {
        let began = Instant::now();
        let used = Used { lately: Duration::from_secs(8), since: began };
        let after = |seconds: u64| used.at(began + Duration::from_secs(seconds)).lately;
        assert_eq!([0, 9, 10, 19, 20, 30].map(|seconds| after(seconds).as_secs()), [8, 8, 4, 4, 2, 1]);
        assert_eq!(after(1_000_000), Duration::ZERO);
        let twice = used.at(began + Duration::from_secs(15)).at(began + Duration::from_secs(25));
        assert_eq!(twice.lately.as_secs(), 2, "looking at it changes nothing");
    }

    #[test]
    fn clones_are_one_account() {
        let account = Account::default();
        account.clone().charge(Duration::from_millis(7));
        account.charge(Duration::from_millis(5));
        assert_eq!(account.lately(), Duration::from_millis(12));
    }
}
