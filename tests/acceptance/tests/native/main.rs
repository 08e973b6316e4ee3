//! The connector's native logic over the simulator in process: what events cost, and how they end where debtors are many.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod call_budget;
mod club;
mod several_debtors;
mod small_pages;
