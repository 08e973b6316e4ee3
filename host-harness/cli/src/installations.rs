//! `harness installations`, `harness pause` and `harness resume`: what the running host works for, at a glance.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::remote::{Access, PATIENCE, Remote, as_expected, installation_path};
use crate::shown::{clean, utc_or_never};
use host_harness::table::{table, text, to_the_right};
use serde::Deserialize;
use serde_json::{Value, json};

/// Columns that hold numbers.
const NUMBERS: std::ops::Range<usize> = 3..7;

/// List the installations of the running host, with how much waits. Needs an API key with installations:read
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness installations --url http://127.0.0.1:8780 --api-key-env OPERATOR_KEY

Exit status: 0 here they are, 2 could not run.")]
pub(crate) struct Args {
    #[command(flatten)]
    access: Access,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Stop running an installation's events; nothing is dropped. Needs an API key with operate
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness pause club-17 --note \"accountant closes the year\" --url http://127.0.0.1:8780

Exit status: 0 it is paused, 2 could not run.")]
pub(crate) struct PauseArgs {
    /// The installation's id
    installation: String,
    /// Why, for whoever looks
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    access: Access,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Run an installation's events again. Needs an API key with operate
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness resume club-17 --url http://127.0.0.1:8780

Exit status: 0 it works again, 1 it is still paused, 2 could not run.")]
pub(crate) struct ResumeArgs {
    /// The installation's id
    installation: String,
    #[command(flatten)]
    access: Access,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Deserialize)]
struct Installations {
    installations: Vec<Installation>,
}

#[derive(Deserialize)]
struct Installation {
    id: String,
    connector: String,
    state: String,
    pause: Option<Pause>,
    calls_today: i64,
    last_hook_ms: Option<i64>,
    counts: Option<Counts>,
}

#[derive(Deserialize)]
struct Pause {
    code: String,
    message: String,
}

#[derive(Deserialize)]
struct Counts {
    waiting: i64,
    parked: i64,
    outbox: i64,
}

impl Installation {
    fn state(&self) -> String {
        match &self.pause {
            Some(pause) => format!("{}: {}", clean(&self.state), clean(&pause.code)),
            None => clean(&self.state),
        }
    }
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let remote = Remote::new(&args.access, PATIENCE)?;
    let answer = remote.get("/api/v1/installations?counts=true").await?;
    let Installations { installations } = as_expected(&answer)?;
    if args.json {
        print_json(&answer)?;
    } else if installations.is_empty() {
        print("there is no installation yet\n");
    } else {
        print(&for_people(&installations));
    }
    Ok(Verdict::Good)
}

fn for_people(installations: &[Installation]) -> String {
    let mut rows =
        table(&["id", "connector", "state", "waiting", "parked", "outbox", "calls today", "last call of the link"]);
    NUMBERS.for_each(|column| to_the_right(&mut rows, column));
    for one in installations {
        let count =
            |of: fn(&Counts) -> i64| one.counts.as_ref().map(|counts| of(counts).to_string()).unwrap_or_default();
        rows.add_row([
            clean(&one.id),
            clean(&one.connector),
            one.state(),
            count(|counts| counts.waiting),
            count(|counts| counts.parked),
            count(|counts| counts.outbox),
            one.calls_today.to_string(),
            utc_or_never(one.last_hook_ms),
        ]);
    }
    text(&rows)
}

pub(crate) async fn pause(args: &PauseArgs) -> Result<Verdict, CannotRun> {
    let path = installation_path(&args.installation)?;
    let remote = Remote::new(&args.access, PATIENCE)?;
    let body = args.note.as_ref().map_or_else(|| json!({}), |note| json!({"note": note}));
    let answer = remote.post(&format!("{path}/pause"), Some(&body)).await?;
    tell(&answer, args.json)?;
    Ok(Verdict::Good)
}

pub(crate) async fn resume(args: &ResumeArgs) -> Result<Verdict, CannotRun> {
    let path = installation_path(&args.installation)?;
    let remote = Remote::new(&args.access, PATIENCE)?;
    let answer = remote.post(&format!("{path}/resume"), None).await?;
    Ok(Verdict::of(!tell(&answer, args.json)?))
}

/// Say how the installation stands; gives whether it is paused.
fn tell(answer: &Value, json: bool) -> Result<bool, CannotRun> {
    let one: Installation = as_expected(answer)?;
    if json {
        print_json(answer)?;
    } else {
        let why = one.pause.as_ref().map(|pause| format!(" ({})", clean(&pause.message))).unwrap_or_default();
        print(&format!("{} is {}{why}\n", clean(&one.id), one.state()));
    }
    Ok(one.pause.is_some())
}
