//! The stage of a case: fresh books in a simulator, a fresh FlexyBox, and the connector between them.

use crate::overheard::Overheard;
use crate::person;
use crate::profile::Profile;
use crate::simulator::{NowhereElse, Simulator};
use crate::verdict::{Checked, Wrong, expect, fails};
use accounting_trial::{Attribute, Debtor, Typed};
use async_trait::async_trait;
use host_harness::bindings::exports::configure::{Configured, Connector as Description, WebhookRegistration};
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, Outcome, SyncResult};
use host_harness::bindings::exports::on_day_closed::{DailyReport, Receipt};
use host_harness::bindings::exports::on_webhook::{Header, Request, WebhookResult};
use host_harness::bindings::types::{Customer, Error, Link, Locale};
use host_harness::connector::Connector;
use host_harness::egress::{AllowList, Route, Routes};
use host_harness::installation::{Driven, Event, EventId, Host, Installation, Moment, RunError, RunResult};
use host_harness::sandbox::Limits;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use std::sync::{Arc, Mutex, PoisonError};

/// The link of the installation; nobody listens there.
pub(crate) const LINK: &str = "https://flexybox.example/hooks/3f1c5a7e9b2d4f6a8c0e1d3b5a7f9c2e";

/// What all cases of a run share.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) connector: Connector,
    pub(crate) description: Arc<Description>,
    pub(crate) profile: Arc<Profile>,
}

/// A stage.
pub(crate) struct Stage {
    pub(crate) setting: Setting,
    pub(crate) books: Arc<Simulator>,
    pub(crate) flexybox: Installation,
    pub(crate) heard: Overheard,
    /// What was heard in all cases before; filled for the cases on trust.
    pub(crate) before: Overheard,
    wire: Arc<Wire>,
    hosts: AllowList,
    events: u32,
    /// Seconds since the moment of the profile, for FlexyBox and the books alike.
    clock_s: u32,
}

impl Stage {
    /// Fresh books, a fresh FlexyBox.
    pub(crate) async fn set(setting: Setting, books: Arc<Simulator>, before: Overheard) -> Checked<Self> {
        let cannot = |error: String| Wrong::CannotTry(error);
        if books.is_there() {
            books.reset(&setting.profile.now).await?;
        }
        let hosts = &setting.description.hosts;
        let simulated = hosts.iter().filter(|_| books.is_there());
        let routes = simulated.map(|host| Route { host: host.clone(), target: books.target.clone() });
        let routes = Routes::new(Arc::new(NowhereElse), routes).map_err(|error| cannot(error.to_string()))?;
        let allowed = AllowList::new(hosts, hosts).map_err(|error| cannot(error.to_string()))?;
        let wire = Arc::new(Wire { routes, sent: Mutex::default() });
        let flexybox = installation(&setting);
        Ok(Self {
            setting,
            books,
            flexybox,
            heard: Overheard::default(),
            before,
            wire,
            hosts: allowed,
            events: 0,
            clock_s: 0,
        })
    }

    /// The same stage again, as it was at first.
    pub(crate) async fn again(&mut self) -> Checked {
        self.books.reset(&self.setting.profile.now).await?;
        self.flexybox = installation(&self.setting);
        self.wire.sent();
        self.events = 0;
        self.clock_s = 0;
        Ok(())
    }

    pub(crate) fn profile(&self) -> &Profile {
        &self.setting.profile
    }

    /// Nothing is approved any more.
    pub(crate) fn approve_no_host(&mut self) {
        self.hosts = AllowList::nothing();
    }

    /// The requests sent since the last time, with their bodies.
    pub(crate) fn sent(&self) -> Vec<OutboundRequest> {
        self.wire.sent()
    }

    /// Run an event for the first time.
    pub(crate) async fn run(&mut self, event: &Event) -> Checked<Driven> {
        self.next_event().await?;
        self.attempt(event, 1).await
    }

    /// Run the last event once more.
    pub(crate) async fn run_again(&mut self, event: &Event) -> Checked<Driven> {
        self.attempt(event, 2).await
    }

    async fn attempt(&mut self, event: &Event, attempt: u32) -> Checked<Driven> {
        let flexybox = self.flexybox.clone();
        let driven = self.host(&flexybox).run(event, &self.moment(attempt)).await;
        self.heard.listen(&driven);
        standing(&driven)?;
        Ok(driven)
    }

    /// Run an event whose outcome FlexyBox never hears of: the host ended before it could keep it.
    pub(crate) async fn run_and_forget(&mut self, event: &Event) -> Checked<Driven> {
        self.next_event().await?;
        let shadow = shadow(&self.setting, &self.flexybox);
        let driven = self.host(&shadow).run(event, &self.moment(1)).await;
        self.heard.listen(&driven);
        standing(&driven)?;
        Ok(driven)
    }

    fn host<'a>(&'a self, installation: &'a Installation) -> Host<'a> {
        Host {
            driver: &self.setting.connector,
            installation,
            transport: Arc::clone(&self.wire) as Arc<dyn Transport>,
            hosts: self.hosts.clone(),
            limits: Limits::default(),
        }
    }

    /// A second for every event, so that no two happen at once.
    async fn next_event(&mut self) -> Checked {
        self.events = self.events.saturating_add(1);
        self.later(1).await
    }

    /// The clocks go on, in FlexyBox and in the books.
    pub(crate) async fn later(&mut self, seconds: u32) -> Checked {
        self.clock_s = self.clock_s.saturating_add(seconds);
        let now = self.profile().later(self.clock_s);
        self.books.set_clock(&now).await
    }

    fn moment(&self, attempt: u32) -> Moment {
        let now = self.profile().now_ms().saturating_add(u64::from(self.clock_s).saturating_mul(1_000));
        Moment { now, locale: Locale::En, event: EventId(format!("event-{}", self.events)), attempt }
    }

    /// The administrator presses OK; a person enters the link where the connector cannot.
    pub(crate) async fn configure(&mut self) -> Checked<Configured> {
        let driven = self.run(&Event::Configure(self.catalogue())).await?;
        let configured = match driven.result {
            Ok(RunResult::Configured(configured)) => configured,
            other => return fails(format!("configure answers with what it found, and not with {}", said(&other))),
        };
        if let WebhookRegistration::Manual(_) = configured.webhook {
            self.books.enter_link(LINK).await?;
        }
        Ok(configured)
    }

    pub(crate) fn catalogue(&self) -> host_harness::bindings::exports::configure::Catalogue {
        let mut catalogue = self.flexybox.catalogue();
        catalogue.customer_tags = vec![self.profile().customers.tag.clone()];
        catalogue
    }

    /// A new member of the club with the tag; nothing is told to the connector.
    pub(crate) fn member(&self, nth: u32) -> Customer {
        let customers = &self.profile().customers;
        let member = person::member(nth, customers.first_number, &customers.tag);
        self.flexybox.put_customer(member.clone());
        member
    }

    /// A member is edited in FlexyBox.
    pub(crate) fn edit(&self, id: &str, edit: impl FnOnce(&mut Customer)) -> Checked<Customer> {
        self.flexybox.edit_customer(id, edit).map_err(|error| Wrong::CannotTry(error.to_string()))
    }

    /// The event that these members changed; the untagged are handed over too.
    pub(crate) fn event(&self, changed: &[(&str, ChangeKind)]) -> Checked<Event> {
        let all = changed.iter().map(|(id, kind)| (*id, *kind, true));
        self.flexybox.customers_changed_with_forced(all).map_err(|error| Wrong::CannotTry(error.to_string()))
    }

    /// A member changed: its result.
    pub(crate) async fn changed(&mut self, id: &str, kind: ChangeKind) -> Checked<SyncResult> {
        let event = self.event(&[(id, kind)])?;
        only(results(&self.run(&event).await?)?)
    }

    /// A member who is a debtor, in step, with nothing on the way. Configured before.
    pub(crate) async fn in_step(&mut self, nth: u32) -> Checked<(Customer, Link)> {
        let member = self.member(nth);
        let result = self.changed(&member.id, ChangeKind::Created).await?;
        expect(matches!(result.outcome, Outcome::Created), || {
            format!("a new customer with the tag is created, and not {}", outcome(&result.outcome))
        })?;
        self.books.take_deliveries().await?;
        self.books.forget_calls().await?;
        let link = self.link(&member.id)?;
        Ok((member, link))
    }

    pub(crate) fn link(&self, id: &str) -> Checked<Link> {
        self.flexybox.link(id).ok_or_else(|| Wrong::Fails(format!("{id} has a link, and there is none")))
    }

    /// The debtor a link points to.
    pub(crate) async fn debtor(&self, link: &Link) -> Checked<Debtor> {
        let debtors = self.books.debtors().await?;
        debtors.into_iter().find(|debtor| debtor.external_id == link.external_id).ok_or_else(|| {
            Wrong::Fails(format!("the link leads to a debtor, and there is none with the id {:?}", link.external_id))
        })
    }

    /// A bookkeeper edits one attribute of a debtor.
    pub(crate) async fn typed(&self, link: &Link, attribute: Attribute, value: &str) -> Checked<Debtor> {
        let typed = Typed { attributes: [(attribute, value.to_owned())].into(), ..Typed::default() };
        self.books.edit_debtor(&link.external_id, &typed).await
    }

    /// The calls of the link that wait, as the host hands them over.
    pub(crate) async fn calls_of_the_link(&self) -> Checked<Vec<Request>> {
        Ok(self.books.take_deliveries().await?.into_iter().map(|one| self.request(one)).collect())
    }

    pub(crate) fn request(&self, delivery: accounting_trial::Delivery) -> Request {
        let headers = delivery.headers.into_iter().map(|one| Header { name: one.name, value: one.value });
        Request {
            method: delivery.method,
            query: delivery.query,
            headers: headers.collect(),
            body: delivery.body.into_bytes(),
            received: self.profile().now_ms(),
        }
    }

    /// The accounting system called the link.
    pub(crate) async fn called(&mut self, request: &Request) -> Checked<Result<WebhookResult, Error>> {
        let driven = self.run(&Event::Webhook(request.clone())).await?;
        match driven.result {
            Ok(RunResult::Webhook(result)) => Ok(Ok(result)),
            Err(RunError::Connector(error)) => Ok(Err(error)),
            other => fails(format!("a call of the link has a result, and not {}", said(&other))),
        }
    }

    /// A day is closed: the receipt or the refusal.
    pub(crate) async fn closed(&mut self, report: &DailyReport) -> Checked<Result<Receipt, Error>> {
        let event = self.day(report)?;
        day(&self.run(&event).await?)
    }

    pub(crate) fn day(&self, report: &DailyReport) -> Checked<Event> {
        self.flexybox.day_closed(report.clone()).map_err(|error| Wrong::CannotTry(error.to_string()))
    }
}

fn installation(setting: &Setting) -> Installation {
    let flexybox = Installation::new("conformance", setting.description.settings.clone());
    for (key, value) in &setting.profile.settings {
        flexybox.set_setting(key, value);
    }
    flexybox.set_webhook_link(Some(LINK.to_owned()));
    flexybox
}

/// Another FlexyBox with the same people, links and settings: what happens to it is forgotten.
fn shadow(setting: &Setting, flexybox: &Installation) -> Installation {
    let shadow = installation(setting);
    flexybox.settings().into_iter().for_each(|one| shadow.set_setting(&one.key, &one.value));
    for customer in flexybox.customers() {
        shadow.put_customer(customer);
    }
    for link in flexybox.links() {
        // They stood beside each other before.
        let _ = shadow.put_link(link);
    }
    shadow
}

/// Whatever happens, a connector does not break down, keeps to the contract, and asks for nothing that cannot be applied.
fn standing(driven: &Driven) -> Checked {
    match &driven.result {
        Err(RunError::Call(failed)) => return fails(format!("the call ends with an answer, and not so: {failed}")),
        Err(RunError::Contract(broken)) => return fails(format!("the contract is kept, and not broken: {broken}")),
        _ => {}
    }
    match driven.everything_applied().find_map(|applied| applied.as_ref().err()) {
        Some(error) => fails(format!("what a result asks for can be applied, and not: {error}")),
        None => Ok(()),
    }
}

/// The results of customers.
pub(crate) fn results(driven: &Driven) -> Checked<Vec<SyncResult>> {
    match &driven.result {
        Ok(RunResult::Customers(results)) => Ok(results.clone()),
        other => fails(format!("there is a result for each customer, and not {}", said(other))),
    }
}

/// The one result.
pub(crate) fn only(results: Vec<SyncResult>) -> Checked<SyncResult> {
    results.into_iter().next().ok_or_else(|| Wrong::Fails("there is a result, and none came".to_owned()))
}

/// The receipt of a day, or why there is none.
pub(crate) fn day(driven: &Driven) -> Checked<Result<Receipt, Error>> {
    match &driven.result {
        Ok(RunResult::DayClosed(receipt)) => Ok(Ok(receipt.clone())),
        Err(RunError::Connector(error)) => Ok(Err(error.clone())),
        other => fails(format!("a closed day has a receipt, and not {}", said(other))),
    }
}

/// The error of one customer, whether it stands in its result or for the whole call.
pub(crate) fn refusal(driven: &Driven) -> Checked<Error> {
    match &driven.result {
        Err(RunError::Connector(error)) => Ok(error.clone()),
        _ => match only(results(driven)?)?.outcome {
            Outcome::Failed(error) => Ok(error),
            other => fails(format!("this fails with an error, and is not {}", outcome(&other))),
        },
    }
}

/// An outcome in words, without what it says about people.
pub(crate) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Failed(error) => format!("failed ({} {}: {})", kind(error), error.code, error.message),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// The kind of an error, as the contract writes it.
pub(crate) fn kind(error: &Error) -> String {
    host_harness::replay::to_json(&error.kind).as_str().unwrap_or_default().to_owned()
}

/// What a call came to, in words.
pub(crate) fn said(result: &Result<RunResult, RunError>) -> String {
    match result {
        Err(error) => format!("an error ({error})"),
        Ok(RunResult::Customers(results)) => {
            let all: Vec<String> = results.iter().map(|result| outcome(&result.outcome)).collect();
            format!("results: {}", all.join(", "))
        }
        Ok(RunResult::Webhook(result)) => format!("the result of a call of the link: {:?}", result.outcome),
        Ok(RunResult::DayClosed(_)) => "a receipt".to_owned(),
        Ok(RunResult::CaughtUp { .. }) => "pages".to_owned(),
        Ok(RunResult::Checked(_)) => "health".to_owned(),
        Ok(RunResult::Configured(_)) => "findings".to_owned(),
        Ok(RunResult::NobodyConcerned) => "nothing at all".to_owned(),
    }
}

/// The way out: to the simulator, with a record of what was sent.
struct Wire {
    routes: Routes,
    sent: Mutex<Vec<OutboundRequest>>,
}

impl Wire {
    fn sent(&self) -> Vec<OutboundRequest> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Transport for Wire {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        self.routes.send(request).await
    }
}
