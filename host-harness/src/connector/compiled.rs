//! The compiled component: from the cache, or compiled now and put there.

use super::load::LoadError;
use crate::cache::Key;
use crate::digest::{Sha256, sha256};
use crate::engine::Engine;
use wasmtime::component::Component;

/// Where a connector's code came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// It was compiled now, and there is no cache or it could not be kept there.
    Compiled,
    /// It was compiled now and is kept in the engine's cache.
    Kept,
    /// It was compiled before and kept in the engine's cache.
    Cached,
}

/// The component of these bytes, and their SHA-256.
pub(super) fn compiled(engine: &Engine, bytes: &[u8]) -> Result<(Component, Sha256, Code), LoadError> {
    let Some(cache) = engine.cache() else { return Ok((compile(engine, bytes)?, sha256(bytes), Code::Compiled)) };
    let own = Key::of(engine.identity(), bytes);
    if let Some((component, digest)) = cache.load(engine.wasmtime(), &own) {
        return Ok((component, digest, Code::Cached));
    }
    // What `harness precompile` made, for any processor.
    let portable = Key::of(&engine.portable_identity(), bytes);
    if let Some((component, digest)) = cache.load(engine.wasmtime(), &portable) {
        return Ok((component, digest, Code::Cached));
    }
    let (component, digest) = (compile(engine, bytes)?, sha256(bytes));
    let code = if cache.store(&own, &component, &digest) { Code::Kept } else { Code::Compiled };
    Ok((component, digest, code))
}

#[cfg(feature = "compiler")]
fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, LoadError> {
    Component::from_binary(engine.wasmtime(), bytes).map_err(|error| LoadError::Compile(format!("{error:#}")))
}

#[cfg(not(feature = "compiler"))]
fn compile(_: &Engine, _: &[u8]) -> Result<Component, LoadError> {
    Err(LoadError::NotPrecompiled)
}
