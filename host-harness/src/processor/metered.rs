//! Work whose processor time is counted.

use super::account::Account;
use nix::time::{ClockId, clock_gettime};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Counts what each step takes: of the thread that carries it out, so that time in which the thread had to wait is none.
pub(super) struct Metered<T> {
    work: Pin<Box<dyn Future<Output = T> + Send>>,
    account: Account,
    used: Duration,
}

impl<T> Metered<T> {
    pub(super) fn new(account: Account, work: impl Future<Output = T> + Send + 'static) -> Self {
        Self { work: Box::pin(work), account, used: Duration::ZERO }
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
        let began = of_thread();
        let polled = self.work.as_mut().poll(context);
        let took = of_thread().saturating_sub(began);
        self.used = self.used.saturating_add(took);
        self.account.charge(took);
        polled
    }
}

/// The processor time of this thread; none where the system does not tell it.
///
/// By way of the C library: rustix reads the kernel's own table of functions for it, which valgrind does not show.
fn of_thread() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map(Duration::from).unwrap_or_default()
}
