//! Trials of the host as it runs: a child process that is killed, flooded, stopped for an hour or given thousands of
//! installations, between a model of FlexyBox that behaves as a careful host of customers would, and the simulator.
//!
//! Everything is real but the two ends: processes, sockets, files, clocks. So the trials find what tests in process cannot,
//! at the price that no run is the same twice: a seed repeats what is done, not when.
#![deny(missing_docs)]

pub mod api;
pub mod books;
pub mod club;
mod crowd;
pub mod days;
pub mod error;
pub mod flexybox;
pub mod life;
pub mod measure;
pub mod member;
mod probe;
pub mod process;
pub mod programs;
pub mod progress;
pub mod scene;
pub mod settle;
pub mod trials;
pub mod uniconta;
pub mod verdict;
