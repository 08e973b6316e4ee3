//! The results of a batch: one for each change, in order. An error that concerns everyone ends the calls; who is left gets
//! the same error, and what was done before stands.

use super::result::failed;
use crate::exports::on_customer_changed::{CustomerChange, Outcome, SyncResult};
use crate::problem::{System, concerns_everyone};
use crate::say;
use crate::types::{Error, ErrorKind, Locale};

/// The results so far.
pub struct Batch {
    results: Vec<Option<SyncResult>>,
    stopped: Option<Error>,
}

impl Batch {
    /// Room for the results of these changes.
    pub fn new(changes: &[CustomerChange]) -> Self {
        Self { results: changes.iter().map(|_| None).collect(), stopped: None }
    }

    /// Note the result of one change.
    pub fn set(&mut self, at: usize, result: SyncResult) {
        if let Outcome::Failed(error) = &result.outcome
            && (concerns_everyone(error) || error.kind == ErrorKind::Transient)
        {
            self.stopped.get_or_insert_with(|| error.clone());
        }
        if let Some(place) = self.results.get_mut(at) {
            *place = Some(result);
        }
    }

    /// Whether calling on would only repeat an error.
    pub fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    /// All results.
    pub fn finish(self, changes: &[CustomerChange], system: System, locale: Locale) -> Vec<SyncResult> {
        let stopped = self.stopped;
        let left = || stopped.clone().unwrap_or_else(|| not_reached(system, locale));
        let results = self.results.into_iter().zip(changes);
        results.map(|(result, change)| result.unwrap_or_else(|| failed(&change.customer.id, left()))).collect()
    }
}

fn not_reached(system: System, locale: Locale) -> Error {
    let message = say!(
        locale,
        "kunden blev ikke nået denne gang; der prøves igen",
        "the customer was not reached this time; it will be tried again"
    );
    system.error(ErrorKind::Transient, "not-reached", message)
}
