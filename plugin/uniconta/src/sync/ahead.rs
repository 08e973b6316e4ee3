//! The look ahead: all debtors are read once, in order of their row ids, and customers without a link remember those that may be
//! theirs. Nothing is decided and nothing is written; `finding` decides later, by the same rules as ever.

use super::finding::candidates;
use super::incoming::incoming;
use super::outgoing::is_due;
use crate::api::Row;
use crate::call::Call;
use accounting_kit::exports::on_webhook::{WebhookOutcome, WebhookResult};
use accounting_kit::sync::ahead::{empty_memory, remember};
use accounting_kit::sync::result::{Settled, incoming as result};
use accounting_kit::types::{Customer, Effect, Link};

/// What one page came to so far.
pub struct Look<'c> {
    call: &'c Call<'c>,
    results: Vec<WebhookResult>,
    notes: Vec<(Link, bool)>,
}

impl<'c> Look<'c> {
    /// Nothing was read yet.
    pub fn new(call: &'c Call<'c>) -> Self {
        Self { call, results: Vec::new(), notes: Vec::new() }
    }

    /// A debtor that was read. One that is linked goes the way of a catch-up.
    pub fn take(&mut self, row: &Row) {
        match row.id() {
            Some(id) if self.call.ports.host.link_by_external_id(&id).is_none() => {
                for (customer, earlier) in candidates(self.call, row, true) {
                    self.note(&customer, earlier, &id, row);
                }
            }
            _ => self.results.push(incoming(self.call, row)),
        }
    }

    fn note(&mut self, customer: &Customer, earlier: Option<Link>, id: &str, row: &Row) {
        let due = is_due(self.call, customer, row);
        let known = self.notes.iter_mut().rev().find(|(link, _)| link.customer_id == customer.id);
        if let Some((link, any_due)) = known {
            remember(link, id, row.to_text());
            *any_due |= due;
            return;
        }
        let mut link = earlier.unwrap_or_else(|| empty_memory(customer));
        remember(&mut link, id, row.to_text());
        self.notes.push((link, due));
    }

    /// The results of the page: one for each customer that remembers something of it, `updated` where a write will be due.
    pub fn results(self) -> Vec<WebhookResult> {
        let mut results = self.results;
        results.extend(self.notes.into_iter().map(|(link, due)| {
            let outcome = if due { WebhookOutcome::Updated } else { WebhookOutcome::Linked };
            let id = link.customer_id.clone();
            result(Some(&id), outcome, Settled { effects: vec![Effect::PutLink(link)], ..Settled::default() })
        }));
        results
    }
}
