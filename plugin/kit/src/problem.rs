//! Errors and findings, built so that nothing is forgotten: a kind, a stable code, and a text in the reader's language.

use crate::types::{Error, ErrorKind, Finding, Locale, Severity};

/// Say something in the reader's language: `say!(locale, "dansk {x}", "English {x}")`.
#[macro_export]
macro_rules! say {
    ($locale:expr, $da:literal, $en:literal $(, $($arg:tt)*)?) => {
        match $locale {
            $crate::types::Locale::Da => ::std::format!($da $(, $($arg)*)?),
            $crate::types::Locale::En => ::std::format!($en $(, $($arg)*)?),
        }
    };
}

/// An error; see the contract for what each kind makes the host do.
pub fn error(kind: ErrorKind, code: impl Into<String>, message: String) -> Error {
    Error { kind, code: code.into(), message, detail: None, retry_after_ms: None, subject: None }
}

/// What is added to an error as its cause becomes known.
pub trait ErrorExt {
    /// For the operator: no secrets, no personal data.
    fn detail(self, detail: impl Into<String>) -> Self;
    /// The setting, field or line it is about.
    fn about(self, subject: impl Into<String>) -> Self;
    /// How long to wait.
    fn retry_after_ms(self, ms: Option<u64>) -> Self;
    /// The same error as a finding of the settings page or a check.
    fn into_finding(self, steps: Vec<String>) -> Finding;
}

impl ErrorExt for Error {
    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
    fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
    fn retry_after_ms(mut self, ms: Option<u64>) -> Self {
        self.retry_after_ms = ms;
        self
    }
    fn into_finding(self, steps: Vec<String>) -> Finding {
        Finding { severity: Severity::Error, code: self.code, message: self.message, steps, subject: self.subject }
    }
}

/// A finding.
pub fn finding(severity: Severity, code: impl Into<String>, subject: Option<&str>, message: String) -> Finding {
    Finding { severity, code: code.into(), message, steps: Vec::new(), subject: subject.map(str::to_owned) }
}

/// Whether an error stands for the whole installation, so that going on with the next customer would only repeat it.
pub fn concerns_everyone(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Auth | ErrorKind::Config | ErrorKind::RateLimited)
}

/// The answer of a connector that does not do something, named in both languages.
pub fn unsupported(locale: Locale, connector: &str, what_da: &str, what_en: &str) -> Error {
    let message = match locale {
        Locale::Da => format!("{connector} kan ikke {what_da}"),
        Locale::En => format!("{connector} cannot {what_en}"),
    };
    error(ErrorKind::Unsupported, "kit.unsupported", message)
}
