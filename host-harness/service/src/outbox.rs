//! What FlexyBox is told, and what follows when it answers.

use crate::alarms::timer_event;
use crate::body;
use crate::clock::moment;
use crate::error::{Refusal, ServiceError};
use crate::model::{Acknowledged, Acknowledgement};
use crate::offer::Offer;
use crate::service::{CHANGED_MEANWHILE, Service, Stop};
use accounting_store::{
    Change, CustomerRow, EventKind, Guard, NewOutboxItem, OutboxItem, OutboxState, Priority, Write,
};
use host_harness::bindings::exports::configure::Catalogue;
use host_harness::installation::agree;
use std::sync::PoisonError;
use std::time::Duration;

/// The longest wait for the first item.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The most items at once.
pub const MOST_ITEMS: u32 = 1_000;

/// How often an answer is worked out anew because something moved in the meantime.
const MOST_ROUNDS: u32 = 20;

impl Service {
    /// What FlexyBox must be told: open items with ids above `after`, oldest first, of one installation or of all. Waits up to
    /// `wait` (at most [`LONGEST_WAIT`]) for the first. Items come again until they are acknowledged.
    ///
    /// # Errors
    /// Unknown installation; the store does not answer.
    pub async fn outbox(
        &self,
        id: Option<&str>,
        after: i64,
        most: u32,
        wait: Duration,
    ) -> Result<Vec<OutboxItem>, ServiceError> {
        if let Some(id) = id {
            self.row(id).await?;
        }
        let mut bell = self.inner.outbox.subscribe();
        let until = tokio::time::Instant::now() + wait.min(LONGEST_WAIT);
        loop {
            bell.borrow_and_update();
            let items = self.store().outbox(id, after, most.clamp(1, MOST_ITEMS)).await?;
            if !items.is_empty() {
                return items.into_iter().map(shown).collect();
            }
            tokio::select! {
                _ = bell.changed() => {}
                () = self.stops(Stop::Finish) => return Ok(Vec::new()),
                () = tokio::time::sleep_until(until) => return Ok(Vec::new()),
            }
        }
    }

    /// FlexyBox has dealt with an item.
    ///
    /// # Errors
    /// An update was only `seen`; it was `stale`, but the customer's newer revision has not come in yet; or the store does not
    /// answer.
    pub async fn acknowledge(&self, item: i64, acknowledgement: Acknowledgement) -> Result<Acknowledged, ServiceError> {
        for _round in 0..MOST_ROUNDS {
            let Some(kept) = self.store().outbox_item(item).await? else { return Ok(Acknowledged::Gone) };
            let change = match (kept.item.kind == Offer::KIND, acknowledgement) {
                (false, _) => Change {
                    installation: kept.installation.clone(),
                    guards: Vec::new(),
                    writes: vec![Write::RemoveOutbox(item)],
                },
                (true, Acknowledgement::Seen) => {
                    let message = "an update of a customer is acknowledged as applied (with the customer's new revision) or stale";
                    return Err(ServiceError::invalid("say-what-became-of-it", message).about("outcome"));
                }
                (true, Acknowledgement::Applied { revision }) => self.applied(&kept, revision).await?,
                (true, Acknowledgement::Stale) => self.stale(&kept).await?,
            };
            if self.store().commit(change).await?.is_ok() {
                self.forget_doubt(item);
                self.ring_outbox();
                self.wake(&kept.installation).await;
                return Ok(Acknowledged::Done);
            }
        }
        Err(ServiceError::new(
            Refusal::Unavailable,
            CHANGED_MEANWHILE,
            "the customer is changed again and again; repeat",
        ))
    }

    /// FlexyBox made the update: what both sides agreed on by it is true from now on.
    async fn applied(&self, kept: &OutboxItem, revision: u64) -> Result<Change, ServiceError> {
        let (id, customer_id) = (&kept.installation, &kept.item.customer_id);
        let offer = Offer::read(kept.item.revision, &kept.item.body_json)?;
        let new_revision = i64::try_from(revision)
            .map_err(|_| ServiceError::invalid("wrong-revision", "the revision is too large").about("revision"))?;
        if new_revision <= offer.revision {
            let message = format!(
                "the update was worked out from revision {}, so the customer's new revision is higher, not {new_revision}",
                offer.revision
            );
            return Err(ServiceError::invalid("wrong-revision", message).about("revision"));
        }
        let mut change =
            Change { installation: id.clone(), guards: Vec::new(), writes: vec![Write::RemoveOutbox(kept.id)] };
        let row = self.row(id).await?;
        let held = self.store().customer(id, customer_id).await?;
        change
            .guards
            .push(Guard::Customer { id: customer_id.clone(), revision: held.as_ref().map(|held| held.revision) });
        if let Some(held) = held.filter(|held| held.revision < new_revision) {
            let catalogue: Catalogue = body::read("the catalogue", &row.catalogue_json)?;
            let mut customer = body::customer(&held)?;
            offer.make(&mut customer, &catalogue.customer_fields);
            customer.revision = revision;
            let customer = body::customer_row(&customer, &row.customer_tag)?;
            change.writes.push(Write::PutCustomer(CustomerRow { changed: self.now(), ..customer }));
        }
        let link = self.store().link(id, customer_id).await?;
        change
            .guards
            .push(Guard::Link { customer_id: customer_id.clone(), version: link.as_ref().map(|link| link.version) });
        if let Some(held) = link {
            let mut link = body::link(&held)?;
            agree(&mut link.base, &offer.agreed);
            change.writes.push(Write::PutLink(body::link_row(&link)?));
        }
        let others = self.others(kept, &mut change).await?;
        // A newer update was worked out from the same revision: it is offered anew from the one FlexyBox is at now.
        for other in others.iter().filter(|other| other.item.revision == offer.revision) {
            let item = NewOutboxItem { revision: new_revision, at: self.now(), ..other.item.clone() };
            change.writes.extend([Write::SupersedeOutbox(other.id), Write::PutOutbox(item)]);
        }
        if kept.state == OutboxState::Superseded || self.is_doubted(kept) {
            change.writes.extend(self.look_again(kept));
        }
        Ok(change)
    }

    /// The customer had moved on: the update is offered anew if it concerns nothing that was edited; otherwise the edit's own event
    /// has both sides compared.
    async fn stale(&self, kept: &OutboxItem) -> Result<Change, ServiceError> {
        let (id, customer_id) = (&kept.installation, &kept.item.customer_id);
        let mut change =
            Change { installation: id.clone(), guards: Vec::new(), writes: vec![Write::RemoveOutbox(kept.id)] };
        if kept.state == OutboxState::Superseded {
            return Ok(change);
        }
        let offer = Offer::read(kept.item.revision, &kept.item.body_json)?;
        let held = self.store().customer(id, customer_id).await?;
        change
            .guards
            .push(Guard::Customer { id: customer_id.clone(), revision: held.as_ref().map(|held| held.revision) });
        if let Some(held) = held {
            if held.revision <= offer.revision {
                let message = format!(
                    "customer {customer_id} is held in revision {}; send its newer revision first, then acknowledge as stale",
                    held.revision
                );
                return Err(ServiceError::new(Refusal::Conflict, "send-the-customer-first", message));
            }
            self.others(kept, &mut change).await?;
            if offer.is_untouched(&body::customer(&held)?) {
                let item = NewOutboxItem { revision: held.revision, at: self.now(), ..kept.item.clone() };
                change.writes.push(Write::PutOutbox(item));
            }
        }
        if self.is_doubted(kept) {
            change.writes.extend(self.look_again(kept));
        }
        Ok(change)
    }

    /// The other open updates of the same customer.
    async fn others(&self, kept: &OutboxItem, change: &mut Change) -> Result<Vec<OutboxItem>, ServiceError> {
        let customer_id = kept.item.customer_id.clone();
        let all = self.store().offers(&kept.installation, &customer_id).await?;
        change.guards.push(Guard::Offers { customer_id, ids: all.iter().map(|item| item.id).collect() });
        let is_open = |item: &OutboxItem| item.state == OutboxState::Open && item.item.kind == Offer::KIND;
        Ok(all.into_iter().filter(|item| item.id != kept.id && is_open(item)).collect())
    }

    /// What the accounting system said meanwhile is read again; from the beginning where a catch-up may have passed it by.
    fn look_again(&self, kept: &OutboxItem) -> Vec<Write> {
        let now = self.now();
        let correlation = format!("after-update-{}", moment(now));
        let mut writes = vec![Write::Enqueue(timer_event(EventKind::CatchUp, Priority::Change, &correlation, now))];
        if self.is_doubted(kept) {
            writes.push(Write::Cursor(None));
        }
        writes
    }

    pub(crate) fn doubt_offer(&self, item: i64) {
        self.inner.doubted.lock().unwrap_or_else(PoisonError::into_inner).insert(item);
    }

    /// Whether the accounting system may have said something more since this update was offered. What it said before this start
    /// is not remembered, so it may.
    fn is_doubted(&self, kept: &OutboxItem) -> bool {
        kept.item.at < self.inner.began
            || self.inner.doubted.lock().unwrap_or_else(PoisonError::into_inner).contains(&kept.id)
    }

    fn forget_doubt(&self, item: i64) {
        self.inner.doubted.lock().unwrap_or_else(PoisonError::into_inner).remove(&item);
    }
}

/// An item as FlexyBox may see it.
fn shown(mut item: OutboxItem) -> Result<OutboxItem, ServiceError> {
    if item.item.kind == Offer::KIND {
        item.item.body_json = Offer::shown(&item.item.body_json)?;
    }
    Ok(item)
}
