//! All trouble ends, and everything that is under way comes to rest: nothing waits, nothing runs, nobody has to be told.

use crate::api::{Api, number, text};
use crate::error::CannotRun;
use crate::flexybox::Flexybox;
use crate::progress::Progress;
use crate::uniconta::Bookkeeper;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use uniconta_sim::Uniconta;

/// Between two looks.
const BETWEEN_LOOKS: Duration = Duration::from_millis(150);
/// How long nothing may move before a person pauses and resumes the installation, which makes what waits due now.
const UNTIL_HURRIED: Duration = Duration::from_secs(4);
/// How often a person tries a parked event again.
const RETRIES: u32 = 3;
/// Most catch-ups until one finds nothing new.
const PASSES: u32 = 8;
/// Why an event may be parked in a trial that kills the host and breaks lines: it was running too often when the host died, or
/// the line broke too often. Anything else is wrong.
const OWN_DOING: [&str; 7] = [
    "host.crashed",
    "uniconta.unreachable",
    "uniconta.not-reached",
    "uniconta.outcome-unknown",
    "uniconta.could-not-save",
    "uniconta.created-but-not-found",
    "uniconta.not-understood",
];

/// How it came to rest.
#[derive(Debug, Default)]
pub struct Rest {
    /// How long it took.
    pub took: Duration,
    /// How often a person hurried an installation.
    pub hurried: u64,
    /// What was parked by the trial's own doing and tried again, by reason.
    pub retried: BTreeMap<String, u64>,
    /// What is wrong: something else was parked, or it did not come to rest.
    pub wrong: Vec<String>,
}

/// Who looks after the installations while they come to rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    /// A person presses Refresh on links in error, asks for catch-ups, hurries what waits for a retry, tries parked events again.
    Person,
    /// Nobody.
    Nobody,
}

/// What lies where in one installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Lies {
    unpushed: u64,
    waiting: u64,
    running: u64,
    parked: u64,
    outbox: u64,
}

/// Wait until everything is at rest, at most so long.
///
/// # Errors
/// The host does not answer.
pub async fn settle(
    api: &Api,
    core: &Arc<Uniconta>,
    flexyboxes: &[Arc<Flexybox>],
    attendance: Attendance,
    most: Duration,
    progress: &mut Progress,
) -> Result<Rest, CannotRun> {
    let began = Instant::now();
    let mut rest = Rest::default();
    let mut still = Still { lies: Vec::new(), since: Instant::now() };
    let mut before: Option<String> = None;
    let mut tries = BTreeMap::new();
    let mut passes = 0;
    loop {
        if began.elapsed() > most {
            rest.wrong.push(format!("it does not come to rest within {} s: {:?}", most.as_secs(), still.lies));
            break;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
        progress.at(began.elapsed().as_secs(), most.as_secs());
        let mut all = Vec::new();
        for flexybox in flexyboxes {
            if attendance == Attendance::Person {
                Bookkeeper::new(core, flexybox.company()).refresh();
            }
            let mut lies = look(api, flexybox).await?;
            if lies.parked > 0 && attendance == Attendance::Person {
                lies.parked -= given_up(api, flexybox, &mut tries, &mut rest).await?;
            }
            all.push(lies);
        }
        still.see(&all);
        let quiet = all.iter().all(|lies| *lies == Lies { unpushed: 0, waiting: 0, running: 0, parked: 0, outbox: 0 });
        if !quiet || core.pending_deliveries() > 0 {
            if attendance == Attendance::Person && still.since.elapsed() > UNTIL_HURRIED {
                rest.hurried += hurry(api, flexyboxes, &all).await?;
                still.since = Instant::now();
            }
            continue;
        }
        let state = state(core, flexyboxes);
        if attendance == Attendance::Nobody || before.as_ref() == Some(&state) {
            break;
        }
        passes += 1;
        if passes > PASSES {
            rest.wrong.push(format!("after {PASSES} catch-ups values still change"));
            break;
        }
        before = Some(state);
        for flexybox in flexyboxes {
            api.post(&format!("/api/v1/installations/{}/catch-up", flexybox.installation()), &json!({})).await?;
        }
    }
    rest.took = began.elapsed();
    Ok(rest)
}

/// Since when nothing has moved.
struct Still {
    lies: Vec<Lies>,
    since: Instant,
}

impl Still {
    fn see(&mut self, lies: &[Lies]) {
        if self.lies != lies {
            self.lies = lies.to_vec();
            self.since = Instant::now();
        }
    }
}

async fn look(api: &Api, flexybox: &Flexybox) -> Result<Lies, CannotRun> {
    let id = flexybox.installation();
    let installation = api.get(&format!("/api/v1/installations/{id}")).await?;
    let counts = installation.get("counts").ok_or_else(|| CannotRun::new("an installation has no counts"))?;
    // What FlexyBox can still fetch is what counts; whether the host counts the same is for the verdict.
    let outbox = api.get(&format!("/api/v1/outbox?installation={id}&limit=100&wait_s=0")).await?;
    let open = outbox.get("items").and_then(Value::as_array).map_or(0, Vec::len);
    Ok(Lies {
        unpushed: u64::try_from(flexybox.club().unpushed()).unwrap_or(u64::MAX),
        waiting: number(counts, "waiting"),
        running: number(counts, "running"),
        parked: number(counts, "parked"),
        outbox: u64::try_from(open).unwrap_or(u64::MAX),
    })
}

/// A person tries again what the trial brought about; how many events stay parked for good.
async fn given_up(
    api: &Api,
    flexybox: &Flexybox,
    tries: &mut BTreeMap<(String, u64), u32>,
    rest: &mut Rest,
) -> Result<u64, CannotRun> {
    let installation = flexybox.installation();
    let mut stay = 0;
    for event in api.all(&format!("/api/v1/installations/{installation}/parked"), "events").await? {
        let (seq, code) = (number(&event, "seq"), text(&event, "reason_code").to_owned());
        let tried = tries.entry((installation.to_owned(), seq)).or_insert(0);
        if OWN_DOING.contains(&code.as_str()) && *tried < RETRIES {
            *tried += 1;
            *rest.retried.entry(code).or_default() += 1;
            // It may have run or been replaced meanwhile; the next look tells.
            let path = format!("/api/v1/installations/{installation}/parked/{seq}/retry");
            let _gone = api.send(http::Method::POST, &path, Some(&json!({}))).await;
            continue;
        }
        stay += 1;
        if *tried != u32::MAX {
            *tried = u32::MAX;
            let whole =
                api.get(&format!("/api/v1/installations/{installation}/events/{seq}")).await.unwrap_or_default();
            let attempts = whole.get("attempts").cloned().unwrap_or(Value::Null);
            rest.wrong.push(format!("{installation}: event {seq} is parked: {event}; attempts {attempts}"));
        }
    }
    Ok(stay)
}

/// A person pauses and resumes what waits; how many installations.
async fn hurry(api: &Api, flexyboxes: &[Arc<Flexybox>], all: &[Lies]) -> Result<u64, CannotRun> {
    let mut hurried = 0;
    for (flexybox, lies) in flexyboxes.iter().zip(all) {
        if lies.waiting > 0 && lies.running == 0 {
            let path = format!("/api/v1/installations/{}", flexybox.installation());
            api.post(&format!("{path}/pause"), &json!({"note": "trial"})).await?;
            api.post(&format!("{path}/resume"), &json!({})).await?;
            hurried += 1;
        }
    }
    Ok(hurried)
}

fn state(core: &Arc<Uniconta>, flexyboxes: &[Arc<Flexybox>]) -> String {
    let one = |flexybox: &Arc<Flexybox>| {
        format!("{} {}", flexybox.club().state(), Bookkeeper::new(core, flexybox.company()).state())
    };
    flexyboxes.iter().map(one).collect()
}
