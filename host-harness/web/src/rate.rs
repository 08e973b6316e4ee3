//! How often a link or a key may call.
//!
//! A limiter holds a few bytes for each caller it has counted. So it counts only callers that are known to exist: whoever
//! tries made-up tokens cannot fill the memory, and costs a look-up each.

use crate::options::Rate;
use crate::problem::Problem;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::StatusCode;
use std::collections::HashSet;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Callers remembered before all are forgotten and counted anew: more than one host has links or keys.
const MOST_CALLERS: usize = 65_536;

/// Limits for callers named by `Name`.
pub(crate) struct RateLimits<Name: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<Name>,
    known: Mutex<HashSet<Name>>,
    clock: DefaultClock,
}

impl<Name: Hash + Eq + Clone> RateLimits<Name> {
    pub(crate) fn new(rate: Rate) -> Self {
        let quota = Quota::per_second(rate.per_second).allow_burst(rate.burst);
        Self { limiter: RateLimiter::keyed(quota), known: Mutex::default(), clock: DefaultClock::default() }
    }

    /// Count a call. Callers that were never [`admitted`](Self::admit) are not counted.
    ///
    /// # Errors
    ///
    /// The caller calls too often: 429 with how long to wait.
    pub(crate) fn check(&self, name: &Name) -> Result<(), Problem> {
        if !self.known.lock().unwrap_or_else(PoisonError::into_inner).contains(name) {
            return Ok(());
        }
        self.limiter.check_key(name).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            let seconds = u32::try_from(wait.as_secs().saturating_add(1)).unwrap_or(u32::MAX);
            Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-requests",
                "too many calls; wait as `retry-after` says",
            )
            .after(seconds)
        })
    }

    /// This caller exists: count it from now on.
    pub(crate) fn admit(&self, name: &Name) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.contains(name) {
            return;
        }
        if known.len() >= MOST_CALLERS {
            known.clear();
            self.limiter.retain_recent();
        }
        known.insert(name.clone());
    }

    /// This caller does not exist any more.
    pub(crate) fn forget(&self, name: &Name) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn two_at_once() -> RateLimits<&'static str> {
        // One in a long while: none comes back while the test runs.
        RateLimits::new(Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::new(2).unwrap() })
    }

    #[test]
    fn a_known_caller_is_counted_by_itself() {
        let limits = two_at_once();
        limits.admit(&"a");
        limits.admit(&"b");
        assert_eq!([limits.check(&"a").is_ok(), limits.check(&"a").is_ok()], [true, true]);
        let refused = limits.check(&"a").unwrap_err();
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(refused.retry_after_s.is_some_and(|seconds| seconds >= 1));
        assert!(limits.check(&"b").is_ok());
    }

    #[test]
    fn unknown_callers_leave_no_trace() {
        let limits = two_at_once();
        for _ in 0..10 {
            assert!(limits.check(&"nobody").is_ok());
        }
        assert_eq!(limits.limiter.len(), 0);
        assert!(limits.known.lock().unwrap().is_empty());
    }

    #[test]
    fn a_forgotten_caller_is_not_counted() {
        let limits = two_at_once();
        limits.admit(&"a");
        limits.forget(&"a");
        assert!((0..5).all(|_| limits.check(&"a").is_ok()));
    }
}
