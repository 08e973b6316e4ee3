//! The line of those that compute, and who of them is next.

use super::account::Account;
use async_task::Runnable;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

/// Whoever has waited this long goes before all others, so that it also sees when its time is up.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Whose work it is, and which runtime it belongs to.
pub(super) struct Ticket {
    pub(super) account: Account,
    pub(super) runtime: Handle,
}

/// Who can go on and waits for a thread.
#[derive(Default)]
pub(super) struct Line {
    places: Mutex<Places>,
    bell: Condvar,
}

#[derive(Default)]
struct Places {
    /// In the order they came.
    standing: VecDeque<Standing>,
    closed: bool,
}

struct Standing {
    since: Instant,
    runnable: Runnable<Ticket>,
}

impl Line {
    fn places(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It can go on.
    pub(super) fn stand(&self, runnable: Runnable<Ticket>) {
        let mut places = self.places();
        if places.closed {
            drop(places);
            // Nobody will come for it.
            drop(runnable);
            return;
        }
        places.standing.push_back(Standing { since: Instant::now(), runnable });
        drop(places);
        self.bell.notify_one();
    }

    /// Who goes next; waits for somebody. None when nobody can come any more.
    pub(super) fn next(&self) -> Option<Runnable<Ticket>> {
        let mut places = self.places();
        loop {
            if let Some(next) = places.take(Instant::now()) {
                return Some(next);
            }
            if places.closed {
                return None;
            }
            places = self.bell.wait(places).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nobody can come any more.
    pub(super) fn close(&self) {
        let mut places = self.places();
        places.closed = true;
        let left = std::mem::take(&mut places.standing);
        drop(places);
        // Dropped outside: what hangs on them may want to stand here.
        drop(left);
        self.bell.notify_all();
    }
}

impl Places {
    /// The first in the line if it has waited too long, else whoever has used least lately; of equals the first.
    fn take(&mut self, now: Instant) -> Option<Runnable<Ticket>> {
        let first = self.standing.front()?;
        let place = if now.saturating_duration_since(first.since) > LONGEST_WAIT {
            0
        } else {
            let used = |(_, one): &(usize, &Standing)| one.runnable.metadata().account.lately();
            self.standing.iter().enumerate().min_by_key(used).map_or(0, |(place, _)| place)
        };
        self.standing.remove(place).map(|one| one.runnable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// Stands in the line on an account that has used so many seconds.
    fn stand(line: &Arc<Line>, seconds: u64) -> async_task::Task<(), Ticket> {
        let account = Account::default();
        account.charge(Duration::from_secs(seconds));
        let there = Arc::clone(line);
        let (runnable, task) = async_task::Builder::new()
            .metadata(Ticket { account, runtime: Handle::current() })
            .spawn(|_| std::future::ready(()), move |runnable| there.stand(runnable));
        runnable.schedule();
        task
    }

    fn seconds(next: Option<Runnable<Ticket>>) -> u64 {
        next.unwrap().metadata().account.lately().as_secs()
    }

    #[tokio::test]
    async fn whoever_used_least_lately_is_next() {
        let line = Arc::new(Line::default());
        let _standing = [3, 1, 2].map(|used| stand(&line, used));
        assert_eq!([seconds(line.next()), seconds(line.next()), seconds(line.next())], [1, 2, 3]);
    }

    #[tokio::test]
    async fn whoever_waited_too_long_is_next() {
        let line = Arc::new(Line::default());
        let _standing = [3, 1].map(|used| stand(&line, used));
        let later = Instant::now() + LONGEST_WAIT * 2;
        assert_eq!(seconds(line.places().take(later)), 3);
    }

    #[tokio::test]
    async fn a_line_that_is_closed_lets_nobody_wait() {
        let line = Arc::new(Line::default());
        let _standing = stand(&line, 1);
        line.close();
        let _late = stand(&line, 1);
        assert!(line.next().is_none());
    }
}
