//! One fixture, played by one connector, with everything that is compared.

use crate::bindings::imports::log::Level;
use crate::installation::{CallRecord, Driver};
use crate::replay::{
    EventTransport, Fixture, FixtureError, Mismatch, PlayedEvent, ReplayTransport, RequestSpec, Stage, outcome, play,
    to_json, without_fuel_and_seals,
};
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// What came of it.
pub(super) struct Run {
    /// As `expected.json` has it, without fuel, with log lines of level info and up.
    pub(super) outcome: Value,
    /// What each event of the outcome is called, and its number.
    pub(super) events: Vec<(usize, String)>,
    /// What was asked, in which event.
    pub(super) sent: Vec<(usize, RequestSpec)>,
    /// The first event in which something was asked that nothing answers.
    pub(super) unanswered: Option<usize>,
    /// Where it did not keep to the fixture.
    pub(super) mismatches: Vec<Mismatch>,
    /// Of all calls.
    pub(super) fuel: u64,
    /// The most of any call, in bytes.
    pub(super) peak_memory: u64,
}

/// Play a fixture.
///
/// # Errors
/// The scenario cannot be played.
pub(super) async fn run(fixture: &Fixture, driver: &dyn Driver) -> Result<Run, FixtureError> {
    let transport =
        Arc::new(Listening { inner: ReplayTransport::going_on(fixture.exchanges.clone()), heard: Mutex::default() });
    let stage = Stage { driver, transport: transport.clone(), control: None, progress: None };
    let played = play(&fixture.scenario, &stage)
        .await
        .map_err(|reason| FixtureError::Play { folder: fixture.folder.clone(), reason })?;
    let mut whole = without_fuel_and_seals(&outcome(&played, &fixture.scenario, None));
    let called: Vec<&PlayedEvent> = played.events.iter().filter(|event| event.driven.is_some()).collect();
    let values = whole.get_mut("events").and_then(Value::as_array_mut).into_iter().flatten();
    for (value, event) in values.zip(&called) {
        if let Some(members) = value.as_object_mut() {
            members.insert("logs".to_owned(), records(event).flat_map(lines).collect());
        }
    }
    let every_record = || called.iter().flat_map(|event| records(event));
    Ok(Run {
        outcome: whole,
        events: called.iter().map(|event| (event.number, event.kind.to_owned())).collect(),
        sent: std::mem::take(&mut transport.heard().sent),
        unanswered: transport.inner.unanswered(),
        mismatches: transport.inner.mismatches(),
        fuel: every_record().filter_map(|record| record.fuel).fold(0, u64::saturating_add),
        peak_memory: every_record().map(|record| record.peak_memory).max().unwrap_or_default(),
    })
}

fn records(event: &PlayedEvent) -> impl Iterator<Item = &CallRecord> {
    event.driven.iter().flat_map(|driven| &driven.records)
}

fn lines(record: &CallRecord) -> impl Iterator<Item = Value> + '_ {
    let told = record.logs.iter().filter(|line| !matches!(line.level, Level::Debug));
    told.map(|line| json!({"level": to_json(&line.level), "message": line.message}))
}

/// A replay that remembers what it was asked.
struct Listening {
    inner: ReplayTransport,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    event: usize,
    sent: Vec<(usize, RequestSpec)>,
}

impl Listening {
    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventTransport for Listening {
    fn begin_event(&self, event: usize) {
        self.heard().event = event;
        self.inner.begin_event(event);
    }
}

#[async_trait]
impl Transport for Listening {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let spec = RequestSpec::of(&request);
        {
            let mut heard = self.heard();
            let event = heard.event;
            heard.sent.push((event, spec));
        }
        self.inner.send(request).await
    }
}
