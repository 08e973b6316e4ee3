//! What a connector in the sandbox costs, beside what the same connector costs without one, and beside the alternatives.
#![deny(missing_docs)]

pub mod contender;
pub mod count;
pub mod error;
pub mod event;
pub mod lines;
pub mod live;
pub mod native;
pub mod plumbing;
pub mod report;
pub mod sandboxed;
pub mod side_by_side;
pub mod whole;
