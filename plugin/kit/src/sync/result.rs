//! Building results.

use crate::exports::on_customer_changed::{Outcome, SyncResult};
use crate::exports::on_webhook::{IgnoreReason, WebhookOutcome, WebhookResult};
use crate::types::{Effect, Error, FieldConflict, Finding};

/// What a pair of customer and debtor came to, whichever side started it.
#[derive(Debug, Default)]
pub struct Settled {
    /// What the host must do, in order.
    pub effects: Vec<Effect>,
    /// Where both sides had changed the same thing.
    pub conflicts: Vec<FieldConflict>,
    /// What a person may want to know.
    pub notices: Vec<Finding>,
}

/// The result for one customer.
pub fn result(customer_id: &str, outcome: Outcome, settled: Settled) -> SyncResult {
    SyncResult {
        customer_id: customer_id.to_owned(),
        outcome,
        effects: settled.effects,
        conflicts: settled.conflicts,
        notices: settled.notices,
    }
}

/// A result that only says what became of the customer.
pub fn plain(customer_id: &str, outcome: Outcome) -> SyncResult {
    result(customer_id, outcome, Settled::default())
}

/// A failure.
pub fn failed(customer_id: &str, error: Error) -> SyncResult {
    plain(customer_id, Outcome::Failed(error))
}

/// The result for one debtor that came in.
pub fn incoming(customer_id: Option<&str>, outcome: WebhookOutcome, settled: Settled) -> WebhookResult {
    WebhookResult {
        customer_id: customer_id.map(str::to_owned),
        outcome,
        effects: settled.effects,
        conflicts: settled.conflicts,
        notices: settled.notices,
    }
}

/// Nothing to do.
pub fn ignored(customer_id: Option<&str>, reason: IgnoreReason) -> WebhookResult {
    incoming(customer_id, WebhookOutcome::Ignored(reason), Settled::default())
}
