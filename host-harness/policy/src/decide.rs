//! After a failed call: again, parked, paused, or split.
//!
//! There is no fifth way: nothing is ever dropped. What a decision does not say is kept as it was.

use crate::back_off::{BACK_OFF_CAP_MS, RETRY_AFTER_CAP_MS, jitter, window};
use crate::budget::next_day;
use crate::table::{ALONE_FROM_CRASHES, Follows, NEXT_DAY_SPREAD_MS, Row, Splits, Wait};
use crate::tally::Tally;
use crate::trouble::Trouble;
use crate::words::{Reason, Standing};

/// A call that failed, or one customer's part of a batch that came back with an error of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub trouble: Trouble,
    /// The attempt that was handed to the connector; 1 is the first.
    pub attempt: u32,
    /// What the event had failed of before this call.
    pub tally: Tally,
    /// How many customers failed together: the whole batch when the call failed as a whole; 1 for one customer's own
    /// error, a day, a webhook or a timer.
    pub customers: usize,
    /// How long the connector asked to wait, in milliseconds. More than [`RETRY_AFTER_CAP_MS`] counts as that much.
    pub retry_after_ms: Option<u64>,
    /// Now.
    pub now_ms: u64,
}

/// What the host does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The event runs again.
    RetryAt {
        /// Not earlier than this.
        not_before_ms: u64,
        /// Whether it must be the same input again, since an earlier attempt may have written. If not, it may be built
        /// anew from what is known now.
        keep_input: bool,
        /// Why, for people.
        reason: Reason,
    },
    /// The customer, day or other event rests, whole, until it changes or a person starts it again. Later events of the
    /// same customer do not wait for it: a change takes its place, and is handed the decision's attempt, since what it
    /// replaces may have written.
    Park {
        /// Why, for people.
        reason: Reason,
    },
    /// The installation calls nothing more until a person resumes it. All its events keep their places; this one runs
    /// again, with the same input.
    PauseInstallation {
        /// Why, for people.
        reason: Reason,
    },
    /// The batch becomes two, by [`halves`], which run at once, each as an event of its own with the decision's tally and
    /// attempt.
    Split {
        /// Why, for people.
        reason: Reason,
    },
}

impl Next {
    /// Why, for people.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        match self {
            Self::RetryAt { reason, .. }
            | Self::Park { reason }
            | Self::PauseInstallation { reason }
            | Self::Split { reason } => *reason,
        }
    }
}

/// What follows a failed call, and what to keep with the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What to do.
    pub next: Next,
    /// To be kept with the event, whatever is next.
    pub tally: Tally,
    /// The attempt to hand to the connector when the event runs again, by itself or by a person. Goes up with every call
    /// that was begun, counted or not: from 2 on the connector looks before it creates.
    pub attempt: u32,
    /// Whether the installation's health is `slow`: it goes on, but somebody should know.
    pub slow: bool,
    /// Whether nothing else may run in this host beside the event, since the host died twice while it ran.
    pub alone: bool,
}

/// What follows. `random` is a number from the whole range of `u64`, drawn anew for each failure.
#[must_use]
pub fn decide(failure: &Failure, random: u64) -> Decision {
    let trouble = failure.trouble;
    let row = trouble.row();
    let tally = failure.tally.after(trouble);
    let count = row.counts.map_or(0, |counter| tally.of(counter));
    let reached = |from: Option<u16>| from.is_some_and(|from| count >= from);
    let reason = |standing| Reason { trouble, standing };

    let parks = row.follows == Follows::Park || reached(row.park_from);
    let splits = failure.customers > 1
        && match row.splits {
            Splits::Never => false,
            Splits::AtOnce => true,
            Splits::BeforeParking => parks,
        };
    let next = if row.follows == Follows::Pause {
        Next::PauseInstallation { reason: reason(Standing::Paused) }
    } else if splits {
        Next::Split { reason: reason(Standing::Split) }
    } else if parks {
        Next::Park { reason: reason(Standing::Parked) }
    } else {
        Next::RetryAt {
            not_before_ms: not_before(&row, count, failure, random),
            keep_input: row.began || failure.attempt > 1,
            reason: reason(Standing::Waiting),
        }
    };
    Decision {
        next,
        tally,
        attempt: failure.attempt.saturating_add(u32::from(row.began)),
        slow: reached(row.slow_from),
        alone: tally.crashes >= ALONE_FROM_CRASHES,
    }
}

/// What the connector asked for, and a random part of the window on top.
fn not_before(row: &Row, count: u16, failure: &Failure, random: u64) -> u64 {
    let asked = failure.retry_after_ms.map(|wait| wait.min(RETRY_AFTER_CAP_MS));
    let from = failure.now_ms.saturating_add(asked.unwrap_or(0));
    let (from, window_ms) = match row.wait {
        Wait::AtOnce => (from, 0),
        Wait::UpTo(most) => (from, most.min(BACK_OFF_CAP_MS)),
        Wait::BackOffOrNextDay(_) if asked.is_none() => (next_day(failure.now_ms), NEXT_DAY_SPREAD_MS),
        Wait::BackOff(base) | Wait::BackOffOrNextDay(base) => (from, window(base, count)),
    };
    from.saturating_add(jitter(window_ms, random))
}

/// The two halves of a batch that is split, in its order; the first has one more if it is odd. Neither is empty when there
/// were two or more.
#[must_use]
pub fn halves<T>(batch: &[T]) -> (&[T], &[T]) {
    batch.split_at(batch.len().div_ceil(2))
}
