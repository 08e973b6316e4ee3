//! The host that loads accounting connectors in a sandbox, drives them and replays fixtures.
#![deny(missing_docs)]

pub mod bindings;
pub mod directory;
pub mod transport;
