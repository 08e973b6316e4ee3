//! How the WebAssembly engine is set: what decides how connectors are compiled and run.
//!
//! Everything of that kind stands here, so that two hosts of the same build cannot differ. The choices and their price:
//! - a **pool** of memories and stacks made ready beforehand: a fresh instance for every call costs microseconds. It
//!   reserves a lot of address space (no memory); where that cannot be had, instances are made on demand instead.
//! - **epochs**: a clock moves on every [`EPOCH_TICK`](super::EPOCH_TICK), so that a connector that never returns can be
//!   stopped and lets others run meanwhile. About 13 µs a call.
//! - **fuel** counts instructions, the same on every run, and so belongs to replays; about 20 µs a call, hence a choice.
//! - floats are made canonical and relaxed SIMD is off: the same fixture must give the same bytes on any machine.
//! - no concurrency support, no backtraces: the contract has no asynchronous functions, and errors name no addresses. So
//!   the code carries nothing to find its way back by either.

use super::Metering;
use crate::sizing::STACK_BYTES;
use wasmtime::{Config, Enabled, InstanceAllocationStrategy, PoolingAllocationConfig};

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
pub(super) const RESERVED_PER_PLACE: u64 =
    MEMORIES_PER_COMPONENT as u64 * (4096 + 32) * 1024 * 1024 + STACK_BYTES + 2 * 1024 * 1024;

/// Address space of one memory made on demand where that is limited, in bytes: what a call may use unless set otherwise.
const COMPACT_MEMORY: u64 = 32 * 1024 * 1024;

/// What a memory that outgrew [`COMPACT_MEMORY`] takes at a time, in bytes.
const COMPACT_GROWTH: u64 = 8 * 1024 * 1024;

/// The guard behind such a memory, in bytes: with bounds checked by the code it needs only be there.
const COMPACT_GUARD: u64 = 64 * 1024;

/// What decides the code, stands below, and is not seen by an engine without a compiler.
pub(super) const CODE_SETTINGS: &str = "cranelift, canonical nans, no unwind info";

/// How much address space a memory has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Room {
    /// As much as 32 bits reach: no bounds to be checked.
    Whole,
    /// Little, because the process has little: bounds are checked.
    Compact,
}

/// What holds for every engine.
pub(super) fn configuration(metering: Metering, room: Room) -> Config {
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

/// With a pool of so many places.
pub(super) fn pooling(metering: Metering, places: u32) -> Config {
    let calls = places.max(1);
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
    let mut config = configuration(metering, Room::Whole);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}
