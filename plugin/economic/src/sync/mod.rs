//! Keeping customers alike: the two tables of the design, one row after the other.

mod blocking;
mod finding;
mod incoming;
mod inserting;
mod outgoing;
mod pairing;
mod reconcile;

pub use incoming::{gone, incoming, renumbered};
pub use outgoing::customers_changed;
