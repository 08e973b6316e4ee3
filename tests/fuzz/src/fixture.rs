//! The three files of a fixture, as people write and alter them.
//!
//! A fixture is proof of behaviour. So beside being read without harm, what is read must be written as the same again, what
//! was blessed must hold, and what was altered since must be found out, whatever it is that was altered.

use crate::input;
use async_trait::async_trait;
use host_harness::bindings::exports::configure::{Catalogue, Configured, Connector as Description};
use host_harness::bindings::exports::on_customer_changed::{CustomerChange, Outcome, SyncResult};
use host_harness::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use host_harness::bindings::exports::on_webhook::{IgnoreReason, Request, WebhookOutcome, WebhookResult};
use host_harness::bindings::exports::upkeep::{BookedDay, Health, Page};
use host_harness::bindings::types::{Context, Error, ErrorKind};
use host_harness::connector::Surroundings;
use host_harness::installation::{CallFailed, CallRecord, Called, Driver};
use host_harness::replay::{Body, Exchange, Fixture, pretty};
use host_harness::transport::OutboundRequest;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tokio::runtime::Builder;

/// The most bytes a body may be written out to here: the host's own limit on an answer.
const MOST_BODY: usize = 64 * 1024 * 1024;

/// Sections: `scenario.json`, `exchanges.json`, and a body as it came.
pub fn check(bytes: &[u8]) {
    let sections = input::sections(bytes);
    let section = |at: usize| sections.get(at).copied().unwrap_or_default();
    body(section(2));
    let (scenario, exchanges) = (input::text(section(0)), input::text(section(1)));
    let folder = Path::new("a-fixture");
    let fixture = match Fixture::parse(folder, &scenario, &exchanges, None) {
        Ok(fixture) => fixture,
        Err(error) => return named(&error.to_string()),
    };
    for exchange in &fixture.exchanges.exchanges {
        written_out(&exchange.request.body);
        written_out(&exchange.answer.body);
    }
    let written = |value: &dyn Fn() -> serde_json::Result<String>| value().unwrap_or_default();
    let again = Fixture::parse(
        folder,
        &written(&|| serde_json::to_string(&fixture.scenario)),
        &written(&|| serde_json::to_string(&fixture.exchanges)),
        None,
    );
    match again {
        Ok(again) => {
            assert_eq!(again.scenario, fixture.scenario);
            assert_eq!(again.exchanges, fixture.exchanges);
        }
        Err(error) => panic!("what was written cannot be read: {error}"),
    }
    replayed(&fixture, &scenario, &exchanges);
}

/// What cannot be read is told with its file.
fn named(error: &str) {
    let file = ["a-fixture/scenario.json", "a-fixture/exchanges.json"].iter().any(|file| error.contains(file));
    assert!(file, "which file? {error}");
}

/// A body is written short and comes back, to the byte but for the blanks of JSON.
fn body(bytes: &[u8]) {
    let body = Body::of(bytes);
    let short = body.clone().shortened();
    match short.expanded() {
        Ok(expanded) => assert!(expanded == body, "not what was shortened: {short:?}"),
        Err(error) => assert!(!error.is_empty()),
    }
    if let Ok(sent) = body.bytes() {
        let plain = serde_json::from_slice::<Value>(bytes).is_err();
        assert!(!plain || sent.as_ref() == bytes, "{body:?}");
    }
}

/// A body in a file is written out to something bounded, or refused with a reason.
fn written_out(body: &Body) {
    match body.bytes() {
        Ok(bytes) => assert!(bytes.len() <= MOST_BODY, "{} bytes out of {}", bytes.len(), body.for_people().len()),
        Err(reason) => {
            let named = ["$rows", "$text", "base64"].iter().any(|name| reason.starts_with(name));
            assert!(named, "a reason that names nothing: {reason}");
        }
    }
}

/// What a replay found, blessed, holds. With a value altered, in any of the three files, it does not any more.
fn replayed(fixture: &Fixture, scenario: &str, exchanges: &str) {
    let Ok(runtime) = Builder::new_current_thread().build() else { panic!("no runtime") };
    let replay = |fixture: &Fixture| {
        let mut at_once = fixture.clone();
        at_once.exchanges.exchanges.iter_mut().for_each(|exchange| exchange.answer.delay_ms = None);
        let stand_in = StandIn::new(&at_once.exchanges.exchanges);
        runtime.block_on(at_once.replay(&stand_in)).ok()
    };
    let Some(first) = replay(fixture) else { return };
    let problems = |scenario: &str, exchanges: &str, expected: &str| -> usize {
        let again = Fixture::parse(&fixture.folder, scenario, exchanges, Some(expected));
        let again = again.as_ref().ok().and_then(replay);
        // Altered so that it cannot be read or played any more is found out, too.
        again.map_or(usize::MAX, |again| again.problems.len())
    };
    let expected = pretty(&first.actual);
    let blessed = problems(scenario, exchanges, &expected);
    assert_eq!(blessed, first.mismatches.len(), "blessed, and does not hold");

    let more = |what: &str, problems: usize| assert!(problems > blessed, "{what} was altered, and nothing shows it");
    let altered = altered(scenario, "/title", |title| json!(format!("{}!", title.as_str().unwrap_or_default())));
    more("the scenario", problems(&altered, exchanges, &expected));
    if !fixture.exchanges.exchanges.is_empty() {
        let other = self::altered(exchanges, "/exchanges/0/request/url", |url| json!(format!("{url}!")));
        more("an exchange", problems(scenario, &other, &expected));
    }
    let other = self::altered(&expected, "/cursor", |cursor| json!(format!("{cursor}!")));
    more("what is expected", problems(scenario, exchanges, &other));
}

fn altered(text: &str, at: &str, alter: impl FnOnce(&Value) -> Value) -> String {
    let mut whole: Value = serde_json::from_str(text).unwrap_or_default();
    if let Some(place) = whole.pointer_mut(at) {
        *place = alter(place);
    }
    whole.to_string()
}

/// Answers every call with nothing done, after it has asked what the fixture says was asked.
struct StandIn {
    requests: Vec<(usize, OutboundRequest)>,
    asked: Mutex<usize>,
}

impl StandIn {
    fn new(exchanges: &[Exchange]) -> Self {
        let request = |exchange: &Exchange| {
            let request = &exchange.request;
            let outbound = OutboundRequest {
                method: request.method.clone(),
                url: request.url.clone(),
                headers: request.headers.clone().into_iter().collect(),
                body: request.body.bytes().unwrap_or_default(),
            };
            (exchange.event, outbound)
        };
        Self { requests: exchanges.iter().map(request).collect(), asked: Mutex::default() }
    }

    /// The requests of the event that comes next.
    fn next_event(&self) -> Vec<OutboundRequest> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let rest = self.requests.get(*asked..).unwrap_or_default();
        let event = rest.first().map(|(event, _)| *event);
        let of_event: Vec<OutboundRequest> =
            rest.iter().take_while(|(other, _)| Some(*other) == event).map(|(_, request)| request.clone()).collect();
        *asked += of_event.len();
        of_event
    }

    async fn called<T>(&self, around: &Surroundings, result: Result<T, Error>) -> Called<T> {
        for request in self.next_event() {
            let _ = around.transport.send(request).await;
        }
        Called { result: Ok(result), record: CallRecord::default() }
    }
}

fn not_here<T>() -> Result<T, Error> {
    Err(Error {
        kind: ErrorKind::Unsupported,
        code: "stand-in.not-here".to_owned(),
        message: "a stand-in does not do that".to_owned(),
        detail: None,
        retry_after_ms: None,
        subject: None,
    })
}

#[async_trait]
impl Driver for StandIn {
    async fn describe(&self) -> Result<Description, CallFailed> {
        Ok(Description {
            id: "stand-in".to_owned(),
            name: "Stand-in".to_owned(),
            version: "0.1.0".to_owned(),
            capabilities: Vec::new(),
            settings: Vec::new(),
            hosts: vec!["books.example".to_owned()],
            limits: Vec::new(),
        })
    }

    fn compiler(&self) -> Option<String> {
        None
    }

    async fn configure(&self, around: &Surroundings, _: Context, _: Catalogue) -> Called<Configured> {
        self.called(around, not_here()).await
    }

    async fn customers_changed(
        &self,
        around: &Surroundings,
        _: Context,
        changes: Vec<CustomerChange>,
    ) -> Called<Vec<SyncResult>> {
        let plain = |change: CustomerChange| SyncResult {
            customer_id: change.customer.id,
            outcome: Outcome::Unchanged,
            effects: Vec::new(),
            conflicts: Vec::new(),
            notices: Vec::new(),
        };
        self.called(around, Ok(changes.into_iter().map(plain).collect())).await
    }

    async fn webhook(&self, around: &Surroundings, _: Context, _: Request) -> Called<WebhookResult> {
        let ignored = WebhookResult {
            customer_id: None,
            outcome: WebhookOutcome::Ignored(IgnoreReason::Echo),
            effects: Vec::new(),
            conflicts: Vec::new(),
            notices: Vec::new(),
        };
        self.called(around, Ok(ignored)).await
    }

    async fn day_closed(
        &self,
        around: &Surroundings,
        _: Context,
        _: DailyReport,
        _: Option<BookedReport>,
    ) -> Called<Receipt> {
        self.called(around, not_here()).await
    }

    async fn check(&self, around: &Surroundings, _: Context, _: Vec<BookedDay>) -> Called<Health> {
        self.called(around, not_here()).await
    }

    async fn catch_up(&self, around: &Surroundings, _: Context, cursor: Option<String>) -> Called<Page> {
        let page = Page { results: Vec::new(), examined: 0, cursor: cursor.unwrap_or_default(), more: false };
        self.called(around, Ok(page)).await
    }
}
