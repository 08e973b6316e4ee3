//! A clock that goes, and that a test sets forwards and back; the simulator's goes with it.

use accounting_service::Clock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

/// Wednesday 25 November 2026 at 8:00 UTC, where the simulated books stand.
pub(crate) const START: i64 = 1_795_593_600_000;

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Goes on from [`START`] by itself.
pub(crate) struct SetClock {
    began: Instant,
    moved: AtomicI64,
}

impl SetClock {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), moved: AtomicI64::new(0) }
    }

    /// Set it so many milliseconds forwards, or back.
    pub(crate) fn set(&self, by: i64) {
        self.moved.fetch_add(by, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> i64 {
        let gone = i64::try_from(self.began.elapsed().as_millis()).unwrap();
        START + gone + self.moved.load(Ordering::SeqCst)
    }
}

/// How long anything may take before a test says that it does not happen. Nothing is measured by it.
const PATIENCE: Duration = Duration::from_secs(40);

/// Look again and again until it is so.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waited = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waited).await.is_ok(), "it does not happen that {what}");
}
