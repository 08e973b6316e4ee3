//! The clock of an engine: a thread that moves its epoch on.

use super::EngineError;
use std::time::Duration;

/// How often running connectors are looked at: the precision of the wall time limit, and how long one computes before another
/// gets its turn. A machine that does nothing else spends a fifth of a per cent of one processor on it.
pub const EPOCH_TICK: Duration = Duration::from_millis(2);

/// Moves the epoch on until nothing holds the engine any more: connectors hold it too, so none outlives its clock.
pub(super) fn start(engine: &wasmtime::Engine) -> Result<(), EngineError> {
    let engine = engine.weak();
    std::thread::Builder::new()
        .name("connector-clock".to_owned())
        .spawn(move || {
            loop {
                std::thread::sleep(EPOCH_TICK);
                let Some(engine) = engine.upgrade() else { break };
                engine.increment_epoch();
            }
        })
        .map_err(EngineError::Clock)?;
    Ok(())
}
