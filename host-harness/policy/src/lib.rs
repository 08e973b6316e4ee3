//! What the accounting host does after a call of a connector, before the next one, and on its timers.
//!
//! Everything here is arithmetic on values that are handed in: no clock, no randomness, no store, no network. So every
//! answer can be tested for every moment, and two hosts that share a store come to the same one. The price is that the
//! caller keeps what there is to keep: for each event the attempt and a [`Tally`], for each installation a [`Budget`] and
//! the times its timers are due.
//!
//! | question | answer |
//! |---|---|
//! | a call failed: what now? | [`decide`], by the one table [`TABLE`] |
//! | may this call be made today? | [`Budget::may_run`], by the one table [`SHARES`] |
//! | when does a timer go off next? | [`Timer::next_after`] |
//!
//! ```
//! use accounting_policy::{Failure, Locale, Next, Tally, Trouble, decide};
//!
//! // The third attempt at a batch of 40 customers: the component broke down. Before that the accounting system was away, twice.
//! let tally = Tally { waits: 2, ..Tally::default() };
//! let failure = Failure {
//!     trouble: Trouble::Trapped,
//!     attempt: 3,
//!     tally,
//!     customers: 40,
//!     retry_after_ms: None,
//!     now_ms: 1_795_000_000_000,
//! };
//! let decision = decide(&failure, 0x9e37_79b9_7f4a_7c15);
//! assert!(matches!(decision.next, Next::Split { .. }));
//! assert_eq!(decision.attempt, 4);
//! assert_eq!(
//!     decision.next.reason().text(Locale::En),
//!     "the connector broke down; it is tried again in smaller parts, so that the others can go on"
//! );
//! ```
//!
//! Moments and durations are milliseconds; moments count from 1970-01-01T00:00:00Z. Nothing overflows: what is too large
//! stays at the largest number.

#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod back_off;
mod budget;
mod decide;
mod markdown;
mod pace;
mod switch_on;
mod table;
mod tally;
mod trouble;
mod words;

pub use back_off::{BACK_OFF_CAP_MS, RETRY_AFTER_CAP_MS, jitter, window};
pub use budget::{Budget, DAY_MS, DEFAULT_DAILY_CALLS, Permission, SHARES, Share, Work, next_day};
pub use decide::{Decision, Failure, Next, decide, halves};
pub use markdown::{budget_markdown, table_markdown};
pub use pace::{CATCH_UP_EVERY_MS, CHECK_EVERY_MS, LONGEST_INTERVAL_MS, Occasion, SHORTEST_INTERVAL_MS, Timer, offset};
pub use switch_on::{CUSTOMERS_A_CALL, Calls, Plan, decide_and_write, look_ahead};
pub use table::{
    ALONE_FROM_CRASHES, BACK_OFF_BASE_MS, BUSY_WAIT_MS, CRASHES, DEFECT_BASE_MS, DEFECT_TRIES, Follows,
    NEXT_DAY_SPREAD_MS, Row, SLOW_FROM_RATE_LIMITS, SLOW_FROM_TRIES, Splits, TABLE, UNCERTAIN_TRIES, Wait,
};
pub use tally::{Counter, Tally};
pub use trouble::Trouble;
pub use words::{Reason, Standing};

/// The language a person at the screen reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// Danish.
    #[default]
    Da,
    /// English.
    En,
}
