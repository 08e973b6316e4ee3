//! When and how an event is run.

use crate::bindings::types::Locale;

/// Names an event within its installation: the same on every attempt, never used for another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventId(pub String);

/// When and how an event is run.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub now: u64,
    /// The language of texts for people.
    pub locale: Locale,
    /// Which event.
    pub event: EventId,
    /// 1 for the first attempt.
    pub attempt: u32,
}
