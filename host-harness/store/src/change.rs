//! Everything that is written but for what comes in: a list of writes, and what they were worked out from.

use crate::Ms;
use crate::event::{Attempt, NewEvent};
use crate::installation::{HookToken, Installation, Pause};
use crate::outbox::NewOutboxItem;
use crate::people::{CustomerRow, FlagRow, LinkRow, ReceiptRow};
use crate::record::{Activity, ApiKeyRow};

/// What a change was worked out from. If it is otherwise by now, nothing of the change is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guard {
    /// The customer is at this revision; none: not held.
    Customer {
        /// Whom.
        id: String,
        /// Its revision.
        revision: Option<i64>,
    },
    /// The customer's link is at this version; none: no link.
    Link {
        /// Whose.
        customer_id: String,
        /// Its version.
        version: Option<i64>,
    },
    /// Nobody but this customer has a link to the external id.
    ExternalId {
        /// The debtor.
        external_id: String,
        /// Who may have it.
        customer_id: String,
    },
    /// The event runs in this attempt.
    Running {
        /// Its number.
        seq: i64,
        /// The attempt.
        attempt: i64,
    },
    /// The event is parked.
    Parked(i64),
    /// The installation's row is at this version.
    Installation(i64),
    /// These are the outbox items about the customer that FlexyBox has not answered, both open and superseded, in order.
    Offers {
        /// Whom.
        customer_id: String,
        /// Their ids.
        ids: Vec<i64>,
    },
}

/// One thing to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Make an installation. [`Change::installation`] must be its id; refused when it exists.
    CreateInstallation(Box<Installation>),
    /// Replace what people set of an installation: name, locale, settings, remembered, hosts, catalogue, tag, concurrency, daily calls,
    /// what `configure` said. State, counters, cursor, times and health stay.
    UpdateInstallation(Box<Installation>),
    /// Forget an installation with everything of it.
    DeleteInstallation,
    /// Say anew of every held customer whether it carries the tag (by id).
    Retag(Vec<(String, bool)>),
    /// Stop running events.
    Pause(Pause),
    /// Run events again; those that wait for a retry are due now.
    Resume,
    /// Where a catch-up ended.
    Cursor(Option<String>),
    /// What `configure` asked to remember.
    Remember(String),
    /// What `check` said.
    Health(String),
    /// When `check` is due.
    NextCheck(Ms),
    /// When `catch-up` is due.
    NextCatchUp(Ms),
    /// Calls made on a day (days since 1970): added when the day is the one counted, else the count begins anew with a later day; an
    /// earlier day adds to the count there is.
    Calls {
        /// The day.
        day: i64,
        /// How many.
        calls: i64,
    },
    /// Put in or replace a customer.
    PutCustomer(CustomerRow),
    /// Make or replace a link; the version given is ignored.
    PutLink(LinkRow),
    /// Forget a customer's link.
    RemoveLink(String),
    /// Put in or replace a flag.
    PutFlag(FlagRow),
    /// Take a flag away.
    ClearFlag {
        /// Whom.
        customer_id: String,
        /// Which.
        code: String,
    },
    /// Keep a receipt; if its revision is kept already, only `posted` is added.
    PutReceipt(ReceiptRow),
    /// Note whether a receipt is posted.
    Posted {
        /// The report.
        report_id: String,
        /// The receipt's revision.
        revision: i64,
        /// Whether it is.
        posted: bool,
    },
    /// The event is done: it and its attempts go.
    EndEvent(i64),
    /// The event runs again.
    RetryEvent {
        /// Its number.
        seq: i64,
        /// Not before.
        not_before: Ms,
        /// The same input and the same attempt count go on; otherwise the input is taken anew (the attempt count stays all the same).
        keep_input: bool,
        /// The batch to run with; none: any.
        batch: Option<String>,
        /// Whether the attempt counts.
        counts: bool,
        /// Crashes in a row from now on.
        crashes: i64,
        /// Why it waits, stable code.
        reason_code: String,
        /// The same for people.
        reason: String,
    },
    /// The event waits until it changes or a person acts.
    ParkEvent {
        /// Its number.
        seq: i64,
        /// Why, stable code.
        reason_code: String,
        /// Why, for people.
        reason: String,
    },
    /// A person dropped the event.
    DropEvent(i64),
    /// Keep what an attempt came to.
    PutAttempt {
        /// Of which event.
        seq: i64,
        /// What it came to.
        attempt: Attempt,
    },
    /// Take in an event that follows from this change. With an empty key in order behind what waits.
    Enqueue(NewEvent),
    /// Tell FlexyBox.
    PutOutbox(NewOutboxItem),
    /// A newer update took its place.
    SupersedeOutbox(i64),
    /// FlexyBox answered.
    RemoveOutbox(i64),
    /// A push failed.
    OutboxPushed(i64),
    /// Keep a call in the list of what happened.
    PutActivity(Activity),
    /// Keep a token of the link.
    PutToken(HookToken),
    /// Let all other tokens of the installation end then.
    ExpireTokens {
        /// But not this one.
        except_hash: String,
        /// Until when they are taken.
        at: Ms,
    },
    /// Keep an API key.
    PutApiKey(ApiKeyRow),
    /// Take an API key back.
    RevokeApiKey {
        /// Which.
        id: String,
        /// When.
        at: Ms,
    },
    /// Keep a value for the host itself.
    Meta {
        /// Its name.
        key: String,
        /// Its value.
        value: String,
    },
}

/// Writes that happen together or not at all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
    /// Whose; empty where nothing in it belongs to an installation.
    pub installation: String,
    /// What it was worked out from.
    pub guards: Vec<Guard>,
    /// What is written, in this order.
    pub writes: Vec<Write>,
}

/// Nothing was written: the first guard that no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved(pub Guard);
