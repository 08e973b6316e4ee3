//! Errors and findings, built so that nothing is forgotten: a kind, a stable code, and a text in the reader's language.

use crate::types::{Error, ErrorKind, Finding, Severity};
use std::fmt::{Display, Write as _};

/// Say something in the reader's language: `say!(locale, "dansk {x}", "English {x}", x = value)`.
///
/// The text is filled in when it is read and not when it is compiled, as `format!` would: a connector has a hundred of
/// them, and each would be a piece of code of its own.
#[macro_export]
macro_rules! say {
    ($locale:expr, $da:literal, $en:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::problem::fill(
            match $locale {
                $crate::types::Locale::Da => $da,
                $crate::types::Locale::En => $en,
            },
            &[$((stringify!($name), &$value as &dyn ::std::fmt::Display)),*],
        )
    };
}

/// Put values in the place of their names in braces. A brace that belongs to no value stays as it is.
pub fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let named = after.split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, tail))
        });
        debug_assert!(named.is_some(), "no value for a name in: {text}");
        match named {
            Some((value, tail)) => {
                let _ = write!(out, "{value}");
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// An error; see the contract for what each kind makes the host do.
pub fn error(kind: ErrorKind, code: impl Into<String>, message: String) -> Error {
    Error { kind, code: code.into(), message, detail: None, retry_after_ms: None, subject: None }
}

/// The accounting system a connector is for: how codes begin, and what people call it.
#[derive(Debug, Clone, Copy)]
pub struct System {
    /// The connector's id; the first part of its codes.
    pub id: &'static str,
    /// The name in texts.
    pub name: &'static str,
}

impl System {
    /// An error of this connector; `code` is what stands behind its id.
    pub fn error(self, kind: ErrorKind, code: &str, message: String) -> Error {
        error(kind, self.code(code), message)
    }

    /// A code of this connector.
    pub fn code(self, code: &str) -> String {
        let mut out = String::from(self.id);
        out.push('.');
        out.push_str(code);
        out
    }
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

#[cfg(test)]
mod tests {
    use crate::types::Locale;

    #[test]
    fn values_stand_where_their_names_stood_and_are_not_read_again() {
        let message = say!(Locale::Da, "{a} og {b}, {a}", "{a} and {b}", a = "{b}", b = 2);
        assert_eq!(message, "{b} og 2, {b}");
        assert_eq!(say!(Locale::En, "ja", "yes"), "yes");
    }
}
