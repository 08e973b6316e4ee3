//! A model of FlexyBox and its host around the simulator, small enough to see through.

mod people;
mod verdict;

use acceptance::in_process::InProcess;
use accounting_kit::doubles::MemoryHost;
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, Outcome};
use accounting_kit::exports::on_webhook::{Request, WebhookOutcome};
use accounting_kit::ports::Ports;
use accounting_kit::shell::Logic;
use accounting_kit::types::{Context, Effect, Error, ErrorKind, FieldConflict, Locale, Setting, Side};
use people::{customer, index, number, place, place_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;
use uniconta_connector::guest::Uniconta as Connector;
use uniconta_sim::{Config, Uniconta};

/// Customers of FlexyBox. The first has a debtor already when the story begins.
pub(crate) const CUSTOMERS: usize = 4;

/// What is edited, as Uniconta calls it; the last is a field of the company's own.
pub(crate) const PROPERTIES: [&str; 4] = ["Name", "City", "Phone", "xNote"];

const TAG: &str = "Uniconta";
const DEBTORS: &str = "DebtorClientUser";

struct Pending {
    who: usize,
    attempt: u32,
    started_with: Option<CustomerChange>,
}

/// FlexyBox, its host and Uniconta.
pub(crate) struct World {
    pub(crate) simulator: Uniconta,
    host: MemoryHost,
    settings: Vec<Setting>,
    pending: VecDeque<Pending>,
    webhooks: VecDeque<Request>,
    cursor: Option<String>,
    now: u64,
    edits: usize,
    /// For each edit, what it overwrote on its own side.
    overwrote: BTreeMap<String, String>,
    made: Vec<(usize, usize, String)>,
    cleared: BTreeSet<(usize, usize)>,
    lost: BTreeSet<String>,
    debtors_at_first: usize,
    story: Vec<String>,
    broken: Vec<String>,
}

impl World {
    pub(crate) fn new(wins: Side) -> Self {
        let simulator = Uniconta::new(Config::example()).unwrap();
        simulator.set_now("2026-03-02T08:00:00Z".parse().unwrap());
        simulator
            .type_in(
                "TableChangeEventClient",
                json!({"TableId": 50, "Url": "http://127.0.0.1:9/hooks/x", "UsePost": true}),
            )
            .unwrap();
        simulator
            .type_in(DEBTORS, json!({"Account": "7000", "Name": "was there", "Group": "1", "City": "Ribe"}))
            .unwrap();
        let host = MemoryHost::default();
        host.customers.borrow_mut().extend((0..CUSTOMERS).map(customer));
        let rule = if wins == Side::Flexybox { "flexybox" } else { "accounting" };
        let settings = [
            ("enabled", "true"),
            ("username", "flexybox"),
            ("password", "example-password"),
            ("company-id", "12345"),
            ("api-key", "11111111-2222-4333-8444-555555555555"),
            ("customer-tag", TAG),
            ("debtor-group", "1"),
            ("conflict-rule", rule),
        ];
        let debtors_at_first = simulator.rows(DEBTORS).len();
        let mut world = Self {
            simulator,
            host,
            settings: settings.map(|(key, value)| Setting { key: key.into(), value: value.into() }).to_vec(),
            pending: VecDeque::new(),
            webhooks: VecDeque::new(),
            cursor: None,
            now: 1_772_438_400_000,
            edits: 0,
            overwrote: BTreeMap::new(),
            made: Vec::new(),
            cleared: BTreeSet::new(),
            lost: BTreeSet::new(),
            debtors_at_first,
            story: Vec::new(),
            broken: Vec::new(),
        };
        world.set_tag(0, true);
        world.set_tag(1, true);
        world
    }

    pub(crate) fn edit_in_flexybox(&mut self, who: usize, what: usize, clear: bool) {
        let value = self.new_value(who, what, clear);
        let mut customers = self.host.customers.borrow_mut();
        let customer = &mut customers[who];
        let place = place(customer, what);
        let old = std::mem::replace(place, value.clone());
        customer.revision += 1;
        drop(customers);
        self.story.push(format!("FlexyBox: C{who} {} {old:?} -> {value:?}", PROPERTIES[what]));
        self.overwrote.insert(value, old);
        self.changed(who);
    }

    pub(crate) fn edit_in_uniconta(&mut self, who: usize, what: usize, clear: bool) {
        self.tick();
        let account = number(who);
        let Some(row) = self.debtor(&account) else { return };
        let value = self.new_value(who, what, clear);
        let old = row[PROPERTIES[what]].as_str().unwrap_or_default().to_owned();
        self.simulator.type_in(DEBTORS, json!({"RowId": row["RowId"], PROPERTIES[what]: value})).unwrap();
        self.story.push(format!("Uniconta: {account} {} {old:?} -> {value:?}", PROPERTIES[what]));
        self.overwrote.insert(value, old);
        self.collect_webhooks();
    }

    pub(crate) fn set_tag(&mut self, who: usize, on: bool) {
        let mut customers = self.host.customers.borrow_mut();
        let customer = &mut customers[who];
        customer.tags = if on { vec![TAG.to_owned()] } else { Vec::new() };
        customer.revision += 1;
        drop(customers);
        self.story.push(format!("FlexyBox: C{who} tag {on}"));
        self.changed(who);
    }

    /// Handle the oldest event.
    pub(crate) fn work(&mut self, edited_meanwhile: Option<usize>) {
        let Some(mut event) = self.pending.pop_front() else { return };
        let change = event.started_with.take().unwrap_or_else(|| self.change(event.who));
        self.tick();
        let outside = InProcess::new(&self.simulator);
        let context = self.context(event.attempt);
        let results = Connector::customers_changed(
            Ports { http: &outside, host: &self.host },
            &context,
            std::slice::from_ref(&change),
        )
        .unwrap();
        let result = results.into_iter().next().unwrap();
        let made = outside.calls();
        if change.customer.tags.is_empty() && made > 0 {
            self.broken.push(format!("C{}: {made} calls for an untagged customer", event.who));
        }
        self.story.push(format!("work C{} attempt {} -> {:?}, {made} calls", event.who, event.attempt, result.outcome));
        self.collect_webhooks();
        if let Some(other) = edited_meanwhile {
            self.edit_in_flexybox(other, 0, false);
        }
        self.report(&result.conflicts);
        let stale = self.apply(&result.effects);
        match &result.outcome {
            Outcome::Failed(error) if runs_again(error) => {
                let again = Pending { attempt: event.attempt + 1, started_with: Some(change), ..event };
                self.pending.push_front(again);
            }
            Outcome::Failed(error) => self.broken.push(format!("C{}: {error:?}", event.who)),
            _ if stale => self.pending.push_front(Pending { who: event.who, attempt: 1, started_with: None }),
            _ => {}
        }
    }

    /// One of the waiting calls of the link arrives.
    pub(crate) fn webhook(&mut self, which: usize, again: bool) {
        if self.webhooks.is_empty() {
            return;
        }
        let which = which % self.webhooks.len();
        let Some(request) = self.webhooks.remove(which) else { return };
        if again {
            self.webhooks.push_back(request.clone());
        }
        self.deliver(request);
    }

    pub(crate) fn catch_up(&mut self) {
        self.read_missed();
    }

    /// All trouble ends; everything that waits is handled.
    pub(crate) fn settle(&mut self) {
        self.simulator.clear_faults();
        for _ in 0..20 {
            while !self.pending.is_empty() {
                self.work(None);
                if self.broken.len() > 20 {
                    return;
                }
            }
            while let Some(request) = self.webhooks.pop_front() {
                self.deliver(request);
            }
            let found = self.read_missed();
            if !found && self.pending.is_empty() && self.webhooks.is_empty() {
                return;
            }
        }
        self.broken.push("it does not come to rest".to_owned());
    }

    pub(crate) fn story(&self) -> String {
        self.story.join("\n")
    }

    fn deliver(&mut self, request: Request) {
        self.tick();
        let outside = InProcess::new(&self.simulator);
        let result = Connector::webhook_called(Ports { http: &outside, host: &self.host }, &self.context(1), &request);
        self.collect_webhooks();
        match result {
            Ok(result) => {
                self.story.push(format!("webhook {} -> {:?}", request.query, result.outcome));
                self.report(&result.conflicts);
                let stale = self.apply(&result.effects);
                if stale || matches!(&result.outcome, WebhookOutcome::Failed(error) if runs_again(error)) {
                    self.webhooks.push_back(request);
                }
            }
            Err(error) if runs_again(&error) => self.webhooks.push_back(request),
            Err(error) => self.broken.push(format!("webhook: {error:?}")),
        }
    }

    /// One pass; whether it found anything.
    fn read_missed(&mut self) -> bool {
        let mut found = false;
        for _ in 0..100 {
            self.tick();
            let outside = InProcess::new(&self.simulator);
            let page = Connector::caught_up(
                Ports { http: &outside, host: &self.host },
                &self.context(1),
                self.cursor.as_deref(),
            );
            self.collect_webhooks();
            let Ok(page) = page else { return true };
            let mut stale = false;
            for result in &page.results {
                self.story.push(format!("catch-up {:?} -> {:?}", result.customer_id, result.outcome));
                self.report(&result.conflicts);
                stale |= self.apply(&result.effects);
                stale |= matches!(&result.outcome, WebhookOutcome::Failed(error) if runs_again(error));
                found = true;
            }
            if stale {
                continue;
            }
            self.cursor = Some(page.cursor);
            if !page.more {
                return found;
            }
        }
        true
    }

    /// Apply effects as the host does; whether an update came too late.
    fn apply(&mut self, effects: &[Effect]) -> bool {
        let mut stale = false;
        for effect in effects {
            match effect {
                Effect::PutLink(link) => {
                    let mut links = self.host.links.borrow_mut();
                    if links
                        .iter()
                        .any(|other| other.external_id == link.external_id && other.customer_id != link.customer_id)
                    {
                        self.broken.push(format!("debtor {} is linked twice", link.external_id));
                    }
                    links.retain(|other| other.customer_id != link.customer_id);
                    links.push(link.clone());
                }
                Effect::RemoveLink(customer) => {
                    self.host.links.borrow_mut().retain(|link| link.customer_id != *customer)
                }
                Effect::FlagCustomer(flag) => {
                    self.broken.push(format!("{} was flagged: {}", flag.customer_id, flag.code))
                }
                Effect::UpdateCustomer(update) => {
                    let who = index(&update.customer_id);
                    let mut customers = self.host.customers.borrow_mut();
                    let customer = &mut customers[who];
                    if customer.revision != update.revision {
                        stale = true;
                        continue;
                    }
                    for change in &update.changes {
                        *place_of(customer, &change.property) = change.value.clone();
                    }
                    customer.revision += 1;
                    drop(customers);
                    let mut links = self.host.links.borrow_mut();
                    let link = links.iter_mut().find(|link| link.customer_id == update.customer_id).unwrap();
                    for agreed in &update.agreed {
                        link.base.retain(|known| known.name != agreed.name);
                        link.base.push(agreed.clone());
                    }
                    drop(links);
                    self.changed(who);
                }
            }
        }
        stale
    }

    fn report(&mut self, conflicts: &[FieldConflict]) {
        self.lost.extend(conflicts.iter().map(|conflict| conflict.lost_value.clone()));
    }

    /// Events of one customer that have not started yet are one event.
    fn changed(&mut self, who: usize) {
        if self.pending.iter().all(|event| event.who != who || event.started_with.is_some()) {
            self.pending.push_back(Pending { who, attempt: 1, started_with: None });
        }
    }

    fn change(&self, who: usize) -> CustomerChange {
        let customer = self.host.customers.borrow()[who].clone();
        let link = self.host.links.borrow().iter().find(|link| link.customer_id == customer.id).cloned();
        CustomerChange { kind: ChangeKind::Changed, customer, link }
    }

    fn context(&self, attempt: u32) -> Context {
        Context {
            now: self.now,
            locale: Locale::Da,
            settings: self.settings.clone(),
            webhook_link: None,
            idempotency_key: format!("k{}", self.now),
            attempt,
        }
    }

    fn collect_webhooks(&mut self) {
        while let Some(delivery) = self.simulator.next_delivery() {
            self.simulator.delivery_done(delivery.id, Ok(200));
            self.webhooks.push_back(Request {
                method: delivery.method.as_str().to_owned(),
                query: delivery.url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
                headers: Vec::new(),
                body: delivery.body.unwrap_or_default().into_bytes(),
                received: self.now,
            });
        }
    }

    fn debtor(&self, account: &str) -> Option<Value> {
        self.simulator.rows(DEBTORS).into_iter().find(|row| row["Account"] == account)
    }

    fn new_value(&mut self, who: usize, what: usize, clear: bool) -> String {
        if clear {
            self.cleared.insert((who, what));
            return String::new();
        }
        self.edits += 1;
        let value = format!("v{}", self.edits);
        self.made.push((who, what, value.clone()));
        value
    }

    fn tick(&mut self) {
        self.now += 1_000;
        self.simulator.advance(Duration::from_secs(1));
    }
}

/// What the host tries again; everything else waits for a person.
fn runs_again(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Transient | ErrorKind::Uncertain | ErrorKind::RateLimited | ErrorKind::Internal)
}
