//! The host that loads accounting connectors in a sandbox, drives them and replays fixtures.
#![deny(missing_docs)]

pub mod bench;
pub mod bindings;
pub mod cache;
pub mod component_info;
pub mod connector;
pub mod day_sheet;
pub mod digest;
pub mod directory;
pub mod egress;
pub mod engine;
pub mod installation;
pub mod measure;
pub mod processor;
pub mod replay;
pub mod sandbox;
pub mod scenario;
pub mod sizing;
pub mod table;
pub mod transport;
pub mod upgrade;
mod whole;
