//! What a connector's answer changes: worked out on a copy of the customers and links it concerns, and handed to the store as
//! one change that holds only if nothing of it has moved meanwhile.
//!
//! FlexyBox owns its customers, so an update of one is not made here but **offered** to FlexyBox through the outbox. What both
//! sides are said to agree on by that update is written on the link when FlexyBox says that it was applied, and not before:
//! otherwise an update that came too late would look like an edit in FlexyBox the next time, and undo what the bookkeeper typed.

use crate::body;
use crate::error::ServiceError;
use crate::notices::handed_on;
use crate::offer::Offer;
use accounting_store::{CustomerRow, FlagRow, Guard, LinkRow, Ms, NewOutboxItem, OutboxState, Store, Write};
use host_harness::bindings::exports::configure::{CustomerField, SettingSpec};
use host_harness::bindings::types::{Customer, Effect, FieldConflict, Finding, Link, Locale};
use host_harness::installation::{ApplyError, Change, Installation};
use host_harness::replay::to_json;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// One result of a connector's answer.
pub(crate) struct Outcome<'a> {
    pub(crate) customer_id: Option<&'a str>,
    pub(crate) effects: &'a [Effect],
    pub(crate) conflicts: &'a [FieldConflict],
    pub(crate) notices: &'a [Finding],
}

/// What became of one result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    /// All of it is among the writes.
    Stands,
    /// All but an update, which was worked out from a customer that has moved on: the event must run again.
    Stale,
    /// Nothing of it: the connector asked for what it may not have.
    Refused(ApplyError),
}

/// What the answer comes to.
#[derive(Default)]
pub(crate) struct Settled {
    pub(crate) guards: Vec<Guard>,
    pub(crate) writes: Vec<Write>,
    /// One for each result, in order.
    pub(crate) fates: Vec<Fate>,
}

/// Where results are applied.
pub(crate) struct Ground<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) installation: &'a str,
    pub(crate) specs: &'a [SettingSpec],
    pub(crate) customer_fields: &'a [CustomerField],
    pub(crate) shown: &'a BTreeSet<String>,
    pub(crate) locale: Locale,
    pub(crate) now: Ms,
}

/// The customers and links that results concern, as they are now.
struct Copy {
    customers: BTreeMap<String, (CustomerRow, Customer)>,
    links: BTreeMap<String, (LinkRow, Link)>,
}

impl Ground<'_> {
    /// Work out what results change.
    pub(crate) async fn settle(&self, outcomes: &[Outcome<'_>]) -> Result<Settled, ServiceError> {
        let mut settled = Settled::default();
        let copy = self.copy(outcomes).await?;
        let (trial, real) = (self.model(&copy)?, self.model(&copy)?);
        let mut touched = BTreeSet::new();
        for outcome in outcomes {
            let fate = self.one(outcome, &trial, &real, &copy, &mut settled, &mut touched).await?;
            settled.fates.push(fate);
        }
        for id in &touched {
            self.difference(id, &copy, &real, &mut settled)?;
        }
        for flag in real.flags() {
            let body = json!({"code": flag.code, "message": flag.message}).to_string();
            settled.writes.push(Write::PutFlag(FlagRow {
                customer_id: flag.customer_id.clone(),
                code: flag.code,
                message: flag.message,
                at: self.now,
            }));
            settled.writes.push(self.tell("customer-flagged", &flag.customer_id, 0, body));
        }
        Ok(settled)
    }

    async fn one(
        &self,
        outcome: &Outcome<'_>,
        trial: &Installation,
        real: &Installation,
        copy: &Copy,
        settled: &mut Settled,
        touched: &mut BTreeSet<String>,
    ) -> Result<Fate, ServiceError> {
        let applied = match trial.apply(outcome.customer_id, outcome.effects, self.shown) {
            Ok(applied) => applied,
            Err(error) => return Ok(Fate::Refused(error)),
        };
        let (mut kept, mut offer) = (Vec::new(), None::<Offer>);
        for (effect, change) in outcome.effects.iter().zip(&applied.changes) {
            match (effect, change) {
                (_, Change::Stale { .. }) => {}
                (Effect::UpdateCustomer(update), Change::CustomerUpdated(_)) => {
                    offer
                        .get_or_insert_with(|| Offer::of(update.revision))
                        .add(update, copy.customer(&update.customer_id));
                }
                _ => kept.push(effect.clone()),
            }
        }
        if let Err(error) = real.apply(outcome.customer_id, &kept, self.shown) {
            return Ok(Fate::Refused(error));
        }
        let id = outcome.customer_id.unwrap_or_default();
        if !outcome.effects.is_empty() {
            touched.insert(id.to_owned());
        }
        match offer {
            Some(mut offer) => {
                offer.conflicts = outcome.conflicts.to_vec();
                self.put_offer(id, &offer, settled).await?;
            }
            None if !outcome.conflicts.is_empty() => {
                let body = json!({"conflicts": to_json(outcome.conflicts)}).to_string();
                settled.writes.push(self.tell("conflict", id, 0, body));
            }
            None => {}
        }
        if !outcome.notices.is_empty() {
            let notices = handed_on(outcome.notices, self.locale);
            let body = json!({"notices": to_json(&notices)}).to_string();
            settled.writes.push(self.tell("notice", id, 0, body));
        }
        Ok(if applied.is_stale() { Fate::Stale } else { Fate::Stands })
    }

    /// A newer offer says all that the accounting system holds, so it takes the place of an older one.
    async fn put_offer(&self, customer_id: &str, offer: &Offer, settled: &mut Settled) -> Result<(), ServiceError> {
        let body_json = offer.write()?;
        let standing = self.store.offers(self.installation, customer_id).await?;
        settled.guards.push(Guard::Offers {
            customer_id: customer_id.to_owned(),
            ids: standing.iter().map(|item| item.id).collect(),
        });
        let open = || standing.iter().filter(|item| item.state == OutboxState::Open && item.item.kind == Offer::KIND);
        if open().any(|item| item.item.revision == offer.revision && item.item.body_json == body_json) {
            return Ok(());
        }
        settled.writes.extend(open().map(|item| Write::SupersedeOutbox(item.id)));
        settled.writes.push(self.tell(Offer::KIND, customer_id, offer.revision, body_json));
        Ok(())
    }

    fn tell(&self, kind: &str, customer_id: &str, revision: i64, body_json: String) -> Write {
        Write::PutOutbox(NewOutboxItem {
            kind: kind.to_owned(),
            customer_id: customer_id.to_owned(),
            revision,
            body_json,
            at: self.now,
        })
    }

    /// The link of a customer before and after, and what that hangs on.
    fn difference(
        &self,
        id: &str,
        copy: &Copy,
        real: &Installation,
        settled: &mut Settled,
    ) -> Result<(), ServiceError> {
        let revision = copy.customers.get(id).map(|(row, _)| row.revision);
        settled.guards.push(Guard::Customer { id: id.to_owned(), revision });
        let before = copy.links.get(id);
        let version = before.map(|(row, _)| row.version);
        settled.guards.push(Guard::Link { customer_id: id.to_owned(), version });
        match (before, real.link(id)) {
            (Some((_, before)), Some(after)) if *before == after => {}
            (None, None) => {}
            (_, Some(after)) => {
                settled
                    .guards
                    .push(Guard::ExternalId { external_id: after.external_id.clone(), customer_id: id.to_owned() });
                settled.writes.push(Write::PutLink(body::link_row(&after)?));
            }
            (Some(_), None) => settled.writes.push(Write::RemoveLink(id.to_owned())),
        }
        Ok(())
    }

    async fn copy(&self, outcomes: &[Outcome<'_>]) -> Result<Copy, ServiceError> {
        let named = outcomes.iter().filter_map(|outcome| outcome.customer_id);
        let ids: BTreeSet<String> = named.map(str::to_owned).collect();
        let ids: Vec<String> = ids.into_iter().collect();
        let mut copy = Copy { customers: BTreeMap::new(), links: BTreeMap::new() };
        for row in self.store.customers_by_id(self.installation, &ids).await? {
            let customer = body::customer(&row)?;
            copy.customers.insert(row.id.clone(), (row, customer));
        }
        for row in self.store.links_of(self.installation, &ids).await? {
            let link = body::link(&row)?;
            copy.links.insert(row.customer_id.clone(), (row, link));
        }
        let known: BTreeSet<String> = copy.links.values().map(|(row, _)| row.external_id.clone()).collect();
        let put = outcomes.iter().flat_map(|outcome| outcome.effects).filter_map(|effect| match effect {
            Effect::PutLink(link) => Some(link.external_id.clone()),
            _ => None,
        });
        let wanted: BTreeSet<String> = put.filter(|id| !known.contains(id)).collect();
        let wanted: Vec<String> = wanted.into_iter().collect();
        for row in self.store.links_to(self.installation, &wanted).await? {
            let link = body::link(&row)?;
            copy.links.insert(row.customer_id.clone(), (row, link));
        }
        Ok(copy)
    }

    /// An installation in memory that holds the copy.
    fn model(&self, copy: &Copy) -> Result<Installation, ServiceError> {
        let model = Installation::new(self.installation, self.specs.to_vec());
        model.set_customer_fields(self.customer_fields.to_vec());
        for (_, customer) in copy.customers.values() {
            model.put_customer(customer.clone());
        }
        for (_, link) in copy.links.values() {
            let twice =
                |error| ServiceError::internal(format!("the links that are kept contradict each other: {error}"));
            model.put_link(link.clone()).map_err(twice)?;
        }
        Ok(model)
    }
}

impl Copy {
    fn customer(&self, id: &str) -> Option<&Customer> {
        self.customers.get(id).map(|(_, customer)| customer)
    }
}
