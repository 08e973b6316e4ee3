//! The event again and again with no look at the clock, for whoever counts instructions.

use crate::error::CannotRun;
use crate::event::Event;
use crate::native::Native;
use crate::plumbing::Plumbing;
use crate::sandboxed::Sandboxed;
use clap::ValueEnum;
use host_harness::cache::Cache;
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions};
use host_harness::replay::Fixture;
use host_harness::sandbox::Limits;
use service_trials::programs::Programs;
use std::path::Path;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// The event in the sandbox: its call.
    Event,
    /// A fresh instance, and nothing called.
    Instantiate,
    /// A fresh instance and the event's requests, by a connector that decides nothing.
    Requests,
    /// The connector's logic by itself, native.
    Native,
}

/// Do it so many times.
///
/// # Errors
/// It did not do what it should.
pub async fn count(what: What, connector: &Path, fixture: &Path, cache: &Path, times: u32) -> Result<(), CannotRun> {
    let engine = Engine::new(EngineOptions::default()).map_err(CannotRun::because)?;
    let engine = engine.with_cache(Cache::open(cache).map_err(CannotRun::because)?);
    let load = |path: &Path| Connector::load(&engine, &std::fs::read(path)?).map_err(CannotRun::because);
    let connector = load(connector)?;
    let description = connector.describe(Limits::default()).await.result.map_err(CannotRun::because)?;
    let fixture = Fixture::read(fixture).map_err(CannotRun::because)?;
    let event = Event::of(&fixture, &description)?;
    let sandboxed = Sandboxed::new(connector.clone(), &event, &fixture)?;
    let native = Native::new(&event);
    let plumbing = match what {
        What::Requests => {
            Some(Plumbing::new(load(&Programs::component("plumbing").map_err(CannotRun::because)?)?, &event)?)
        }
        _ => None,
    };
    for _ in 0..times {
        match what {
            What::Native => drop(native.run()?),
            What::Event => {
                sandboxed.run(&event).await?;
            }
            What::Requests => {
                if let Some(plumbing) = &plumbing {
                    plumbing.run().await?;
                }
            }
            What::Instantiate => {
                connector.instantiate(Limits::default()).await.result.map_err(CannotRun::because)?;
            }
        }
    }
    Ok(())
}
