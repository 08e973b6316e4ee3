//! Everything about one event, timed in one run, turn by turn, so that whatever else the machine does falls on all alike.

use crate::contender::Contender;
use crate::error::CannotRun;
use crate::event::Event;
use crate::lines::parent::{Program, this_program};
use crate::native::Native;
use crate::plumbing::Plumbing;
use crate::sandboxed::Sandboxed;
use host_harness::cache::Cache;
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::measure::{Spread, per_mille};
use host_harness::replay::Fixture;
use host_harness::sandbox::Limits;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// One turn in so many more is run beforehand and not counted: caches fill, and memory is made ready.
const WARM_UP_PART: u32 = 10;
/// Runs of one contender in its turn, so that it finds the processor's caches as it left them, as in a host that is busy with events.
const IN_A_ROW: u32 = 10;
/// What takes milliseconds has its turn so seldom, and runs once in it.
const SELDOM: u32 = 10;
/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// What is measured with.
#[derive(Debug, Clone)]
pub struct Order {
    /// The Uniconta connector.
    pub connector: PathBuf,
    /// The connector that only sends requests.
    pub plumbing: PathBuf,
    /// The host's command.
    pub harness: PathBuf,
    /// The event.
    pub fixture: PathBuf,
    /// How often each is run; what takes milliseconds a hundredth of it.
    pub times: u32,
}

struct Lane {
    name: &'static str,
    every: u32,
    contender: Contender,
    times: Vec<u64>,
}

/// Measure; spreads by name, and the ratios that matter.
///
/// # Errors
/// The fixture does not hold, or something cannot be run.
pub async fn side_by_side(order: &Order) -> Result<Value, CannotRun> {
    let folder = tempfile::tempdir()?;
    let cache = Cache::open(&folder.path().join("compiled")).map_err(CannotRun::because)?;
    let bytes = std::fs::read(&order.connector)?;
    let engine = |metering| Engine::new(EngineOptions { metering, ..EngineOptions::default() });
    let pooled = engine(Metering::Off).map_err(CannotRun::because)?.with_cache(cache);
    let counting = engine(Metering::Fuel).map_err(CannotRun::because)?;
    let on_demand = Engine::without_pool(Metering::Off).map_err(CannotRun::because)?;
    let load = |engine: &Engine, bytes: &[u8]| Connector::load(engine, bytes).map_err(CannotRun::because);
    let (connector, counted, unpooled) = (load(&pooled, &bytes)?, load(&counting, &bytes)?, load(&on_demand, &bytes)?);
    let plumbing = load(&pooled, &std::fs::read(&order.plumbing)?)?;

    let description = connector.describe(Limits::default()).await.result.map_err(CannotRun::because)?;
    let fixture = Fixture::read(&order.fixture).map_err(CannotRun::because)?;
    let replayed = fixture.replay_for_any_fuel(&counted).await.map_err(CannotRun::because)?;
    if let Some(problem) = replayed.problems.first() {
        return Err(CannotRun::new(format!("the fixture does not hold: {problem}")));
    }
    let event = Event::of(&fixture, &description)?;
    let sandboxed = |connector: &Connector| Sandboxed::new(connector.clone(), &event, &fixture);
    let fuel = sandboxed(&counted)?.run(&event).await?.fuel;
    let this = this_program()?;
    let replay = ["replay".into(), order.connector.clone(), order.fixture.clone(), "--cache".into()];
    let replay = [vec![order.harness.clone()], replay.to_vec(), vec![folder.path().join("compiled")]].concat();

    let lane = |name, every, contender| Lane { name, every, contender, times: Vec::new() };
    let mut lanes = [
        lane("native", 1, Contender::Native(Native::new(&event))),
        lane("component", 1, Contender::Component(sandboxed(&connector)?)),
        lane("component_on_demand", 1, Contender::Component(sandboxed(&unpooled)?)),
        lane("component_counting_fuel", 1, Contender::Component(sandboxed(&counted)?)),
        lane("instantiate", 1, Contender::Instantiate(connector.clone())),
        lane("instantiate_on_demand", 1, Contender::Instantiate(unpooled)),
        lane("describe", 1, Contender::Describe(connector.clone())),
        lane("requests", 1, Contender::Requests(Plumbing::new(plumbing, &event)?)),
        lane("program_kept", 1, Contender::Program(Program::start(&this)?)),
        lane("program_each", SELDOM, Contender::ProgramEach(this)),
        lane("load_from_cache", SELDOM, Contender::Load(pooled, bytes.clone())),
        lane("first_outcome", SELDOM, Contender::FirstOutcome(replay)),
    ];
    let turns = order.times.div_ceil(IN_A_ROW);
    let warm_up = (turns / WARM_UP_PART).max(1);
    for turn in 0..warm_up.saturating_add(turns) {
        let first = usize::try_from(turn).unwrap_or(0) % lanes.len();
        let (behind, before) = lanes.split_at_mut(first);
        for lane in before.iter_mut().chain(behind) {
            let in_a_row = match lane.every {
                1 => IN_A_ROW,
                every => u32::from(turn % every == 0),
            };
            for _ in 0..in_a_row {
                let took = lane.contender.run(&event).await?;
                lane.times.extend((turn >= warm_up).then_some(took));
            }
        }
    }
    let spreads: Vec<(&str, Spread)> =
        lanes.iter_mut().map(|lane| (lane.name, Spread::new(std::mem::take(&mut lane.times)))).collect();
    Ok(told(&spreads, &event, fuel, bytes.len()))
}

fn told(spreads: &[(&str, Spread)], event: &Event, fuel: Option<u64>, component_bytes: usize) -> Value {
    let median = |name: &str| spreads.iter().find(|(known, _)| *known == name).map_or(0, |(_, spread)| spread.median());
    let times: Map<String, Value> =
        spreads.iter().map(|(name, spread)| ((*name).to_owned(), spread.nanoseconds_json())).collect();
    let component = median("component");
    json!({
        "component_bytes": component_bytes,
        "requests": event.round_trips.len(),
        "fuel": fuel,
        "times": times,
        "requests_alone_p50_ns": median("requests").saturating_sub(median("instantiate")),
        "events_a_second": SECOND.checked_div(component),
        "component_to_native_per_mille": per_mille(component, median("native")),
        "component_to_program_kept_per_mille": per_mille(component, median("program_kept")),
        "program_each_to_component_per_mille": per_mille(median("program_each"), component),
        "on_demand_to_pooled_per_mille": per_mille(median("component_on_demand"), component),
    })
}
