//! The host that loses nothing, with the component as it is shipped: a service in process over a store on the disk, the
//! simulated accounting system on a loopback address, and a small FlexyBox that keeps the rules.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod books;
mod both_ways;
mod clock;
mod club;
mod connectors;
mod days;
mod ending;
mod failing_store;
mod fairness;
mod in_order;
mod link;
mod log;
mod migrate;
mod recording;
mod secrets;
mod stage;
mod switching_on;
mod time;
mod troubles;
mod two_systems;
