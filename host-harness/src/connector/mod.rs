//! A connector: a component that was looked at, compiled and linked, and is called with a fresh instance each time.

mod call;
mod compiled;
mod contract;
mod fit;
mod imports;
mod load;
mod nothing;
mod report;

pub use call::Surroundings;
pub use compiled::Code;
pub use contract::{CONTRACT, CONTRACT_VERSION, made_for};
pub use imports::{ALLOWED_IMPORTS, REQUIRED_EXPORTS};
pub use load::{Connector, LoadError};
pub use report::{CallError, CallReport, Function};
