//! Keeping customers and debtors alike: the two tables of the design, one row after the other.

mod ahead;
mod blocking;
mod finding;
mod incoming;
mod inserting;
mod memory;
mod outgoing;
mod pairing;
mod reconcile;
mod written;

pub use ahead::Look;
pub use incoming::{gone, incoming, says_nothing_new};
pub use outgoing::customers_changed;
