//! Compiled components, kept between starts.

pub mod envelope;
mod key;

pub use key::Key;
