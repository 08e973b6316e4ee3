//! How a command ends, and how its answer gets out.

use serde::Serialize;
use std::io::Write as _;

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good,
    Failed,
    /// Part of it could not run; the answer said so already.
    PartlyUnusable,
}

impl Verdict {
    pub(crate) fn of(good: bool) -> Self {
        if good { Self::Good } else { Self::Failed }
    }
}

/// Why a command could not run.
#[derive(Debug)]
pub(crate) struct CannotRun(pub(crate) String);

impl<E: std::error::Error> From<E> for CannotRun {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Write to standard output; a reader that went away (`| head`) is no error.
pub(crate) fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Write one JSON object, keys sorted.
pub(crate) fn print_json<T: Serialize>(value: &T) -> Result<(), CannotRun> {
    let value = serde_json::to_value(value)?;
    print(&host_harness::replay::pretty(&value));
    Ok(())
}
