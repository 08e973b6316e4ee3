//! When timers go off, spread so that thousands of installations do not begin in the same second.
//!
//! A timer is a grid: one moment in each interval, shifted by a number that hangs on the installation and the timer alone.
//! So nothing needs to be remembered, a host that starts again finds the same grid, and a clock that is set back only
//! finds an earlier place on it. The price is that the first time may be nearly a whole interval away.

use fnv::FnvHasher;
use std::hash::Hasher;

/// How often an installation is checked unless set otherwise: each hour, 24 to 72 calls of a day's budget.
pub const CHECK_EVERY_MS: u64 = 60 * 60 * 1_000;

/// How often lost changes are looked for unless set otherwise: each half hour, 48 calls of a day's budget when there are none.
pub const CATCH_UP_EVERY_MS: u64 = 30 * 60 * 1_000;

/// No interval is shorter: a minute. A shorter one would use up a day's budget by itself.
pub const SHORTEST_INTERVAL_MS: u64 = 60 * 1_000;

/// No interval is longer: a week. What is rarer is as good as never.
pub const LONGEST_INTERVAL_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

/// Within how long after a link was found in error: a minute. It is one installation, and its people wait.
const LINK_IN_ERROR_WITHIN_MS: u64 = 60 * 1_000;

/// Within how long after the host was down: 10 minutes. It is all installations at once, a few each second.
const HOST_WAS_DOWN_WITHIN_MS: u64 = 10 * 60 * 1_000;

/// What goes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    /// `check` of the contract: is all well?
    Check,
    /// `catch-up` of the contract: what was missed?
    CatchUp,
}

/// Why a timer goes off sooner, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Occasion {
    /// The accounting system has marked the link in error, so that it calls nobody; or the mark was just taken away.
    LinkInError,
    /// The host was down, so that calls of the link found nobody.
    HostWasDown,
}

impl Timer {
    /// How often it goes off unless set otherwise, in milliseconds.
    #[must_use]
    pub const fn interval_ms(self) -> u64 {
        match self {
            Self::Check => CHECK_EVERY_MS,
            Self::CatchUp => CATCH_UP_EVERY_MS,
        }
    }

    /// When it goes off next for this installation: later than now, and at most one interval away. An interval outside
    /// [`SHORTEST_INTERVAL_MS`] and [`LONGEST_INTERVAL_MS`] counts as the nearer of the two.
    #[must_use]
    pub fn next_after(self, interval_ms: u64, now_ms: u64, installation: &str) -> u64 {
        let interval = allowed(interval_ms);
        let place = self.offset(installation, interval);
        let here = now_ms % interval;
        let wait = if place > here { place - here } else { interval - (here - place) };
        now_ms.saturating_add(wait)
    }

    /// The moment that was stored as the next, unless the clock was set back or the interval shortened since: a moment
    /// more than one interval away is found anew. One that has passed stays: it is due.
    #[must_use]
    pub fn stored_or_next(self, stored_ms: u64, interval_ms: u64, now_ms: u64, installation: &str) -> u64 {
        if stored_ms <= now_ms.saturating_add(allowed(interval_ms)) {
            stored_ms
        } else {
            self.next_after(interval_ms, now_ms, installation)
        }
    }

    /// When it goes off where there is an occasion: soon, spread over a minute or ten, and never later than without one.
    #[must_use]
    pub fn sooner(self, occasion: Occasion, interval_ms: u64, now_ms: u64, installation: &str) -> u64 {
        let within = match occasion {
            Occasion::LinkInError => LINK_IN_ERROR_WITHIN_MS,
            Occasion::HostWasDown => HOST_WAS_DOWN_WITHIN_MS,
        };
        let soon = now_ms.saturating_add(self.offset(installation, within));
        soon.min(self.next_after(interval_ms, now_ms, installation))
    }

    /// The two timers of an installation have nothing to do with each other.
    fn offset(self, installation: &str, within_ms: u64) -> u64 {
        let salt: &[u8] = match self {
            Self::Check => b"check",
            Self::CatchUp => b"catch-up",
        };
        salted_offset(installation, salt, within_ms)
    }
}

fn allowed(interval_ms: u64) -> u64 {
    interval_ms.clamp(SHORTEST_INTERVAL_MS, LONGEST_INTERVAL_MS)
}

/// A number in `0..within_ms`, 0 when that is empty, that hangs on the installation alone: the same on every host and in
/// every version. Spreads what would begin together.
#[must_use]
pub fn offset(installation: &str, within_ms: u64) -> u64 {
    salted_offset(installation, b"", within_ms)
}

fn salted_offset(installation: &str, salt: &[u8], within_ms: u64) -> u64 {
    // Not the standard library's hasher: that may be another with the next compiler.
    let mut hasher = FnvHasher::default();
    hasher.write(installation.as_bytes());
    hasher.write(&[0]);
    hasher.write(salt);
    hasher.finish().checked_rem(within_ms).unwrap_or(0)
}
