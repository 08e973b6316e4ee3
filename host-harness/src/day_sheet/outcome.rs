//! What a connector makes of a day.

use crate::bindings::exports::on_day_closed::Receipt;
use crate::bindings::types::ErrorKind;
use crate::installation::{RunError, RunResult};

/// What a connector makes of a day.
#[derive(Debug, Clone)]
pub enum DayOutcome {
    /// It is in the books.
    Booked(Box<Receipt>),
    /// It is refused: each of these must be put right, one a line.
    Refused {
        /// Stable code.
        code: String,
        /// The connector's message, line by line.
        lines: Vec<String>,
    },
    /// The connector gave up; whether the day can be booked is not known. Where a request had no answer, for want of it.
    Stopped {
        /// Stable code; empty when the call itself failed.
        code: String,
        /// The message, line by line.
        lines: Vec<String>,
    },
}

impl DayOutcome {
    pub(super) fn of(result: &Result<RunResult, RunError>, unanswered: bool, hide: impl Fn(&str) -> String) -> Self {
        let lines = |message: &str| hide(message).lines().map(str::to_owned).collect();
        match result {
            Ok(RunResult::DayClosed(receipt)) => {
                let mut receipt = receipt.clone();
                for adjustment in &mut receipt.adjustments {
                    adjustment.message = hide(&adjustment.message);
                }
                Self::Booked(Box::new(receipt))
            }
            Ok(_) => Self::Stopped { code: String::new(), lines: Vec::new() },
            Err(RunError::Connector(error)) => {
                let (code, lines) = (error.code.clone(), lines(&error.message));
                if says_nothing_of_the_day(error.kind, unanswered) {
                    Self::Stopped { code, lines }
                } else {
                    Self::Refused { code, lines }
                }
            }
            Err(error) => Self::Stopped { code: String::new(), lines: lines(&error.to_string()) },
        }
    }

    /// The receipt, if there is one.
    pub fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Booked(receipt) => Some(receipt),
            Self::Refused { .. } | Self::Stopped { .. } => None,
        }
    }
}

/// Errors of the way there and back. Where a request had no answer, a connector may also call that a failure of its own.
fn says_nothing_of_the_day(kind: ErrorKind, unanswered: bool) -> bool {
    match kind {
        ErrorKind::Transient | ErrorKind::Uncertain | ErrorKind::RateLimited => true,
        ErrorKind::Internal => unanswered,
        ErrorKind::Config | ErrorKind::Auth | ErrorKind::Validation | ErrorKind::Conflict | ErrorKind::Unsupported => {
            false
        }
    }
}
