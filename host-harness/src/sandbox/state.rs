//! What belongs to one call and is thrown away with it: the data of a store.

use super::clock::Clock;
use super::hooks::Hooks;
use super::limits::{HANDLES, HEADER_BYTES, Limit, Limits};
use super::traffic::SharedLedger;
use crate::directory::{Directory, DirectoryError};
use crate::engine::{INSTANCES_PER_COMPONENT, MEMORIES_PER_COMPONENT, TABLE_ELEMENTS, TABLES_PER_COMPONENT};
use std::sync::Arc;
use std::time::Instant;
use wasmtime::ResourceLimiter;
use wasmtime::component::ResourceTable;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};
use wasmtime_wasi_io::IoView;

/// Why the host ended a call.
#[derive(Debug)]
pub(crate) enum Fatal {
    /// An ending limit.
    Limit(Limit),
    /// The host's own store did not answer.
    Directory(DirectoryError),
}

/// The data of one call.
pub(crate) struct State {
    pub(crate) table: ResourceTable,
    pub(crate) clock: Clock,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) ledger: SharedLedger,
    /// Set before an error is raised through the connector: what the error was, whatever is wrapped around it.
    pub(crate) fatal: Option<Fatal>,
    pub(crate) memory: Memory,
    pub(crate) deadline: Option<Instant>,
    http: WasiHttpCtx,
    pub(super) hooks: Hooks,
}

impl State {
    pub(crate) fn new(limits: &Limits, directory: Arc<dyn Directory>, ledger: SharedLedger, hooks: Hooks) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(usize::try_from(HANDLES).unwrap_or(usize::MAX));
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(usize::try_from(HEADER_BYTES).unwrap_or(usize::MAX));
        Self {
            table,
            clock: Clock::default(),
            directory,
            ledger,
            fatal: None,
            memory: Memory { limit: limits.memory_bytes, now: 0, peak: 0 },
            deadline: Instant::now().checked_add(limits.wall_time),
            http,
            hooks,
        }
    }

    /// Note why the call ends, and make the error that ends it.
    pub(crate) fn end(&mut self, fatal: Fatal) -> wasmtime::Error {
        let error = match &fatal {
            Fatal::Limit(limit) => wasmtime::Error::msg(format!("the limit on {limit}")),
            Fatal::Directory(error) => wasmtime::Error::msg(error.to_string()),
        };
        if let Fatal::Limit(limit) = fatal {
            self.ledger.lock().exceed(limit);
        }
        self.fatal.get_or_insert(fatal);
        error
    }
}

impl IoView for State {
    fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.hooks, table: &mut self.table, ctx: &mut self.http }
    }
}

/// WebAssembly memory, all of a connector's memories together.
#[derive(Debug)]
pub(crate) struct Memory {
    limit: u64,
    now: u64,
    /// The most there was.
    pub(crate) peak: u64,
}

impl ResourceLimiter for State {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let wanted = self.memory.now.saturating_add(desired.saturating_sub(current) as u64);
        if wanted > self.memory.limit {
            return Err(self.end(Fatal::Limit(Limit::Memory)));
        }
        self.memory.now = wanted;
        self.memory.peak = self.memory.peak.max(wanted);
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        if desired > TABLE_ELEMENTS {
            return Err(self.end(Fatal::Limit(Limit::TableElements)));
        }
        Ok(true)
    }

    fn instances(&self) -> usize {
        INSTANCES_PER_COMPONENT as usize
    }

    fn tables(&self) -> usize {
        TABLES_PER_COMPONENT as usize
    }

    fn memories(&self) -> usize {
        MEMORIES_PER_COMPONENT as usize
    }
}
