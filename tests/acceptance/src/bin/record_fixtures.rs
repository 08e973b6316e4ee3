//! `record-fixtures`: record the fixtures of the Uniconta connector anew.

use acceptance::recording::{Unusable, fixtures_in, load, record_anew};
use clap::Parser;
use host_harness::replay::Recorded;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Record fixtures anew: play each scenario through the connector against the simulator and write exchanges and
/// expectations.
///
/// Look at the difference in version control before you keep it: what is recorded is what the connector does, right or
/// wrong.
#[derive(Debug, Parser)]
#[command(
    name = "record-fixtures",
    version,
    after_help = "Examples:\n  record-fixtures --connector target/connectors/uniconta.wasm\n  record-fixtures --connector target/connectors/uniconta.wasm new-customer webhook-get\n\nExit status: 0 all recorded and proved, 1 at least one was not, 2 could not run."
)]
struct Arguments {
    /// The connector, a .wasm component
    #[arg(long, value_name = "PATH")]
    connector: PathBuf,
    /// The folder that holds the fixtures
    #[arg(long, value_name = "DIR", default_value = "tests/fixtures/uniconta")]
    fixtures: PathBuf,
    /// Which fixtures; all unless given
    names: Vec<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return cannot_run(&format!("no runtime can be started: {error}")),
    };
    match runtime.block_on(run(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(unusable) => cannot_run(&unusable.to_string()),
    }
}

fn cannot_run(message: &str) -> ExitCode {
    eprintln!("record-fixtures: {message}");
    ExitCode::from(2)
}

async fn run(arguments: &Arguments) -> Result<bool, Unusable> {
    let folders = chosen(arguments)?;
    let connector = load(&arguments.connector)?;
    let (mut told, mut failed) = (Vec::new(), 0_usize);
    for folder in &folders {
        let name = name_of(folder);
        match record_anew(&connector, folder).await {
            Ok(recorded) => {
                if !arguments.json {
                    say(&line(&name, &recorded));
                }
                told.push(object(&name, &recorded));
            }
            Err(error) => {
                failed = failed.saturating_add(1);
                eprintln!("record-fixtures: {name}: {error}");
                told.push(json!({"name": name, "error": error.to_string()}));
            }
        }
    }
    let good = folders.len().saturating_sub(failed);
    if arguments.json {
        say(&json!({"recorded": good, "failed": failed, "fixtures": told}).to_string());
    } else {
        say(&format!("{good} recorded, {failed} failed"));
    }
    Ok(failed == 0)
}

/// The folders to record. A name without a folder is passed on as it is, so that reading it says what is missing.
fn chosen(arguments: &Arguments) -> Result<Vec<PathBuf>, Unusable> {
    if arguments.names.is_empty() {
        return fixtures_in(&arguments.fixtures);
    }
    Ok(arguments.names.iter().map(|name| arguments.fixtures.join(name)).collect())
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn line(name: &str, recorded: &Recorded) -> String {
    let replayed = &recorded.replayed;
    format!("{name:<44} {:>2} events  {:>2} exchanges  {:>10} fuel", replayed.events, replayed.exchanges, replayed.fuel)
}

fn object(name: &str, recorded: &Recorded) -> Value {
    let replayed = &recorded.replayed;
    json!({"name": name, "events": replayed.events, "exchanges": replayed.exchanges, "fuel": replayed.fuel})
}

/// A reader that went away (`| head`) is no error.
fn say(line: &str) {
    let _unread = writeln!(std::io::stdout(), "{line}");
}
