//! The engine that compiles and runs connectors: how it is made for the machine it finds, and what it lends to each call.
//!
//! How WebAssembly is compiled and run is set in `configuration.rs`; the clock says when a call is looked at. Who gets the processor then
//! is for [`processor`](crate::processor).

mod clock;
mod configuration;

pub use clock::EPOCH_TICK;
pub use configuration::MEMORY_CEILING;
pub(crate) use configuration::{INSTANCES_PER_COMPONENT, MEMORIES_PER_COMPONENT, TABLE_ELEMENTS, TABLES_PER_COMPONENT};

use crate::cache::{Cache, EngineIdentity};
use crate::processor::{Account, Processor};
use crate::sandbox::{self, Limits, State};
use crate::sizing::{self, Bound, Machine, STACK_BYTES, Sizing};
use configuration::{CODE_SETTINGS, RESERVED_PER_PLACE, Room, configuration, pooling};
use std::sync::{Arc, OnceLock};
use wasmtime::component::Linker;

/// Calls that can run at the same time unless set otherwise: far more than one machine's cores can serve.
pub const DEFAULT_CONCURRENT_CALLS: u32 = 128;

/// wasmtime's version: an engine without a compiler cannot tell it. A test holds it against `Cargo.lock`.
const WASMTIME: &str = "48.0.8";

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

impl Engine {
    /// An engine with a number of places that was chosen, with its clock running.
    ///
    /// # Errors
    /// When the machine cannot run WebAssembly, or gives no thread for the clock.
    pub fn new(options: EngineOptions) -> Result<Self, EngineError> {
        let sizing = chosen(options.concurrent_calls, Allocation::Pool);
        match wasmtime::Engine::new(&pooling(options.metering, options.concurrent_calls)) {
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
            if let Ok(inner) = wasmtime::Engine::new(&pooling(metering, sizing.places)) {
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
        clock::start(&inner)?;
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
        let lock = include_str!("../../../Cargo.lock");
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
