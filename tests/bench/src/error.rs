//! Why something could not be measured.

/// It could not be run; in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CannotRun(String);

impl CannotRun {
    /// In words.
    pub fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// In the words of whatever went wrong.
    pub fn because(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl From<std::io::Error> for CannotRun {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}
