//! Work whose processor time is counted.

use super::account::Account;
use crate::engine::EPOCH_TICK;
use nix::time::{ClockId, clock_gettime};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

/// As long as a call has used no more than this, its steps are told by the clock: the system takes most of a microsecond to tell what a thread
/// has used, and an event has a few steps of a tenth of a millisecond. A step is taken for a tick at most, by whose end whoever
/// computes gives way: the rest of it the thread had to wait.
const ROUGHLY: Duration = Duration::from_micros(500);

/// Counts what each step takes: of the thread that carries it out, so that time in which the thread had to wait is none.
pub(super) struct Metered<T> {
    work: Pin<Box<dyn Future<Output = T> + Send>>,
    account: Account,
    used: Duration,
    exactly: bool,
}

impl<T> Metered<T> {
    pub(super) fn new(account: Account, work: impl Future<Output = T> + Send + 'static) -> Self {
        Self { work: Box::pin(work), account, used: Duration::ZERO, exactly: false }
    }

    /// From now on each step is counted exactly, as where a thread has to wait for all others.
    pub(super) fn exactly(self) -> Self {
        Self { exactly: true, ..self }
    }

    /// On whose account.
    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// How much it has used by itself.
    pub(super) fn used(&self) -> Duration {
        self.used
    }
}

impl<T> Future for Metered<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let exactly = self.exactly || self.used >= ROUGHLY;
        let began = if exactly { Began::Exactly(of_thread()) } else { Began::Roughly(Instant::now()) };
        let polled = self.work.as_mut().poll(context);
        let took = match began {
            Began::Exactly(began) => of_thread().saturating_sub(began),
            Began::Roughly(began) => began.elapsed().min(EPOCH_TICK),
        };
        self.used = self.used.saturating_add(took);
        self.account.charge(took);
        polled
    }
}

/// When a step began.
enum Began {
    /// By what the thread had used.
    Exactly(Duration),
    /// By the clock.
    Roughly(Instant),
}

/// The processor time of this thread; none where the system does not tell it.
///
/// By way of the C library: rustix reads the kernel's own table of functions for it, which valgrind does not show.
fn of_thread() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from).unwrap_or_default()
}
