//! A connector as it is measured: on an engine like a host's, and on one that counts fuel.

use crate::bindings::exports::configure::Connector as Description;
use crate::connector::{CallError, Code, Connector, LoadError};
use crate::engine::Engine;
use crate::measure::nanoseconds;
use crate::sandbox::Limits;
use std::time::Instant;

/// What connectors are measured on. All subjects of one run share them.
#[derive(Debug, Clone)]
pub struct Engines {
    /// Without a cache, not counting fuel: for how long compiling takes.
    pub uncached: Engine,
    /// The same engine with its cache, if there is one: what is timed.
    pub plain: Engine,
    /// Counting fuel.
    pub metered: Engine,
}

/// A connector, compiled for both.
pub struct Subject {
    bytes: Vec<u8>,
    engines: Engines,
    pub(super) plain: Connector,
    pub(super) metered: Connector,
    /// What it says of itself.
    pub description: Description,
    /// How long compiling took, in nanoseconds: once, without the cache, on all cores, its bytes looked at and checked. None
    /// where the host has no compiler.
    pub compiled: Option<u64>,
}

/// The connector cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum SubjectError {
    /// It cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It does not say what it is.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Subject {
    /// Compile a connector and ask it what it is.
    ///
    /// # Errors
    /// It is no connector that this host can run, or it does not say what it is.
    pub async fn load(bytes: Vec<u8>, engines: &Engines) -> Result<Self, SubjectError> {
        let began = Instant::now();
        let (first, compiled) = match Connector::load(&engines.uncached, &bytes) {
            Ok(connector) => (Some(connector), Some(nanoseconds(began.elapsed()))),
            Err(LoadError::NotPrecompiled) => (None, None),
            Err(error) => return Err(error.into()),
        };
        let plain = match first.filter(|_| engines.plain.cache().is_none()) {
            Some(connector) => connector,
            None => Connector::load(&engines.plain, &bytes)?,
        };
        let metered = Connector::load(&engines.metered, &bytes)?;
        // Both, so that every message names the connector by its own name.
        let description = plain.describe(Limits::default()).await.result?;
        metered.describe(Limits::default()).await.result?;
        Ok(Self { bytes, engines: engines.clone(), plain, metered, description, compiled })
    }

    /// The connector, on the engine that does not count fuel.
    pub fn connector(&self) -> &Connector {
        &self.plain
    }

    /// Load it once more; how long it took in nanoseconds, its bytes looked at and checked. None if it was not in the cache.
    pub(super) fn load_from_cache(&self) -> Option<u64> {
        self.engines.plain.cache()?;
        let began = Instant::now();
        let again = Connector::load(&self.engines.plain, &self.bytes).ok()?;
        let took = nanoseconds(began.elapsed());
        (again.code() == Code::Cached).then_some(took)
    }
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subject")
            .field("connector", &self.plain)
            .field("compiled", &self.compiled)
            .finish_non_exhaustive()
    }
}
