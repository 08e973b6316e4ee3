//! What an API key may do.
//!
//! Scopes do not contain one another, save for `admin`, which contains all: what a key may do is what its list says.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// One thing that a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// `installations:read`: see installations, their settings without secret values, their health.
    InstallationsRead,
    /// `installations:write`: create and remove installations, change settings, make a new link.
    InstallationsWrite,
    /// `customers:write`: hand over changes of customers.
    CustomersWrite,
    /// `days:write`: hand over closed days.
    DaysWrite,
    /// `outbox:read`: read what is to be applied to customers, and acknowledge it.
    OutboxRead,
    /// `operate`: retry or drop what is parked, pause and resume, swap connectors, back up.
    Operate,
    /// `metrics:read`: read the figures for monitoring.
    MetricsRead,
    /// `admin`: all of these, and the API keys themselves.
    Admin,
}

impl Scope {
    /// All of them, in the order of the documents.
    pub const ALL: [Self; 8] = [
        Self::InstallationsRead,
        Self::InstallationsWrite,
        Self::CustomersWrite,
        Self::DaysWrite,
        Self::OutboxRead,
        Self::Operate,
        Self::MetricsRead,
        Self::Admin,
    ];

    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InstallationsRead => "installations:read",
            Self::InstallationsWrite => "installations:write",
            Self::CustomersWrite => "customers:write",
            Self::DaysWrite => "days:write",
            Self::OutboxRead => "outbox:read",
            Self::Operate => "operate",
            Self::MetricsRead => "metrics:read",
            Self::Admin => "admin",
        }
    }

    /// Whether a key with this scope may do what needs `needed`.
    #[must_use]
    pub fn allows(self, needed: Self) -> bool {
        self == Self::Admin || self == needed
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text).ok_or_else(|| ScopeError::unknown(text))
    }
}

/// What a key may do, all in all; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether a key with these may do what needs `needed`.
    #[must_use]
    pub fn allows(&self, needed: Scope) -> bool {
        self.0.iter().any(|scope| scope.allows(needed))
    }

    /// Each of them once, in the order of [`Scope::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

impl From<Scope> for Scopes {
    fn from(scope: Scope) -> Self {
        Self(BTreeSet::from([scope]))
    }
}

/// Separated by commas, as [`Scopes::from_str`] reads them.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, scope) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            write!(f, "{comma}{scope}")?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = ScopeError;

    /// Scopes separated by commas; spaces around one do not matter, nor does the same one twice.
    fn from_str(text: &str) -> Result<Self, ScopeError> {
        if text.trim().is_empty() {
            return Err(ScopeError::None { known: known() });
        }
        text.split(',').map(|one| one.trim().parse()).collect::<Result<_, _>>().map(Self)
    }
}

/// A list of scopes that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Nothing was given: a key without scopes could do nothing.
    #[error("no scope given: give one or more of {known}, separated by commas")]
    None {
        /// All scopes.
        known: String,
    },
    /// One is not known.
    #[error("unknown scope{}: give one or more of {known}, separated by commas", quoted(.name.as_deref()))]
    Unknown {
        /// The unknown one; left out where it does not look like the name of a scope, since it may be a key that was
        /// pasted in the wrong place.
        name: Option<String>,
        /// All scopes.
        known: String,
    },
}

/// Longest text that is repeated in an error: longer than any scope, shorter than any key.
const MAX_REPEATED: usize = 32;

impl ScopeError {
    fn unknown(text: &str) -> Self {
        let like_a_name = |byte: u8| byte.is_ascii_alphabetic() || byte == b':' || byte == b'-';
        let shown = !text.is_empty() && text.len() <= MAX_REPEATED && text.bytes().all(like_a_name);
        Self::Unknown { name: shown.then(|| text.to_owned()), known: known() }
    }
}

fn known() -> String {
    Scope::ALL.map(Scope::as_str).join(", ")
}

fn quoted(name: Option<&str>) -> String {
    name.map(|name| format!(" `{name}`")).unwrap_or_default()
}
