//! The host is killed again and again under load, as by power cuts, and nothing is lost, made twice or forgotten.

use crate::books::{COMPANY, JOURNAL};
use crate::error::{CannotRun, Outcome};
use crate::life::{Life, STEADY};
use crate::measure::{micros, micros_json};
use crate::progress::Progress;
use crate::scene::{Plan, Scene};
use crate::settle::{Attendance, settle};
use crate::verdict;
use fastrand::Rng;
use host_harness::measure::Spread;
use http::Method;
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use uniconta_sim::Switches;

/// When the host is killed, in milliseconds after it said that it was ready.
const ALIVE_MS: std::ops::Range<u64> = 20..1_500;
/// How long it stays dead, in milliseconds.
const DEAD_MS: std::ops::Range<u64> = 0..150;
/// Between two things that people do, on average.
const PACE: Duration = Duration::from_millis(30);
/// Customers with the tag and without at the beginning.
const TAGGED: usize = 12;
const UNTAGGED: usize = 4;
/// How long everything may take to come to rest.
const UNTIL_REST: Duration = Duration::from_secs(300);

/// What to do.
#[derive(Debug, Clone)]
pub struct Kill {
    /// How often the host is killed.
    pub times: u32,
    /// Of everything by chance.
    pub seed: u64,
    /// Where the data go; none for a folder that is removed if all is well.
    pub folder: Option<PathBuf>,
}

/// Hold the trial.
///
/// # Errors
/// It cannot be held.
pub async fn kill(order: Kill) -> Result<Outcome, CannotRun> {
    let mut progress = Progress::new("kill");
    progress.part(format!("starting, seed {}", order.seed));
    let plan = Plan {
        installations: vec![("club".to_owned(), COMPANY)],
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
    outcome.figure("seed", order.seed);
    begin(&scene, &mut progress, &mut outcome).await?;
    let starts = kill_on(&mut scene, order.times, order.seed, &mut progress, &mut outcome).await?;
    outcome.figure("start", micros_json(&starts));
    rest_and_judge(&scene, &mut progress, &mut outcome).await?;
    scene.close(&mut outcome).await?;
    Ok(outcome)
}

/// The first customers come and are linked.
async fn begin(scene: &Scene, progress: &mut Progress, outcome: &mut Outcome) -> Result<(), CannotRun> {
    for flexybox in &scene.flexyboxes {
        flexybox.club().join_all(STEADY + TAGGED, true);
        flexybox.club().join_all(UNTAGGED, false);
    }
    let core = &scene.simulator.core;
    let rest = settle(&scene.api, core, &scene.flexyboxes, Attendance::Person, UNTIL_REST, progress).await?;
    outcome.wrong.extend(rest.wrong);
    Ok(())
}

async fn kill_on(
    scene: &mut Scene,
    times: u32,
    seed: u64,
    progress: &mut Progress,
    outcome: &mut Outcome,
) -> Result<Spread, CannotRun> {
    let mut chance = Rng::with_seed(seed);
    let core = Arc::clone(&scene.simulator.core);
    let lives = scene.flexyboxes.iter().map(|flexybox| Life::new(flexybox, &core, chance.u64(..), PACE, true));
    let lives: Vec<_> = lives.collect::<Vec<_>>().into_iter().map(|life| tokio::spawn(life.go_on())).collect();
    let mut starts = Vec::new();
    progress.part("killing");
    for time in 1..=times {
        tokio::time::sleep(Duration::from_millis(chance.u64(ALIVE_MS))).await;
        if let Some(status) = scene.host.kill().await? {
            outcome.wrong.push(format!(
                "the host ended by itself with {status}; its log is {}",
                scene.host.log_path().display()
            ));
        }
        tokio::time::sleep(Duration::from_millis(chance.u64(DEAD_MS))).await;
        starts.push(micros(scene.host.start().await?));
        for flexybox in &scene.flexyboxes {
            flexybox.club().tell(format!("killed and started again: {time}"));
            // A person presses Refresh; not always, so that catch-up has to find what the link missed.
            if chance.bool() {
                scene.bookkeeper(flexybox).refresh();
            }
            if chance.u8(..3) == 0 {
                let path = format!("/api/v1/installations/{}/catch-up", flexybox.installation());
                let _may_wait = scene.api.send(Method::POST, &path, Some(&json!({}))).await;
            }
        }
        progress.at(time.into(), times.into());
    }
    for life in lives {
        life.abort();
        // It is cancelled; nothing else can have come of it.
        let _cancelled = life.await;
    }
    core.clear_faults();
    core.clear_calls();
    Ok(Spread::new(starts))
}

async fn rest_and_judge(scene: &Scene, progress: &mut Progress, outcome: &mut Outcome) -> Result<(), CannotRun> {
    let core = &scene.simulator.core;
    progress.part("coming to rest");
    let rest = settle(&scene.api, core, &scene.flexyboxes, Attendance::Person, UNTIL_REST, progress).await?;
    outcome.figure("came_to_rest_us", micros(rest.took));
    outcome.figure("hurried", rest.hurried);
    outcome.figure("retried", json!(rest.retried));
    outcome.wrong.extend(rest.wrong);
    for flexybox in &scene.flexyboxes {
        outcome.wrong.extend(verdict::customers(&scene.api, core, flexybox).await?);
        outcome.wrong.extend(verdict::days(&scene.api, core, flexybox, false).await?);
        if let Err(error) = scene.bookkeeper(flexybox).post(JOURNAL) {
            outcome.wrong.push(error);
        }
        let path = format!("/api/v1/installations/{}/check", flexybox.installation());
        scene.api.post(&path, &json!({})).await?;
    }
    progress.part("posted by a person; the host checks");
    let rest = settle(&scene.api, core, &scene.flexyboxes, Attendance::Person, UNTIL_REST, progress).await?;
    outcome.wrong.extend(rest.wrong);
    for flexybox in &scene.flexyboxes {
        outcome.wrong.extend(verdict::days(&scene.api, core, flexybox, true).await?);
        let club = flexybox.club();
        outcome.figure("edits", club.edits.len());
        outcome.figure("customers", club.members.len());
        outcome.figure("days", club.days.all().count());
        outcome.figure("reported_lost", club.lost.len());
        outcome.figure("told", json!(club.told));
    }
    Ok(())
}
