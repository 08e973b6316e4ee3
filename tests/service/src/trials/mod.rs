//! The trials.

pub mod bulk;
pub mod down;
pub mod hooks;
pub mod kill;
pub mod many;
