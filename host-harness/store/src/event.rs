//! The inbox: what happened, kept until what follows from it is written.

use crate::Ms;
use crate::people::CustomerRow;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A customer changed in FlexyBox. Key: `c:` and the customer's id.
    Customer,
    /// The accounting system called the link. Runs alone within its installation: nobody knows yet whom it is about.
    Webhook,
    /// A day's report is ready. Key: `d:` and the report's id.
    Day,
    /// Read again what changed. Runs alone within its installation.
    CatchUp,
    /// Look at the installation.
    Check,
}

impl EventKind {
    /// Whether it runs only while nothing else of its installation does.
    pub fn runs_alone(self) -> bool {
        matches!(self, Self::Webhook | Self::CatchUp)
    }
}

/// What goes first, and what the day's budget slows first. Lower goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// A person waits for it.
    Person,
    /// A closed day.
    Day,
    /// A customer changed, or the link was called.
    Change,
    /// One of many (an import, a resync of everybody).
    Bulk,
    /// A timer.
    Routine,
}

/// How an event stands. What is done is no longer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventState {
    /// Waits for its turn, or for `not_before`.
    Waiting,
    /// In a call.
    Running,
    /// Waits until it changes or a person acts.
    Parked,
}

/// An event to take in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The sender's id: the same again is the same event. Empty: collapse with a waiting, never started event of the same key and
    /// payload instead.
    pub id: String,
    /// What happened.
    pub kind: EventKind,
    /// What must stay in order; see [`EventKind`].
    pub key: String,
    /// Its content.
    pub payload_json: String,
    /// Which goes first.
    pub priority: Priority,
    /// Ties it to the logs.
    pub correlation: String,
    /// When it came in.
    pub received: Ms,
    /// Not to be run before.
    pub not_before: Ms,
}

/// A customer as FlexyBox holds it now, and what happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerArrival {
    /// The event; its payload is the kind of change as JSON text. Its `id` may be empty: then only the revision tells what is old.
    pub event: NewEvent,
    /// The customer.
    pub customer: CustomerRow,
    /// Hand it over even if nothing about the customer is newer (a person asked for everything to be written again).
    pub force: bool,
}

/// What became of something that came in. All of it is durable when this comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// A new event.
    New(i64),
    /// It became part of an event that waits already.
    Collapsed(i64),
    /// It was there before.
    Duplicate,
    /// An older revision than the one held, or the same without a change: ignored.
    Outdated,
    /// Kept; the customer is not synchronised, so nothing follows.
    NotConcerned,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its number; order of arrival.
    pub seq: i64,
    /// Whose.
    pub installation: String,
    /// What came in.
    pub event: NewEvent,
    /// How it stands.
    pub state: EventState,
    /// Attempts so far, the running one included.
    pub attempt: i64,
    /// Times the host died in it, in a row.
    pub crashes: i64,
    /// The input of the first attempt, once there was one.
    pub input_json: Option<String>,
    /// The batch it was handed over with, if a retry must be the same batch.
    pub batch: Option<String>,
    /// When the running attempt began.
    pub started: Option<Ms>,
    /// Why it is parked or waits, as stable code; empty for neither.
    pub reason_code: String,
    /// The same for people, in the installation's language; may name a field, never its value.
    pub reason: String,
}

/// One attempt that did not end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Attempt number.
    pub attempt: i64,
    /// When it ended.
    pub at: Ms,
    /// What went wrong, stable, e.g. `transient`.
    pub trouble: String,
    /// Stable code.
    pub code: String,
    /// For people.
    pub message: String,
    /// For the operator; empty for none.
    pub detail: String,
    /// What followed, stable: `retry`, `parked`, `paused`, `split`.
    pub followed: String,
}

/// Which events to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Of this installation; none for all.
    pub installation: Option<String>,
    /// In this state; none for all.
    pub state: Option<EventState>,
    /// Of this kind; none for all.
    pub kind: Option<EventKind>,
}

/// A wish for work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRequest {
    /// Of this installation.
    pub installation: String,
    /// Now.
    pub now: Ms,
    /// Nothing that goes later than this (the budget may hold the rest back).
    pub up_to: Priority,
    /// The most customers in one batch.
    pub most: u32,
    /// The most events that may run at once, calls counted by batch.
    pub concurrency: u32,
    /// The name of a batch that begins now; unique.
    pub batch: String,
    /// Only the event of this key; none for any.
    pub only: Option<String>,
}

/// What there is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This; it counts as running from now on.
    Work(Claimed),
    /// Nothing now.
    Nothing {
        /// When something of the allowed priorities is due; none when nothing waits by itself.
        next: Option<Ms>,
        /// Whether something waits because of `up_to`, though its time has come, or will then.
        held_back: bool,
    },
}

/// Work for one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// What kind; all events are of it.
    pub kind: EventKind,
    /// Names the batch: the same on every attempt at the same batch.
    pub batch: String,
    /// 1 for the first attempt; the highest among the events.
    pub attempt: i64,
    /// One, or for customers up to `most`, in order of arrival; of those that begin, all or none have a link.
    pub events: Vec<ClaimedEvent>,
}

/// One event of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEvent {
    /// Its number.
    pub seq: i64,
    /// Attempt number, this one included.
    pub attempt: i64,
    /// Crashes in a row.
    pub crashes: i64,
    /// What came in.
    pub event: NewEvent,
    /// The input of the first attempt. Customer: `{"customer":…,"link":…|null}` as held when the first attempt began. Day: `{"previous":…|null}`, the
    /// receipt body of the highest revision. Others: `null`.
    pub input_json: String,
}

/// An event that ran when the host died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Whose.
    pub installation: String,
    /// Its number.
    pub seq: i64,
    /// The attempt that was cut off.
    pub attempt: i64,
    /// Crashes in a row, this one included.
    pub crashes: i64,
    /// How many events were in its batch.
    pub batch_size: i64,
}
