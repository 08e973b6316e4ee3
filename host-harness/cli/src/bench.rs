//! `harness bench`: what a connector costs on this machine.

mod as_json;
mod bar;
mod for_people;
mod told;

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::compiled::Compiled;
use crate::fixtures;
use bar::Bar;
use host_harness::bench::{Engines, Measured, Subject, measure};
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::replay::Fixture;
use std::path::{Path, PathBuf};
use told::{Side, Told};

/// Measure what a connector costs on this machine: loading it, a call, the events of fixtures
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each event runs in a fresh instance with all limits on, and is answered out of memory: nothing is sent anywhere. Every
fixture is proved once by a replay, then played turn by turn. Times are told and not judged; they say something only on a
machine with nothing else to do. Fuel, memory and requests are the same everywhere.

Examples:
  harness bench connector.wasm
  harness bench connector.wasm --fixtures fixtures/new-customer --times 5000
  harness bench connector-new.wasm --baseline connector.wasm --fixtures fixtures --json

Exit status: 0 measured, 1 some fixtures do not hold, 2 could not run.")]
pub(crate) struct Args {
    /// The connector, a .wasm component
    connector: PathBuf,
    /// Fixtures, or folders with fixtures in them; without any, loading and the smallest call
    #[arg(long, value_name = "DIR", num_args = 1..)]
    fixtures: Vec<PathBuf>,
    /// How many turns: how often each event is run
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    times: u32,
    /// Another connector, e.g. the build at work, to measure beside it turn by turn
    #[arg(long, value_name = "OTHER")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let folders = fixtures::at(&args.fixtures)?;
    let fixtures = folders.iter().map(|folder| Fixture::read(folder)).collect::<Result<Vec<_>, _>>()?;
    let paths: Vec<&Path> = std::iter::once(&args.connector).chain(&args.baseline).map(PathBuf::as_path).collect();
    let files = paths.iter().map(|path| bytes(path)).collect::<Result<Vec<_>, _>>()?;
    let engines = engines(&args.compiled)?;
    let mut subjects = Vec::with_capacity(paths.len());
    for (path, bytes) in paths.iter().zip(files) {
        let subject = Subject::load(bytes, &engines).await;
        subjects.push(subject.map_err(|error| CannotRun(format!("{}: {error}", path.display())))?);
    }
    let bar = Bar::new();
    let measured = measure(&subjects, &fixtures, args.times, &|phase, done, all| bar.show(phase, done, all)).await;
    bar.end();
    let Measured { subjects: costs, fixtures } = measured?;
    let sides = ["connector", "baseline"].into_iter().zip(paths).zip(subjects.iter().zip(&costs));
    let sides = sides.map(|((name, path), (subject, costs))| Side { name, path, subject, costs });
    let told = Told { times: args.times, sides: sides.collect(), fixtures: &fixtures };
    if args.json {
        print_json(&as_json::as_json(&told))?;
    } else {
        print(&for_people::for_people(&told));
    }
    Ok(Verdict::of(told.fail() == 0))
}

fn bytes(path: &Path) -> Result<Vec<u8>, CannotRun> {
    std::fs::read(path).map_err(|error| CannotRun(format!("cannot read {}: {error}", path.display())))
}

fn engines(compiled: &Compiled) -> Result<Engines, CannotRun> {
    let uncached = Engine::new(EngineOptions::default())?;
    let plain = compiled.on(uncached.clone())?;
    let metered = Engine::new(EngineOptions { metering: Metering::Fuel, concurrent_calls: 1 })?;
    Ok(Engines { uncached, plain, metered: compiled.on(metered)? })
}
