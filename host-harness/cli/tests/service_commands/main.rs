//! The commands around a running host: keys, API keys, backups, and what is asked of it over its API.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test panics when it fails"
)]

mod arguments;
mod asking;
mod backups;
mod host;
mod keys;
mod moving;
mod run;
mod switching_on;
