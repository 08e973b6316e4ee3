//! Making a fixture out of a run against a simulator or a real accounting system.
//!
//! The connector is run twice. First for real, listened in on. Then on the redacted scenario with the redacted answers,
//! request by request: what it asks then is what is written, so that nothing of the first run's own text gets into the
//! recording, and a redaction that changes what the connector does is noticed, not written. At last the written fixture
//! is replayed twice: the same bytes and the same fuel.

use super::diff::{Difference, differences, text_difference};
use super::exchange::{AnswerSpec, Exchange, Exchanges, RequestSpec, host_of};
use super::expected::{outcome, without_fuel_and_seals};
use super::fixture::{Fixture, FixtureError, Replayed};
use super::json::pretty;
use super::play::{PlayError, Played, SimulatorControl, Stage, play};
use super::recorder::{Heard, Recorder};
use super::redaction::{Privacy, Redaction, RedactionError, can_be_safe};
use super::transport::EventTransport;
use crate::installation::Driver;
use crate::scenario::Scenario;
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use serde_json::Value;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What to record.
pub struct Recording<'a> {
    /// The scenario, secrets and all.
    pub scenario: &'a Scenario,
    /// The folder of the new fixture.
    pub folder: &'a Path,
    /// Who answers the calls.
    pub driver: &'a dyn Driver,
    /// Where requests go.
    pub transport: Arc<dyn Transport>,
    /// Who carries out `simulator` steps.
    pub control: Option<&'a dyn SimulatorControl>,
    /// What is done about personal data.
    pub privacy: Privacy,
    /// Told after each event of the first run.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Send + Sync)>,
}

/// A fixture that was recorded and holds.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Recorded {
    /// How its replay went.
    pub replayed: Replayed,
    /// How many different words were replaced by made-up ones.
    pub words_replaced: usize,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The run itself failed.
    #[error(transparent)]
    Play(#[from] PlayError),
    /// It cannot be made safe.
    #[error(transparent)]
    Redaction(#[from] RedactionError),
    /// With secrets and personal data replaced the connector does something else.
    #[error(
        "with secrets and personal data replaced the connector does something else, so nothing was written; if a word of an answer means something to the connector, keep it (--keep WORD):\n{0}"
    )]
    ActsOtherwise(String),
    /// A call that was listened to, run again on what was answered then, asks something else.
    #[error("run again on the same answers the connector does something else, so nothing was written")]
    NotTheSameAgain,
    /// A secret is still there.
    #[error("{file} would still hold a secret, so nothing was written; it is encoded in a way that is not known here")]
    SecretLeft {
        /// The file.
        file: &'static str,
    },
    /// The fixture cannot be written or read.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// The fixture does not hold when it is replayed.
    #[error("the recording does not hold when it is replayed:\n{0}")]
    DoesNotHold(String),
}

/// Run the scenario, write the fixture, and prove that it holds.
///
/// # Errors
/// See [`RecordError`]; before `DoesNotHold` nothing is written.
pub async fn record(recording: &Recording<'_>) -> Result<Recorded, RecordError> {
    let description = recording.driver.describe().await.map_err(PlayError::Undescribed)?;
    can_be_safe(recording.scenario, &description)?;
    let recorder = Arc::new(Recorder::new(recording.transport.clone()));
    let notes = Notes { control: recording.control, progress: recording.progress };
    let (played, heard) = first_run(recording.scenario, recording.driver, recorder, &notes).await?;
    write_down(recording.scenario, &played, &heard, recording.driver, recording.folder, &recording.privacy).await
}

/// Who takes part in the first run beside connector and accounting system.
#[derive(Default)]
pub(super) struct Notes<'a> {
    pub(super) control: Option<&'a dyn SimulatorControl>,
    pub(super) progress: Option<&'a (dyn Fn(usize, usize) + Send + Sync)>,
}

/// The scenario as it is, listened in on.
pub(super) async fn first_run(
    scenario: &Scenario,
    driver: &dyn Driver,
    recorder: Arc<Recorder>,
    notes: &Notes<'_>,
) -> Result<(Played, Vec<Heard>), PlayError> {
    let stage = Stage { driver, transport: recorder.clone(), control: notes.control, progress: notes.progress };
    let played = play(scenario, &stage).await?;
    Ok((played, recorder.heard()))
}

/// The second run, and the fixture.
pub(super) async fn write_down(
    real: &Scenario,
    played: &Played,
    heard: &[Heard],
    driver: &dyn Driver,
    folder: &Path,
    privacy: &Privacy,
) -> Result<Recorded, RecordError> {
    let redaction = Redaction::of(real, &played.description, heard, privacy)?;
    let first = without_fuel_and_seals(&outcome(played, real, None));

    let scenario = redaction.scenario(real);
    let rehearsal = Arc::new(Rehearsal::new(&redaction, heard));
    let stage = Stage { driver, transport: rehearsal.clone(), control: None, progress: None };
    let again = play(&scenario, &stage).await?;
    let second = without_fuel_and_seals(&outcome(&again, &scenario, None));
    let mut otherwise = rehearsal.complaints(*privacy == Privacy::Fictional);
    otherwise.extend(acts_otherwise(&first, &second, &redaction));
    if !otherwise.is_empty() {
        return Err(RecordError::ActsOtherwise(otherwise.join("\n")));
    }

    let fixture = Fixture::of(folder, scenario, rehearsal.exchanges())?;
    let replayed = fixture.replay(driver).await?;
    let texts = [
        ("scenario.json", serde_json::to_string(&fixture.scenario).unwrap_or_default()),
        ("exchanges.json", serde_json::to_string(&fixture.exchanges).unwrap_or_default()),
        ("expected.json", pretty(&replayed.actual)),
    ];
    if let Some((file, _)) = texts.iter().find(|(_, text)| redaction.leaks(text)) {
        return Err(RecordError::SecretLeft { file });
    }
    fixture.write(&replayed.actual)?;
    let proof = Fixture::read(folder)?.replay(driver).await?;
    if !proof.holds() || proof.actual != replayed.actual {
        let twice = differences(&replayed.actual, &proof.actual);
        let all = proof.problems.iter().cloned().chain(twice.iter().map(ToString::to_string));
        return Err(RecordError::DoesNotHold(all.collect::<Vec<_>>().join("\n")));
    }
    Ok(Recorded { replayed: proof, words_replaced: redaction.words() })
}

/// Places where the second run came to something else than the first. Texts with replaced words are as good as equal
/// when both are there.
fn acts_otherwise(first: &Value, second: &Value, redaction: &Redaction) -> Vec<String> {
    let told = |value: &Option<Value>| value.as_ref().map(|value| redaction.json(value));
    let same = |difference: &Difference| match (&difference.expected, &difference.actual) {
        (Some(Value::String(before)), Some(Value::String(now))) => !now.is_empty() && redaction.text(before) != *before,
        (before, now) => told(before) == *now,
    };
    let all = differences(first, second).into_iter().filter(|difference| !same(difference));
    // Told in the words of the second run: the first one's may be personal.
    all.map(|one| Difference { expected: told(&one.expected), ..one }.to_string()).collect()
}

/// Answers request by request with what was heard, redacted, and notes what is asked.
struct Rehearsal {
    lines: Vec<Line>,
    state: Mutex<State>,
}

struct Line {
    event: usize,
    request: RequestSpec,
    answer: AnswerSpec,
}

#[derive(Default)]
struct State {
    event: usize,
    asked: Vec<RequestSpec>,
    complaints: Vec<String>,
}

impl Rehearsal {
    fn new(redaction: &Redaction, heard: &[Heard]) -> Self {
        let lines = heard.iter().map(|one| {
            let request = redaction.request(RequestSpec::of(&one.request));
            Line { event: one.event, request, answer: redaction.answer(one) }
        });
        Self { lines: lines.collect(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What did not go as before. `to_the_letter`: the requests must be those of the first run.
    fn complaints(&self, to_the_letter: bool) -> Vec<String> {
        let state = self.state();
        let mut all = state.complaints.clone();
        for missing in self.lines.iter().skip(state.asked.len()) {
            all.push(format!("event {}: no longer asked: {}", missing.event, missing.request.line()));
        }
        if to_the_letter {
            let pairs = self.lines.iter().zip(&state.asked).filter(|(line, asked)| line.request != **asked);
            all.extend(pairs.map(|(line, asked)| {
                let difference = text_difference(&line.request.for_people(), &asked.for_people());
                format!("event {}: {}\n{difference}", line.event, asked.line())
            }));
        }
        all
    }

    fn exchanges(&self) -> Exchanges {
        let state = self.state();
        let pairs = self.lines.iter().zip(&state.asked);
        let exchanges = pairs.map(|(line, asked)| {
            let request = RequestSpec { body: asked.body.clone().shortened(), ..asked.clone() };
            Exchange { event: line.event, request, answer: line.answer.clone() }
        });
        Exchanges { exchanges: exchanges.collect() }
    }
}

impl EventTransport for Rehearsal {
    fn begin_event(&self, event: usize) {
        self.state().event = event;
    }
}

#[async_trait]
impl Transport for Rehearsal {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let asked = RequestSpec::of(&request);
        let mut state = self.state();
        let event = state.event;
        let line = self.lines.get(state.asked.len()).filter(|line| line.event == event);
        let outcome = match line {
            Some(line) if alike(&line.request, &asked) => line.answer.outcome(&request),
            Some(line) => Err(format!("asks {} where {} was asked before", asked.line(), line.request.line())),
            None => Err(format!("asks once more: {}", asked.line())),
        };
        match outcome {
            Ok(outcome) => {
                state.asked.push(asked);
                outcome
            }
            Err(reason) => {
                state.complaints.push(format!("event {event}: {reason}"));
                Err(TransportError::Refused { reason })
            }
        }
    }
}

/// The same kind of request: method, host and number of steps in the path.
pub(super) fn alike(one: &RequestSpec, other: &RequestSpec) -> bool {
    let steps = |url: &str| url.split(['?', '#']).next().unwrap_or_default().matches('/').count();
    one.method == other.method && host_of(&one.url) == host_of(&other.url) && steps(&one.url) == steps(&other.url)
}
