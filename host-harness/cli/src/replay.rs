//! `harness replay`: run fixtures, several at once, and compare everything.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::compiled::Compiled;
use crate::{fixtures, load};
use host_harness::connector::Connector;
use host_harness::replay::{Difference, Fixture, FixtureError, Replayed, differences, told};
use host_harness::table::{table, text};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Replay fixtures, and fail on anything that differs from what was recorded
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness replay connector.wasm fixtures/new-customer
  harness replay connector.wasm fixtures --json
  harness replay connector.wasm fixtures/new-customer --bless

Exit status: 0 all hold, 1 some do not, 2 could not run.")]
pub(crate) struct Args {
    /// The connector, a .wasm component
    connector: PathBuf,
    /// Fixtures, or folders with fixtures in them
    #[arg(required = true, value_name = "FIXTURE")]
    fixtures: Vec<PathBuf>,
    /// Write what came of it to expected.json, and show what changed
    #[arg(long)]
    bless: bool,
    /// How many at once; as many as the machine has processors unless set
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    jobs: Option<u32>,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// What became of one fixture.
struct Line {
    name: String,
    outcome: Result<Replayed, FixtureError>,
    blessed: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let folders = fixtures::at(&args.fixtures)?;
    let jobs = args.jobs.unwrap_or_else(fixtures::processors);
    let connector = load::connector(&args.connector, jobs, &args.compiled)?;
    // Once before anything runs at once, so that every message names the connector by its own name.
    load::description(&connector).await?;
    let mut lines = replay_all(&connector, &folders, jobs).await?;
    if args.bless {
        for (line, folder) in lines.iter_mut().zip(&folders) {
            bless(line, folder)?;
        }
    }
    let held = |line: &&Line| line.blessed || line.outcome.as_ref().is_ok_and(Replayed::holds);
    let good = lines.iter().filter(held).count();
    let unusable = lines.iter().filter(|line| line.outcome.is_err()).count();
    if args.json {
        print_json(&json!({
            "fixtures": lines.iter().map(line_json).collect::<Vec<_>>(),
            "hold": good,
            "fail": lines.len().saturating_sub(good),
        }))?;
    } else {
        print(&for_people(&lines, good));
    }
    if unusable > 0 {
        return Ok(Verdict::PartlyUnusable);
    }
    Ok(Verdict::of(good == lines.len()))
}

async fn replay_all(connector: &Connector, folders: &[PathBuf], jobs: u32) -> Result<Vec<Line>, CannotRun> {
    let places = Arc::new(Semaphore::new(usize::try_from(jobs).unwrap_or(1)));
    let mut running = JoinSet::new();
    for (number, folder) in folders.iter().cloned().enumerate() {
        let (connector, places) = (connector.clone(), places.clone());
        running.spawn(async move {
            let _place = places.acquire_owned().await;
            let outcome = match Fixture::read(&folder) {
                Ok(fixture) => fixture.replay(&connector).await,
                Err(error) => Err(error),
            };
            let name = fixtures::name(&folder);
            (number, Line { name, outcome, blessed: false })
        });
    }
    let progress = fixtures::Progress::new("replaying", folders.len());
    let mut lines = Vec::with_capacity(folders.len());
    while let Some(done) = running.join_next().await {
        lines.push(done?);
        progress.show(lines.len());
    }
    lines.sort_by_key(|(number, _)| *number);
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// Write what came of it, unless requests did not fit: those are mended by recording anew.
fn bless(line: &mut Line, folder: &Path) -> Result<(), CannotRun> {
    let Ok(replayed) = &mut line.outcome else { return Ok(()) };
    if replayed.holds() {
        return Ok(());
    }
    if !replayed.mismatches.is_empty() {
        replayed.notes.push("not blessed: its requests do not fit its exchanges; record it anew".to_owned());
        return Ok(());
    }
    let fixture = Fixture::read(folder)?;
    let before = fixture.expected.clone().unwrap_or_default();
    fixture.bless(&replayed.actual)?;
    let mut changes: Vec<Difference> = differences(&before, &replayed.actual);
    changes.retain(|one| !one.place.starts_with("seals"));
    replayed.problems.clear();
    replayed.notes = told(&changes);
    line.blessed = true;
    Ok(())
}

fn line_json(line: &Line) -> Value {
    match &line.outcome {
        Ok(replayed) => json!({
            "name": line.name, "holds": line.blessed || replayed.holds(), "blessed": line.blessed,
            "events": replayed.events, "exchanges": replayed.exchanges, "fuel": replayed.fuel,
            "problems": replayed.problems, "notes": replayed.notes,
        }),
        Err(error) => json!({"name": line.name, "holds": false, "error": error.to_string()}),
    }
}

fn for_people(lines: &[Line], good: usize) -> String {
    let mut overview = table(&["fixture", "events", "exchanges", "fuel", "result"]);
    for line in lines {
        let row = match &line.outcome {
            Ok(replayed) => {
                let result = match (line.blessed, replayed.holds()) {
                    (true, _) => "blessed".to_owned(),
                    (false, true) => "holds".to_owned(),
                    (false, false) => format!("{} problems", replayed.problems.len()),
                };
                let (events, exchanges) = (replayed.events.to_string(), replayed.exchanges.to_string());
                [line.name.clone(), events, exchanges, replayed.fuel.to_string(), result]
            }
            Err(_) => [line.name.clone(), String::new(), String::new(), String::new(), "could not run".to_owned()],
        };
        overview.add_row(row);
    }
    let mut out = text(&overview);
    for line in lines {
        let (problems, notes) = match &line.outcome {
            Ok(replayed) => (replayed.problems.clone(), replayed.notes.clone()),
            Err(error) => (vec![error.to_string()], Vec::new()),
        };
        if problems.is_empty() && notes.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}\n", line.name));
        for text in problems.iter().chain(&notes) {
            text.lines().for_each(|line| out.push_str(&format!("  {line}\n")));
        }
    }
    out.push_str(&format!("\nreplay: {} fixtures, {good} hold\n", lines.len()));
    out
}
