//! What became of a call: its result, and what it used.

use crate::directory::DirectoryError;
use crate::sandbox::{LimitExceeded, LogLine, Traffic};
use serde::Serialize;
use std::time::Duration;

/// What was called: a function of the contract, or none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Function {
    /// Nothing: an instance alone.
    Instantiate,
    /// `configure.describe`
    Describe,
    /// `configure.configure`
    Configure,
    /// `on-customer-changed`
    OnCustomerChanged,
    /// `on-webhook`
    OnWebhook,
    /// `on-day-closed`
    OnDayClosed,
    /// `upkeep.check`
    Check,
    /// `upkeep.catch-up`
    CatchUp,
}

impl std::fmt::Display for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Instantiate => "instantiate",
            Self::Describe => "describe",
            Self::Configure => "configure",
            Self::OnCustomerChanged => "on-customer-changed",
            Self::OnWebhook => "on-webhook",
            Self::OnDayClosed => "on-day-closed",
            Self::Check => "check",
            Self::CatchUp => "catch-up",
        })
    }
}

/// One call: what it gave, said and used. Also whole when the call failed.
#[derive(Debug)]
pub struct CallReport<T> {
    /// The connector's id.
    pub connector: String,
    /// What was called.
    pub function: Function,
    /// As given in the surroundings.
    pub correlation: String,
    /// What it answered. The connector's own errors lie inside `T`; a [`CallError`] means that there was no answer.
    pub result: Result<T, CallError>,
    /// What it said, and what the sandbox had to say about it.
    pub log: Vec<LogLine>,
    /// What it sent, received, and was not allowed to send.
    pub traffic: Traffic,
    /// Every limit it went over, also those that did not end the call.
    pub exceeded: Vec<LimitExceeded>,
    /// Instructions used, where the engine counts them; the same on every run of the same call.
    pub fuel: Option<u64>,
    /// The most WebAssembly memory it had, in bytes.
    pub peak_memory: u64,
    /// How long it took.
    pub elapsed: Duration,
}

impl<T> CallReport<T> {
    /// The same report with another result.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> CallReport<U> {
        CallReport {
            connector: self.connector,
            function: self.function,
            correlation: self.correlation,
            result: self.result.map(change),
            log: self.log,
            traffic: self.traffic,
            exceeded: self.exceeded,
            fuel: self.fuel,
            peak_memory: self.peak_memory,
            elapsed: self.elapsed,
        }
    }
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The connector gave up or broke a rule of the machine. A defect in it.
    #[error("connector {connector} broke down in {function}: {reason}")]
    Trapped {
        /// The connector's id.
        connector: String,
        /// What was called.
        function: Function,
        /// What happened.
        reason: String,
    },
    /// It asked for more than one of the limits that end a call.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
    /// The host's own store did not answer while connector was asking for a customer or a link.
    #[error("connector {connector} could not go on in {function}: {source}")]
    Directory {
        /// The connector's id.
        connector: String,
        /// What was called.
        function: Function,
        /// What the store said.
        source: DirectoryError,
    },
    /// The host could not run it.
    #[error("connector {connector} could not be run for {function}: {reason}")]
    Host {
        /// The connector's id.
        connector: String,
        /// What was called.
        function: Function,
        /// What is in the way.
        reason: String,
    },
}
