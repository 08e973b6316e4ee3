//! What live instances hold: a thousand calls of the connector at once, each in the middle of its event, waiting for an answer.

use crate::error::CannotRun;
use crate::event::Event;
use crate::plumbing::Silence;
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::replay::Fixture;
use host_harness::sandbox::Limits;
use serde_json::{Value, json};
use service_trials::measure::memory_of;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Longer than everybody needs to come to its first request.
const UNTIL_ALL_WAIT: Duration = Duration::from_secs(2);

/// Measure the memory of so many live instances, in one process.
///
/// # Errors
/// They cannot be had.
pub async fn live(connector: &Path, fixture: &Path, instances: u32) -> Result<Value, CannotRun> {
    let options = EngineOptions { metering: Metering::Off, concurrent_calls: instances };
    let engine = Engine::new(options).map_err(CannotRun::because)?;
    let connector = Connector::load(&engine, &std::fs::read(connector)?).map_err(CannotRun::because)?;
    let description = connector.describe(Limits::default()).await.result.map_err(CannotRun::because)?;
    let fixture = Fixture::read(fixture).map_err(CannotRun::because)?;
    let event = Arc::new(Event::of(&fixture, &description)?);
    let surroundings = event.surroundings(Arc::new(Silence));
    let before = resident_kib()?;
    let calls: Vec<_> = (0..instances)
        .map(|_| {
            let (connector, surroundings, event) = (connector.clone(), surroundings.clone(), Arc::clone(&event));
            tokio::spawn(async move {
                connector.on_customer_changed(&surroundings, event.context.clone(), event.changes.clone()).await
            })
        })
        .collect();
    tokio::time::sleep(UNTIL_ALL_WAIT).await;
    let during = resident_kib()?;
    if let Some(ended) = calls.iter().position(|call| call.is_finished()) {
        return Err(CannotRun::new(format!("instance {ended} of {instances} did not wait for its answer")));
    }
    for call in &calls {
        call.abort();
    }
    for call in calls {
        // Cut off on purpose.
        let _ = call.await;
    }
    let after = resident_kib()?;
    let each = during.saturating_sub(before).checked_div(u64::from(instances)).unwrap_or_default();
    Ok(json!({
        "instances": instances,
        "from": format!("{:?}", engine.allocation()),
        "before_kib": before,
        "live_kib": during,
        "after_kib": after,
        "each_kib": each,
    }))
}

fn resident_kib() -> Result<u64, CannotRun> {
    Ok(memory_of(std::process::id()).map_err(CannotRun::because)?.resident_kib)
}
