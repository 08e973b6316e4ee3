//! Why the service did not do what it was asked to.

use accounting_store::StoreError;

/// What kind of refusal it is, and so what the one who asked can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such thing.
    NotFound,
    /// What was sent is wrong; the message says what.
    Invalid,
    /// It does not go together with what is there.
    Conflict,
    /// Not now; the same may go well later.
    Unavailable,
    /// A defect of the host.
    Internal,
}

/// Why the service did not do what it was asked to. Holds no secrets and no personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ServiceError {
    /// What kind.
    pub refusal: Refusal,
    /// Stable code, e.g. `unknown-installation`.
    pub code: &'static str,
    /// What is wrong and what to do, in English, for developers and operators.
    pub message: String,
    /// The setting, field or parameter it is about; empty for none.
    pub subject: String,
}

impl ServiceError {
    /// A refusal about nothing in particular.
    pub fn new(refusal: Refusal, code: &'static str, message: impl Into<String>) -> Self {
        Self { refusal, code, message: message.into(), subject: String::new() }
    }

    /// The same, about this setting, field or parameter.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// What was sent is wrong.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Refusal::Invalid, code, message)
    }

    /// No installation of this id.
    pub fn unknown_installation(id: &str) -> Self {
        Self::new(Refusal::NotFound, "unknown-installation", format!("there is no installation {id}"))
    }

    /// A defect of the host.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Refusal::Internal, "internal", message)
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        let refusal = match &error {
            StoreError::Refused(_) => Refusal::Conflict,
            error if error.is_passing() => Refusal::Unavailable,
            StoreError::Closed => Refusal::Unavailable,
            _ => Refusal::Internal,
        };
        Self::new(refusal, "store", error.to_string())
    }
}
