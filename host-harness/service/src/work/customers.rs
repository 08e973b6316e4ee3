//! Customers that changed in FlexyBox: a batch, one result for each.

use super::report::Said;
use super::{Job, MOST_ROUNDS};
use crate::body;
use crate::error::ServiceError;
use crate::follow::{Followed, Wrong};
use crate::settle::{Fate, Outcome};
use accounting_policy::Trouble;
use accounting_store::{ClaimedEvent, Write};
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, CustomerChange, Outcome as Became, SyncResult};
use host_harness::bindings::types::{Customer, Link};
use host_harness::installation::ApplyError;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The input of a customer's event as it was taken at the first attempt.
#[derive(Deserialize)]
struct Input {
    customer: Customer,
    link: Option<Link>,
}

impl Job<'_> {
    pub(super) async fn customers(&self) -> Result<(), ServiceError> {
        let ready = match self.ready().await? {
            Ok(ready) => ready,
            Err(wrong) => return self.failed(&wrong, None).await,
        };
        let mut context = ready.context.clone();
        context.settings.extend(self.service.looked_for(&self.row, &self.claimed.events).await?);
        let changes = self.claimed.events.iter().map(change).collect::<Result<Vec<_>, _>>()?;
        let answered = self.caller(&ready).customers(context, changes).await;
        self.log(&ready, &answered.record).await;
        let results = match &answered.result {
            Ok(results) => results,
            Err(error) => return self.failed(&error.into(), Some(&answered.record)).await,
        };
        let outcomes: Vec<Outcome<'_>> = results.iter().map(outcome).collect();
        for _round in 0..MOST_ROUNDS {
            let settled = self.settle(&ready, &answered.shown, &outcomes).await?;
            let mut followed = Followed::default();
            let mut writes = settled.writes;
            let mut counts = BTreeMap::new();
            for ((event, result), fate) in self.claimed.events.iter().zip(results).zip(&settled.fates) {
                let word = match ended(result, fate) {
                    Ended::Done => {
                        writes.push(Write::EndEvent(event.seq));
                        word(&result.outcome)
                    }
                    Ended::Stale => {
                        writes.push(again_as_it_is_now(event, self.service.now()));
                        "stale"
                    }
                    Ended::Failed(wrong) => {
                        self.follow_with(|follow| follow.alone(event, &wrong, &mut followed));
                        "failed"
                    }
                };
                *counts.entry(word.to_owned()).or_insert(0) += 1;
            }
            writes.append(&mut followed.writes);
            let said = Said::Answered(counts);
            if self.end(settled.guards, writes, &followed, Some(&answered.record), &said).await?.is_ok() {
                return Ok(());
            }
        }
        Err(Self::too_many_rounds())
    }
}

/// How one customer's event ended.
enum Ended {
    Done,
    Stale,
    Failed(Wrong),
}

fn ended(result: &SyncResult, fate: &Fate) -> Ended {
    match (fate, &result.outcome) {
        (Fate::Refused(error), _) => Ended::Failed(refused(error)),
        (_, Became::Failed(error)) => Ended::Failed(error.into()),
        (Fate::Stale, _) => Ended::Stale,
        (Fate::Stands, _) => Ended::Done,
    }
}

fn change(event: &ClaimedEvent) -> Result<CustomerChange, ServiceError> {
    let Input { customer, link } = body::read("an event's input", &event.input_json)?;
    Ok(CustomerChange { kind: change_kind(&event.event.payload_json)?, customer, link })
}

fn change_kind(payload_json: &str) -> Result<ChangeKind, ServiceError> {
    match body::read::<String>("an event", payload_json)?.as_str() {
        "created" => Ok(ChangeKind::Created),
        "changed" => Ok(ChangeKind::Changed),
        "deleted" => Ok(ChangeKind::Deleted),
        "resync" => Ok(ChangeKind::Resync),
        other => Err(ServiceError::internal(format!("an event is kept as {other:?}, which is no kind of change"))),
    }
}

fn outcome(result: &SyncResult) -> Outcome<'_> {
    Outcome {
        customer_id: Some(&result.customer_id),
        effects: &result.effects,
        conflicts: &result.conflicts,
        notices: &result.notices,
    }
}

/// What the connector asked for cannot be written: its defect, but for a debtor that is somebody else's by now.
pub(super) fn refused(error: &ApplyError) -> Wrong {
    match error {
        ApplyError::Link(error) => {
            Wrong { code: "host.debtor-taken".to_owned(), ..Wrong::found(Trouble::Conflict, error.to_string()) }
        }
        error => Wrong::found(Trouble::Contract, error.to_string()),
    }
}

/// The event runs again, with the customer and the link as they are by then.
pub(super) fn again_as_it_is_now(event: &ClaimedEvent, now: accounting_store::Ms) -> Write {
    Write::RetryEvent {
        seq: event.seq,
        not_before: now,
        keep_input: false,
        batch: None,
        counts: true,
        crashes: 0,
        reason_code: "host.stale".to_owned(),
        reason: String::new(),
    }
}

fn word(outcome: &Became) -> &'static str {
    match outcome {
        Became::Created => "created",
        Became::Linked => "linked",
        Became::Updated => "updated",
        Became::Unchanged => "unchanged",
        Became::Detached => "detached",
        Became::Blocked => "blocked",
        Became::Skipped(_) => "skipped",
        Became::Failed(_) => "failed",
    }
}
