//! A fixture that is played again and again, and what each of its events takes.

use super::answers::Answers;
use super::timed::Timed;
use crate::bindings::exports::configure::Connector as Description;
use crate::installation::{CallRecord, Driver};
use crate::replay::{Fixture, PlayedEvent, Stage, play};
use serde::Serialize;
use std::sync::Arc;

/// What calls used; the same whenever the same calls are made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Used {
    /// Calls of the connector.
    pub calls: u64,
    /// Requests let out.
    pub requests: u64,
    /// Bytes of their bodies.
    pub bytes_out: u64,
    /// Bytes of the answers' bodies.
    pub bytes_in: u64,
    /// The most WebAssembly memory of any call, in bytes.
    pub peak_memory: u64,
    /// Fuel; 0 where the engine does not count it.
    pub fuel: u64,
}

/// What one event of a scenario took in one turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Took {
    /// From 1, counted over all events of the scenario.
    pub number: usize,
    /// What it is called in the file.
    pub kind: &'static str,
    /// The time of its calls, in nanoseconds.
    pub nanoseconds: u64,
    /// What they used.
    pub used: Used,
}

/// A fixture, its answers made ready.
#[derive(Debug)]
pub struct Recorded<'a> {
    fixture: &'a Fixture,
    answers: Arc<Answers>,
}

impl Used {
    fn of(records: &[CallRecord]) -> Self {
        records.iter().fold(Self::default(), |sum, one| Self {
            calls: sum.calls.saturating_add(1),
            requests: sum.requests.saturating_add(one.traffic.requests),
            bytes_out: sum.bytes_out.saturating_add(one.traffic.bytes_out),
            bytes_in: sum.bytes_in.saturating_add(one.traffic.bytes_in),
            peak_memory: sum.peak_memory.max(one.peak_memory),
            fuel: sum.fuel.saturating_add(one.fuel.unwrap_or_default()),
        })
    }
}

impl<'a> Recorded<'a> {
    /// Make a fixture ready. That it holds is not proved here; see [`Fixture::replay`].
    ///
    /// # Errors
    /// An answer that cannot be given.
    pub fn new(fixture: &'a Fixture) -> Result<Self, String> {
        Ok(Self { fixture, answers: Arc::new(Answers::new(&fixture.exchanges)?) })
    }

    /// Play it once; what each event took that calls the connector. `description` is what the connector says of itself. One
    /// turn at a time.
    ///
    /// # Errors
    /// The scenario cannot be played, or the connector did not keep to the recorded requests.
    pub async fn turn(&self, driver: &dyn Driver, description: &Description) -> Result<Vec<Took>, String> {
        let timed = Timed::new(driver, description);
        self.answers.rewind();
        let stage = Stage { driver: &timed, transport: self.answers.clone(), control: None, progress: None };
        let played = play(&self.fixture.scenario, &stage).await.map_err(|error| error.to_string())?;
        if !self.answers.were_kept_to() {
            return Err(
                "it did not ask for what it asked for in the replay: a connector must be a function of its input"
                    .to_owned(),
            );
        }
        let mut times = timed.into_times().into_iter();
        let events = played.events.iter().filter_map(|event| took(event, &mut times));
        Ok(events.collect())
    }
}

/// What an event took; none if it called nothing. Each call has a record and a time, in the same order.
fn took(event: &PlayedEvent, times: &mut impl Iterator<Item = u64>) -> Option<Took> {
    let records = event.driven.as_ref().map(|driven| driven.records.as_slice()).filter(|all| !all.is_empty())?;
    let nanoseconds = times.by_ref().take(records.len()).fold(0, u64::saturating_add);
    Some(Took { number: event.number, kind: event.kind, nanoseconds, used: Used::of(records) })
}
