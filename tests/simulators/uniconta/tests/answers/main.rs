//! What the simulator answers: over HTTP, in process, and as a program.
//!
//! One program, since each has the simulator and its libraries linked into it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod books;
mod command;
mod control;
mod filter;
mod journal;
mod login;
mod modification_url;
mod posted_rows;
mod posting;
mod reads;
mod simulator;
mod trial;
mod writes;
