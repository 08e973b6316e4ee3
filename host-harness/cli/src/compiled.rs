//! Where commands keep compiled connectors.

use crate::answer::CannotRun;
use host_harness::cache::Cache;
use host_harness::engine::Engine;
use std::path::{Path, PathBuf};

/// Which folder, if any.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Compiled {
    /// Keep compiled connectors in this folder, which nobody else may write to; unless set, `compiled` under --data, or
    /// the user's cache where there is no --data
    #[arg(long, value_name = "FOLDER", conflicts_with = "no_cache")]
    cache: Option<PathBuf>,
    /// Compile connectors anew, and keep nothing
    #[arg(long)]
    no_cache: bool,
}

impl Compiled {
    /// The engine with the cache that was named, else with the user's.
    pub(crate) fn on(&self, engine: Engine) -> Result<Engine, CannotRun> {
        self.on_or(engine, users().as_deref())
    }

    /// The engine with the cache that was named, else with this one. One that was named must be usable.
    pub(crate) fn on_or(&self, engine: Engine, otherwise: Option<&Path>) -> Result<Engine, CannotRun> {
        if self.no_cache {
            return Ok(engine);
        }
        if let Some(folder) = &self.cache {
            return Ok(engine.with_cache(Cache::open(folder)?));
        }
        match otherwise.map(Cache::open) {
            Some(Ok(cache)) => Ok(engine.with_cache(cache)),
            Some(Err(error)) => {
                tracing::warn!(%error, "compiled connectors are not kept; each start compiles them");
                Ok(engine)
            }
            None => Ok(engine),
        }
    }
}

/// The folder among the user's caches, as the XDG base directory specification has it.
fn users() -> Option<PathBuf> {
    let absolute = |variable: &str| std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(caches.join("accounting-harness/compiled"))
}
