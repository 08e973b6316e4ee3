//! What is kept for people who look: activity, counts, API keys.

use crate::Ms;

/// A call of a connector, for the list of what happened. No personal data, no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Set by the store.
    pub id: i64,
    /// When the call began.
    pub at: Ms,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// Which function, e.g. `on-webhook`.
    pub function: String,
    /// Ties it to the logs.
    pub correlation: String,
    /// Attempt number.
    pub attempt: i64,
    /// How many customers or lines were handed over.
    pub items: i64,
    /// Requests to the accounting system.
    pub requests: i64,
    /// Counts of outcomes, or the error's kind, code and detail; no personal data.
    pub outcome_json: String,
}

/// How much lies where, of one installation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Customers held.
    pub customers: i64,
    /// Customers with the tag, not deleted.
    pub tagged: i64,
    /// Links.
    pub links: i64,
    /// Events that wait.
    pub waiting: i64,
    /// Events in a call.
    pub running: i64,
    /// Events that wait for a person.
    pub parked: i64,
    /// When the oldest waiting event came in; none when nothing waits.
    pub oldest_waiting: Option<Ms>,
    /// Outbox items FlexyBox has not answered.
    pub outbox: i64,
    /// When the oldest of them was put in.
    pub oldest_outbox: Option<Ms>,
    /// Receipts not known to be posted.
    pub unposted: i64,
    /// Flags.
    pub flags: i64,
}

/// How far an import is: the part of [`Counts`] that is cheap to ask for every second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waits {
    /// Customers with the tag, not deleted.
    pub tagged: i64,
    /// Events that wait or are in a call.
    pub open: i64,
    /// Events that wait for a person.
    pub parked: i64,
}

/// An API key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Its public part.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Hash of its secret part, hexadecimal.
    pub hash: String,
    /// Scopes, separated by commas.
    pub scopes: String,
    /// When it was made.
    pub created: Ms,
    /// When it was taken back; none while it holds.
    pub revoked: Option<Ms>,
}

/// Part of a list, and where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The part.
    pub items: Vec<T>,
    /// Hand in as `after` for the next part; none at the end.
    pub next: Option<String>,
}
