//! The run: load, prove, then turn by turn.

use super::recorded::{Recorded, Took, Used};
use super::subject::Subject;
use super::timed::timed;
use crate::connector::{CallError, CallReport, Connector};
use crate::measure::Spread;
use crate::replay::{Fixture, FixtureError};
use crate::sandbox::Limits;

/// Loads from the cache: enough for a median that stands still, each about a millisecond.
const LOADS: u32 = 50;

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// One turn in so many more, and one at least, is played beforehand and not counted: caches fill, memory is made ready.
const WARM_UP_PART: u32 = 10;

/// Which part of a run is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Fixtures are proved; counted in fixtures.
    Proving,
    /// Everything is timed; counted in turns, those that are not counted included.
    Measuring,
}

/// Told how far the run is: the part, how much of it is done, and of how much.
pub type Progress<'a> = &'a (dyn Fn(Phase, u64, u64) + Send + Sync);

/// What something cost over all turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Times in nanoseconds, one for each turn.
    pub times: Spread,
    /// What it used, the same in each turn.
    pub used: Used,
}

impl Cost {
    /// How many of them fit into a second of one core, by the median; 0 where nothing was timed.
    pub fn a_second(&self) -> u64 {
        SECOND.checked_div(self.times.median()).unwrap_or_default()
    }
}

/// What an event of a fixture cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCost {
    /// From 1, counted over all events of the scenario.
    pub number: usize,
    /// What it is called in the file.
    pub kind: &'static str,
    /// What it cost.
    pub cost: Cost,
}

/// What a connector cost apart from fixtures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectCosts {
    /// Loading what was compiled before, in nanoseconds; none where there is no cache or it does not keep the connector.
    pub from_cache: Spread,
    /// A store and an instance, and nothing called.
    pub instantiate: Cost,
    /// The smallest call, `describe`.
    pub describe: Cost,
}

/// What the events of a fixture cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixtureCosts {
    /// The name of its folder.
    pub name: String,
    /// For each connector, in their order: its events, or what is wrong where the fixture does not hold for it.
    pub of: Vec<Result<Vec<EventCost>, Vec<String>>>,
}

impl FixtureCosts {
    /// Whether it holds for every connector.
    pub fn holds(&self) -> bool {
        self.of.iter().all(Result::is_ok)
    }
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// For each connector, in their order.
    pub subjects: Vec<SubjectCosts>,
    /// For each fixture, in their order.
    pub fixtures: Vec<FixtureCosts>,
}

/// The run ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A call that reaches nothing outside failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// A fixture cannot be played at all.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
}

/// Measure connectors, turn by turn, `times` turns.
///
/// # Errors
/// A fixture cannot be played, or a connector does not even say what it is. A fixture that does not hold is no error.
pub async fn measure(
    subjects: &[Subject],
    fixtures: &[Fixture],
    times: u32,
    progress: Progress<'_>,
) -> Result<Measured, BenchError> {
    let from_cache = loads(subjects);
    let mut calls = Vec::with_capacity(subjects.len());
    for subject in subjects {
        calls.push(Calls::prepare(subject).await?);
    }
    let mut all = Vec::with_capacity(fixtures.len());
    for (fixture, done) in fixtures.iter().zip(1_u64..) {
        let mut lanes = Vec::with_capacity(subjects.len());
        for subject in subjects {
            lanes.push(Lane::prove(fixture, subject).await?);
        }
        all.push((fixture, lanes));
        progress(Phase::Proving, done, fixtures.len() as u64);
    }
    let warm_up = (times / WARM_UP_PART).max(1);
    let turns = u64::from(warm_up).saturating_add(u64::from(times));
    for (turn, done) in (0..turns).zip(1_u64..) {
        let counted = turn >= u64::from(warm_up);
        for calls in in_turn(&mut calls, turn) {
            calls.turn(counted).await?;
        }
        for (_, lanes) in &mut all {
            for lane in in_turn(lanes, turn) {
                lane.turn(counted).await;
            }
        }
        progress(Phase::Measuring, done, turns);
    }
    let subjects = from_cache.into_iter().zip(calls).map(|(from_cache, calls)| calls.costs(from_cache)).collect();
    let costs = |(fixture, lanes): (&Fixture, Vec<Lane<'_>>)| FixtureCosts {
        name: fixture.name(),
        of: lanes.into_iter().map(Lane::costs).collect(),
    };
    Ok(Measured { subjects, fixtures: all.into_iter().map(costs).collect() })
}

/// One after the other, and the other way round in the next turn: whoever comes second finds warmer or colder caches.
fn in_turn<T>(all: &mut [T], turn: u64) -> Vec<&mut T> {
    let mut order: Vec<&mut T> = all.iter_mut().collect();
    if !turn.is_multiple_of(2) {
        order.reverse();
    }
    order
}

/// How long each takes to load from the cache, turn by turn. What is not in the cache is not tried again.
fn loads(subjects: &[Subject]) -> Vec<Spread> {
    let mut all: Vec<(&Subject, Vec<u64>)> = subjects.iter().map(|subject| (subject, Vec::new())).collect();
    for turn in 0..LOADS {
        for (subject, times) in in_turn(&mut all, turn.into()) {
            if turn == 0 || !times.is_empty() {
                times.extend(subject.load_from_cache());
            }
        }
    }
    all.into_iter().map(|(_, times)| Spread::new(times)).collect()
}

/// The calls that need no fixture.
struct Calls<'a> {
    subject: &'a Subject,
    instantiate: (Vec<u64>, Used),
    describe: (Vec<u64>, Used),
}

impl<'a> Calls<'a> {
    async fn prepare(subject: &'a Subject) -> Result<Self, BenchError> {
        let instantiate = used(subject.metered.instantiate(Limits::default()).await)?;
        let describe = used(subject.metered.describe(Limits::default()).await)?;
        Ok(Self { subject, instantiate: (Vec::new(), instantiate), describe: (Vec::new(), describe) })
    }

    async fn turn(&mut self, counted: bool) -> Result<(), BenchError> {
        let connector: &Connector = &self.subject.plain;
        let (report, instantiate) = timed(connector.instantiate(Limits::default())).await;
        report.result?;
        let (report, describe) = timed(connector.describe(Limits::default())).await;
        report.result?;
        if counted {
            self.instantiate.0.push(instantiate);
            self.describe.0.push(describe);
        }
        Ok(())
    }

    fn costs(self, from_cache: Spread) -> SubjectCosts {
        let cost = |(times, used)| Cost { times: Spread::new(times), used };
        SubjectCosts { from_cache, instantiate: cost(self.instantiate), describe: cost(self.describe) }
    }
}

/// What a call used that reaches nothing outside.
fn used<T>(report: CallReport<T>) -> Result<Used, CallError> {
    report.result?;
    let fuel = report.fuel.unwrap_or_default();
    Ok(Used { calls: 1, peak_memory: report.peak_memory, fuel, ..Used::default() })
}

/// One fixture with one connector.
struct Lane<'a> {
    subject: &'a Subject,
    /// The fixture and the times of its events so far, or what is wrong with it.
    played: Result<(Recorded<'a>, Vec<Times>), Vec<String>>,
}

/// One event of a fixture: what it took on the engine that counts fuel, and its times on the other.
struct Times {
    metered: Took,
    times: Vec<u64>,
}

impl<'a> Lane<'a> {
    /// Replay the fixture strictly, then once with answers out of memory.
    async fn prove(fixture: &'a Fixture, subject: &'a Subject) -> Result<Self, BenchError> {
        let replayed = fixture.replay_for_any_fuel(&subject.metered).await?;
        if !replayed.holds() {
            return Ok(Self { subject, played: Err(replayed.problems) });
        }
        let metered = async {
            let recorded = Recorded::new(fixture)?;
            let took = recorded.turn(&subject.metered, &subject.description).await?;
            Ok((recorded, took.into_iter().map(|metered| Times { metered, times: Vec::new() }).collect()))
        };
        Ok(Self { subject, played: metered.await.map_err(|problem: String| vec![problem]) })
    }

    async fn turn(&mut self, counted: bool) {
        let Ok((recorded, events)) = &mut self.played else { return };
        match recorded.turn(&self.subject.plain, &self.subject.description).await {
            Ok(took) if took.len() == events.len() => {
                let times = events.iter_mut().map(|event| &mut event.times).zip(&took);
                times.filter(|_| counted).for_each(|(times, took)| times.push(took.nanoseconds));
            }
            Ok(_) => self.played = Err(vec!["it did not run the events it ran in the replay".to_owned()]),
            Err(problem) => self.played = Err(vec![problem]),
        }
    }

    fn costs(self) -> Result<Vec<EventCost>, Vec<String>> {
        let event = |Times { metered, times }| EventCost {
            number: metered.number,
            kind: metered.kind,
            cost: Cost { times: Spread::new(times), used: metered.used },
        };
        self.played.map(|(_, events)| events.into_iter().map(event).collect())
    }
}
