//! What the host keeps, behind one narrow trait: [`Store`].
//!
//! Three kinds of calls and nothing else, so that another database can take the place of this one:
//! - **accept**: take in what happened, durably, before anybody is told that it arrived;
//! - **claim** and **commit**: hand out work, and write all that came of it in one transaction. A commit carries what it was
//!   worked out from ([`Guard`]); if that has moved on, nothing is written and the caller works it out again. So no call
//!   holds a transaction open while it thinks, and many hosts can share one database;
//! - **reads**.
//!
//! The store knows nothing of connectors or of the contract: customers, links, receipts and events carry their content as
//! JSON text that it does not read, beside the few columns it searches by. It trades away being able to ask the database
//! about that content.
#![deny(missing_docs)]

mod change;
mod error;
mod event;
mod installation;
mod outbox;
mod people;
mod record;
mod sqlite;
mod store;

pub use change::{Change, Guard, Moved, Write};
pub use error::StoreError;
pub use event::{
    Accepted, Attempt, Claim, ClaimRequest, Claimed, ClaimedEvent, CustomerArrival, EventFilter, EventKind, EventRow,
    EventState, NewEvent, Priority, Recovered,
};
pub use installation::{HookToken, Installation, InstallationState, Pause};
pub use outbox::{NewOutboxItem, OutboxItem, OutboxState};
pub use people::{CustomerRow, FlagRow, LinkRow, ReceiptRow};
pub use record::{Activity, ApiKeyRow, Counts, Page, Waits};
pub use sqlite::{SqliteOptions, SqliteStore, restore};
pub use store::Store;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type Ms = i64;
