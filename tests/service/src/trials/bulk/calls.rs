//! Calls to the accounting system by kind, from its own record.

use crate::error::Outcome;
use serde_json::json;
use uniconta_sim::Uniconta;

/// Calls by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    /// Debtors read, but for those of `again`.
    pub(super) reads: u64,
    /// Debtors read again by their row ids, since they are due a change.
    pub(super) again: u64,
    /// Debtors created, one or many.
    pub(super) inserts: u64,
    /// Debtors changed.
    pub(super) updates: u64,
    /// All else: the login, and what pressing OK asks.
    pub(super) others: u64,
}

impl Kinds {
    /// What was recorded.
    pub(super) fn of(core: &Uniconta) -> Self {
        let mut kinds = Self::default();
        for call in core.calls() {
            let debtors = call.path.ends_with("/DebtorClientUser");
            let place = match (call.method.as_str(), debtors) {
                ("GET", true) if call.query.contains("RowId%20eq%20") => &mut kinds.again,
                // Pressing OK looks at some debtors, whichever come.
                ("GET", true) if ["orderby", "filter"].iter().any(|asked| call.query.contains(asked)) => {
                    &mut kinds.reads
                }
                ("POST", true) => &mut kinds.inserts,
                ("PUT", true) => &mut kinds.updates,
                _ => &mut kinds.others,
            };
            *place += 1;
        }
        kinds
    }

    /// Note them.
    pub(super) fn tell(self, outcome: &mut Outcome) {
        let Self { reads, again, inserts, updates, others } = self;
        outcome.figure(
            "calls",
            json!({"reads": reads, "read_again": again, "inserts": inserts, "updates": updates, "others": others}),
        );
    }
}
