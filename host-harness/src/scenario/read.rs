//! Reading a scenario: what is wrong, in which file, where.

use super::Scenario;
use std::path::{Path, PathBuf};

/// A scenario that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// The file cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// Not JSON, or not a scenario: an unknown or missing key, a value of the wrong kind.
    #[error("{}: line {line}, column {column}: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What is wrong, and what is allowed.
        reason: String,
    },
    /// It contradicts itself.
    #[error("{}: {place}: {reason}", path.display())]
    Contradiction {
        /// The file.
        path: PathBuf,
        /// Where, e.g. `events[2].edit.customer`.
        place: String,
        /// What is wrong, and what is allowed.
        reason: String,
    },
}

impl Scenario {
    /// Read a scenario from a file and check that it makes sense.
    ///
    /// # Errors
    /// The file cannot be read, is no scenario, or contradicts itself.
    pub fn read(path: &Path) -> Result<Self, ScenarioError> {
        let unreadable =
            |error: std::io::Error| ScenarioError::Unreadable { path: path.into(), reason: error.to_string() };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        Self::parse(&text, path)
    }

    /// Like [`Scenario::read`], with the text at hand; `path` is only named in errors.
    ///
    /// # Errors
    /// The text is no scenario, or contradicts itself.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ScenarioError> {
        let scenario: Self = serde_json::from_str(text).map_err(|error| ScenarioError::Malformed {
            path: path.into(),
            line: error.line(),
            column: error.column(),
            reason: without_place(&error),
        })?;
        scenario.check().map_err(|(place, reason)| ScenarioError::Contradiction {
            path: path.into(),
            place,
            reason,
        })?;
        Ok(scenario)
    }
}

/// The error's words without the line and column, which stand in front already.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}
