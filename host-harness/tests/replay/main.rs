//! Replay, record and dry-run, driven by a small connector made for these tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod alterations;
mod bench;
mod books;
mod day_sheets;
mod days;
mod driver;
mod dry_runs;
mod installation;
mod mismatches;
mod people;
mod recordings;
mod scenarios;
mod stage;
mod upgrades;
