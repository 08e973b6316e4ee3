//! Webhooks: one for each type of event, called once for each change, also for changes of the app itself.
//!
//! Merge fields in the URL and in the body are replaced by the numbers of the customer. The core never opens a socket: calls wait in
//! the outbox. No call is signed.

use crate::gate::Scene;
use crate::state::{State, to_the_second};
use crate::switches::{BlankNumber, Deliver, Switches, WebhookDisabling};
use http::Method;
use serde_json::{Map, Value};
use simulator_kit::{Delivery, Order};
use std::collections::BTreeMap;

/// The event of customers: created, changed, renumbered, deleted.
pub(crate) const CUSTOMER_UPDATED: &str = "CUSTOMER_UPDATED";

/// A webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Webhook {
    pub name: String,
    pub url: String,
    pub content_type: String,
    pub post_data: Option<String>,
    pub headers: Vec<(String, String)>,
    pub disabled: bool,
    pub last_disabled: Option<String>,
    pub last_updated: String,
    pub version: u64,
}

/// The webhooks of an agreement by event type.
pub(crate) type Registry = BTreeMap<String, Webhook>;

/// Whose a call is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    /// The agreement.
    pub agreement: u32,
    /// The webhook's event type.
    pub event: &'static str,
}

/// Queues the call for a change of a customer: its number before and after.
pub(crate) fn customer_changed(scene: &mut Scene<'_>, old: Option<u64>, new: Option<u64>) {
    let switches = &scene.config.switches;
    let Some(webhook) = scene.agreement.webhooks.get(CUSTOMER_UPDATED).filter(|webhook| !webhook.disabled) else {
        return;
    };
    let number = |this: Option<u64>, other: Option<u64>| match (this, switches.blank_number) {
        (Some(number), _) => number.to_string(),
        (None, BlankNumber::Empty) => String::new(),
        (None, BlankNumber::Zero) => "0".to_owned(),
        (None, BlankNumber::Same) => other.map(|number| number.to_string()).unwrap_or_default(),
    };
    let (old, new) = (number(old, new), number(new, old));
    let filled = |text: &str| text.replace("[NEWNUMBER]", &new).replace("[OLDNUMBER]", &old);
    let mut headers = vec![("content-type".to_owned(), webhook.content_type.clone())];
    headers.extend(webhook.headers.iter().cloned());
    let delivery = Delivery {
        id: 0,
        method: Method::POST,
        url: filled(&webhook.url),
        headers,
        body: Some(webhook.post_data.as_deref().map(filled).unwrap_or_default()),
        attempt: 1,
    };
    let owner = Owner { agreement: scene.agreement.number, event: CUSTOMER_UPDATED };
    if switches.deliver == Deliver::Twice {
        scene.outbox.push(owner.clone(), delivery.clone());
    }
    scene.outbox.push(owner, delivery);
}

/// Takes the next call out. Calls of a webhook that is disabled or gone are lost on the way.
pub(crate) fn next(state: &mut State, switches: &Switches) -> Option<Delivery> {
    let State { agreements, outbox, .. } = state;
    let order = match switches.deliver {
        Deliver::Reversed => Order::Reversed,
        Deliver::InOrder | Deliver::Twice => Order::InOrder,
    };
    let wanted = |owner: &Owner| {
        let webhook = agreements.get(&owner.agreement).and_then(|agreement| agreement.webhooks.get(owner.event));
        webhook.is_some_and(|webhook| !webhook.disabled)
    };
    outbox.next(order, wanted).map(|(_, delivery)| delivery)
}

/// Notes how a call went; one that failed is tried again, and may disable its webhook in the end.
pub(crate) fn done(state: &mut State, id: u64, outcome: Result<u16, String>, switches: &Switches) {
    let Some(ended) = state.outbox.done(id, outcome).filter(|ended| ended.problem.is_some()) else {
        return;
    };
    if ended.delivery.attempt <= switches.webhook_retries {
        state.outbox.again(ended);
        return;
    }
    let now = to_the_second(&state.clock);
    let webhook = state
        .agreements
        .get_mut(&ended.owner.agreement)
        .and_then(|agreement| agreement.webhooks.get_mut(ended.owner.event));
    if let (WebhookDisabling::AfterRetries, Some(webhook)) = (switches.webhook_disabling, webhook) {
        webhook.disabled = true;
        webhook.last_disabled = Some(now);
    }
}

/// What the record of calls says of whose a call is.
pub(crate) fn shown(owner: &Owner) -> Map<String, Value> {
    Map::from_iter([
        ("agreement".to_owned(), Value::from(owner.agreement)),
        ("event".to_owned(), Value::from(owner.event)),
    ])
}
