//! What can go wrong with a call: the contract's kinds of errors, and what only the host sees.

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// `config` of the contract: a setting is missing or wrong.
    Config,
    /// `auth` of the contract: the accounting system refused the credentials or the rights behind them.
    Auth,
    /// `validation` of the contract: this customer, day or value cannot be accepted as it is.
    Validation,
    /// `conflict` of the contract: two things claim the same place.
    Conflict,
    /// `rate-limited` of the contract: too many calls.
    RateLimited,
    /// `transient` of the contract: nothing was written, and soon it may work.
    Transient,
    /// `uncertain` of the contract: a write may or may not have happened.
    Uncertain,
    /// `unsupported` of the contract: the connector does not do that.
    Unsupported,
    /// `internal` of the contract: a defect, or an answer the connector cannot make sense of.
    Internal,
    /// The component broke down.
    Trapped,
    /// The component passed a limit of the sandbox that ends a call.
    Limit,
    /// The connector answered what the contract does not allow; nothing of it was applied.
    Contract,
    /// The host had no free place. The call was not begun, so nothing can have been written.
    Busy,
    /// The host's own store did not answer. The call may have been under way, so something may have been written.
    Store,
    /// The host died while the call ran, as it finds out when it starts.
    Crashed,
}

impl Trouble {
    /// Every trouble there is, in the order of the table.
    pub const ALL: [Self; 15] = [
        Self::Config,
        Self::Auth,
        Self::Validation,
        Self::Conflict,
        Self::RateLimited,
        Self::Transient,
        Self::Uncertain,
        Self::Unsupported,
        Self::Internal,
        Self::Trapped,
        Self::Limit,
        Self::Contract,
        Self::Busy,
        Self::Store,
        Self::Crashed,
    ];

    /// Its name where it is stored and shown to operators: lower case, never changes. Kinds of the contract have the
    /// contract's names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Auth => "auth",
            Self::Validation => "validation",
            Self::Conflict => "conflict",
            Self::RateLimited => "rate-limited",
            Self::Transient => "transient",
            Self::Uncertain => "uncertain",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
            Self::Trapped => "trapped",
            Self::Limit => "limit",
            Self::Contract => "contract",
            Self::Busy => "busy",
            Self::Store => "store",
            Self::Crashed => "crashed",
        }
    }

    /// The trouble of that [`name`](Self::name), if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.name() == name)
    }
}
