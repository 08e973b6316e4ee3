//! The compiled component: from the cache, or compiled now and put there.

use super::load::LoadError;
use crate::cache::Key;
use crate::component_info::ComponentInfo;
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

pub(super) fn compiled(engine: &Engine, info: &ComponentInfo, bytes: &[u8]) -> Result<(Component, Code), LoadError> {
    let Some(cache) = engine.cache() else { return Ok((compile(engine, bytes)?, Code::Compiled)) };
    let own = Key::of(engine.identity(), &info.sha256);
    if let Some(component) = cache.load(engine.wasmtime(), &own) {
        return Ok((component, Code::Cached));
    }
    // What `harness precompile` made, for any processor.
    let portable = engine.portable_identity().map(|identity| Key::of(identity, &info.sha256));
    if let Some(component) = portable.filter(|key| *key != own).and_then(|key| cache.load(engine.wasmtime(), &key)) {
        return Ok((component, Code::Cached));
    }
    let component = compile(engine, bytes)?;
    let code = if cache.store(&own, &component) { Code::Kept } else { Code::Compiled };
    Ok((component, code))
}

#[cfg(feature = "compiler")]
fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, LoadError> {
    Component::from_binary(engine.wasmtime(), bytes).map_err(|error| LoadError::Compile(format!("{error:#}")))
}

#[cfg(not(feature = "compiler"))]
fn compile(_: &Engine, _: &[u8]) -> Result<Component, LoadError> {
    Err(LoadError::NotPrecompiled)
}
