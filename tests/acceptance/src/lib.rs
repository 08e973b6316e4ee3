//! What the acceptance tests and the demo share.
#![deny(missing_docs)]

pub mod demo;
pub mod in_process;
pub mod ledger;
pub mod recording;
pub mod trouble;
