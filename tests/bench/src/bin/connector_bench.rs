//! quick
use clap::Parser;
use connector_bench::{component::InSandbox, error::CannotRun, event::Event, native::Native};
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions};
use service_trials::measure::Spread;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Args { connector: PathBuf, fixture: PathBuf, #[arg(long, default_value_t=3000)] times: u32 }

fn main() -> Result<(), CannotRun> {
    let args = Args::parse();
    let engine = Engine::new(EngineOptions::default()).map_err(|e| CannotRun::new(e.to_string()))?;
    let bytes = std::fs::read(&args.connector)?;
    let connector = Connector::load(&engine, &bytes).map_err(|e| CannotRun::new(e.to_string()))?;
    let rt = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let specs = rt.block_on(connector.describe(Default::default())).result.map_err(|e| CannotRun::new(e.to_string()))?.settings;
    let event = Arc::new(Event::of(&args.fixture, specs)?);
    let sand = rt.block_on(InSandbox::new(connector.clone(), event.clone()))?;
    let native = Native::new(&event);
    let (mut a, mut b, mut c) = (vec![], vec![], vec![]);
    rt.block_on(async {
        for _ in 0..args.times {
            let t = Instant::now(); sand.run().await?; a.push(t.elapsed().as_nanos() as u64);
            let t = Instant::now(); native.run()?; b.push(t.elapsed().as_nanos() as u64);
            let t = Instant::now(); let _ = connector.describe(Default::default()).await; c.push(t.elapsed().as_nanos() as u64);
        }
        Ok::<_, CannotRun>(())
    })?;
    for (n, v) in [("sandbox", a), ("native", b), ("describe", c)] { let s = Spread::new(v); println!("{n} p50 {} p10 {} p99 {} ns", s.at_per_cent(50), s.at_per_cent(10), s.at_per_cent(99)); }
    Ok(())
}
