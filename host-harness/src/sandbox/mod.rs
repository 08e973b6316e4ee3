//! What surrounds a connector while it runs: its limits, its log, and the only doors out.

mod clock;
mod hooks;
mod imports;
mod limits;
mod log;
mod outgoing;
mod state;
mod traffic;

pub use limits::*;
pub use log::{LogLine, LogSource};
pub(crate) use traffic::SharedLedger;
pub use traffic::{Refused, Traffic};

pub use crate::bindings::imports::log::Level;

pub(crate) use hooks::Hooks;
pub(crate) use imports::linker;
pub(crate) use log::one_line;
pub(crate) use state::{Fatal, State};
