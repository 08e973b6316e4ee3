//! What a connector costs on this machine, measured with what its fixtures recorded.
//!
//! Everything is measured in one run, turn by turn: each turn plays every fixture once with every connector, and who comes
//! first changes from turn to turn, so that whatever else the machine does falls on all alike. What is meant by each figure:
//! - an **event** is everything a scenario's event calls: one call, or for a catch-up one for each page. Its time is that of
//!   the calls: from handing over the input to having the answer, with a fresh instance each, the clock running and all
//!   limits on, and the instance gone again. What the host does around them (reading the scenario, checking and keeping what
//!   came of it) is not in it.
//! - **answers** come out of memory ([`Answers`]), at once: neither network nor simulator, and a recorded delay is not waited
//!   for. That the connector asks for what was recorded is proved once beforehand by a strict replay of the fixture; in the
//!   measured turns only method and address are looked at, since comparing bodies takes longer than some events.
//! - **fuel** comes from another engine that counts it, on a turn that is not timed; counting is not in the times.
//!
//! Times are told and never judged: they are those of this machine, now.

mod answers;
mod recorded;
mod run;
mod subject;
mod timed;

pub use answers::Answers;
pub use recorded::{Recorded, Took, Used};
pub use run::{BenchError, Cost, EventCost, FixtureCosts, Measured, Phase, Progress, SubjectCosts, measure};
pub use subject::{Engines, Subject, SubjectError};
