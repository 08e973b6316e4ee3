//! What changed in the accounting system is read again: one page a turn, so that a long pass holds nobody up.

use super::customers::{again_as_it_is_now, refused};
use super::report::Said;
use super::webhook::{outcome, word};
use super::{Job, MOST_ROUNDS};
use crate::alarms;
use crate::error::ServiceError;
use crate::follow::{Followed, Wrong};
use crate::offer::Offer;
use crate::outbox::MOST_ITEMS;
use crate::settle::{Fate, Outcome};
use accounting_policy::Trouble;
use accounting_store::{ClaimedEvent, Guard, NewOutboxItem, Write};
use host_harness::bindings::exports::on_webhook::{WebhookOutcome, WebhookResult};
use host_harness::bindings::exports::upkeep::Page;
use host_harness::bindings::types::{Error, ErrorKind};
use host_harness::installation::{CallRecord, RunError};
use serde_json::json;
use std::collections::BTreeMap;

/// How the page ended.
enum Ended {
    /// The cursor moves on.
    Read,
    /// An update came too late: the page is read again.
    Stale,
    /// Part of it failed in a way that passes: the page is read again later.
    Later(Wrong),
}

impl Job<'_> {
    pub(super) async fn catch_up(&self) -> Result<(), ServiceError> {
        let ready = match self.ready().await? {
            Ok(ready) => ready,
            Err(wrong) => return self.failed(&wrong, None).await,
        };
        let Some(event) = self.claimed.events.first() else { return Ok(()) };
        let (look, mut context) = (self.service.look_of(&self.row.id).await?, ready.context.clone());
        context.settings.extend(look.as_ref().map(|(_, told)| told.clone()));
        let answered = self.caller(&ready).page(context, self.row.cursor.clone()).await;
        self.log(&ready, &answered.record).await;
        let page = match &answered.result {
            Ok(page) => page,
            Err(RunError::Connector(error)) if error.kind == ErrorKind::Validation && self.row.cursor.is_some() => {
                return self.begin_anew(error, &answered.record, event).await;
            }
            Err(error) => return self.failed(&error.into(), Some(&answered.record)).await,
        };
        self.doubt(&page.results).await?;
        if usize::try_from(page.examined).is_ok_and(|examined| examined > page.results.len()) {
            self.doubt_others(&page.results).await?;
        }
        let outcomes: Vec<Outcome<'_>> = page.results.iter().map(outcome).collect();
        for _round in 0..MOST_ROUNDS {
            let Some(row) = self.service.store().installation(&self.row.id).await? else { return Ok(()) };
            let mut settled = self.settle(&ready, &answered.shown, &outcomes).await?;
            settled.guards.push(Guard::Installation(row.version));
            let mut writes = settled.writes;
            let mut followed = Followed::default();
            let ended = ended(&page.results, &settled.fates);
            let mut counts: BTreeMap<String, u64> = BTreeMap::from([("read".to_owned(), u64::from(page.examined))]);
            for result in &page.results {
                *counts.entry(word(&result.outcome).to_owned()).or_insert(0) += 1;
            }
            match &ended {
                // Somebody wished meanwhile that all be read again: that stands.
                Ended::Read if row.cursor != self.row.cursor => {
                    writes.push(again_as_it_is_now(event, self.service.now()))
                }
                Ended::Read => {
                    writes.extend(self.moved_on(page, event));
                    if let Some((record, _)) = &look {
                        writes.push(record.clone().with_page(&self.row.id, page)?);
                    }
                }
                Ended::Stale => writes.push(again_as_it_is_now(event, self.service.now())),
                Ended::Later(wrong) => {
                    self.follow_with(|follow| follow.alone(event, wrong, &mut followed));
                    writes.extend(followed.writes.clone());
                }
            }
            let said = match &ended {
                Ended::Later(wrong) => Said::Failed(wrong, &followed),
                _ => Said::Answered(counts),
            };
            if self.end(settled.guards, writes, &followed, Some(&answered.record), &said).await?.is_ok() {
                return Ok(());
            }
        }
        Err(Self::too_many_rounds())
    }

    /// The connector refuses the cursor, e.g. since the clock was set back behind it: everything is read again without one.
    async fn begin_anew(&self, error: &Error, record: &CallRecord, event: &ClaimedEvent) -> Result<(), ServiceError> {
        let wrong = Wrong::from(error);
        let followed = Followed { word: "begun-anew", ..Followed::default() };
        let writes = vec![Write::Cursor(None), again_as_it_is_now(event, self.service.now())];
        self.end(Vec::new(), writes, &followed, Some(record), &Said::Failed(&wrong, &followed)).await?.ok();
        Ok(())
    }

    /// Debtors were read of which nothing is to be said: the update that waits for one of them may be out of date.
    async fn doubt_others(&self, results: &[WebhookResult]) -> Result<(), ServiceError> {
        for item in self.service.store().outbox(Some(&self.row.id), 0, MOST_ITEMS).await? {
            let named =
                results.iter().any(|result| result.customer_id.as_deref() == Some(item.item.customer_id.as_str()));
            if item.item.kind == Offer::KIND && !named {
                self.service.doubt_offer(item.id);
            }
        }
        Ok(())
    }

    fn moved_on(&self, page: &Page, event: &ClaimedEvent) -> Vec<Write> {
        let mut writes = vec![Write::Cursor(Some(page.cursor.clone()))];
        if page.more {
            writes.push(Write::RetryEvent {
                seq: event.seq,
                not_before: self.service.now(),
                keep_input: false,
                batch: None,
                counts: false,
                crashes: 0,
                reason_code: "host.more-to-read".to_owned(),
                reason: String::new(),
            });
        } else {
            writes.push(Write::EndEvent(event.seq));
            writes.push(Write::NextCatchUp(alarms::next_catch_up(self.service, &self.row.id)));
        }
        // A debtor that cannot be taken over is told to FlexyBox, and does not hold up the others.
        for result in &page.results {
            if let WebhookOutcome::Failed(error) = &result.outcome {
                writes.push(Write::PutOutbox(NewOutboxItem {
                    kind: "notice".to_owned(),
                    customer_id: result.customer_id.clone().unwrap_or_default(),
                    revision: 0,
                    body_json:
                        json!({"notices": [{"severity": "error", "code": error.code, "message": error.message}]})
                            .to_string(),
                    at: self.service.now(),
                }));
            }
        }
        writes
    }
}

fn ended(results: &[WebhookResult], fates: &[Fate]) -> Ended {
    let mut ended = Ended::Read;
    for (result, fate) in results.iter().zip(fates) {
        match (fate, &result.outcome) {
            (Fate::Refused(error), _) => return Ended::Later(refused(error)),
            (Fate::Stale, _) => ended = Ended::Stale,
            (Fate::Stands, WebhookOutcome::Failed(error)) => {
                let wrong = Wrong::from(error);
                let passes = !matches!(wrong.trouble, Trouble::Validation | Trouble::Conflict | Trouble::Unsupported);
                if passes {
                    return Ended::Later(wrong);
                }
            }
            (Fate::Stands, _) => {}
        }
    }
    ended
}
