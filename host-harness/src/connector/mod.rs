//! A connector: a component that was looked at, compiled and linked, and is called with a fresh instance each time.

mod call;
mod fit;
mod imports;
mod load;
mod nothing;
mod report;

pub use call::Surroundings;
pub use imports::{ALLOWED_IMPORTS, CONTRACT, CONTRACT_VERSION, REQUIRED_EXPORTS};
pub use load::{Connector, LoadError};
pub use report::{CallError, CallReport, Function};
