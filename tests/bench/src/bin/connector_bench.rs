//! `connector-bench`: one event in the sandbox beside the same event without one, in one run, turn by turn.

use clap::Parser;
use connector_bench::component::InSandbox;
use connector_bench::error::CannotRun;
use connector_bench::event::Event;
use connector_bench::native::Native;
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions};
use host_harness::sandbox::Limits;
use serde_json::{Value, json};
use service_trials::measure::{Spread, per_mille};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
        let described = connector.describe(Limits::default()).await.result.map_err(CannotRun::because)?;
        let event = Arc::new(Event::of(&args.fixture, described.settings)?);
        let sandbox = InSandbox::new(connector.clone(), Arc::clone(&event)).await?;
        let native = Native::new(&event);
        let requests = sandbox.run().await?;
        for _ in 0..WARM_UP {
            sandbox.run().await?;
            native.run()?;
        }
        let (mut in_sandbox, mut without, mut described) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..args.times {
            let began = Instant::now();
            sandbox.run().await?;
            in_sandbox.push(nanoseconds(began.elapsed()));
            let began = Instant::now();
            native.run()?;
            without.push(nanoseconds(began.elapsed()));
            let began = Instant::now();
            let report = connector.describe(Limits::default()).await;
            described.push(nanoseconds(began.elapsed()));
            report.result.map_err(CannotRun::because)?;
        }
        let [in_sandbox, without, described] = [in_sandbox, without, described].map(Spread::new);
        Ok(json!({
            "requests": requests,
            "in_sandbox": told(&in_sandbox),
            "native": told(&without),
            "describe": told(&described),
            "sandbox_to_native_per_mille": per_mille(in_sandbox.at_per_cent(50), without.at_per_cent(50)),
        }))
    })
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn told(times: &Spread) -> Value {
    let [p10, p50, p99] = [10, 50, 99].map(|per_cent| times.at_per_cent(per_cent));
    json!({"count": times.count(), "p10_ns": p10, "p50_ns": p50, "p99_ns": p99})
}
