//! Work whose processor time is counted.

use super::account::Account;
use crate::engine::EPOCH_TICK;
use nix::time::{ClockId, clock_gettime};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// As long as a call has used no more than this, its steps are told by the clock on the wall: to tell what a thread has used is a call into the
/// system, and an event has a few steps of a tenth of a millisecond. Perhaps the thread had to wait: so a step is charged for a tick at
/// most, by whose end whoever computes gives way, and does not by itself make more than this of what the call has used.
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
        // By way of the C library: rustix reads the kernel's own table of functions for it, which valgrind does not show.
        let (clock, most_charged, most_used) = match self.exactly || self.used >= ROUGHLY {
            true => (ClockId::CLOCK_THREAD_CPUTIME_ID, Duration::MAX, Duration::MAX),
            false => (ClockId::CLOCK_MONOTONIC, EPOCH_TICK, ROUGHLY),
        };
        let began = told_by(clock);
        let polled = self.work.as_mut().poll(context);
        let took = told_by(clock).saturating_sub(began);
        self.used = self.used.saturating_add(took.min(most_used));
        self.account.charge(took.min(most_charged));
        polled
    }
}

/// What a clock says; nothing where the system does not tell it.
fn told_by(clock: ClockId) -> Duration {
    clock_gettime(clock).map(Duration::from).unwrap_or_default()
}
