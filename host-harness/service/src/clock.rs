//! The host's clock, as something that can be set in a test.

use accounting_store::Ms;
use std::sync::atomic::{AtomicI64, Ordering};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now(&self) -> Ms;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Ms {
        jiff::Timestamp::now().as_millisecond()
    }
}

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct HandClock(AtomicI64);

impl HandClock {
    /// Stands at this moment.
    pub fn at(now: Ms) -> Self {
        Self(AtomicI64::new(now))
    }

    /// Set it, forwards or back.
    pub fn set(&self, now: Ms) {
        self.0.store(now, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Ms {
        self.0.load(Ordering::SeqCst)
    }
}

/// A moment as the contract writes it; what lies before 1970 is 1970.
pub(crate) fn moment(ms: Ms) -> u64 {
    u64::try_from(ms).unwrap_or(0)
}

/// A moment of the policy's as the store keeps it.
pub(crate) fn ms(moment: u64) -> Ms {
    Ms::try_from(moment).unwrap_or(Ms::MAX)
}

/// The day a moment belongs to, as the budget counts days.
pub(crate) fn day_of(at: Ms) -> i64 {
    at.div_euclid(ms(accounting_policy::DAY_MS))
}
