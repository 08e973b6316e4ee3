//! A simulator of Toy Ledger, an accounting system that does not exist: JSON over HTTP, debtors and vouchers with ids of its
//! own, a link that it calls, and the trial surface by which the conformance suite looks inside.
//!
//! It stands in memory and is strict where real systems are: a wrong key, a number that is taken, a voucher that does not
//! balance are refused. In place of Toy Ledger's rules put those of your accounting system, and give each guess about it a
//! switch.
#![deny(missing_docs)]

mod answer;
mod api;
mod books;
mod faults;
mod serve;
mod trial;

pub use serve::{Simulated, serve};
