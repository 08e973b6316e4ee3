//! What became of a case.

use serde::Serialize;

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "result")]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not; what was expected and what was seen.
    Fails {
        /// One sentence or a few lines.
        seen: String,
    },
    /// The profile says not to try it.
    Skipped {
        /// Why, from the profile.
        reason: String,
    },
    /// The connector does not claim to be capable of it.
    NotNeeded {
        /// What it lacks.
        lacks: String,
    },
}

impl Verdict {
    /// In a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails { .. } => "fails",
            Self::Skipped { .. } => "skipped",
            Self::NotNeeded { .. } => "not needed",
        }
    }

    /// What there is to say beside the word; empty for nothing.
    pub fn remark(&self) -> &str {
        match self {
            Self::Holds => "",
            Self::Fails { seen } => seen,
            Self::Skipped { reason } => reason,
            Self::NotNeeded { lacks } => lacks,
        }
    }
}

/// Why a case does not hold, or why it could not be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// It does not hold.
    Fails(String),
    /// The connector does not claim to be capable of it, as only showed on the way.
    NotNeeded(String),
    /// The simulator did not do its part.
    CannotTry(String),
}

/// What a step of a case comes to.
pub(crate) type Checked<T = ()> = Result<T, Wrong>;

/// The case fails: what was expected, and what was seen.
pub(crate) fn fails<T>(seen: impl Into<String>) -> Checked<T> {
    Err(Wrong::Fails(seen.into()))
}

/// The case fails unless this is so.
pub(crate) fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { fails(otherwise()) }
}
