//! What the acceptance tests and the demo share.
#![deny(missing_docs)]

pub mod in_process;
