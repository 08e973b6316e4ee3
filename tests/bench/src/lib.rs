//! What a connector in the sandbox costs, beside what the same connector costs without one.
#![deny(missing_docs)]

pub mod error;
pub mod event;
pub mod native;
