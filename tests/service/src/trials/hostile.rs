//! Two dozen connectors that misbehave, each in its own way, beside honest ones: these must hardly notice, and nothing of theirs
//! may be lost.
//!
//! The honest installations are measured twice in one run, without and beside the attackers. All are in one process, on one
//! machine with the simulator and this trial, so what is compared is only ever one phase with the other. Links of the honest
//! ones are switched off, as in `many`; those of the attackers are what their events come by.

mod attackers;
mod tarpit;

use crate::books::COMPANY;
use crate::crowd::Crowd;
use crate::error::{CannotRun, Outcome};
use crate::measure::{Memory, cpu_of, micros, micros_json};
use crate::probe::probe;
use crate::progress::Progress;
use crate::scene::{Plan, Scene};
use attackers::Attackers;
use host_harness::measure::{Spread, per_mille};
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use tarpit::Tarpit;
use uniconta_sim::Switches;
use uniconta_sim::switches::ChangeEvents;

/// How long the attackers are at it before the honest ones are measured: those that compute are at full speed by then.
const UNTIL_AT_IT: Duration = Duration::from_secs(3);
/// How long what the attackers have begun may take to end: a call's time, 30 s, and those that wait for a place behind it.
const UNTIL_OVER: Duration = Duration::from_secs(90);
/// What may stay of an attacker's memory, KiB: what the engine keeps ready for the next call in each place (2 MiB), and as much
/// again for what the host remembers of each failure.
const KEPT_FOR_EACH_KIB: u64 = 4 * 1024;
/// What may stay beside that, KiB: what an allocator does not give back of some hundred thousand events.
const KEPT_KIB: u64 = 64 * 1024;

/// What to do.
#[derive(Debug, Clone)]
pub struct Hostile {
    /// Honest installations.
    pub installations: u32,
    /// Customers of each.
    pub customers: usize,
    /// Changes a second while the time to the call is measured.
    pub rate: u64,
    /// For so long, twice.
    pub seconds: u64,
    /// Installations that misbehave, each in the next way.
    pub hostile: u32,
    /// Events a second that come for each of them.
    pub hostile_rate: u64,
    /// The behaviours they have, in turn; all there are when empty.
    pub ways: Vec<String>,
    /// The most that the honest ones' p99 may be beside them, in thousandths of without; none where it is only told.
    pub most_per_mille: Option<u64>,
    /// Of everything by chance.
    pub seed: u64,
    /// Where the data go; none for a folder that is removed if all is well.
    pub folder: Option<PathBuf>,
}

/// Hold the trial.
///
/// # Errors
/// It cannot be held.
pub async fn hostile(order: Hostile) -> Result<Outcome, CannotRun> {
    let ways = attackers::ways(&order.ways)?;
    let mut progress = Progress::new("hostile");
    progress.part(format!("making {} installations", order.installations));
    let tarpit = Tarpit::start()?;
    let one = |number: u32| (format!("club-{number}"), COMPANY + number);
    let honest: Vec<(String, u32)> = (0..order.installations.max(1)).map(one).collect();
    let plan = Plan {
        installations: honest.clone(),
        folder: order.folder.clone(),
        switches: Switches { change_events: ChangeEvents::Hidden, ..Switches::default() },
        record_bodies: false,
        hostile: true,
        routes: vec![(attackers::HOST.to_owned(), tarpit.url())],
        flexybox: false,
        seed: order.seed,
        debtors: Vec::new(),
        press_ok: true,
    };
    let scene = Scene::open(plan).await?;
    let mut outcome = Outcome::default();
    outcome.figure("installations", order.installations);
    outcome.figure("hostile", order.hostile);
    let crowd = Crowd::new(&scene.api, order.seed);
    let answering = crowd.answer();
    let filled = crowd.fill(&scene, &honest, order.customers, &mut progress).await?;
    outcome.figure("customers", filled.customers);
    outcome.wrong.extend(filled.wrong);
    let attackers = Attackers::make(&scene, order.hostile, ways).await?;

    progress.part("from event to call, without");
    let without = probe(&scene, &crowd, &honest, order.rate, order.seconds, &mut progress).await?;
    outcome.figure("event_to_call", micros_json(&without.spread));
    outcome.wrong.extend(without.wrong);
    let before = scene.note_memory(&mut outcome, "before")?;

    progress.part(format!("from event to call, beside {} that misbehave", order.hostile));
    let attack = attackers.attack(&scene, order.hostile_rate);
    tokio::time::sleep(UNTIL_AT_IT).await;
    let busy = cpu(&scene)?;
    let beside = probe(&scene, &crowd, &honest, order.rate, order.seconds, &mut progress).await?;
    outcome.figure("processor_us", micros(cpu(&scene)?.saturating_sub(busy)));
    outcome.figure("event_to_call_beside_hostile", micros_json(&beside.spread));
    outcome.wrong.extend(beside.wrong);
    scene.note_memory(&mut outcome, "during")?;
    attack.abort();
    compare(&without.spread, &beside.spread, &order, &mut outcome);

    progress.part("whether anything is lost");
    outcome.wrong.extend(crowd.lost(&scene, &honest, order.customers).await?);
    outcome.figure("honest_events", without.spread.count() + beside.spread.count());
    let told = attackers.told(&scene).await?;
    outcome.wrong.extend(told.wrong);
    outcome.figure("ended_by", json!(told.ended_by));

    progress.part("until it is over");
    attackers.pause(&scene).await?;
    given_back(&scene, before, &order, &mut outcome).await?;
    answering.abort();
    scene.close(&mut outcome).await?;
    Ok(outcome)
}

fn cpu(scene: &Scene) -> Result<Duration, CannotRun> {
    cpu_of(scene.host.pid().ok_or_else(|| CannotRun::new("the host does not run"))?)
}

fn compare(without: &Spread, beside: &Spread, order: &Hostile, outcome: &mut Outcome) {
    let ratio = |per_cent| per_mille(beside.at_per_cent(per_cent), without.at_per_cent(per_cent));
    outcome.figure("median_per_mille", ratio(50));
    outcome.figure("p99_per_mille", ratio(99));
    if let Some(most) = order.most_per_mille
        && ratio(99) > most
    {
        outcome.wrong.push(format!(
            "beside those that misbehave the honest ones' p99 is {} per mille of without; at most {most}",
            ratio(99)
        ));
    }
}

/// Wait until the host's memory is where it was, as far as it may be.
async fn given_back(scene: &Scene, before: Memory, order: &Hostile, outcome: &mut Outcome) -> Result<(), CannotRun> {
    let most = before.resident_kib + KEPT_KIB + KEPT_FOR_EACH_KIB * u64::from(order.hostile);
    let began = tokio::time::Instant::now();
    loop {
        let after = scene.note_memory(outcome, "after")?;
        if after.resident_kib <= most {
            outcome.figure("memory_back_after_us", micros(began.elapsed()));
            return Ok(());
        }
        if began.elapsed() > UNTIL_OVER {
            outcome.wrong.push(format!(
                "the host holds {} KiB when all is over and held {} before; at most {most}",
                after.resident_kib, before.resident_kib
            ));
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
