//! How often an event has failed, told apart by what it failed of.
//!
//! One number would not do: after a night without the accounting system an event has dozens of tries behind it, and the
//! first defect or unknown outcome that followed would be taken for the last straw. So what leads to a person is counted
//! by itself, and never counts against anything else.

use crate::trouble::Trouble;

/// What a try is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counter {
    /// The accounting system was out of reach or wanted fewer calls.
    Waits,
    /// Whether something was written stayed unknown.
    Doubts,
    /// The connector failed: its own error, a trap, a limit, a broken contract.
    Defects,
    /// The host died meanwhile; in a row.
    Crashes,
}

/// The failed tries of one event, kept with it. A new event, and one that a person starts again, begins with
/// [`Tally::default`]; both halves of a split batch begin with the whole one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Tally {
    /// See [`Counter::Waits`].
    pub waits: u16,
    /// See [`Counter::Doubts`].
    pub doubts: u16,
    /// See [`Counter::Defects`].
    pub defects: u16,
    /// See [`Counter::Crashes`]. Begins anew with any other outcome of a call.
    pub crashes: u16,
}

impl Tally {
    /// The count of one kind.
    #[must_use]
    pub const fn of(self, counter: Counter) -> u16 {
        match counter {
            Counter::Waits => self.waits,
            Counter::Doubts => self.doubts,
            Counter::Defects => self.defects,
            Counter::Crashes => self.crashes,
        }
    }

    /// With one more of what this trouble counts as. A call that was never begun says nothing about the crashes before it,
    /// so `busy` leaves all as it is.
    #[must_use]
    pub const fn after(self, trouble: Trouble) -> Self {
        let mut next = self;
        let row = trouble.row();
        if row.began && !matches!(row.counts, Some(Counter::Crashes)) {
            next.crashes = 0;
        }
        match row.counts {
            Some(Counter::Waits) => next.waits = self.waits.saturating_add(1),
            Some(Counter::Doubts) => next.doubts = self.doubts.saturating_add(1),
            Some(Counter::Defects) => next.defects = self.defects.saturating_add(1),
            Some(Counter::Crashes) => next.crashes = self.crashes.saturating_add(1),
            None => {}
        }
        next
    }

    /// As one number, for one column of a store; [`Tally::default`] is 0.
    #[must_use]
    pub fn to_number(self) -> i64 {
        let [a, b] = self.waits.to_be_bytes();
        let [c, d] = self.doubts.to_be_bytes();
        let [e, f] = self.defects.to_be_bytes();
        let [g, h] = self.crashes.to_be_bytes();
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    }

    /// Back from [`to_number`](Self::to_number). Every number is a tally.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
        let count = |high, low| u16::from_be_bytes([high, low]);
        Self { waits: count(a, b), doubts: count(c, d), defects: count(e, f), crashes: count(g, h) }
    }
}
