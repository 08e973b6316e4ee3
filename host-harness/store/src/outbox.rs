//! What FlexyBox must be told, kept until it says that it was.

use crate::Ms;

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// FlexyBox has not answered.
    Open,
    /// A newer update of the same customer took its place; FlexyBox may have it all the same and may still answer.
    Superseded,
}

/// An item to put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutboxItem {
    /// Stable kind, e.g. `customer-update`, `day-booked`.
    pub kind: String,
    /// Whom it is about; empty for nobody.
    pub customer_id: String,
    /// For an update, the customer's revision it was worked out from; 0 otherwise.
    pub revision: i64,
    /// The content.
    pub body_json: String,
    /// When.
    pub at: Ms,
}

/// An item as it is kept. Ids grow in the order of commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// Its id, unique over all installations, never used again.
    pub id: i64,
    /// Whose.
    pub installation: String,
    /// How it stands.
    pub state: OutboxState,
    /// What it is.
    pub item: NewOutboxItem,
    /// How often it was pushed without success.
    pub pushes: i64,
}
