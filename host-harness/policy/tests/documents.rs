//! The decision record shows the tables as they are.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_policy::{budget_markdown, table_markdown};

const RECORD: &str = include_str!("../../../docs/decisions/0017-what-follows-a-failure.md");

#[test]
fn the_decision_record_has_the_table_of_failures() {
    assert!(RECORD.contains(&table_markdown()), "put this into the record:\n{}", table_markdown());
}

#[test]
fn the_decision_record_has_the_table_of_the_budget() {
    assert!(RECORD.contains(&budget_markdown()), "put this into the record:\n{}", budget_markdown());
}
