//! `harness recording`: have the running host record what an installation's connector does at work.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::remote::{Access, PATIENCE, Remote, as_expected, installation_path};
use crate::shown::clean;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Record what an installation's connector does at work, for `harness diff`
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Start(Start),
    Show(At),
    Stop(Stop),
}

/// Record its next calls as fixtures, in a folder on the host. Needs operate
///
/// Each call becomes a fixture by itself, with secrets and personal data replaced before anything is written, and is replayed to
/// prove it. Not recorded are corrections of a day, checks of days booked before, and further attempts of all but customers.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness recording start --installation club-17 --calls 200 --url http://127.0.0.1:8780
  harness recording start --installation club-17 --calls 200 --keep Erhverv --url http://127.0.0.1:8780

Exit status: 0 it is listened to, 2 could not run.")]
struct Start {
    /// Calls to record; it stops by itself then
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    calls: u32,
    /// A word that means something to the connector and is not replaced (may be given several times)
    #[arg(long, value_name = "WORD")]
    keep: Vec<String>,
    #[command(flatten)]
    at: At,
}

/// Show how far it has come. Needs installations:read
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness recording show --installation club-17 --url http://127.0.0.1:8780

Exit status: 0 here it is, 2 could not run.")]
struct At {
    /// The installation's id
    #[arg(long, value_name = "ID")]
    installation: String,
    #[command(flatten)]
    access: Access,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Stop; what was written stays. Needs operate
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness recording stop --installation club-17 --url http://127.0.0.1:8780

Exit status: 0 it is over, 2 could not run.")]
struct Stop {
    #[command(flatten)]
    at: At,
}

#[derive(Deserialize)]
struct Recording {
    running: bool,
    wanted: u32,
    written: u32,
    left_out: BTreeMap<String, u64>,
    folder: String,
}

impl Args {
    pub(crate) fn json(&self) -> bool {
        match &self.command {
            Command::Start(args) => args.at.json,
            Command::Show(at) => at.json,
            Command::Stop(args) => args.at.json,
        }
    }
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let at = match &args.command {
        Command::Start(args) => &args.at,
        Command::Show(at) => at,
        Command::Stop(args) => &args.at,
    };
    let path = format!("{}/recording", installation_path(&at.installation)?);
    let remote = Remote::new(&at.access, PATIENCE)?;
    let answer = match &args.command {
        Command::Start(args) => remote.post(&path, Some(&json!({"calls": args.calls, "keep": args.keep}))).await?,
        Command::Show(_) => remote.get(&path).await?,
        Command::Stop(_) => remote.delete(&path).await?,
    };
    show(&answer, at.json)?;
    Ok(Verdict::Good)
}

fn show(answer: &Value, json: bool) -> Result<(), CannotRun> {
    if json {
        return print_json(answer);
    }
    let recording: Recording = as_expected(answer)?;
    let state = if recording.running { "listening" } else { "over" };
    print(&format!("recording     {state}: {} of {} calls written\n", recording.written, recording.wanted));
    print(&format!("folder        {}\n", clean(&recording.folder)));
    for (why, times) in &recording.left_out {
        print(&format!("left out      {times} ({})\n", clean(why)));
    }
    Ok(())
}
