//! The one place where the WebAssembly engine is configured.
//!
//! Everything that decides how connectors are compiled and run stands here, so that two hosts of the same build cannot
//! differ. The choices and their price:
//! - a **pool** of memories and stacks made ready beforehand: a fresh instance for every call costs microseconds. It
//!   reserves a lot of address space (no memory); where that cannot be had, instances are made on demand instead.
//! - **epochs**: a thread moves the clock on every [`EPOCH_TICK`], so that a connector that never returns can be stopped
//!   and lets others run meanwhile. About 13 µs a call.
//! - **fuel** counts instructions, the same on every run, and so belongs to replays; about 20 µs a call, hence a choice.
//! - floats are made canonical and relaxed SIMD is off: the same fixture must give the same bytes on any machine.
//! - no concurrency support, no backtraces: the contract has no asynchronous functions, and errors name no addresses.

use std::time::Duration;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How often running connectors are looked at: the precision of the wall time limit.
pub const EPOCH_TICK: Duration = Duration::from_millis(10);

/// Calls that can run at the same time unless set otherwise: far more than one machine's cores can serve.
pub const DEFAULT_CONCURRENT_CALLS: u32 = 128;

/// The most memory the engine can give one connector, in bytes; the limit of a call lies below it.
pub const MEMORY_CEILING: usize = 512 * 1024 * 1024;

/// Memory kept ready between calls per place in the pool, in bytes: what an event touches, with room for a guest
/// that keeps the compiler's usual stack of 1 MiB.
const KEEP_RESIDENT: usize = 2 * 1024 * 1024;

/// Tables kept ready between calls per place in the pool, in bytes.
const KEEP_TABLE_RESIDENT: usize = 64 * 1024;

/// Core instances one component may be made of: a connector has a main module and two small ones that tie it together.
pub(crate) const INSTANCES_PER_COMPONENT: u32 = 8;

/// Tables one component may have.
pub(crate) const TABLES_PER_COMPONENT: u32 = 8;

/// Memories one component may have; all of them together count against the memory limit.
pub(crate) const MEMORIES_PER_COMPONENT: u32 = 2;

/// Elements of one table: pointers to functions, of which a connector of 400 KB has under a thousand.
pub(crate) const TABLE_ELEMENTS: usize = 20_000;

/// Whether instructions are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Metering {
    /// Counted: reports carry the fuel used, the same on every run.
    Fuel,
    /// Not counted: faster.
    #[default]
    Off,
}

/// Where instances come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocation {
    /// From a pool made ready beforehand.
    Pool,
    /// Made anew each time, because the address space for a pool could not be had.
    OnDemand,
}

/// What can be chosen about an engine.
#[derive(Debug, Clone)]
pub struct EngineOptions {
    /// Whether instructions are counted.
    pub metering: Metering,
    /// Places in the pool: calls that can run at the same time. One more is an error of that call.
    pub concurrent_calls: u32,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self { metering: Metering::default(), concurrent_calls: DEFAULT_CONCURRENT_CALLS }
    }
}

/// The engine could not be made.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The configuration does not suit this machine.
    #[error("the WebAssembly engine cannot run on this machine: {0}")]
    Configuration(String),
    /// No thread for the clock.
    #[error("the clock of the WebAssembly engine cannot be started: {0}")]
    Clock(#[source] std::io::Error),
}

/// Compiles and runs connectors. Cheap to clone; one per process is enough.
#[derive(Clone)]
pub struct Engine {
    inner: wasmtime::Engine,
    allocation: Allocation,
    metering: Metering,
}

impl Engine {
    /// An engine, with its clock running.
    ///
    /// # Errors
    /// When the machine cannot run WebAssembly, or gives no thread for the clock.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        let pooled = wasmtime::Engine::new(&pooling(&options));
        let (inner, allocation) = match pooled {
            Ok(engine) => (engine, Allocation::Pool),
            Err(_) => {
                let engine = wasmtime::Engine::new(&configuration(options.metering))
                    .map_err(|error| EngineError::Configuration(format!("{error:#}")))?;
                (engine, Allocation::OnDemand)
            }
        };
        start_clock(&inner)?;
        Ok(Self { inner, allocation, metering: options.metering })
    }

    /// Where instances come from on this machine.
    pub fn allocation(&self) -> Allocation {
        self.allocation
    }

    /// Whether instructions are counted.
    pub fn metering(&self) -> Metering {
        self.metering
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.inner
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("allocation", &self.allocation)
            .field("metering", &self.metering)
            .finish_non_exhaustive()
    }
}

fn configuration(metering: Metering) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .epoch_interruption(true)
        .consume_fuel(metering == Metering::Fuel)
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_backtrace_max_frames(None);
    config
}

fn pooling(options: &EngineOptions) -> Config {
    let calls = options.concurrent_calls.max(1);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(INSTANCES_PER_COMPONENT))
        .max_core_instances_per_component(INSTANCES_PER_COMPONENT)
        .total_memories(calls.saturating_mul(MEMORIES_PER_COMPONENT))
        .max_memories_per_component(MEMORIES_PER_COMPONENT)
        .max_memory_size(MEMORY_CEILING)
        .total_tables(calls.saturating_mul(TABLES_PER_COMPONENT))
        .max_tables_per_component(TABLES_PER_COMPONENT)
        .max_tables_per_module(TABLES_PER_COMPONENT)
        .table_elements(TABLE_ELEMENTS)
        .total_stacks(calls)
        .linear_memory_keep_resident(KEEP_RESIDENT)
        .table_keep_resident(KEEP_TABLE_RESIDENT)
        .pagemap_scan(Enabled::Auto);
    let mut config = configuration(options.metering);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// Moves the epoch on until nothing holds the engine any more: connectors hold it too, so none outlives its clock.
fn start_clock(engine: &wasmtime::Engine) -> Result<(), EngineError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_instances_from_a_pool() {
        let engine = Engine::new(EngineOptions::default()).unwrap();
        assert_eq!(engine.allocation(), Allocation::Pool);
    }

    #[test]
    fn makes_instances_on_demand_where_the_address_space_is_short() {
        let options = EngineOptions { concurrent_calls: 1_000_000, ..EngineOptions::default() };
        let engine = Engine::new(options).unwrap();
        assert_eq!(engine.allocation(), Allocation::OnDemand);
    }

    #[test]
    fn the_clock_ends_with_the_engine() {
        let engine = Engine::new(EngineOptions::default()).unwrap();
        let weak = engine.wasmtime().weak();
        drop(engine);
        std::thread::sleep(EPOCH_TICK * 3);
        assert!(weak.upgrade().is_none());
    }
}
