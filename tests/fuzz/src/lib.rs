//! What must hold of everything that reads what comes from outside, whatever comes.
//!
//! Each target is a plain function of bytes that panics when one of its laws is broken. So the same function is driven by
//! libFuzzer (`cargo xtask fuzz`), which looks for new bytes by what the code does with them, and by a test over the bytes
//! that are kept here (`corpus`, `regressions`), which every run of the tests makes. An input is text in sections with a line
//! `%` between them: people can read one, write one, and see in a difference what changed.
#![deny(missing_docs)]
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a law that is broken panics: that is what is looked for"
)]

pub mod answers;
pub mod cached;
mod club;
mod exact;
pub mod fixture;
mod input;
mod laws;
pub mod odata;
pub mod webhook;

/// A target: its name, and the function that holds bytes against its laws.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 5] = [
    ("webhook", webhook::check),
    ("answers", answers::check),
    ("odata", odata::check),
    ("fixture", fixture::check),
    ("cached", cached::check),
];
