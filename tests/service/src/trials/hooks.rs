//! The link is flooded, at a rate that does not ask how the host does, and every call is answered 2xx, or 429 with a reason.

mod flood;

use crate::api::text;
use crate::books::{COMPANY, TAG};
use crate::error::{CannotRun, Outcome};
use crate::life::Life;
use crate::measure::{DiskMeter, micros, micros_json};
use crate::progress::Progress;
use crate::scene::{Plan, Scene, configured};
use crate::settle::{Attendance, settle};
use crate::verdict;
use flood::{Target, flood};
use http::Method;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use uniconta_sim::Switches;

/// Customers of each installation, and so the debtors that the calls are about.
const CUSTOMERS: usize = 10;
/// Between two things that people do meanwhile in the first installation, on average.
const PACE: Duration = Duration::from_millis(100);
/// How long the first customers may take.
const UNTIL_LINKED: Duration = Duration::from_secs(180);
/// How long the host may take to handle what it took.
const UNTIL_HANDLED: Duration = Duration::from_secs(900);
/// The installation whose connector misbehaves.
const BROKEN: &str = "broken";

/// How a connector misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Broken {
    /// It breaks down.
    Trap,
    /// It never comes back.
    Hang,
    /// It answers far more than anybody may.
    Rubbish,
}

impl Broken {
    /// Settings of the hostile connector.
    fn settings(self) -> Value {
        match self {
            Self::Trap => json!({"behaviour": "trap"}),
            Self::Hang => json!({"behaviour": "spin"}),
            Self::Rubbish => json!({"behaviour": "huge-result", "argument": "20000000"}),
        }
    }
}

/// What to do.
#[derive(Debug, Clone)]
pub struct Hooks {
    /// Calls a second, all links together.
    pub rate: u64,
    /// For so long.
    pub seconds: u64,
    /// Installations, each with a company and a link of its own.
    pub installations: u32,
    /// One more, whose connector misbehaves; its link is called as often as each other.
    pub broken: Option<Broken>,
    /// Of everything by chance.
    pub seed: u64,
    /// Where the data go; none for a folder that is removed if all is well.
    pub folder: Option<PathBuf>,
}

/// Hold the trial.
///
/// # Errors
/// It cannot be held.
pub async fn hooks(order: Hooks) -> Result<Outcome, CannotRun> {
    let mut progress = Progress::new("hooks");
    progress.part("starting");
    let one = |number: u32| (format!("club-{number}"), COMPANY + number);
    let plan = Plan {
        installations: (0..order.installations.max(1)).map(one).collect(),
        folder: order.folder.clone(),
        switches: Switches::default(),
        record_bodies: true,
        hostile: order.broken.is_some(),
        routes: Vec::new(),
        flexybox: true,
        seed: order.seed,
        debtors: Vec::new(),
        press_ok: true,
    };
    let scene = Scene::open(plan).await?;
    let mut outcome = Outcome::default();
    for flexybox in &scene.flexyboxes {
        flexybox.club().join_all(CUSTOMERS, true);
    }
    progress.part("linking customers");
    let core = &scene.simulator.core;
    let rest = settle(&scene.api, core, &scene.flexyboxes, Attendance::Person, UNTIL_LINKED, &mut progress).await?;
    outcome.wrong.extend(rest.wrong);
    let targets = targets(&scene, order.broken).await?;
    under_flood(&scene, targets, &order, &mut progress, &mut outcome).await?;

    progress.part("handling what was taken");
    let rest = settle(&scene.api, core, &scene.flexyboxes, Attendance::Person, UNTIL_HANDLED, &mut progress).await?;
    outcome.figure("handled_after_us", micros(rest.took));
    outcome.wrong.extend(rest.wrong);
    for flexybox in &scene.flexyboxes {
        outcome.wrong.extend(verdict::customers(&scene.api, core, flexybox).await?);
    }
    if order.broken.is_some() {
        let broken = scene.api.get(&format!("/api/v1/installations/{BROKEN}")).await?;
        outcome.figure("broken_installation", json!({"counts": broken.get("counts"), "state": broken.get("state")}));
    }
    scene.close(&mut outcome).await?;
    Ok(outcome)
}

async fn under_flood(
    scene: &Scene,
    targets: Vec<Target>,
    order: &Hooks,
    progress: &mut Progress,
    outcome: &mut Outcome,
) -> Result<(), CannotRun> {
    let core = &scene.simulator.core;
    let life = scene.flexyboxes.first().map(|flexybox| Life::new(flexybox, core, order.seed, PACE, false));
    let life = life.map(|life| tokio::spawn(life.go_on()));
    let disk = DiskMeter::start(scene.folder())?;
    progress.part("flooding the links");
    let (rate, seconds, seed) = (order.rate, order.seconds, order.seed);
    let mut flooding = tokio::task::spawn_blocking(move || flood(&targets, rate, seconds, seed));
    let mut second = 0;
    let answers = loop {
        tokio::select! {
            done = &mut flooding => break done.map_err(|error| CannotRun::because("the flood", error))??,
            () = tokio::time::sleep(Duration::from_secs(1)) => {
                second += 1;
                progress.at(second, order.seconds);
            }
        }
    };
    if let Some(life) = life {
        life.abort();
        // It is cancelled; nothing else can have come of it.
        let _cancelled = life.await;
    }
    let disk = disk.finish()?;
    for (status, count) in &answers.statuses {
        let good = matches!(status.as_str(), "200" | "202" | "204" | "429");
        if !good {
            outcome.wrong.push(format!("{count} calls of a link were answered {status}"));
        }
    }
    if answers.broken_refused > 0 {
        outcome
            .wrong
            .push(format!("{} calls of the broken installation's link were not taken", answers.broken_refused));
    }
    for flexybox in &scene.flexyboxes {
        let links = scene.bookkeeper(flexybox).links();
        if links.is_empty() || links.iter().any(|(_, marked)| *marked) {
            outcome
                .wrong
                .push(format!("{}: the link is missing or marked in error: {links:?}", flexybox.installation()));
        }
    }
    outcome.figure("calls", answers.calls);
    outcome.figure("statuses", json!(answers.statuses));
    outcome.figure("acknowledged", micros_json(&answers.acknowledged));
    outcome.figure("disk_write_and_sync", micros_json(&disk));
    outcome.figure("generator_late_at_most_us", answers.late_us);
    Ok(())
}

async fn targets(scene: &Scene, broken: Option<Broken>) -> Result<Vec<Target>, CannotRun> {
    let mut targets = Vec::new();
    for flexybox in &scene.flexyboxes {
        let url = link_of(scene, flexybox.installation()).await?;
        let debtors = scene.bookkeeper(flexybox).debtors();
        targets.push(Target::new(url, flexybox.company(), &debtors, false)?);
    }
    if let Some(broken) = broken {
        let body = json!({
            "id": BROKEN, "connector": "hostile", "name": BROKEN, "locale": "en", "hosts": [],
            "catalogue": {"customer_tags": [TAG], "customer_fields": [], "account_plan": [], "dimensions": []},
        });
        // It behaves until it is configured, and misbehaves from then on.
        configured(&scene.api, BROKEN, &body).await?;
        let settings = json!({"settings": broken.settings()});
        let path = format!("/api/v1/installations/{BROKEN}");
        scene.api.must(Method::PATCH, &path, Some(&settings)).await?;
        let url = link_of(scene, BROKEN).await?;
        let debtors = scene.flexyboxes.first().map(|flexybox| scene.bookkeeper(flexybox).debtors()).unwrap_or_default();
        targets.push(Target::new(url, COMPANY, &debtors, true)?);
    }
    Ok(targets)
}

async fn link_of(scene: &Scene, installation: &str) -> Result<String, CannotRun> {
    let link = scene.api.get(&format!("/api/v1/installations/{installation}/link")).await?;
    match text(&link, "url") {
        "" => Err(CannotRun::because(installation, "its link has no url")),
        url => Ok(url.to_owned()),
    }
}
