//! Switching the integration on for an existing club: thousands of customers meet thousands of debtors, and in the end each is
//! linked, created or told, within a call for each 500 customers beside those due a change.

mod calls;
mod judge;
mod people;

use crate::api::{number, text};
use crate::books::COMPANY;
use crate::error::{CannotRun, Outcome};
use crate::measure::{cpu_of, memory_of, micros};
use crate::progress::Progress;
use crate::scene::{Plan, Scene};
use crate::uniconta::DEBTORS;
use calls::Kinds;
use judge::judge;
use people::{People, Shares};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use uniconta_sim::Switches;
use uniconta_sim::switches::ChangeEvents;

/// The one installation.
const CLUB: &str = "club-1";
/// Customers of one request.
const LINES: usize = 2_500;
/// Between two looks at how far it is.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);
/// Memory that a connector may use, as the sandbox has it.
const MOST_GUEST_BYTES: u64 = 32 * 1024 * 1024;
/// Customers that share a call.
const CUSTOMERS_A_CALL: u64 = 500;
/// From so many customers on the calls that happen once are few enough not to count.
const MANY: usize = 10_000;

/// What to do.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// Customers, all new to the host.
    pub customers: usize,
    /// Debtors that are there.
    pub debtors: usize,
    /// Of a hundred customers, how many have a debtor: 10 to 90.
    pub matching: usize,
    /// Of a hundred customers, how many fit several: 0 to 5.
    pub ambiguous: usize,
    /// Kill the host when so much is done, in per cent, and start it again.
    pub kill_at: Option<u64>,
    /// Press OK instead of switching on: each customer is looked up as it goes through.
    pub plain: bool,
    /// Of everything by chance.
    pub seed: u64,
    /// Where the data go; none for a folder that is removed if all is well.
    pub folder: Option<PathBuf>,
}

/// Hold the trial.
///
/// # Errors
/// It cannot be held.
pub async fn bulk(order: Bulk) -> Result<Outcome, CannotRun> {
    let mut progress = Progress::new("bulk");
    progress.part("making people and books up");
    let Bulk { customers, debtors, matching, ambiguous, .. } = order;
    let mut chance = fastrand::Rng::with_seed(order.seed);
    let people = People::make_up(Shares { customers, debtors, matching, ambiguous }, &mut chance);
    let plan = Plan {
        installations: vec![(CLUB.to_owned(), COMPANY)],
        folder: order.folder.clone(),
        switches: Switches { change_events: ChangeEvents::Hidden, ..Switches::default() },
        record_bodies: false,
        hostile: false,
        routes: Vec::new(),
        flexybox: false,
        seed: order.seed,
        debtors: people.debtors.clone(),
        press_ok: false,
    };
    let mut scene = Scene::open(plan).await?;
    let mut outcome = Outcome::default();
    outcome.figure("customers", customers);
    outcome.figure("debtors", people.debtors.len());
    hand_over(&scene, &people, &mut progress, &mut outcome).await?;
    let held_before = scene.simulator.core.rows_in(COMPANY, DEBTORS).unwrap_or_default().len();
    scene.simulator.core.clear_calls();
    let began = Instant::now();
    let mut watch = Watch { cpu_before: cpu(&scene)?, ..Watch::default() };
    if order.plain {
        progress.part("pressing OK");
        scene.api.post(&path("/configure"), &json!({})).await?;
    } else {
        progress.part("looking ahead");
        let view = scene.api.post(&path("/switch-on/look"), &json!({"debtors": people.debtors.len()})).await?;
        outcome.figure("look_planned", view.get("plan").cloned().unwrap_or_default());
        watch.until(&mut scene, &mut progress, |view| text(view, "phase") != "looking").await?;
        outcome.figure("looked_us", micros(began.elapsed()));
        let view = scene.api.get(&path("/switch-on")).await?;
        outcome.figure("planned", view.get("plan").cloned().unwrap_or_default());
        outcome.figure("due_planned", number(&view, "due"));
        watch.planned = view.get("plan").cloned().unwrap_or_default();
        watch.look = Kinds::of(&scene.simulator.core);
        progress.part("going");
        scene.api.post(&path("/switch-on/go"), &json!({})).await?;
    }
    if let Some(at) = order.kill_at {
        let until = u64::try_from(customers).unwrap_or(u64::MAX).saturating_mul(100_u64.saturating_sub(at)) / 100;
        watch.until(&mut scene, &mut progress, |view| number(view, "waiting") <= until).await?;
        watch.cpu_before = watch.cpu_before.saturating_sub(cpu(&scene)?);
        scene.host.kill().await?;
        scene.host.start().await?;
        outcome.figure("killed_at_per_cent", at);
    }
    watch.until(&mut scene, &mut progress, |view| number(view, "waiting") == 0).await?;
    let took = began.elapsed();
    watch.tell(&scene, &order, &people, took, &mut outcome).await?;
    progress.part("judging");
    judge(&scene, CLUB, COMPANY, &people, held_before, &mut outcome).await?;
    scene.close(&mut outcome).await?;
    Ok(outcome)
}

fn path(rest: &str) -> String {
    format!("/api/v1/installations/{CLUB}{rest}")
}

fn cpu(scene: &Scene) -> Result<i64, CannotRun> {
    let pid = scene.host.pid().ok_or_else(|| CannotRun::new("the host does not run"))?;
    Ok(i64::try_from(micros(cpu_of(pid)?)).unwrap_or(i64::MAX))
}

/// FlexyBox sends everybody; the host keeps them until it may begin.
async fn hand_over(
    scene: &Scene,
    people: &People,
    progress: &mut Progress,
    outcome: &mut Outcome,
) -> Result<(), CannotRun> {
    progress.part("handing customers over");
    let (began, all) = (Instant::now(), people.expected.len());
    let numbers: Vec<usize> = (0..all).collect();
    let mut done = 0;
    for some in numbers.chunks(LINES) {
        let lines: Vec<Value> = some.iter().map(|customer| people.event(*customer)).collect();
        scene.api.post_lines(&path("/customers"), &lines).await?;
        done += some.len();
        progress.at(u64::try_from(done).unwrap_or(u64::MAX), u64::try_from(all).unwrap_or(u64::MAX));
    }
    outcome.figure("handed_over_us", micros(began.elapsed()));
    outcome.figure("handed_over_cpu_us", cpu(scene)?);
    Ok(())
}

/// What is seen while it goes on.
#[derive(Default)]
struct Watch {
    /// The host's processor time before, in microseconds; less what a host that was killed had used.
    cpu_before: i64,
    peak_kib: u64,
    planned: Value,
    look: Kinds,
}

impl Watch {
    async fn until(
        &mut self,
        scene: &mut Scene,
        progress: &mut Progress,
        done: impl Fn(&Value) -> bool,
    ) -> Result<(), CannotRun> {
        loop {
            let view = scene.api.get(&path("/switch-on")).await?;
            if let Some(pid) = scene.host.pid() {
                self.peak_kib = self.peak_kib.max(memory_of(pid)?.peak_kib);
            }
            if done(&view) {
                return Ok(());
            }
            if !text(&view, "paused").is_empty() {
                return Err(CannotRun::because("the installation waits", view));
            }
            let all = number(&view, "customers");
            progress.at(all.saturating_sub(number(&view, "waiting")), all);
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    async fn tell(
        &self,
        scene: &Scene,
        order: &Bulk,
        people: &People,
        took: Duration,
        outcome: &mut Outcome,
    ) -> Result<(), CannotRun> {
        let customers = u64::try_from(order.customers.max(1)).unwrap_or(u64::MAX);
        let used = u64::try_from(cpu(scene)?.saturating_sub(self.cpu_before)).unwrap_or(0);
        outcome.figure("took_us", micros(took));
        outcome.figure("host_cpu_us", used);
        outcome.figure("host_cpu_us_a_customer", used / customers);
        outcome.figure("host_peak_kib", self.peak_kib);
        let kinds = Kinds::of(&scene.simulator.core);
        kinds.tell(outcome);
        outcome.figure("due", people.due);
        let activity = scene.api.all(&path("/activity"), "activity").await?;
        let peaks = activity.iter().map(|one| one.get("outcome").map_or(0, |outcome| number(outcome, "peak_memory")));
        let peak = peaks.max().unwrap_or(0);
        outcome.figure("guest_peak_bytes", peak);
        outcome.figure("guest_calls", activity.len());
        if peak > MOST_GUEST_BYTES {
            outcome.wrong.push(format!("a connector used {peak} bytes of memory; at most {MOST_GUEST_BYTES}"));
        }
        let counted = kinds.reads + kinds.inserts;
        let allowed = customers.div_ceil(CUSTOMERS_A_CALL);
        outcome.figure("reads_and_inserts", counted);
        outcome.figure("reads_and_inserts_allowed", allowed);
        if order.plain || order.kill_at.is_some() {
            return Ok(());
        }
        if order.customers >= MANY && counted > allowed {
            outcome.wrong.push(format!("{counted} calls for reads and inserts; at most {allowed}"));
        }
        let followed = counted + kinds.again + kinds.updates - self.look.reads;
        outcome.figure("calls_after_look", followed);
        if followed > number(&self.planned, "calls_most") {
            outcome.wrong.push(format!("{followed} calls followed the look, and {} were promised", self.planned));
        }
        Ok(())
    }
}
