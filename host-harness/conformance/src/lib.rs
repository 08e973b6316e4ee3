//! The suite that any connector must pass, whoever wrote it and in whatever language.
//!
//! It knows no accounting system. A [`Profile`] says how to start a simulator of one, which settings are good and which are not;
//! the simulator offers the trial surface (package `accounting-trial`), through which the suite looks into the books, types as a
//! bookkeeper does and orders trouble on the line. What comes of it is judged by the contract alone.
//!
//! Every case begins with fresh books and a fresh FlexyBox, so cases say nothing of each other and several run side by side, each
//! on a simulator of its own. What they overheard (messages, details, log lines) is gathered, and the cases on trust judge all of
//! it at the end.
#![deny(missing_docs)]

mod cases;
mod overheard;
mod person;
mod profile;
mod report;
mod simulator;
mod stage;
mod suite;
mod verdict;

pub use cases::{Case, cases};
pub use profile::{BadSetting, Books, Customers, Profile, ProfileError, Replay, Simulator, Skip};
pub use report::{as_json, as_junit, as_table};
pub use simulator::SimulatorError;
pub use suite::{CannotRun, Ran, Suite, run};
pub use verdict::Verdict;
