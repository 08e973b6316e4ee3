//! FlexyBox, a model of its host, and e-conomic: small enough to see through. The connector's native logic runs over the
//! simulator in process.

#![allow(dead_code, reason = "each test uses a part of it")]

use accounting_kit::doubles::MemoryHost;
use accounting_kit::exports::configure::{Catalogue, Configured};
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, SyncResult};
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use accounting_kit::exports::on_webhook::{Request as WebhookCall, WebhookResult};
use accounting_kit::exports::upkeep::{BookedDay, Health};
use accounting_kit::http::{Http, HttpError, Request, Response};
use accounting_kit::ports::Ports;
use accounting_kit::shell::Logic;
use accounting_kit::types::{Attribute, Context, Customer, CustomerProperty, Effect, Error, Link, Locale, Setting};
use economic_connector::configure::configure;
use economic_connector::guest::Economic as Connector;
use economic_sim::{Config, Cut, Economic};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::time::Duration;

/// The customer tag.
pub(crate) const TAG: &str = "e-conomic";
/// The link FlexyBox hands out.
pub(crate) const LINK: &str = "https://flexybox.example/hooks/0123456789abcdef";

/// The simulator as the connector's outside.
pub(crate) struct InProcess<'s>(pub(crate) &'s Economic);

impl Http for InProcess<'_> {
    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let answer = self.0.answer(builder.body(bytes::Bytes::from(request.body.clone())).unwrap());
        if answer.cut != Cut::None {
            return Err(HttpError::Unknown("the connection was dropped".to_owned()));
        }
        let header = |name: &str| answer.response.headers().get(name).and_then(|value| value.to_str().ok());
        Ok(Response {
            status: answer.response.status().as_u16(),
            retry_after_s: header("retry-after").and_then(|value| value.parse().ok()),
            body: answer.response.body().to_vec(),
        })
    }
}

/// FlexyBox and e-conomic.
pub(crate) struct Club {
    pub(crate) simulator: Economic,
    pub(crate) host: MemoryHost,
    pub(crate) settings: RefCell<Vec<Setting>>,
    /// What people in FlexyBox were told by flags.
    pub(crate) flags: RefCell<Vec<String>>,
    event: Cell<u32>,
}

impl Club {
    pub(crate) fn new() -> Self {
        Self::with(Config::example())
    }

    pub(crate) fn with(config: Config) -> Self {
        let simulator = Economic::new(config).unwrap();
        simulator.set_now("2026-11-24T08:00:00Z".parse().unwrap());
        let settings = [
            ("enabled", "true"),
            ("app-secret-token", "example-app-secret"),
            ("agreement-grant-token", "example-grant"),
            ("customer-tag", TAG),
            ("customer-group", "1"),
            ("payment-terms", "1"),
            ("vat-zone", "1"),
            ("currency", "DKK"),
        ];
        let settings = settings.map(|(key, value)| Setting { key: key.into(), value: value.into() }).to_vec();
        Self {
            simulator,
            host: MemoryHost::default(),
            settings: RefCell::new(settings),
            flags: RefCell::default(),
            event: Cell::new(0),
        }
    }

    pub(crate) fn set(&self, key: &str, value: &str) {
        self.settings.borrow_mut().push(Setting { key: key.into(), value: value.into() });
    }

    /// A new event's context.
    pub(crate) fn context(&self) -> Context {
        self.event.set(self.event.get() + 1);
        self.simulator.advance(Duration::from_secs(1));
        Context {
            now: u64::try_from(self.simulator.now().as_millisecond()).unwrap(),
            locale: Locale::En,
            settings: self.settings.borrow().clone(),
            webhook_link: Some(LINK.to_owned()),
            idempotency_key: format!("event-{}", self.event.get()),
            attempt: 1,
        }
    }

    /// Make a customer known to FlexyBox, as it now is.
    pub(crate) fn keep(&self, customer: &Customer) {
        let mut customers = self.host.customers.borrow_mut();
        customers.retain(|other| other.id != customer.id);
        customers.push(customer.clone());
    }

    pub(crate) fn customer(&self, id: &str) -> Customer {
        self.host.customers.borrow().iter().find(|customer| customer.id == id).cloned().unwrap()
    }

    pub(crate) fn link(&self, id: &str) -> Option<Link> {
        self.host.links.borrow().iter().find(|link| link.customer_id == id).cloned()
    }

    pub(crate) fn change(&self, kind: ChangeKind, customer: &Customer) -> CustomerChange {
        CustomerChange { kind, customer: customer.clone(), link: self.link(&customer.id) }
    }

    /// Run one event about one customer and apply what comes back.
    pub(crate) fn changed(&self, kind: ChangeKind, customer: &Customer) -> SyncResult {
        self.attempt(&self.context(), &self.change(kind, customer))
    }

    /// One attempt at an event.
    pub(crate) fn attempt(&self, context: &Context, change: &CustomerChange) -> SyncResult {
        self.keep(&change.customer);
        let mut results = self.batch(context, std::slice::from_ref(change));
        results.pop().unwrap()
    }

    pub(crate) fn batch(&self, context: &Context, changes: &[CustomerChange]) -> Vec<SyncResult> {
        let outside = InProcess(&self.simulator);
        let results =
            Connector::customers_changed(Ports { http: &outside, host: &self.host }, context, changes).unwrap();
        for result in &results {
            self.apply(&result.effects);
        }
        results
    }

    /// Hand a call of the link to the connector and apply what comes back.
    pub(crate) fn called(&self, query: &str) -> Result<WebhookResult, Error> {
        let call = WebhookCall {
            method: "POST".to_owned(),
            query: query.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            received: 0,
        };
        let outside = InProcess(&self.simulator);
        let result = Connector::webhook_called(Ports { http: &outside, host: &self.host }, &self.context(), &call)?;
        self.apply(&result.effects);
        Ok(result)
    }

    /// Read what changed since the last pass; results, cursor.
    pub(crate) fn catch_up(&self, cursor: Option<&str>) -> (Vec<WebhookResult>, String) {
        let mut cursor = cursor.map(str::to_owned);
        let mut results = Vec::new();
        loop {
            let outside = InProcess(&self.simulator);
            let page =
                Connector::caught_up(Ports { http: &outside, host: &self.host }, &self.context(), cursor.as_deref())
                    .unwrap();
            for result in &page.results {
                self.apply(&result.effects);
            }
            results.extend(page.results);
            cursor = Some(page.cursor);
            if !page.more {
                return (results, cursor.unwrap());
            }
        }
    }

    /// Close a day.
    pub(crate) fn close(
        &self,
        context: &Context,
        report: &DailyReport,
        previous: Option<&BookedReport>,
    ) -> Result<Receipt, Error> {
        let outside = InProcess(&self.simulator);
        Connector::day_closed(Ports { http: &outside, host: &self.host }, context, report, previous)
    }

    /// Ask what became of booked days.
    pub(crate) fn check(&self, days: &[BookedDay]) -> Health {
        let outside = InProcess(&self.simulator);
        Connector::checked(Ports { http: &outside, host: &self.host }, &self.context(), days).unwrap()
    }

    /// Press OK on the settings page.
    pub(crate) fn configure(&self, catalogue: &Catalogue) -> Configured {
        self.configure_with(&self.context(), catalogue)
    }

    /// The same with a context of one's own.
    pub(crate) fn configure_with(&self, context: &Context, catalogue: &Catalogue) -> Configured {
        let outside = InProcess(&self.simulator);
        configure(Ports { http: &outside, host: &self.host }, context, catalogue).unwrap()
    }

    /// Entries of a journal.
    pub(crate) fn drafts(&self, journal: u32) -> Vec<Value> {
        self.get(&format!("/journals/{journal}/entries?pagesize=1000"))["collection"].as_array().unwrap().clone()
    }

    /// Booked entries.
    pub(crate) fn booked(&self) -> Vec<Value> {
        let answer = self.fetch("https://apis.e-conomic.com/bookedEntriesapi/v4.0.0/booked-entries");
        answer["items"].as_array().unwrap().clone()
    }

    /// Apply effects as the host does.
    pub(crate) fn apply(&self, effects: &[Effect]) -> bool {
        let mut applied = true;
        for effect in effects {
            match effect {
                Effect::PutLink(link) => {
                    let mut links = self.host.links.borrow_mut();
                    links.retain(|other| other.customer_id != link.customer_id);
                    if links.iter().any(|other| other.external_id == link.external_id) {
                        self.flags.borrow_mut().push(format!("{} is linked twice", link.external_id));
                        continue;
                    }
                    links.push(link.clone());
                }
                Effect::RemoveLink(id) => self.host.links.borrow_mut().retain(|link| link.customer_id != *id),
                Effect::FlagCustomer(flag) => self.flags.borrow_mut().push(flag.code.clone()),
                Effect::UpdateCustomer(update) => {
                    let mut customers = self.host.customers.borrow_mut();
                    let customer = customers.iter_mut().find(|customer| customer.id == update.customer_id).unwrap();
                    if customer.revision != update.revision {
                        applied = false;
                        continue;
                    }
                    for change in &update.changes {
                        *place(customer, &change.property) = change.value.clone();
                    }
                    customer.revision += 1;
                    let mut links = self.host.links.borrow_mut();
                    let link = links.iter_mut().find(|link| link.customer_id == update.customer_id).unwrap();
                    for agreed in &update.agreed {
                        link.base.retain(|known| known.name != agreed.name);
                        link.base.push(agreed.clone());
                    }
                }
            }
        }
        applied
    }

    /// Calls since the last look, as `METHOD path`.
    pub(crate) fn calls(&self) -> Vec<String> {
        let calls = self.simulator.calls().into_iter().map(|call| format!("{} {}", call.method, call.path)).collect();
        self.simulator.clear_calls();
        calls
    }

    /// A customer as e-conomic holds it, over its own interface.
    pub(crate) fn held(&self, number: u64) -> Option<Value> {
        let answer = self.get(&format!("/customers/{number}"));
        answer.get("customerNumber").is_some().then_some(answer)
    }

    /// Every customer e-conomic holds.
    pub(crate) fn all_held(&self) -> Vec<Value> {
        self.get("/customers?pagesize=1000")["collection"].as_array().unwrap().clone()
    }

    fn get(&self, path: &str) -> Value {
        self.fetch(&format!("https://restapi.e-conomic.com{path}"))
    }

    /// A person or another program acts over the interface.
    pub(crate) fn send(&self, method: &str, url: &str, body: &str) {
        let request = http::Request::builder()
            .method(method)
            .uri(url)
            .header("x-appsecrettoken", "example-app-secret")
            .header("x-agreementgranttoken", "example-grant")
            .header("content-type", "application/json")
            .body(bytes::Bytes::from(body.to_owned()))
            .unwrap();
        let answer = self.simulator.answer(request);
        assert!(answer.response.status().is_success(), "{:?}", answer.response);
    }

    fn fetch(&self, url: &str) -> Value {
        let request = http::Request::builder()
            .uri(url)
            .header("x-appsecrettoken", "example-app-secret")
            .header("x-agreementgranttoken", "example-grant")
            .body(bytes::Bytes::new())
            .unwrap();
        let before = self.simulator.calls().len();
        let answer = self.simulator.answer(request);
        if before == 0 {
            self.simulator.clear_calls();
        }
        serde_json::from_slice(answer.response.body()).unwrap_or_default()
    }
}

/// Where a property stands on a customer.
pub(crate) fn place<'c>(customer: &'c mut Customer, property: &CustomerProperty) -> &'c mut String {
    match property {
        CustomerProperty::Field(name) => {
            &mut customer.fields.iter_mut().find(|field| field.name == *name).unwrap().value
        }
        CustomerProperty::Attribute(attribute) => match attribute {
            Attribute::Name => &mut customer.name,
            Attribute::Address => &mut customer.address,
            Attribute::Zip => &mut customer.zip,
            Attribute::City => &mut customer.city,
            Attribute::Country => &mut customer.country,
            Attribute::Phone => &mut customer.phone,
            Attribute::Mobile => &mut customer.mobile,
            Attribute::Email => &mut customer.email,
            Attribute::Cvr => &mut customer.cvr,
            Attribute::Ean => &mut customer.ean,
        },
    }
}

/// A made-up customer with the tag.
pub(crate) fn customer(id: &str, number: &str) -> Customer {
    Customer {
        id: id.to_owned(),
        number: number.to_owned(),
        name: format!("Maja Prøve {id}"),
        address: "Æblestien 3".to_owned(),
        zip: "0999".to_owned(),
        city: "Testrup".to_owned(),
        country: "DK".to_owned(),
        phone: String::new(),
        mobile: "00000010".to_owned(),
        email: format!("{id}@example.com").to_lowercase(),
        cvr: String::new(),
        ean: String::new(),
        tags: vec![TAG.to_owned()],
        fields: Vec::new(),
        deleted: false,
        revision: 1,
    }
}

/// The customer after an edit in FlexyBox.
pub(crate) fn edited(mut customer: Customer, edit: impl FnOnce(&mut Customer)) -> Customer {
    edit(&mut customer);
    customer.revision += 1;
    customer
}
