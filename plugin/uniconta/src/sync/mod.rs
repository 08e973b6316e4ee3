//! Keeping customers and debtors alike: the two tables of the design, one row after the other.

mod blocking;
mod finding;
mod incoming;
mod inserting;
mod outgoing;
mod pairing;
mod plan;
mod reconcile;
mod result;
mod written;

pub use incoming::{Incoming, gone, incoming, says_nothing_new};
pub use outgoing::customers_changed;
