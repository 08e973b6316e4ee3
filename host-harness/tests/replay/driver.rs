//! A connector in plain Rust: makes a debtor of a tagged customer, and takes a changed name back.

use async_trait::async_trait;
use host_harness::bindings::exports::configure::*;
use host_harness::bindings::exports::on_customer_changed::{CustomerChange, Outcome, SkipReason, SyncResult};
use host_harness::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use host_harness::bindings::exports::on_webhook::{IgnoreReason, Request, WebhookOutcome, WebhookResult};
use host_harness::bindings::exports::upkeep::{BookedDay, DayReport, Health, Page};
use host_harness::bindings::imports::log::Level;
use host_harness::bindings::types::{
    Agreed, Attribute, Context, CustomerProperty, CustomerUpdate, Effect, Error, ErrorKind, Link, LinkState, Localized,
    PropertyChange,
};
use host_harness::connector::Surroundings;
use host_harness::installation::{CallFailed, CallRecord, Called, Driver};
use host_harness::sandbox::{LogLine, LogSource};
use host_harness::transport::{OutboundRequest, TransportError};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a connector can break the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrong {
    Swapped,
    OneMissing,
}

/// The connector.
pub(crate) struct Small {
    pub(crate) wrong: Option<Wrong>,
    pub(crate) compiler: Option<String>,
    /// Added to the fuel of every call.
    pub(crate) extra_fuel: AtomicU64,
    /// Asks for one thing more than it used to.
    pub(crate) curious: bool,
    /// Told what came in, for looking at attempts and keys.
    pub(crate) contexts: Mutex<Vec<Context>>,
    /// What came in with changed customers.
    pub(crate) changes: Mutex<Vec<Vec<CustomerChange>>>,
    /// Pages that `catch-up` answers with, one after the other.
    pub(crate) pages: Mutex<Vec<Page>>,
    /// What closed days are answered with, one after the other; without any, that days are not supported.
    pub(crate) days: Mutex<Vec<Result<Receipt, Error>>>,
    /// Reads the accounts before it answers to a closed day.
    pub(crate) day_reads: bool,
    /// What came in beside closed days.
    pub(crate) previous: Mutex<Vec<Option<BookedReport>>>,
    /// What `check` was asked about.
    pub(crate) asked: Mutex<Vec<Vec<BookedDay>>>,
    /// What `check` says of days.
    pub(crate) said: Mutex<Vec<DayReport>>,
    /// What came in with `configure`.
    pub(crate) catalogues: Mutex<Vec<Catalogue>>,
}

impl Default for Small {
    fn default() -> Self {
        Self {
            wrong: None,
            compiler: Some("rustc 1.96.0".to_owned()),
            extra_fuel: AtomicU64::new(0),
            curious: false,
            contexts: Mutex::default(),
            changes: Mutex::default(),
            pages: Mutex::default(),
            days: Mutex::default(),
            day_reads: false,
            previous: Mutex::default(),
            asked: Mutex::default(),
            said: Mutex::default(),
            catalogues: Mutex::default(),
        }
    }
}

struct Call<'a> {
    around: &'a Surroundings,
    context: &'a Context,
    fuel: u64,
    requests: u64,
    logs: Vec<LogLine>,
}

pub(crate) fn error(kind: ErrorKind, code: &str) -> Error {
    let message = format!("det gik galt: {code}");
    Error { kind, code: code.to_owned(), message, detail: None, retry_after_ms: None, subject: None }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Call<'_> {
    fn setting(&self, key: &str) -> String {
        let found = self.context.settings.iter().find(|setting| setting.key == key);
        found.map(|setting| setting.value.clone()).unwrap_or_default()
    }

    async fn ask(&mut self, method: &str, path: &str, token: &str, body: Value) -> Result<(u16, Value), Error> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
        if !token.is_empty() {
            headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        }
        self.requests += 1;
        self.fuel += (path.len() + body.len()) as u64;
        let request = OutboundRequest {
            method: method.into(),
            url: format!("https://books.example{path}"),
            headers,
            body: body.into(),
        };
        match self.around.transport.send(request).await {
            Ok(response) => {
                self.fuel += response.body.len() as u64;
                if response.truncated {
                    return Err(error(ErrorKind::Transient, "books.truncated"));
                }
                Ok((response.status, serde_json::from_slice(&response.body).unwrap_or_default()))
            }
            Err(TransportError::Dropped { .. } | TransportError::TimedOut { .. }) => {
                self.logs.push(LogLine {
                    level: Level::Warn,
                    source: LogSource::Connector,
                    message: "no answer".into(),
                });
                Err(error(ErrorKind::Uncertain, "books.no-answer"))
            }
            Err(_) => Err(error(ErrorKind::Transient, "books.not-reached")),
        }
    }

    async fn login(&mut self) -> Result<String, Error> {
        let body =
            json!({"user": self.setting("user"), "password": self.setting("password"), "key": self.setting("api-key")});
        let (status, answer) = self.ask("POST", "/login", "", body).await?;
        match status {
            200 if answer["state"] == "accepted" => Ok(text(&answer["token"])),
            200 => Err(error(ErrorKind::Auth, "books.not-accepted")),
            _ => Err(error(ErrorKind::Auth, "books.wrong-password")),
        }
    }

    async fn one(&mut self, change: &CustomerChange, curious: bool) -> Result<(Outcome, Vec<Effect>), Error> {
        let customer = &change.customer;
        if change.link.is_none() && !customer.tags.contains(&self.setting("tag")) {
            return Ok((Outcome::Skipped(SkipReason::NotTagged), Vec::new()));
        }
        let token = self.login().await?;
        if curious {
            self.ask("GET", "/debtors?number=none", &token, Value::Null).await?;
        }
        let row = json!({"number": customer.number, "name": customer.name, "email": customer.email});
        if let Some(link) = &change.link {
            self.ask("PUT", &format!("/debtors/{}", link.external_id), &token, row).await?;
            return Ok((
                Outcome::Updated,
                vec![Effect::PutLink(link_of(&customer.id, &link.external_id, &customer.name))],
            ));
        }
        let (_, found) = self.ask("GET", &format!("/debtors?number={}", customer.number), &token, Value::Null).await?;
        let first =
            found["value"].as_array().and_then(|rows| rows.iter().find(|row| row["number"] == json!(customer.number)));
        let (outcome, id) = match first {
            Some(row) => (Outcome::Linked, row["id"].to_string()),
            None => {
                let (_, made) = self.ask("POST", "/debtors", &token, row).await?;
                (Outcome::Created, made["id"].to_string())
            }
        };
        Ok((outcome, vec![Effect::PutLink(link_of(&customer.id, &id, &customer.name))]))
    }

    async fn webhook(&mut self, request: &Request) -> Result<WebhookResult, Error> {
        let hint: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let id = hint["id"].to_string();
        let nothing = |reason| WebhookResult {
            customer_id: None,
            outcome: WebhookOutcome::Ignored(reason),
            effects: vec![],
            conflicts: vec![],
            notices: vec![],
        };
        let Some(link) = self.around.directory.link_by_external_id(&id).await.unwrap() else {
            return Ok(nothing(IgnoreReason::NoTaggedCustomer));
        };
        let customer = self.around.directory.customer_by_id(&link.customer_id).await.unwrap().unwrap();
        let token = self.login().await?;
        let (_, row) = self.ask("GET", &format!("/debtors/{id}"), &token, Value::Null).await?;
        let name = text(&row["name"]);
        if name == customer.name {
            return Ok(nothing(IgnoreReason::Echo));
        }
        let update = CustomerUpdate {
            customer_id: customer.id.clone(),
            revision: customer.revision,
            changes: vec![PropertyChange {
                property: CustomerProperty::Attribute(Attribute::Name),
                value: name.clone(),
            }],
            agreed: vec![Agreed { name: "name".into(), value: name }],
        };
        Ok(WebhookResult {
            customer_id: Some(customer.id),
            outcome: WebhookOutcome::Updated,
            effects: vec![Effect::UpdateCustomer(update)],
            conflicts: vec![],
            notices: vec![],
        })
    }
}

pub(crate) fn link_of(customer_id: &str, external_id: &str, name: &str) -> Link {
    Link {
        customer_id: customer_id.into(),
        external_id: external_id.into(),
        external_key: String::new(),
        state: LinkState::Active,
        base: vec![Agreed { name: "name".into(), value: name.into() }],
    }
}

impl Small {
    fn call<'a>(&self, around: &'a Surroundings, context: &'a Context) -> Call<'a> {
        self.contexts.lock().unwrap().push(context.clone());
        Call { around, context, fuel: 1_000 + self.extra_fuel.load(Ordering::Relaxed), requests: 0, logs: vec![] }
    }
}

fn called<T>(call: Call<'_>, result: Result<T, Error>) -> Called<T> {
    let traffic = host_harness::sandbox::Traffic { requests: call.requests, ..Default::default() };
    let record = CallRecord { logs: call.logs, traffic, fuel: Some(call.fuel), ..CallRecord::default() };
    Called { result: Ok(result), record }
}

fn spec(key: &str, kind: SettingKind, secret: bool) -> SettingSpec {
    let label = Localized { da: key.into(), en: key.into() };
    let help = label.clone();
    SettingSpec { key: key.into(), kind, label, help, required: true, secret, default_value: None, choices: vec![] }
}

pub(crate) fn description() -> Connector {
    Connector {
        id: "small".into(),
        name: "Small".into(),
        version: "1.0.0".into(),
        capabilities: vec!["customers".into()],
        settings: vec![
            spec("user", SettingKind::Text, false),
            spec("password", SettingKind::Text, true),
            spec("api-key", SettingKind::Guid, true),
            spec("tag", SettingKind::CustomerTag, false),
        ],
        hosts: vec!["books.example".into()],
        limits: vec![],
    }
}

#[async_trait]
impl Driver for Small {
    async fn describe(&self) -> Result<Connector, CallFailed> {
        Ok(description())
    }

    fn compiler(&self) -> Option<String> {
        self.compiler.clone()
    }

    async fn configure(&self, around: &Surroundings, context: Context, catalogue: Catalogue) -> Called<Configured> {
        self.catalogues.lock().unwrap().push(catalogue);
        let mut call = self.call(around, &context);
        let login = call.login().await;
        let result = login.map(|_| Configured {
            ready: true,
            findings: vec![],
            field_matches: vec![],
            webhook: WebhookRegistration::NotNeeded,
            choices: vec![],
            remember: vec![host_harness::bindings::types::Setting { key: "server".into(), value: "7".into() }],
        });
        called(call, result)
    }

    async fn customers_changed(
        &self,
        around: &Surroundings,
        context: Context,
        changes: Vec<CustomerChange>,
    ) -> Called<Vec<SyncResult>> {
        self.changes.lock().unwrap().push(changes.clone());
        let mut call = self.call(around, &context);
        let mut results = Vec::new();
        for change in &changes {
            let (outcome, effects) = match call.one(change, self.curious).await {
                Ok(done) => done,
                Err(error) => (Outcome::Failed(error), Vec::new()),
            };
            let customer_id = change.customer.id.clone();
            results.push(SyncResult { customer_id, outcome, effects, conflicts: vec![], notices: vec![] });
        }
        match self.wrong {
            Some(Wrong::Swapped) => results.reverse(),
            Some(Wrong::OneMissing) => drop(results.pop()),
            None => {}
        }
        called(call, Ok(results))
    }

    async fn webhook(&self, around: &Surroundings, context: Context, request: Request) -> Called<WebhookResult> {
        let mut call = self.call(around, &context);
        let result = call.webhook(&request).await;
        called(call, result)
    }

    async fn day_closed(
        &self,
        around: &Surroundings,
        context: Context,
        _: DailyReport,
        previous: Option<BookedReport>,
    ) -> Called<Receipt> {
        self.previous.lock().unwrap().push(previous);
        let mut call = self.call(around, &context);
        if self.day_reads
            && let Err(error) = call.ask("GET", "/accounts", "", Value::Null).await
        {
            return called(call, Err(error));
        }
        let mut days = self.days.lock().unwrap();
        let unsupported = || Err(error(ErrorKind::Unsupported, "books.unsupported"));
        let result = if days.is_empty() { unsupported() } else { days.remove(0) };
        drop(days);
        called(call, result)
    }

    async fn check(&self, around: &Surroundings, context: Context, unposted: Vec<BookedDay>) -> Called<Health> {
        self.asked.lock().unwrap().push(unposted);
        let days = self.said.lock().unwrap().clone();
        called(self.call(around, &context), Ok(Health { healthy: true, findings: vec![], webhook: None, days }))
    }

    async fn catch_up(&self, around: &Surroundings, context: Context, cursor: Option<String>) -> Called<Page> {
        let call = self.call(around, &context);
        let mut pages = self.pages.lock().unwrap();
        let result = if pages.is_empty() {
            Err(error(ErrorKind::Transient, &format!("books.no-page-after-{}", cursor.unwrap_or_default())))
        } else {
            Ok(pages.remove(0))
        };
        drop(pages);
        called(call, result)
    }
}
