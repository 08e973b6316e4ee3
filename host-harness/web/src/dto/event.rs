//! Events as they stand. Their content is never shown: it is personal data.

use super::words::{EventKindWord, EventStateWord, PriorityWord};
use accounting_store as store;
use serde::Serialize;
use utoipa::ToSchema;

/// An event as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Event {
    /// Its number; order of arrival.
    seq: i64,
    kind: EventKindWord,
    /// What must stay in order, e.g. `c:` and a customer's id.
    key: String,
    state: EventStateWord,
    /// Attempts so far, a running one included.
    attempt: i64,
    /// Why it is parked or waits, stable; empty for neither.
    reason_code: String,
    /// The same in the installation's language.
    reason: String,
    received_ms: i64,
    /// Not to be run before.
    not_before_ms: i64,
    correlation: String,
    priority: PriorityWord,
}

impl From<store::EventRow> for Event {
    fn from(row: store::EventRow) -> Self {
        Self {
            seq: row.seq,
            kind: row.event.kind.into(),
            key: row.event.key,
            state: row.state.into(),
            attempt: row.attempt,
            reason_code: row.reason_code,
            reason: row.reason,
            received_ms: row.event.received,
            not_before_ms: row.event.not_before,
            correlation: row.event.correlation,
            priority: row.event.priority.into(),
        }
    }
}

/// Events, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventPage {
    events: Vec<Event>,
    /// `after` of the next part; null at the end.
    next: Option<String>,
}

impl From<store::Page<store::EventRow>> for EventPage {
    fn from(page: store::Page<store::EventRow>) -> Self {
        Self { events: page.items.into_iter().map(Into::into).collect(), next: page.next }
    }
}

/// One attempt that did not end well.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Attempt {
    attempt: i64,
    /// When it ended.
    at_ms: i64,
    /// What went wrong, stable, e.g. `transient`.
    trouble: String,
    code: String,
    /// For people.
    message: String,
    /// For the operator; empty for none.
    detail: String,
    /// What followed, stable: `retry`, `parked`, `paused`, `split`.
    followed: String,
}

/// An event with its attempts, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventWithAttempts {
    #[serde(flatten)]
    event: Event,
    attempts: Vec<Attempt>,
}

impl From<(store::EventRow, Vec<store::Attempt>)> for EventWithAttempts {
    fn from((row, attempts): (store::EventRow, Vec<store::Attempt>)) -> Self {
        let attempt = |attempt: store::Attempt| Attempt {
            attempt: attempt.attempt,
            at_ms: attempt.at,
            trouble: attempt.trouble,
            code: attempt.code,
            message: attempt.message,
            detail: attempt.detail,
            followed: attempt.followed,
        };
        Self { event: row.into(), attempts: attempts.into_iter().map(attempt).collect() }
    }
}
