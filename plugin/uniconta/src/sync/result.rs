//! Building results.

use accounting_kit::exports::on_customer_changed::{Outcome, SyncResult};
use accounting_kit::types::{Effect, Error, FieldConflict, Finding};

/// What a pair of customer and debtor came to, whichever side started it.
#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) effects: Vec<Effect>,
    pub(super) conflicts: Vec<FieldConflict>,
    pub(super) notices: Vec<Finding>,
}

/// The result for one customer.
pub(super) fn result(customer_id: &str, outcome: Outcome, settled: Settled) -> SyncResult {
    SyncResult {
        customer_id: customer_id.to_owned(),
        outcome,
        effects: settled.effects,
        conflicts: settled.conflicts,
        notices: settled.notices,
    }
}

/// A result that only says what became of the customer.
pub(super) fn plain(customer_id: &str, outcome: Outcome) -> SyncResult {
    result(customer_id, outcome, Settled::default())
}

/// A failure.
pub(super) fn failed(customer_id: &str, error: Error) -> SyncResult {
    plain(customer_id, Outcome::Failed(error))
}
