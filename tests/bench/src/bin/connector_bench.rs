//! `connector-bench`: one event in the sandbox beside the same event without one, in one run, turn by turn.

use clap::Parser;
use connector_bench::error::CannotRun;
use connector_bench::event::Event;
use connector_bench::native::Native;
use host_harness::bench::{Recorded, Took};
use host_harness::bindings::exports::configure::Connector as Description;
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions};
use host_harness::measure::{Spread, nanoseconds, per_mille};
use host_harness::replay::Fixture;
use host_harness::sandbox::Limits;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Events that are run and not counted: caches fill, and memory is made ready.
const WARM_UP: u32 = 200;

/// Measure one event of the Uniconta connector: in the sandbox, a fresh instance each, and without a sandbox
#[derive(Debug, Parser)]
#[command(after_help = "\
Examples:
  connector-bench target/connectors/uniconta.wasm tests/fixtures/uniconta/existing-debtor-by-account
  connector-bench target/connectors/uniconta.wasm tests/fixtures/uniconta/existing-debtor-by-account --json

Times say something only on a machine with nothing else to do; the ratio says something everywhere.
Exit status: 0 measured, 2 could not run.")]
struct Args {
    /// The Uniconta connector, a .wasm component
    connector: PathBuf,
    /// A fixture with one change of customers in it
    fixture: PathBuf,
    /// How often each is run
    #[arg(long, value_name = "N", default_value_t = 3_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    times: u32,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    match measured(&args) {
        Ok(figures) if args.json => {
            println!("{figures:#}");
            ExitCode::SUCCESS
        }
        Ok(figures) => {
            for (name, value) in figures.as_object().into_iter().flatten() {
                println!("{name:<12} {value}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("connector-bench: {error}");
            ExitCode::from(2)
        }
    }
}

fn measured(args: &Args) -> Result<Value, CannotRun> {
    let engine = Engine::new(EngineOptions::default()).map_err(CannotRun::because)?;
    let connector = Connector::load(&engine, &std::fs::read(&args.connector)?).map_err(CannotRun::because)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async {
        let description = connector.describe(Limits::default()).await.result.map_err(CannotRun::because)?;
        let fixture = Fixture::read(&args.fixture).map_err(CannotRun::because)?;
        let replayed = fixture.replay_for_any_fuel(&connector).await.map_err(CannotRun::because)?;
        if let Some(problem) = replayed.problems.first() {
            return Err(CannotRun::new(format!("the fixture does not hold: {problem}")));
        }
        let native = Native::new(&Event::of(&fixture, description.settings.clone())?);
        let recorded = Recorded::new(&fixture).map_err(CannotRun::new)?;
        let requests = in_sandbox(&recorded, &connector, &description).await?.used.requests;
        for _ in 0..WARM_UP {
            in_sandbox(&recorded, &connector, &description).await?;
            native.run()?;
        }
        let (mut sandbox, mut without, mut described) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..args.times {
            sandbox.push(in_sandbox(&recorded, &connector, &description).await?.nanoseconds);
            let began = Instant::now();
            native.run()?;
            without.push(nanoseconds(began.elapsed()));
            let began = Instant::now();
            let report = connector.describe(Limits::default()).await;
            described.push(nanoseconds(began.elapsed()));
            report.result.map_err(CannotRun::because)?;
        }
        let [sandbox, without, described] = [sandbox, without, described].map(Spread::new);
        Ok(json!({
            "requests": requests,
            "in_sandbox": sandbox.nanoseconds_json(),
            "native": without.nanoseconds_json(),
            "describe": described.nanoseconds_json(),
            "sandbox_to_native_per_mille": per_mille(sandbox.median(), without.median()),
        }))
    })
}

/// The event once, in a fresh instance.
async fn in_sandbox(
    recorded: &Recorded<'_>,
    connector: &Connector,
    description: &Description,
) -> Result<Took, CannotRun> {
    let took = recorded.turn(connector, description).await.map_err(CannotRun::new)?;
    took.into_iter().next().ok_or_else(|| CannotRun::new("nobody in the event is synchronised"))
}
