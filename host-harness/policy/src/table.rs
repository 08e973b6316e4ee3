//! The table of what follows each trouble: the one place where that is said.

use crate::tally::Counter;
use crate::trouble::Trouble;

/// The first window while the accounting system is out of reach: 1 second, since most such faults are over by then.
pub const BACK_OFF_BASE_MS: u64 = 1_000;

/// The first window after a defect: 5 minutes, since code does not mend itself in a second, but what confused it may pass.
pub const DEFECT_BASE_MS: u64 = 5 * 60 * 1_000;

/// The longest wait for a place in the host: 2 seconds, about as long as a call takes.
pub const BUSY_WAIT_MS: u64 = 2_000;

/// Over how long what waited for a new budget day begins: 15 minutes, so that not all of it begins at midnight.
pub const NEXT_DAY_SPREAD_MS: u64 = 15 * 60 * 1_000;

/// From so many failed tries on the installation counts as slow: 12, about half an hour of waiting.
pub const SLOW_FROM_TRIES: u16 = 12;

/// From so many rate limits on the installation counts as slow: 3, since each may be a whole day.
pub const SLOW_FROM_RATE_LIMITS: u16 = 3;

/// After so many unknown outcomes a person looks: 20, one to three hours.
pub const UNCERTAIN_TRIES: u16 = 20;

/// After so many defects a person looks: 3, which takes 15 minutes at most.
pub const DEFECT_TRIES: u16 = 3;

/// After so many crashes in a row an event is taken for what kills the host: 3. Two may be bad luck.
pub const CRASHES: u16 = 3;

/// From so many crashes in a row on an event runs alone: 2. Whatever else ran when the host died is innocent, and is
/// counted out before the third.
pub const ALONE_FROM_CRASHES: u16 = 2;

/// What follows in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Follows {
    /// Tried again by itself.
    Retry,
    /// Parked until it changes or a person starts it again.
    Park,
    /// The installation pauses; the event keeps its place and runs again when a person resumes it.
    Pause,
}

/// How long a retry waits, on top of what the connector asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wait {
    /// Not at all.
    AtOnce,
    /// A random part of this, in milliseconds, however often.
    UpTo(u64),
    /// A random part of a window that begins with this, in milliseconds, and doubles up to
    /// [`BACK_OFF_CAP_MS`](crate::BACK_OFF_CAP_MS).
    BackOff(u64),
    /// As [`BackOff`](Self::BackOff) where the connector said how long; else until the next budget day, spread over
    /// [`NEXT_DAY_SPREAD_MS`].
    BackOffOrNextDay(u64),
}

/// What becomes of a batch of several that failed as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Splits {
    /// It stays whole: the trouble is not about one of them.
    Never,
    /// Halved at once, so that the one that spoils it is found and the others go on.
    AtOnce,
    /// Halved where one alone would be parked.
    BeforeParking,
}

/// What follows one trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Row {
    /// What went wrong.
    pub trouble: Trouble,
    /// What follows.
    pub follows: Follows,
    /// How long a retry waits.
    pub wait: Wait,
    /// What the try is counted as; `None`: not counted.
    pub counts: Option<Counter>,
    /// From this count on it is parked instead of tried again.
    pub park_from: Option<u16>,
    /// From this count on the installation's health is `slow`.
    pub slow_from: Option<u16>,
    /// What becomes of a batch.
    pub splits: Splits,
    /// Whether the call was begun, so that something may have been written.
    pub began: bool,
}

const fn pause(trouble: Trouble) -> Row {
    Row {
        trouble,
        follows: Follows::Pause,
        wait: Wait::AtOnce,
        counts: None,
        park_from: None,
        slow_from: None,
        splits: Splits::Never,
        began: true,
    }
}

const fn park(trouble: Trouble, splits: Splits) -> Row {
    Row { follows: Follows::Park, splits, ..pause(trouble) }
}

const fn retry(trouble: Trouble, wait: Wait) -> Row {
    Row { follows: Follows::Retry, wait, ..pause(trouble) }
}

const fn defect(trouble: Trouble) -> Row {
    Row {
        counts: Some(Counter::Defects),
        park_from: Some(DEFECT_TRIES),
        splits: Splits::AtOnce,
        ..retry(trouble, Wait::BackOff(DEFECT_BASE_MS))
    }
}

impl Trouble {
    /// What follows it.
    #[must_use]
    pub const fn row(self) -> Row {
        match self {
            Self::Config | Self::Auth => pause(self),
            Self::Validation | Self::Conflict => park(self, Splits::AtOnce),
            Self::Unsupported => park(self, Splits::Never),
            Self::RateLimited => Row {
                counts: Some(Counter::Waits),
                slow_from: Some(SLOW_FROM_RATE_LIMITS),
                ..retry(self, Wait::BackOffOrNextDay(BACK_OFF_BASE_MS))
            },
            Self::Transient => Row {
                counts: Some(Counter::Waits),
                slow_from: Some(SLOW_FROM_TRIES),
                ..retry(self, Wait::BackOff(BACK_OFF_BASE_MS))
            },
            Self::Uncertain => Row {
                counts: Some(Counter::Doubts),
                park_from: Some(UNCERTAIN_TRIES),
                slow_from: Some(SLOW_FROM_TRIES),
                splits: Splits::BeforeParking,
                ..retry(self, Wait::BackOff(BACK_OFF_BASE_MS))
            },
            Self::Internal | Self::Trapped | Self::Limit | Self::Contract => defect(self),
            Self::Busy => Row { began: false, ..retry(self, Wait::UpTo(BUSY_WAIT_MS)) },
            Self::Store => retry(self, Wait::UpTo(BUSY_WAIT_MS)),
            Self::Crashed => Row {
                counts: Some(Counter::Crashes),
                park_from: Some(CRASHES),
                splits: Splits::BeforeParking,
                ..retry(self, Wait::AtOnce)
            },
        }
    }
}

/// One row for each trouble, in the order of [`Trouble::ALL`].
pub const TABLE: [Row; Trouble::ALL.len()] = [
    Trouble::Config.row(),
    Trouble::Auth.row(),
    Trouble::Validation.row(),
    Trouble::Conflict.row(),
    Trouble::RateLimited.row(),
    Trouble::Transient.row(),
    Trouble::Uncertain.row(),
    Trouble::Unsupported.row(),
    Trouble::Internal.row(),
    Trouble::Trapped.row(),
    Trouble::Limit.row(),
    Trouble::Contract.row(),
    Trouble::Busy.row(),
    Trouble::Store.row(),
    Trouble::Crashed.row(),
];
