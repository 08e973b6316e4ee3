//! The one place where the WebAssembly engine is configured.
//!
//! Everything that decides how connectors are compiled and run stands here, so that two hosts of the same build cannot
//! differ. The choices and their price:
//! - a **pool** of memories and stacks made ready beforehand: a fresh instance for every call costs microseconds. It
//!   reserves a lot of address space (no memory); where that cannot be had, instances are made on demand instead.
//! - **epochs**: a thread moves the clock on every [`EPOCH_TICK`], so that a connector that never returns can be stopped
//!   and lets others run meanwhile. About 13 µs a call. Who these others are is for [`processor`](crate::processor).
//! - **fuel** counts instructions, the same on every run, and so belongs to replays; about 20 µs a call, hence a choice.
//! - floats are made canonical and relaxed SIMD is off: the same fixture must give the same bytes on any machine.
//! - no concurrency support, no backtraces: the contract has no asynchronous functions, and errors name no addresses. So
//!   the code carries nothing to find its way back by either.

use crate::cache::{Cache, EngineIdentity};
use crate::processor::{Account, Processor};
use crate::sandbox::{self, Limits, State};
use crate::sizing::{self, Bound, Machine, STACK_BYTES, Sizing};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use wasmtime::component::Linker;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How often running connectors are looked at: the precision of the wall time limit, and how long one computes before another
/// gets its turn. A machine that does nothing else spends a fifth of a per cent of one processor on it.
pub const EPOCH_TICK: Duration = Duration::from_millis(2);

/// Calls that can run at the same time unless set otherwise: far more than one machine's cores can serve.
pub const DEFAULT_CONCURRENT_CALLS: u32 = 128;

/// The most memory the engine can give one connector, in bytes; the limit of a call lies below it.
pub const MEMORY_CEILING: usize = 512 * 1024 * 1024;

/// Memory kept ready between calls per place in the pool, in bytes: what an event touches, twice over. What a call wrote to beyond it goes
/// back to the system when it ends.
const KEEP_RESIDENT: usize = 512 * 1024;

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

/// Address space the pool reserves for one place, in bytes: 4 GiB and a guard of 32 MiB for each memory, which is what
/// saves the code its checks of bounds, and a little for tables.
const RESERVED_PER_PLACE: u64 =
    MEMORIES_PER_COMPONENT as u64 * (4096 + 32) * 1024 * 1024 + STACK_BYTES + 2 * 1024 * 1024;

/// Address space of one memory made on demand where that is limited, in bytes: what a call may use unless set otherwise.
const COMPACT_MEMORY: u64 = 32 * 1024 * 1024;

/// What a memory that outgrew [`COMPACT_MEMORY`] takes at a time, in bytes.
const COMPACT_GROWTH: u64 = 8 * 1024 * 1024;

/// The guard behind such a memory, in bytes: with bounds checked by the code it needs only be there.
const COMPACT_GUARD: u64 = 64 * 1024;

/// wasmtime's version: an engine without a compiler cannot tell it. A test holds it against `Cargo.lock`.
const WASMTIME: &str = "48.0.8";

/// What decides the code, stands below, and is not seen by an engine without a compiler.
const CODE_SETTINGS: &str = "cranelift, canonical nans, no unwind info";

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
    metering: Metering,
    sizing: Sizing,
    identities: Arc<Identities>,
    /// What a connector may import, the same for all.
    linker: Arc<Linker<State>>,
    cache: Option<Cache>,
    processor: Processor,
}

/// What its code is known by, worked out when a cache asks.
struct Identities {
    room: Room,
    own: OnceLock<EngineIdentity>,
}

/// How much address space a memory has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Room {
    /// As much as 32 bits reach: no bounds to be checked.
    Whole,
    /// Little, because the process has little: bounds are checked.
    Compact,
}

impl Engine {
    /// An engine with a number of places that was chosen, with its clock running.
    ///
    /// # Errors
    /// When the machine cannot run WebAssembly, or gives no thread for the clock.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        let sizing = chosen(options.concurrent_calls, Allocation::Pool);
        match wasmtime::Engine::new(&pooling(&options)) {
            Ok(inner) => Self::running(inner, options.metering, sizing, Room::Whole),
            Err(_) => Self::on_demand(options.metering, sizing),
        }
    }

    /// An engine with as many places as the machine has room for, `most` at most, with its clock running.
    ///
    /// # Errors
    /// When the machine cannot run WebAssembly, or gives no thread for the clock.
    pub fn sized(metering: Metering, most: u32, machine: &Machine) -> Result<Self, EngineError> {
        let mut sizing = Sizing::derive(machine, most.max(1), sandbox_memory(), RESERVED_PER_PLACE);
        while sizing.allocation == Allocation::Pool {
            let options = EngineOptions { metering, concurrent_calls: sizing.places };
            if let Ok(inner) = wasmtime::Engine::new(&pooling(&options)) {
                return Self::running(inner, metering, sizing, Room::Whole);
            }
            match sizing.halved() {
                Some(fewer) => sizing = fewer,
                None => break,
            }
        }
        Self::on_demand(metering, sizing)
    }

    /// An engine whose code runs on any processor of this architecture: for `harness precompile`.
    ///
    /// # Errors
    /// When the machine cannot run WebAssembly, or gives no thread for the clock.
    #[cfg(feature = "compiler")]
    pub fn for_any_processor(metering: Metering) -> Result<Self, EngineError> {
        let mut config = configuration(metering, Room::Whole);
        // Named, it is taken without what this processor has beyond it.
        config.target(&target_lexicon::HOST.to_string()).map_err(failed)?;
        let inner = wasmtime::Engine::new(&config).map_err(failed)?;
        let engine = Self::running(inner, metering, chosen(1, Allocation::OnDemand), Room::Whole)?;
        engine.identities.own.get_or_init(|| engine.portable_identity());
        Ok(engine)
    }

    /// An engine that makes each instance on demand, whatever the machine has room for: to see what the pool saves.
    ///
    /// # Errors
    /// When the machine cannot run WebAssembly, or gives no thread for the clock.
    pub fn without_pool(metering: Metering) -> Result<Self, EngineError> {
        Self::on_demand(metering, chosen(1, Allocation::OnDemand))
    }

    fn on_demand(metering: Metering, sizing: Sizing) -> Result<Self, EngineError> {
        let room = if sizing::address_space().is_some() { Room::Compact } else { Room::Whole };
        let inner = wasmtime::Engine::new(&configuration(metering, room)).map_err(failed)?;
        Self::running(inner, metering, Sizing { allocation: Allocation::OnDemand, ..sizing }, room)
    }

    fn running(inner: wasmtime::Engine, metering: Metering, sizing: Sizing, room: Room) -> Result<Self, EngineError> {
        start_clock(&inner)?;
        let linker = sandbox::linker(&inner).map_err(failed)?;
        let identities = Arc::new(Identities { room, own: OnceLock::new() });
        let linker = Arc::new(linker);
        Ok(Self { inner, metering, sizing, identities, linker, cache: None, processor: Processor::new() })
    }

    /// The same engine, whose connectors are compiled once and then taken from a cache.
    #[must_use]
    pub fn with_cache(self, cache: Cache) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// The cache of compiled components, if it has one.
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// Where instances come from on this machine.
    pub fn allocation(&self) -> Allocation {
        self.sizing.allocation
    }

    /// How many calls it has room for, and why.
    pub fn sizing(&self) -> &Sizing {
        &self.sizing
    }

    /// Whether instructions are counted.
    pub fn metering(&self) -> Metering {
        self.metering
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.inner
    }

    /// What its connectors may import.
    pub(crate) fn linker(&self) -> &Linker<State> {
        &self.linker
    }

    /// Who carries its calls out.
    pub(crate) fn processor(&self) -> &Processor {
        &self.processor
    }

    /// Do something for somebody at their expense, as their calls are carried out: it begins here and, once it takes long, goes on
    /// where it holds up nobody. It must give way now and then, by awaiting something. Call it within a runtime of tokio.
    pub async fn at_the_expense_of<T: Send + 'static>(
        &self,
        account: &Account,
        work: impl Future<Output = T> + Send + 'static,
    ) -> T {
        self.processor.run(account.clone(), work).await
    }

    /// What the code it makes is known by.
    pub(crate) fn identity(&self) -> &EngineIdentity {
        self.identities.own.get_or_init(|| self.own_identity())
    }

    #[cfg(feature = "compiler")]
    fn own_identity(&self) -> EngineIdentity {
        EngineIdentity::new(self.inner.precompile_compatibility_hash(), CODE_SETTINGS)
    }

    #[cfg(not(feature = "compiler"))]
    fn own_identity(&self) -> EngineIdentity {
        self.portable_identity()
    }

    /// What code is known by that was made for it on any processor. Whether it really suits, wasmtime checks.
    pub(crate) fn portable_identity(&self) -> EngineIdentity {
        let fuel = self.metering == Metering::Fuel;
        EngineIdentity::new((WASMTIME, fuel, self.identities.room), CODE_SETTINGS)
    }
}

fn failed(error: wasmtime::Error) -> EngineError {
    EngineError::Configuration(format!("{error:#}"))
}

/// A number of places that somebody chose.
fn chosen(places: u32, allocation: Allocation) -> Sizing {
    let call_bytes = sandbox_memory().saturating_add(STACK_BYTES);
    Sizing { places: places.max(1), allocation, call_bytes, memory: None, bound: Bound::Chosen }
}

/// What a call may use of memory unless set otherwise, bytes.
fn sandbox_memory() -> u64 {
    Limits::default().memory_bytes
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("sizing", &self.sizing).field("metering", &self.metering).finish_non_exhaustive()
    }
}

fn configuration(metering: Metering, room: Room) -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .concurrency_support(false)
        .epoch_interruption(true)
        .consume_fuel(metering == Metering::Fuel)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_backtrace_max_frames(None)
        // Neither backtraces nor anybody else's unwinding need be served; what is compiled is a seventh smaller so.
        .generate_address_map(false)
        .native_unwind_info(false);
    #[cfg(feature = "compiler")]
    config.cranelift_nan_canonicalization(true);
    if room == Room::Compact {
        config
            .memory_reservation(COMPACT_MEMORY)
            .memory_reservation_for_growth(COMPACT_GROWTH)
            .memory_guard_size(COMPACT_GUARD);
    }
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
    let mut config = configuration(options.metering, Room::Whole);
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
    fn the_version_named_is_the_one_that_is_used() {
        let lock = include_str!("../../Cargo.lock");
        assert!(lock.contains(&format!("name = \"wasmtime\"\nversion = \"{WASMTIME}\"\n")));
    }

    #[test]
    fn the_clock_ends_with_the_engine() {
        let engine = Engine::new(EngineOptions::default()).unwrap();
        let weak = engine.wasmtime().weak();
        drop(engine);
        let ended = (0..1_000).any(|_| {
            std::thread::sleep(EPOCH_TICK * 3);
            weak.upgrade().is_none()
        });
        assert!(ended);
    }
}
