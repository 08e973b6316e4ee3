//! What a connector would send, without sending it.
//!
//! Nothing that could write ever goes out. Answers come from a recording, or, where that was asked for, from GET requests
//! that do go out. Where there is no answer the connector is told that there is no connection, and what it would have done
//! with an answer is not known; that is said of every such request. A closed day is shown as a bookkeeper reads it all the
//! same: what is to be booked needs no answer.

use super::body::Body;
use super::exchange::{Exchange, Exchanges, RequestSpec, host_of};
use super::expected::{applied_json, result_json};
use super::play::{PlayError, PlayedEvent, Stage, play};
use super::redaction::Redaction;
use super::transport::EventTransport;
use crate::day_sheet::DaySheet;
use crate::installation::{Driver, Event};
use crate::scenario::Scenario;
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use serde::Serialize;
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What to run dry.
pub struct DryRun<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Who answers the calls.
    pub driver: &'a dyn Driver,
    /// Answers to use where the request is the very same; each once.
    pub answers: Option<Exchanges>,
    /// Where GET requests go; none: they do not go out either.
    pub reads: Option<Arc<dyn Transport>>,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Not sent. What the connector would have done with the answer is not known.
    NotSent,
    /// Not sent; answered by this exchange of the recording, counted from 1.
    AnsweredByExchange(usize),
    /// A GET that went out; what came back.
    ReadLive(String),
}

/// A request, with secrets hidden.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// The request.
    pub request: RequestSpec,
    /// What became of it.
    pub fate: Fate,
}

/// What one event would do.
#[derive(Debug, Clone, Serialize)]
pub struct DryRunEvent {
    /// From 1, over all events of the scenario.
    pub event: usize,
    /// What it is called in the file.
    pub kind: &'static str,
    /// Requests, in order.
    pub requests: Vec<Shown>,
    /// What the connector answered, in the contract's words.
    pub result: Value,
    /// What became of the effects in the scenario's own FlexyBox, one entry for each result.
    pub applied: Vec<Value>,
    /// True when a request had no answer: the real run may do more, or something else.
    pub incomplete: bool,
    /// For a closed day: its lines and what became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<DaySheet>,
}

/// Run a scenario dry.
///
/// # Errors
/// The scenario cannot be played.
pub async fn dry_run(run: &DryRun<'_>) -> Result<Vec<DryRunEvent>, PlayError> {
    let transport = Arc::new(DryTransport {
        answers: run.answers.clone().unwrap_or_default().exchanges,
        reads: run.reads.clone(),
        state: Mutex::default(),
    });
    let stage = Stage { driver: run.driver, transport: transport.clone(), control: None, progress: None };
    let played = play(run.scenario, &stage).await?;
    let hide = Redaction::masking(&played.installation.secrets());
    let asked = transport.state().asked.clone();
    let called = played.events.iter().filter(|event| event.driven.is_some());
    Ok(called.map(|event| shown_event(event, &asked, &hide)).collect())
}

fn shown_event(event: &PlayedEvent, asked: &[(usize, Shown)], hide: &Redaction) -> DryRunEvent {
    let own = asked.iter().filter(|(number, _)| *number == event.number);
    let requests: Vec<Shown> =
        own.map(|(_, shown)| Shown { request: hide.request(shown.request.clone()), ..shown.clone() }).collect();
    let driven = event.driven.as_ref();
    let incomplete = requests.iter().any(|one| one.fate == Fate::NotSent);
    let day = match (event.ran.as_deref(), driven) {
        (Some(Event::DayClosed { report, .. }), Some(driven)) => {
            Some(DaySheet::of(report, &driven.result, incomplete, |text| hide.text(text)))
        }
        _ => None,
    };
    DryRunEvent {
        event: event.number,
        kind: event.kind,
        incomplete,
        day,
        requests,
        result: driven.map(|driven| hide.json(&result_json(driven))).unwrap_or_default(),
        applied: driven.map(|driven| driven.applied.iter().map(applied_json).collect()).unwrap_or_default(),
    }
}

struct DryTransport {
    answers: Vec<Exchange>,
    reads: Option<Arc<dyn Transport>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    event: usize,
    asked: Vec<(usize, Shown)>,
    used: Vec<usize>,
}

impl DryTransport {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An exchange that was not used yet and is this very request.
    fn answer(&self, request: &RequestSpec) -> Option<(usize, &Exchange)> {
        let mut state = self.state();
        let place = self
            .answers
            .iter()
            .enumerate()
            .position(|(place, exchange)| !state.used.contains(&place) && same(&exchange.request, request))?;
        state.used.push(place);
        Some((place.saturating_add(1), self.answers.get(place)?))
    }

    fn note(&self, request: RequestSpec, fate: Fate) {
        let mut state = self.state();
        let event = state.event;
        state.asked.push((event, Shown { request, fate }));
    }
}

fn same(recorded: &RequestSpec, request: &RequestSpec) -> bool {
    let body: Option<Body> = recorded.body.expanded().ok();
    body.is_some_and(|body| RequestSpec { body, ..recorded.clone() } == *request)
}

impl EventTransport for DryTransport {
    fn begin_event(&self, event: usize) {
        self.state().event = event;
    }
}

#[async_trait]
impl Transport for DryTransport {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let spec = RequestSpec::of(&request);
        if let Some((number, exchange)) = self.answer(&spec) {
            self.note(spec, Fate::AnsweredByExchange(number));
            let outcome = exchange.answer.outcome(&request);
            return outcome.unwrap_or_else(|reason| Err(TransportError::Refused { reason }));
        }
        if let Some(reads) = self.reads.as_ref().filter(|_| request.method == "GET") {
            let answer = reads.send(request).await;
            let told = answer.as_ref().map_or_else(ToString::to_string, |response| response.status.to_string());
            self.note(spec, Fate::ReadLive(told));
            return answer;
        }
        self.note(spec, Fate::NotSent);
        let host = host_of(&request.url);
        Err(TransportError::NotConnected { host, reason: "a dry run sends nothing".to_owned() })
    }
}
