//! What a compiled component is known by.

use crate::digest::hexadecimal;
use blake3::Hasher as Blake3;
use std::hash::{Hash, Hasher};

/// Identity of a compiled component: BLAKE3 over the component's content and everything that decides its code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key([u8; Key::BYTES]);

impl Key {
    /// Length in bytes.
    pub const BYTES: usize = 32;

    /// A key from its bytes.
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// The key of a component on an engine of this identity.
    pub(crate) fn of(engine: &EngineIdentity, component: &[u8]) -> Self {
        Self(Blake3::new().update(&engine.0).update(component).finalize().into())
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hexadecimal(&self.0))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({self})")
    }
}

/// Identity of what compiles: two engines have the same one only when they make the same code of the same component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EngineIdentity([u8; 32]);

impl EngineIdentity {
    /// `compatible` is [`wasmtime::Engine::precompile_compatibility_hash`]: wasmtime's version, its tunables (fuel and
    /// epochs among them) and the features of WebAssembly; where there is a compiler also its flags and the features of
    /// the processor. `settings` names what that leaves out where there is none.
    pub(crate) fn new(compatible: impl Hash, settings: &str) -> Self {
        let mut hasher = Feed(Blake3::new());
        // The platform too: without a compiler nothing else in it names one.
        (std::env::consts::ARCH, std::env::consts::OS, settings).hash(&mut hasher);
        compatible.hash(&mut hasher);
        Self(hasher.0.finalize().into())
    }
}

/// Everything that is hashed, into BLAKE3: the standard library's own hashers may differ from one release to the next.
struct Feed(Blake3);

impl Hasher for Feed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Not asked for: 64 bits are no identity.
    fn finish(&self) -> u64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_and_the_component_each_make_another_key() {
        let engine = EngineIdentity::new((1_u32, "fuel"), "settings");
        let key = Key::of(&engine, b"aa");
        assert_eq!(key, Key::of(&EngineIdentity::new((1_u32, "fuel"), "settings"), b"aa"));
        assert_ne!(key, Key::of(&engine, b"ab"));
        assert_ne!(key, Key::of(&EngineIdentity::new((2_u32, "fuel"), "settings"), b"aa"));
        assert_ne!(key, Key::of(&EngineIdentity::new((1_u32, "fuel"), "other"), b"aa"));
    }

    #[test]
    fn is_written_as_hexadecimal() {
        assert_eq!(Key::new([0x0f; 32]).to_string(), "0f".repeat(32));
    }
}
