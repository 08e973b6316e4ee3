//! What every connector with bookkeeping would write again: a day's report checked before any call, the difference
//! between two revisions, the match between what should be in the books and what is, and where in FlexyBox to mend things.
//!
//! An accounting system is not asked here, and none is named.

pub mod check;
pub mod days;
pub mod difference;
mod digest;
pub mod entry;
pub mod found;
pub mod place;
pub mod revisions;
pub mod texts;

pub use digest::{Fingerprint, voucher_of};
