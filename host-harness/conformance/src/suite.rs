//! Running the suite: cases side by side, each on a simulator of its own.

use crate::cases::{Case, cases};
use crate::overheard::Overheard;
use crate::profile::{Profile, Replay};
use crate::simulator::{Simulator, SimulatorError};
use crate::stage::{Setting, Stage};
use crate::verdict::{Verdict, Wrong};
use host_harness::bindings::exports::configure::Connector as Description;
use host_harness::connector::Connector;
use host_harness::installation::Driver;
use host_harness::replay::{Fixture, FixtureError};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

/// What is to be run.
pub struct Suite {
    /// The connector under trial.
    pub connector: Connector,
    /// Its profile.
    pub profile: Profile,
    /// Only these cases; empty for all.
    pub only: BTreeSet<String>,
    /// How many side by side, and so how many simulators are started; 1 or more.
    pub at_once: usize,
}

/// One case that was run, or was not.
#[derive(Debug, Clone)]
pub struct Ran {
    /// Which.
    pub case: Case,
    /// What became of it.
    pub verdict: Verdict,
    /// The most fuel one call of it used; 0 where none is counted or nothing was called.
    pub most_fuel: u64,
    /// The most memory one call of it used, in bytes.
    pub peak_memory: u64,
}

/// The suite could not be run.
#[derive(Debug, thiserror::Error)]
pub enum CannotRun {
    /// The simulator.
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
    /// The connector does not even say what it is.
    #[error("the connector cannot say what it is: {0}")]
    Describe(String),
    /// An unknown case was asked for.
    #[error("there is no case {0:?}; --list shows them")]
    NoCase(String),
    /// A case could not be tried.
    #[error("case {case} could not be tried: {reason}")]
    Case {
        /// Which.
        case: &'static str,
        /// What stood in the way.
        reason: String,
    },
    /// A task of the suite's own ended early.
    #[error("a task ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Run the suite; `told` hears of every case as it ends. Results come in the order of the cases.
///
/// # Errors
/// A simulator that does not start or does not do its part; a connector that cannot describe itself.
pub async fn run(suite: Suite, told: impl Fn(&Ran) + Send + Sync + 'static) -> Result<Vec<Ran>, CannotRun> {
    if let Some(unknown) = suite.only.iter().find(|id| !cases().iter().any(|case| case.id == **id)) {
        return Err(CannotRun::NoCase(unknown.clone()));
    }
    let description = Driver::describe(&suite.connector).await;
    let description = Arc::new(description.map_err(|error| CannotRun::Describe(error.to_string()))?);
    let setting = Setting { connector: suite.connector, description, profile: Arc::new(suite.profile) };
    let wanted = cases().iter().filter(|case| suite.only.is_empty() || suite.only.contains(case.id));
    let (last, first): (Vec<Case>, Vec<Case>) = wanted.copied().partition(|case| case.last);
    let told: Arc<dyn Fn(&Ran) + Send + Sync> = Arc::new(told);
    let heard = Arc::new(Mutex::new(Overheard::default()));
    let mut ran = side_by_side(&setting, first, suite.at_once, &heard, &told).await?;
    ran.extend(side_by_side(&setting, last, suite.at_once, &heard, &told).await?);
    ran.sort_by_key(|one| cases().iter().position(|case| case.id == one.case.id));
    Ok(ran)
}

async fn side_by_side(
    setting: &Setting,
    cases: Vec<Case>,
    at_once: usize,
    heard: &Arc<Mutex<Overheard>>,
    told: &Arc<dyn Fn(&Ran) + Send + Sync>,
) -> Result<Vec<Ran>, CannotRun> {
    let workers = at_once.clamp(1, cases.len().max(1));
    let waiting = Arc::new(Mutex::new(VecDeque::from(cases)));
    let before = heard.lock().await.clone();
    let mut running = JoinSet::new();
    for _ in 0..workers {
        let (setting, waiting, heard) = (setting.clone(), Arc::clone(&waiting), Arc::clone(heard));
        let (told, before) = (Arc::clone(told), before.clone());
        running.spawn(async move {
            let books = Arc::new(match &setting.profile.simulator {
                Some(simulator) => Simulator::start(simulator, &setting.profile.folder).await?,
                None => Simulator::none(),
            });
            let mut ran = Vec::new();
            loop {
                let next = waiting.lock().await.pop_front();
                let Some(case) = next else { return Ok::<_, CannotRun>(ran) };
                let (one, overheard) = try_case(case, &setting, &books, before.clone()).await?;
                heard.lock().await.add(overheard);
                told(&one);
                ran.push(one);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(ended) = running.join_next().await {
        all.extend(ended??);
    }
    Ok(all)
}

async fn try_case(
    case: Case,
    setting: &Setting,
    books: &Arc<Simulator>,
    before: Overheard,
) -> Result<(Ran, Overheard), CannotRun> {
    let quiet = |verdict| Ran { case, verdict, most_fuel: 0, peak_memory: 0 };
    if let Some(skip) = setting.profile.skips.iter().find(|skip| skip.case == case.id) {
        return Ok((quiet(Verdict::Skipped { reason: skip.reason.clone() }), Overheard::default()));
    }
    if !can(&setting.description, case.needs) {
        let lacks = format!("the connector does not claim the capability {}", case.needs);
        return Ok((quiet(Verdict::NotNeeded { lacks }), Overheard::default()));
    }
    if let Some(replay) = setting.profile.replays.iter().find(|replay| replay.case == case.id) {
        return replayed(case, replay, setting).await;
    }
    if !case.alone && !books.is_there() {
        let seen =
            "there is neither a simulator nor exchanges for it; name some under [[replay]], or skip it with a reason";
        return Ok((quiet(Verdict::Fails { seen: seen.to_owned() }), Overheard::default()));
    }
    let stage = Stage::set(setting.clone(), Arc::clone(books), before).await;
    let (checked, heard) = match stage {
        Ok(mut stage) => {
            let checked = (case.run)(&mut stage).await;
            let sound = stage.heard.unsound.first().cloned();
            let checked = checked.and(sound.map_or(Ok(()), |unsound| Err(Wrong::Fails(unsound))));
            (checked, stage.heard)
        }
        Err(wrong) => (Err(wrong), Overheard::default()),
    };
    let verdict = match checked {
        Ok(()) => Verdict::Holds,
        Err(Wrong::Fails(seen)) => Verdict::Fails { seen },
        Err(Wrong::NotNeeded(lacks)) => Verdict::NotNeeded { lacks },
        Err(Wrong::CannotTry(reason)) => return Err(CannotRun::Case { case: case.id, reason }),
    };
    Ok((Ran { case, verdict, most_fuel: heard.most_fuel, peak_memory: heard.peak_memory }, heard))
}

/// A case that stands on recorded exchanges: each fixture must hold, to the byte and the unit of fuel.
async fn replayed(case: Case, replay: &Replay, setting: &Setting) -> Result<(Ran, Overheard), CannotRun> {
    let mut problems = Vec::new();
    let mut most_fuel = 0;
    for folder in &replay.fixtures {
        let cannot = |error: FixtureError| CannotRun::Case { case: case.id, reason: error.to_string() };
        let fixture = Fixture::read(&setting.profile.folder.join(folder)).map_err(cannot)?;
        let replayed = fixture.replay(&setting.connector).await.map_err(cannot)?;
        most_fuel = most_fuel.max(replayed.fuel);
        problems.extend(replayed.problems.iter().map(|problem| format!("{}: {problem}", folder.display())));
    }
    let verdict = match problems.is_empty() {
        true => Verdict::Holds,
        false => Verdict::Fails { seen: problems.join("\n") },
    };
    Ok((Ran { case, verdict, most_fuel, peak_memory: 0 }, Overheard::default()))
}

/// Whether a connector claims a capability; the empty one everybody has.
fn can(description: &Description, capability: &str) -> bool {
    capability.is_empty() || description.capabilities.iter().any(|one| one == capability)
}
