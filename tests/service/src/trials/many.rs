//! Thousands of installations in one process; then one of them talks to a server that hangs and has thousands of events
//! waiting, and the others must not notice.
//!
//! Each installation has a company of its own in one simulator. Links are switched off: the simulator makes its calls one after
//! another, and would be what is measured. The hanging server is the simulator, too: it never answers for that one company, so
//! both go to the same host name and nothing but the installation tells them apart.

use crate::books::COMPANY;
use crate::crowd::Crowd;
use crate::error::{CannotRun, Outcome};
use crate::measure::micros_json;
use crate::probe::probe;
use crate::progress::Progress;
use crate::scene::{Plan, Scene};
use host_harness::measure::{Spread, per_mille};
use std::path::PathBuf;
use std::time::Duration;
use uniconta_sim::switches::ChangeEvents;
use uniconta_sim::{Fault, FaultAction, Switches};

/// How long the hanging server takes: longer than any trial.
const HANGS: Duration = Duration::from_secs(24 * 3_600);
/// How long the host gets to run into the hanging server before the others are looked at.
const UNTIL_HANGING: Duration = Duration::from_secs(3);

/// What to do.
#[derive(Debug, Clone)]
pub struct Many {
    /// Installations.
    pub installations: u32,
    /// Customers of each.
    pub customers: usize,
    /// Changes a second while the time to the call is measured.
    pub rate: u64,
    /// For so long, twice.
    pub seconds: u64,
    /// Events of the installation whose server hangs.
    pub pending: usize,
    /// The most that the others' median may grow, in thousandths; none where it is only told.
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
pub async fn many(order: Many) -> Result<Outcome, CannotRun> {
    let mut progress = Progress::new("many");
    progress.part(format!("making {} installations", order.installations));
    // One more than asked for: the one whose server will hang.
    let one = |number: u32| (format!("club-{number}"), COMPANY + number);
    let installations: Vec<(String, u32)> = (0..=order.installations.max(1)).map(one).collect();
    let plan = Plan {
        installations: installations.clone(),
        folder: order.folder.clone(),
        switches: Switches { change_events: ChangeEvents::Hidden, ..Switches::default() },
        record_bodies: false,
        hostile: false,
        routes: Vec::new(),
        flexybox: false,
        seed: order.seed,
        debtors: Vec::new(),
        press_ok: true,
    };
    let scene = Scene::open(plan).await?;
    let mut outcome = Outcome::default();
    outcome.figure("installations", order.installations);
    let (others, hanging) = installations.split_at(installations.len().saturating_sub(1));
    let crowd = Crowd::new(&scene.api, order.seed);
    let answering = crowd.answer();
    let filled = crowd.fill(&scene, others, order.customers, &mut progress).await?;
    outcome.figure("customers", filled.customers);
    outcome.figure("filled_us", filled.took_us);
    outcome.wrong.extend(filled.wrong);
    scene.note_memory(&mut outcome, "idle")?;

    progress.part("from event to call");
    let before = probe(&scene, &crowd, others, order.rate, order.seconds, &mut progress).await?;
    outcome.figure("event_to_call", micros_json(&before.spread));
    outcome.wrong.extend(before.wrong);

    progress.part(format!("one server hangs, {} events wait for it", order.pending));
    let after = with_one_hanging(&scene, &crowd, others, hanging, &order, &mut progress, &mut outcome).await?;
    compare(&before.spread, &after, &order, &mut outcome);
    scene.note_memory(&mut outcome, "one_hanging")?;
    answering.abort();
    scene.close(&mut outcome).await?;
    Ok(outcome)
}

async fn with_one_hanging(
    scene: &Scene,
    crowd: &Crowd,
    others: &[(String, u32)],
    hanging: &[(String, u32)],
    order: &Many,
    progress: &mut Progress,
    outcome: &mut Outcome,
) -> Result<Spread, CannotRun> {
    let Some((id, company)) = hanging.first() else {
        return Err(CannotRun::new("there is no installation left to hang"));
    };
    let action = FaultAction::Delay(HANGS);
    let path_contains = Some(format!("/odata/{company}/"));
    scene.simulator.core.add_fault(Fault { path_contains, times: u32::MAX, ..Fault::next(action) });
    crowd.push_new(id, order.pending).await?;
    tokio::time::sleep(UNTIL_HANGING).await;
    let probed = probe(scene, crowd, others, order.rate, order.seconds, progress).await?;
    outcome.wrong.extend(probed.wrong);
    let counts =
        scene.api.get(&format!("/api/v1/installations/{id}")).await?.get("counts").cloned().unwrap_or_default();
    let wait = crate::api::number(&counts, "waiting") + crate::api::number(&counts, "running");
    if wait < u64::try_from(order.pending).unwrap_or(u64::MAX) {
        outcome.wrong.push(format!("of {} events that cannot be handled only {wait} wait: {counts}", order.pending));
    }
    outcome.figure("hanging", counts);
    outcome.figure("event_to_call_beside_hanging", micros_json(&probed.spread));
    scene.simulator.core.clear_faults();
    Ok(probed.spread)
}

fn compare(before: &Spread, after: &Spread, order: &Many, outcome: &mut Outcome) {
    let ratio = per_mille(after.median(), before.median());
    outcome.figure("median_per_mille", ratio);
    if let Some(most) = order.most_per_mille
        && ratio > most
    {
        outcome
            .wrong
            .push(format!("beside the hanging one the others' median is {ratio} per mille of before; at most {most}"));
    }
}
