//! How many calls run at once, worked out from the machine.
//!
//! Each call may take its limit of guest memory and its stack. Half of the memory is for calls, the rest for the host: its
//! database, bodies on their way, the system's file cache. A pool also reserves address space, far more than it uses; where that
//! is limited there are fewer places, and where it is too short for a pool, instances are made on demand.

mod machine;

pub(crate) use machine::address_space;
pub use machine::{Machine, Memory, MemorySource};

use crate::engine::Allocation;

/// 4 calls at once on the smallest machine: one that waits for an answer must not hold up all others.
pub const FEWEST_PLACES: u32 = 4;

/// 2 MiB of stack for a call: what wasmtime gives unless told otherwise.
pub const STACK_BYTES: u64 = 2 * 1024 * 1024;

/// Half of the memory is for calls.
const SHARE_FOR_CALLS: u64 = 2;

/// 2 GiB of the address space are for all else: threads' stacks and their allocators' arenas, code, mapped files.
const ADDRESS_SPACE_BESIDE: u64 = 2 * 1024 * 1024 * 1024;

/// How many calls an engine has room for, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sizing {
    /// Calls at once.
    pub places: u32,
    /// Where instances come from.
    pub allocation: Allocation,
    /// What one call may take, bytes: its guest memory and its stack.
    pub call_bytes: u64,
    /// The memory it was worked out from; `None` when the number was chosen.
    pub memory: Option<Memory>,
    /// What kept it from being more.
    pub bound: Bound,
}

/// What decided the number of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Somebody chose it.
    Chosen,
    /// The most that is of use.
    Most,
    /// Memory.
    Memory,
    /// Address space.
    AddressSpace,
}

impl Sizing {
    /// The places for calls of `guest_bytes` each on a machine: `most` at most, [`FEWEST_PLACES`] at least.
    ///
    /// `reserved` is the address space that a pool takes for each place, in bytes.
    pub fn derive(machine: &Machine, most: u32, guest_bytes: u64, reserved: u64) -> Self {
        let call_bytes = guest_bytes.saturating_add(STACK_BYTES);
        let fewest = FEWEST_PLACES.min(most);
        let fitting = |bytes: u64| u32::try_from(bytes / call_bytes.max(1)).unwrap_or(u32::MAX);
        let by_memory = fitting(machine.memory.bytes / SHARE_FOR_CALLS);
        let bound = if by_memory < most { Bound::Memory } else { Bound::Most };
        let whole = Self {
            places: by_memory.clamp(fewest, most),
            allocation: Allocation::Pool,
            call_bytes,
            memory: Some(machine.memory),
            bound,
        };
        let Some(limit) = machine.address_space else { return whole };
        let room = limit.saturating_sub(ADDRESS_SPACE_BESIDE);
        let mut pool = Some(whole.clone());
        while let Some(one) = &pool {
            if u64::from(one.places).saturating_mul(reserved) <= room {
                return one.clone();
            }
            pool = one.halved();
        }
        let places = fitting(limit / SHARE_FOR_CALLS).clamp(fewest, whole.places);
        let bound = if places < whole.places { Bound::AddressSpace } else { bound };
        Self { places, allocation: Allocation::OnDemand, bound, ..whole }
    }

    /// A pool of half the places, because the address space for all was not to be had; `None` when it would be too small.
    pub fn halved(&self) -> Option<Self> {
        let places = self.places / 2;
        (places >= FEWEST_PLACES).then(|| Self { places, bound: Bound::AddressSpace, ..self.clone() })
    }
}

impl std::fmt::Display for Sizing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { places, call_bytes, .. } = self;
        let allocation = match self.allocation {
            Allocation::Pool => "pool",
            Allocation::OnDemand => "on demand: the address space is too short for a pool",
        };
        write!(f, "room for {places} ({allocation}; ")?;
        if let Some(memory) = self.memory {
            let all = u64::from(*places).saturating_mul(*call_bytes);
            write!(f, "{} of {} memory, ", gib(all), gib(memory.bytes))?;
        }
        write!(f, "{} MiB each", call_bytes / MIB)?;
        match self.bound {
            Bound::AddressSpace => write!(f, "; fewer because of the limit of the address space")?,
            Bound::Memory => write!(f, "; fewer because of the memory")?,
            Bound::Chosen | Bound::Most => {}
        }
        f.write_str(")")
    }
}

const MIB: u64 = 1024 * 1024;

/// Gibibytes with one decimal, rounded down.
fn gib(bytes: u64) -> String {
    let tenths = bytes / (1024 * MIB / 10);
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const GIB: u64 = 1024 * MIB;
    const GUEST: u64 = 32 * MIB;
    const RESERVED: u64 = 8 * GIB;

    #[rstest]
    #[case::a_large_machine(23 * GIB, None, 144, Allocation::Pool, Bound::Most)]
    #[case::a_small_machine(2 * GIB, None, 30, Allocation::Pool, Bound::Memory)]
    #[case::hardly_any_memory(GIB / 8, None, FEWEST_PLACES, Allocation::Pool, Bound::Memory)]
    #[case::no_memory_at_all(0, None, FEWEST_PLACES, Allocation::Pool, Bound::Memory)]
    #[case::endless(u64::MAX, Some(u64::MAX), 144, Allocation::Pool, Bound::Most)]
    #[case::roomy_limit(23 * GIB, Some(2_000 * GIB), 144, Allocation::Pool, Bound::Most)]
    #[case::half(23 * GIB, Some(600 * GIB), 72, Allocation::Pool, Bound::AddressSpace)]
    #[case::the_smallest_pool(23 * GIB, Some(34 * GIB), 4, Allocation::Pool, Bound::AddressSpace)]
    #[case::too_short_for_a_pool(23 * GIB, Some(33 * GIB), 144, Allocation::OnDemand, Bound::Most)]
    #[case::short(23 * GIB, Some(4 * GIB), 60, Allocation::OnDemand, Bound::AddressSpace)]
    #[case::very_short(23 * GIB, Some(GIB / 4), FEWEST_PLACES, Allocation::OnDemand, Bound::AddressSpace)]
    fn follows_the_machine(
        #[case] memory: u64,
        #[case] address_space: Option<u64>,
        #[case] places: u32,
        #[case] allocation: Allocation,
        #[case] bound: Bound,
    ) {
        let memory = Memory { bytes: memory, source: MemorySource::System };
        let sizing = Sizing::derive(&Machine { memory, address_space }, 144, GUEST, RESERVED);
        assert_eq!((sizing.places, sizing.allocation, sizing.bound), (places, allocation, bound));
    }

    #[test]
    fn never_more_than_wished_for() {
        let memory = Memory { bytes: 23 * GIB, source: MemorySource::System };
        let machine = Machine { memory, address_space: None };
        assert_eq!(Sizing::derive(&machine, 1, GUEST, RESERVED).places, 1);
    }

    #[test]
    fn says_what_it_is_in_one_line() {
        let memory = Memory { bytes: 23 * GIB, source: MemorySource::System };
        let machine = Machine { memory, address_space: None };
        let sizing = Sizing::derive(&machine, 128, GUEST, RESERVED);
        assert_eq!(sizing.to_string(), "room for 128 (pool; 4.2 GiB of 23.0 GiB memory, 34 MiB each)");
    }
}
