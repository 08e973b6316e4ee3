//! The accounting system called the link.

use super::customers::{again_as_it_is_now, refused};
use super::report::Said;
use super::{Job, MOST_ROUNDS};
use crate::body;
use crate::clock::moment;
use crate::error::ServiceError;
use crate::follow::{Followed, Wrong};
use crate::offer::Offer;
use crate::settle::{Fate, Outcome};
use accounting_store::Write;
use host_harness::bindings::exports::on_webhook::{Request, WebhookOutcome, WebhookResult};
use host_harness::bindings::types::Effect;
use std::collections::BTreeMap;

impl Job<'_> {
    pub(super) async fn webhook(&self) -> Result<(), ServiceError> {
        let ready = match self.ready().await? {
            Ok(ready) => ready,
            Err(wrong) => return self.failed(&wrong, None).await,
        };
        let Some(event) = self.claimed.events.first() else { return Ok(()) };
        let kept: Request = body::read("a call of the link", &event.event.payload_json)?;
        let request = Request { received: moment(event.event.received), ..kept };
        let answered = self.caller(&ready).webhook(ready.context.clone(), request).await;
        self.log(&ready, &answered.record).await;
        let result = match &answered.result {
            Ok(result) => result,
            Err(error) => return self.failed(&error.into(), Some(&answered.record)).await,
        };
        self.doubt(std::slice::from_ref(result)).await?;
        for _round in 0..MOST_ROUNDS {
            let settled = self.settle(&ready, &answered.shown, &[outcome(result)]).await?;
            let wrong = match (settled.fates.first(), &result.outcome) {
                (Some(Fate::Refused(error)), _) => Some(refused(error)),
                (_, WebhookOutcome::Failed(error)) => Some(Wrong::from(error)),
                _ => None,
            };
            let mut writes = settled.writes;
            let mut followed = Followed::default();
            let said = if let Some(wrong) = &wrong {
                self.follow_with(|follow| follow.alone(event, wrong, &mut followed));
                writes.extend(followed.writes.clone());
                Said::Failed(wrong, &followed)
            } else {
                let stale = settled.fates.first() == Some(&Fate::Stale);
                writes.push(if stale {
                    again_as_it_is_now(event, self.service.now())
                } else {
                    Write::EndEvent(event.seq)
                });
                let word = if stale { "stale" } else { word(&result.outcome) };
                Said::Answered(BTreeMap::from([(word.to_owned(), 1)]))
            };
            if self.end(settled.guards, writes, &followed, Some(&answered.record), &said).await?.is_ok() {
                return Ok(());
            }
        }
        Err(Self::too_many_rounds())
    }

    /// The accounting system said something of a customer for whom an update waits in the outbox, and it was not another
    /// update: what waits may be out of date. That is looked at when FlexyBox has answered.
    pub(super) async fn doubt(&self, results: &[WebhookResult]) -> Result<(), ServiceError> {
        let updates =
            |result: &WebhookResult| result.effects.iter().any(|effect| matches!(effect, Effect::UpdateCustomer(_)));
        for result in results.iter().filter(|result| !updates(result)) {
            let Some(customer) = &result.customer_id else { continue };
            for item in self.service.store().offers(&self.row.id, customer).await? {
                if item.item.kind == Offer::KIND {
                    self.service.doubt_offer(item.id);
                }
            }
        }
        Ok(())
    }
}

/// What a result asks for.
pub(super) fn outcome(result: &WebhookResult) -> Outcome<'_> {
    Outcome {
        customer_id: result.customer_id.as_deref(),
        effects: &result.effects,
        conflicts: &result.conflicts,
        notices: &result.notices,
    }
}

/// What became of it, in one word.
pub(super) fn word(outcome: &WebhookOutcome) -> &'static str {
    match outcome {
        WebhookOutcome::Updated => "updated",
        WebhookOutcome::Linked => "linked",
        WebhookOutcome::Unlinked => "unlinked",
        WebhookOutcome::Ignored(_) => "ignored",
        WebhookOutcome::Failed(_) => "failed",
    }
}
