//! A model of FlexyBox's host around the club: events in order for each customer, effects applied together with the
//! acknowledgement, a retry with the input of the first attempt.

use crate::club::{Club, InProcess, LINK, TAG, customer, place};
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, Outcome};
use accounting_kit::exports::on_webhook::{Request, WebhookOutcome};
use accounting_kit::ports::Ports;
use accounting_kit::shell::Logic;
use accounting_kit::types::{
    Attribute, Context, Customer, CustomerProperty, Effect, Error, ErrorKind, Field, FieldConflict, FieldKind,
    LinkState,
};
use economic_connector::guest::Economic as Connector;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Customers of FlexyBox. The first is in e-conomic already when the story begins.
pub(crate) const CUSTOMERS: usize = 4;

/// Their numbers: two that e-conomic can hold and two that it cannot.
const NUMBERS: [&str; CUSTOMERS] = ["700", "00042", "702", "K-3"];

/// What is edited, as e-conomic calls it; the last is a customer data field.
pub(crate) const PROPERTIES: [&str; 4] = ["name", "city", "telephoneAndFaxNumber", "website"];

struct Pending {
    who: usize,
    attempt: u32,
    started_with: Option<(CustomerChange, Context)>,
}

/// FlexyBox, its host and e-conomic.
pub(crate) struct World {
    pub(crate) club: Club,
    pub(crate) story: Vec<String>,
    pending: VecDeque<Pending>,
    webhooks: VecDeque<Request>,
    cursor: Option<String>,
    edits: usize,
    renumbered: u64,
    /// For each edit, what it overwrote on its own side.
    overwrote: BTreeMap<String, String>,
    made: Vec<(usize, usize, String)>,
    cleared: BTreeSet<(usize, usize)>,
    lost: BTreeSet<String>,
    held_at_first: usize,
    broken: Vec<String>,
}

fn id(who: usize) -> String {
    format!("C{who}")
}

fn property(what: usize) -> CustomerProperty {
    match what {
        0 => CustomerProperty::Attribute(Attribute::Name),
        1 => CustomerProperty::Attribute(Attribute::City),
        2 => CustomerProperty::Attribute(Attribute::Phone),
        _ => CustomerProperty::Field("website".to_owned()),
    }
}

fn first(who: usize) -> Customer {
    let website = Field { name: "website".to_owned(), kind: FieldKind::Text, value: String::new() };
    Customer { tags: Vec::new(), fields: vec![website], ..customer(&id(who), NUMBERS[who]) }
}

/// What the host tries again; everything else waits for a person.
fn runs_again(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Transient | ErrorKind::Uncertain | ErrorKind::RateLimited | ErrorKind::Internal)
}

impl World {
    pub(crate) fn new(flexybox_wins: bool) -> Self {
        let club = Club::new();
        club.set("conflict-rule", if flexybox_wins { "flexybox" } else { "accounting" });
        club.simulator.set_webhook(&format!("{LINK}?new=[NEWNUMBER]&old=[OLDNUMBER]")).unwrap();
        club.simulator
            .type_customer(&json!({"customerNumber": 700, "name": "was there", "email": "c0@example.com", "city": "Ribe", "layout": {"layoutNumber": 19}}))
            .unwrap();
        (0..CUSTOMERS).for_each(|who| club.keep(&first(who)));
        let held_at_first = club.all_held().len();
        let mut world = Self {
            club,
            story: Vec::new(),
            pending: VecDeque::new(),
            webhooks: VecDeque::new(),
            cursor: None,
            edits: 0,
            renumbered: 800,
            overwrote: BTreeMap::new(),
            made: Vec::new(),
            cleared: BTreeSet::new(),
            lost: BTreeSet::new(),
            held_at_first,
            broken: Vec::new(),
        };
        world.set_tag(0, true);
        world.set_tag(1, true);
        world
    }

    pub(crate) fn edit_in_flexybox(&mut self, who: usize, what: usize, clear: bool) {
        let value = self.new_value(who, what, clear);
        let mut customer = self.club.customer(&id(who));
        let old = std::mem::replace(place(&mut customer, &property(what)), value.clone());
        customer.revision += 1;
        self.club.keep(&customer);
        self.story.push(format!("FlexyBox: C{who} {} {old:?} -> {value:?}", PROPERTIES[what]));
        self.overwrote.insert(value, old);
        self.changed(who);
    }

    pub(crate) fn edit_in_economic(&mut self, who: usize, what: usize, clear: bool) {
        let Some(number) = self.number(who) else { return };
        let Some(held) = self.club.held(number) else { return };
        let value = self.new_value(who, what, clear);
        let old = held[PROPERTIES[what]].as_str().unwrap_or_default().to_owned();
        let typed = if value.is_empty() { Value::Null } else { json!(value) };
        self.club.simulator.edit_customer(number, &json!({ PROPERTIES[what]: typed })).unwrap();
        self.story.push(format!("e-conomic: {number} {} {old:?} -> {value:?}", PROPERTIES[what]));
        self.overwrote.insert(value, old);
        self.collect();
    }

    /// Give a customer another number there; the calls of the link come at once, so that it is known before it is used.
    pub(crate) fn renumber(&mut self, who: usize) {
        let linked = self.club.link(&id(who)).and_then(|link| link.external_id.parse().ok());
        let Some(old) = linked.filter(|number| self.club.held(*number).is_some()) else { return };
        if self.pending.iter().any(|event| event.who == who && event.started_with.is_some()) {
            return;
        }
        self.collect();
        while self.club.held(self.renumbered).is_some() {
            self.renumbered += 1;
        }
        self.club.simulator.renumber_customer(old, self.renumbered).unwrap();
        self.story.push(format!("e-conomic: {old} becomes {}", self.renumbered));
        let before = self.webhooks.len();
        self.collect();
        for request in self.webhooks.split_off(before) {
            self.deliver(request);
        }
    }

    pub(crate) fn set_tag(&mut self, who: usize, on: bool) {
        let mut customer = self.club.customer(&id(who));
        customer.tags = if on { vec![TAG.to_owned()] } else { Vec::new() };
        customer.revision += 1;
        self.club.keep(&customer);
        self.story.push(format!("FlexyBox: C{who} tag {on}"));
        self.changed(who);
    }

    /// Handle the oldest event.
    pub(crate) fn work(&mut self, edited_meanwhile: Option<usize>) {
        let Some(mut event) = self.pending.pop_front() else { return };
        let (change, mut context) = event.started_with.take().unwrap_or_else(|| {
            let customer = self.club.customer(&id(event.who));
            (self.club.change(ChangeKind::Changed, &customer), self.club.context())
        });
        context.attempt = event.attempt;
        self.club.calls();
        let outside = InProcess(&self.club.simulator);
        let ports = Ports { http: &outside, host: &self.club.host };
        let result = Connector::customers_changed(ports, &context, std::slice::from_ref(&change)).unwrap().remove(0);
        let calls = self.club.calls();
        if change.customer.tags.is_empty() && !calls.is_empty() {
            self.broken.push(format!("C{}: calls for an untagged customer", event.who));
        }
        self.story.push(format!("work C{} attempt {} -> {:?} {calls:?}", event.who, event.attempt, result.outcome));
        self.collect();
        if let Some(other) = edited_meanwhile {
            self.edit_in_flexybox(other, 0, false);
        }
        self.report(&result.conflicts);
        let stale = self.apply(&result.effects);
        match &result.outcome {
            Outcome::Failed(error) if runs_again(error) => self.pending.push_front(Pending {
                attempt: event.attempt + 1,
                started_with: Some((change, context)),
                ..event
            }),
            // An empty name is what e-conomic cannot hold: a person must give the customer one.
            Outcome::Failed(error) if error.code == "economic.name-missing" => self.name(event.who),
            Outcome::Failed(error) => self.broken.push(format!("C{}: {error:?}", event.who)),
            _ if stale => self.pending.push_front(Pending { attempt: 1, ..event }),
            _ => {}
        }
    }

    /// One of the waiting calls of the link arrives.
    pub(crate) fn webhook(&mut self, which: usize, again: bool) {
        if self.webhooks.is_empty() {
            return;
        }
        let request = self.webhooks.remove(which % self.webhooks.len()).unwrap();
        if again {
            self.webhooks.push_back(request.clone());
        }
        self.deliver(request);
    }

    /// All trouble ends; everything that waits is handled.
    pub(crate) fn settle(&mut self) {
        for _ in 0..20 {
            while !self.pending.is_empty() && self.broken.len() < 20 {
                self.work(None);
            }
            while let Some(request) = self.webhooks.pop_front() {
                self.deliver(request);
            }
            if !self.read_missed() && self.pending.is_empty() && self.webhooks.is_empty() {
                return;
            }
        }
        self.broken.push("it does not come to rest".to_owned());
    }

    fn deliver(&mut self, request: Request) {
        let context = self.club.context();
        let outside = InProcess(&self.club.simulator);
        let result = Connector::webhook_called(Ports { http: &outside, host: &self.club.host }, &context, &request);
        self.collect();
        match result {
            Ok(result) => {
                self.story.push(format!("webhook {} -> {:?}", request.query, result.outcome));
                self.report(&result.conflicts);
                let stale = self.apply(&result.effects);
                match &result.outcome {
                    WebhookOutcome::Failed(error) if runs_again(error) => self.webhooks.push_back(request),
                    // The customer has no name in FlexyBox: its own event tells it.
                    WebhookOutcome::Failed(error) if error.code == "economic.name-missing" => {}
                    WebhookOutcome::Failed(error) => self.broken.push(format!("webhook: {error:?}")),
                    _ if stale => self.webhooks.push_back(request),
                    _ => {}
                }
            }
            Err(error) if runs_again(&error) => self.webhooks.push_back(request),
            Err(error) => self.broken.push(format!("webhook: {error:?}")),
        }
    }

    /// One pass; whether it found anything.
    pub(crate) fn read_missed(&mut self) -> bool {
        let mut found = false;
        for _ in 0..100 {
            let context = self.club.context();
            let outside = InProcess(&self.club.simulator);
            let ports = Ports { http: &outside, host: &self.club.host };
            let Ok(page) = Connector::caught_up(ports, &context, self.cursor.as_deref()) else { return true };
            self.collect();
            let mut again = false;
            for result in &page.results {
                self.story.push(format!("catch-up {:?} -> {:?}", result.customer_id, result.outcome));
                self.report(&result.conflicts);
                again |= self.apply(&result.effects);
                again |= matches!(&result.outcome, WebhookOutcome::Failed(error) if runs_again(error));
                found = true;
            }
            if again {
                continue;
            }
            self.cursor = Some(page.cursor);
            if !page.more {
                return found;
            }
        }
        true
    }

    /// Apply effects; whether an update came too late.
    fn apply(&mut self, effects: &[Effect]) -> bool {
        let applied = self.club.apply(effects);
        let flags = std::mem::take(&mut *self.club.flags.borrow_mut());
        self.broken.extend(flags.into_iter().map(|flag| format!("flagged: {flag}")));
        let updated = effects.iter().filter_map(|effect| match effect {
            Effect::UpdateCustomer(update) => update.customer_id.strip_prefix('C')?.parse().ok(),
            _ => None,
        });
        updated.collect::<Vec<usize>>().into_iter().for_each(|who| self.changed(who));
        !applied
    }

    fn report(&mut self, conflicts: &[FieldConflict]) {
        self.lost.extend(conflicts.iter().map(|conflict| conflict.lost_value.clone()));
    }

    fn name(&mut self, who: usize) {
        if self.club.customer(&id(who)).name.is_empty() {
            self.edit_in_flexybox(who, 0, false);
        }
    }

    /// Events of one customer that have not started yet are one event.
    fn changed(&mut self, who: usize) {
        if self.pending.iter().all(|event| event.who != who || event.started_with.is_some()) {
            self.pending.push_back(Pending { who, attempt: 1, started_with: None });
        }
    }

    fn collect(&mut self) {
        while let Some(delivery) = self.club.simulator.next_delivery() {
            self.club.simulator.delivery_done(delivery.id, Ok(200));
            self.webhooks.push_back(Request {
                method: "POST".to_owned(),
                query: delivery.url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
                headers: Vec::new(),
                body: Vec::new(),
                received: 0,
            });
        }
    }

    /// The number of a customer there: by its link, or the one it has before there is a link.
    fn number(&self, who: usize) -> Option<u64> {
        match self.club.link(&id(who)) {
            Some(link) => link.external_id.parse().ok(),
            None if who == 0 => Some(700),
            None => None,
        }
    }

    fn new_value(&mut self, who: usize, what: usize, clear: bool) -> String {
        // e-conomic refuses an empty name.
        if clear && what != 0 {
            self.cleared.insert((who, what));
            return String::new();
        }
        self.edits += 1;
        let value = format!("v{}", self.edits);
        self.made.push((who, what, value.clone()));
        value
    }

    /// When the story is over: what is wrong with it?
    pub(crate) fn what_is_wrong(&self) -> Vec<String> {
        let mut wrong = self.broken.clone();
        let links = self.club.host.links.borrow().clone();
        for who in (0..CUSTOMERS).filter(|who| !self.club.customer(&id(*who)).tags.is_empty()) {
            let mut customer = self.club.customer(&id(who));
            if customer.number != NUMBERS[who] {
                wrong.push(format!("C{who} has the number {}", customer.number));
            }
            let link = links.iter().find(|link| link.customer_id == customer.id && link.state == LinkState::Active);
            let Some(held) = link.and_then(|link| self.club.held(link.external_id.parse().unwrap())) else {
                wrong.push(format!("C{who} is tagged and has no active link to a customer"));
                continue;
            };
            for (what, name) in PROPERTIES.iter().enumerate() {
                let ours = place(&mut customer, &property(what)).clone();
                let theirs = held[*name].as_str().unwrap_or_default();
                if ours != theirs {
                    wrong.push(format!("C{who} {name}: FlexyBox {ours:?}, e-conomic {theirs:?}"));
                }
                wrong.extend(self.lost_edits(who, what, &ours));
            }
            if who == 0 && held["layout"]["layoutNumber"] != 19 {
                wrong.push("the layout is gone".to_owned());
            }
        }
        let created = links.iter().filter(|link| link.customer_id != "C0").count();
        let held = self.club.all_held().len();
        if held != self.held_at_first + created {
            wrong.push(format!("{held} customers there, expected {} + {created}", self.held_at_first));
        }
        wrong
    }

    /// Every edit must stand, or have been overwritten by somebody who saw it, or have been reported as lost.
    fn lost_edits(&self, who: usize, what: usize, stands: &str) -> Vec<String> {
        if self.cleared.contains(&(who, what)) {
            return Vec::new();
        }
        let mut accounted: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = self.lost.iter().map(String::as_str).chain([stands]).collect();
        while let Some(value) = open.pop() {
            if accounted.insert(value) {
                open.extend(self.overwrote.get(value).map(String::as_str));
            }
        }
        let mine = self.made.iter().filter(|(edited, property, _)| (*edited, *property) == (who, what));
        mine.filter(|(_, _, value)| !accounted.contains(value.as_str()))
            .map(|(_, _, value)| format!("C{who} {}: the edit {value} is lost without a report", PROPERTIES[what]))
            .collect()
    }
}
