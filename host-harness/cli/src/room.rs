//! What the engine has room for and what it need not compile, as `serve` says it at its start.

use host_harness::engine::{Allocation, Engine};
use host_harness::sizing::{Bound, MemorySource};
use serde_json::{Value, json};

pub(crate) fn as_text(engine: &Engine, calls_at_once: u32) -> String {
    let compiled = engine.cache().map_or("compiled anew at each start".to_owned(), |cache| {
        format!("{} compiled in {}", cache.count(), cache.folder().display())
    });
    format!("connectors: {calls_at_once} calls at once, {}, {compiled}", engine.sizing())
}

pub(crate) fn as_json(engine: &Engine, calls_at_once: u32) -> Value {
    let sizing = engine.sizing();
    let memory = sizing.memory.map(|memory| {
        let source = match memory.source {
            MemorySource::ControlGroup => "control-group",
            MemorySource::System => "system",
            MemorySource::Assumed => "assumed",
        };
        json!({"bytes": memory.bytes, "source": source})
    });
    let bound = match sizing.bound {
        Bound::Chosen => "chosen",
        Bound::Most => "most",
        Bound::Memory => "memory",
        Bound::AddressSpace => "address-space",
    };
    let allocation = match sizing.allocation {
        Allocation::Pool => "pool",
        Allocation::OnDemand => "on-demand",
    };
    json!({
        "calls_at_once": calls_at_once, "places": sizing.places, "allocation": allocation, "bound": bound,
        "call_bytes": sizing.call_bytes, "memory": memory,
        "compiled": engine.cache().map(|cache| json!({"folder": cache.folder(), "components": cache.count()})),
    })
}
