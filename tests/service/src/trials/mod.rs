//! The trials.

pub mod bulk;
pub mod down;
pub mod hooks;
pub mod hostile;
pub mod kill;
pub mod many;
