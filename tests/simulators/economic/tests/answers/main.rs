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

mod collections;
mod command;
mod control;
mod customers;
mod gate;
mod journals;
mod scene;
mod schemas;
mod service_customers;
mod services;
mod trial;
mod verified;
mod webhooks;
