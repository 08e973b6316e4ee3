//! The host is gone for an hour, so Uniconta marks the link Has errors and calls nobody. When the host is back, catch-up brings
//! what was missed and the doctor tells what is left for a person, without anybody asking.
//!
//! The hour is the simulator's, whose clock is moved on; the host is really stopped for a little over a minute, since a shorter
//! absence is none to it.

use crate::api::text;
use crate::books::COMPANY;
use crate::club::EDITED;
use crate::error::{CannotRun, Outcome};
use crate::measure::micros;
use crate::progress::Progress;
use crate::scene::{Plan, Scene};
use crate::settle::{Attendance, settle};
use crate::verdict;
use accounting_policy::{CATCH_UP_EVERY_MS, Occasion, Timer};
use fastrand::Rng;
use serde_json::Value;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use uniconta_sim::Switches;

const CUSTOMERS: usize = 12;
/// Somebody edits a debtor, and somebody a customer, every five minutes of the simulator's time.
const STEP: Duration = Duration::from_secs(300);
/// How long the simulator may take to find out that nobody answers the link.
const UNTIL_MARKED: Duration = Duration::from_secs(20);
/// How long the first customers may take.
const UNTIL_LINKED: Duration = Duration::from_secs(120);
/// How long it may take until everything that was missed is there. The host spreads catch-ups after a stop over ten minutes;
/// the installation's id is one whose turn comes early.
const UNTIL_CAUGHT_UP: Duration = Duration::from_secs(180);
/// How long the host is really stopped: it takes itself for having been away after 60 s.
const STOPPED: Duration = Duration::from_secs(62);
/// How early, in milliseconds.
const EARLY_MS: u64 = 3_000;

/// What to do.
#[derive(Debug, Clone)]
pub struct Down {
    /// How long the host is gone.
    pub hours: u64,
    /// Of everything by chance.
    pub seed: u64,
    /// Where the data go; none for a folder that is removed if all is well.
    pub folder: Option<PathBuf>,
}

/// Hold the trial.
///
/// # Errors
/// It cannot be held.
pub async fn down(order: Down) -> Result<Outcome, CannotRun> {
    let mut progress = Progress::new("down");
    progress.part("starting");
    let plan = Plan {
        installations: vec![(an_early_id()?, COMPANY)],
        folder: order.folder,
        switches: Switches::default(),
        record_bodies: true,
        hostile: false,
        routes: Vec::new(),
        flexybox: true,
        seed: order.seed,
        debtors: Vec::new(),
        press_ok: true,
    };
    let mut scene = Scene::open(plan).await?;
    let mut outcome = Outcome::default();
    for flexybox in &scene.flexyboxes {
        flexybox.club().join_all(CUSTOMERS, true);
    }
    let core = scene.simulator.core.clone();
    let rest = settle(&scene.api, &core, &scene.flexyboxes, Attendance::Person, UNTIL_LINKED, &mut progress).await?;
    outcome.wrong.extend(rest.wrong);

    progress.part(format!("the host is gone for {} h", order.hours));
    let status = scene.host.stop().await?;
    if !status.success() {
        outcome.wrong.push(format!("asked to stop, the host ended with {status}"));
    }
    let stopped = Instant::now();
    life_without_host(&scene, order.hours, order.seed).await?;
    while stopped.elapsed() < STOPPED {
        tokio::time::sleep(Duration::from_secs(1)).await;
        progress.at(stopped.elapsed().as_secs(), STOPPED.as_secs());
    }

    progress.part("the host is back, and nobody looks after it");
    scene.host.start().await?;
    caught_up(&scene, &mut progress, &mut outcome).await?;
    told_by_the_doctor(&scene, &mut outcome).await?;
    scene.close(&mut outcome).await?;
    Ok(outcome)
}

/// An id whose catch-up after a stop comes within seconds. That such turns are spread is tried elsewhere.
fn an_early_id() -> Result<String, CannotRun> {
    let early = |id: &String| Timer::CatchUp.sooner(Occasion::HostWasDown, CATCH_UP_EVERY_MS, 0, id) < EARLY_MS;
    (0..100_000)
        .map(|number| format!("club-{number}"))
        .find(early)
        .ok_or_else(|| CannotRun::new("no id has an early turn"))
}

async fn life_without_host(scene: &Scene, hours: u64, seed: u64) -> Result<(), CannotRun> {
    let mut chance = Rng::with_seed(seed);
    let steps = hours.max(1).saturating_mul(3_600) / STEP.as_secs();
    for step in 0..steps {
        scene.simulator.core.advance(STEP);
        for flexybox in &scene.flexyboxes {
            let (bookkeeper, members) = (scene.bookkeeper(flexybox), flexybox.club().members.len());
            bookkeeper.edit(flexybox, chance.usize(..members.max(1)), chance.usize(..EDITED.len()));
            flexybox.club().edit(chance.usize(..members.max(1)), chance.usize(..EDITED.len()));
            if step == 0 {
                let began = Instant::now();
                while !bookkeeper.links().iter().any(|(_, marked)| *marked) {
                    if began.elapsed() > UNTIL_MARKED {
                        return Err(CannotRun::new("the simulator does not mark the link although nobody answers it"));
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
    Ok(())
}

/// Wait until both sides are alike without a person.
async fn caught_up(scene: &Scene, progress: &mut Progress, outcome: &mut Outcome) -> Result<(), CannotRun> {
    let began = Instant::now();
    let core = &scene.simulator.core;
    loop {
        let rest = settle(&scene.api, core, &scene.flexyboxes, Attendance::Nobody, UNTIL_CAUGHT_UP, progress).await?;
        let mut wrong = rest.wrong;
        for flexybox in &scene.flexyboxes {
            wrong.extend(verdict::customers(&scene.api, core, flexybox).await?);
        }
        if wrong.is_empty() {
            outcome.figure("caught_up_after_us", micros(began.elapsed()));
            return Ok(());
        }
        if began.elapsed() > UNTIL_CAUGHT_UP {
            for flexybox in &scene.flexyboxes {
                let seen = scene.api.get(&format!("/api/v1/installations/{}", flexybox.installation())).await?;
                wrong.push(format!("{}: next_catch_up_ms {:?}", flexybox.installation(), seen.get("next_catch_up_ms")));
            }
            outcome.wrong.extend(wrong);
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn told_by_the_doctor(scene: &Scene, outcome: &mut Outcome) -> Result<(), CannotRun> {
    for flexybox in &scene.flexyboxes {
        let path = format!("/api/v1/installations/{}/doctor?locale=en&ask=true", flexybox.installation());
        let told = scene.api.get(&path).await?;
        let examined = told.get("examined").and_then(Value::as_array).cloned().unwrap_or_default();
        let steps = |one: &Value| one.get("steps").and_then(Value::as_array).is_some_and(|steps| !steps.is_empty());
        let about_link = |one: &Value| text(one, "verdict") == "bad" && steps(one);
        if text(&told, "verdict") != "bad" || !examined.iter().any(about_link) {
            outcome.wrong.push(format!("the link is marked Has errors, but the doctor says: {told}"));
        }
        outcome.figure("doctor", told);
        scene.bookkeeper(flexybox).refresh();
        let told = scene.api.get(&path).await?;
        if matches!(text(&told, "verdict"), "bad" | "unknown" | "") {
            outcome.wrong.push(format!("the mark is taken away, but the doctor says: {told}"));
        }
        outcome.figure("doctor_after_refresh", text(&told, "verdict"));
    }
    Ok(())
}
