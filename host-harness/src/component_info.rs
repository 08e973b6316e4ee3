//! What a component says of itself, read from its bytes before anything is compiled or run.

use crate::digest::{hexadecimal, sha256};
use serde::Serialize;
use std::collections::BTreeSet;
use wasmparser::{ComponentExternalKind, ComponentTypeRef, KnownCustom, Parser, Payload};

/// What stands in a component's bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComponentInfo {
    /// In bytes.
    pub size: usize,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Everything it asks the host for, in its own order, e.g. `wasi:io/poll@0.2.0`.
    pub imports: Vec<String>,
    /// Everything it offers, in its own order.
    pub exports: Vec<String>,
    /// What made it, e.g. `rustc 1.96.0`; sorted, each once.
    pub producers: Vec<String>,
}

/// The bytes are not a component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAComponent {
    /// Not WebAssembly at all.
    #[error("not a WebAssembly file: it does not begin with the bytes 00 61 73 6d")]
    NotWebAssembly,
    /// A plain module.
    #[error("a core WebAssembly module, not a component: turn it into a component first, e.g. with wit-component")]
    CoreModule,
    /// It begins like a component and then makes no sense.
    #[error("a damaged component: {0}")]
    Damaged(String),
}

const MAGIC: &[u8] = b"\0asm";

impl ComponentInfo {
    /// Read the bytes of a component.
    ///
    /// # Errors
    /// When the bytes are not a component.
    pub fn read(bytes: &[u8]) -> Result<Self, NotAComponent> {
        Ok(Self { sha256: hexadecimal(&sha256(bytes)), ..Self::without_digest(bytes)? })
    }

    /// All but the digest, which may be known already.
    pub(crate) fn without_digest(bytes: &[u8]) -> Result<Self, NotAComponent> {
        if !bytes.starts_with(MAGIC) {
            return Err(NotAComponent::NotWebAssembly);
        }
        if Parser::is_core_wasm(bytes) {
            return Err(NotAComponent::CoreModule);
        }
        let mut imports = Vec::new();
        let mut exports = Vec::new();
        let mut producers = BTreeSet::new();
        // Modules and components lie inside each other; only the outermost component's imports and exports are its own.
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(damaged)? {
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth = depth.saturating_add(1),
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        let import = import.map_err(damaged)?;
                        imports.push(named(import.name.name, import_kind(import.ty)));
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        let export = export.map_err(damaged)?;
                        exports.push(named(export.name.name, export_kind(export.kind)));
                    }
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Producers(fields) = section.as_known() {
                        // Only of use to people: what cannot be read is left out.
                        for value in fields.into_iter().flatten().flat_map(|field| field.values).flatten() {
                            producers.insert(format!("{} {}", value.name, value.version).trim_end().to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Self {
            size: bytes.len(),
            sha256: String::new(),
            imports,
            exports,
            producers: producers.into_iter().collect(),
        })
    }
}

fn damaged(error: wasmparser::BinaryReaderError) -> NotAComponent {
    NotAComponent::Damaged(error.to_string())
}

/// Interfaces go by their name alone; anything else is told apart, since no host offers it.
fn named(name: &str, kind: Option<&str>) -> String {
    match kind {
        None => name.to_owned(),
        Some(kind) => format!("{name} ({kind})"),
    }
}

fn import_kind(ty: ComponentTypeRef) -> Option<&'static str> {
    match ty {
        ComponentTypeRef::Instance(_) => None,
        ComponentTypeRef::Module(_) => Some("module"),
        ComponentTypeRef::Func(_) => Some("function"),
        ComponentTypeRef::Value(_) => Some("value"),
        ComponentTypeRef::Type(..) => Some("type"),
        ComponentTypeRef::Component(_) => Some("component"),
    }
}

fn export_kind(kind: ComponentExternalKind) -> Option<&'static str> {
    match kind {
        ComponentExternalKind::Instance => None,
        ComponentExternalKind::Module => Some("module"),
        ComponentExternalKind::Func => Some("function"),
        ComponentExternalKind::Value => Some("value"),
        ComponentExternalKind::Type => Some("type"),
        ComponentExternalKind::Component => Some("component"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_the_outermost_imports_and_exports() {
        let bytes = wat::parse_str(
            r#"(component
                 (import "wasi:io/poll@0.2.0" (instance))
                 (import "naked" (func))
                 (component (import "inner" (func)))
                 (core module (import "env" "memory" (memory 1)))
                 (instance $empty)
                 (export "example:given/thing@1.0.0" (instance $empty)))"#,
        )
        .unwrap();
        let info = ComponentInfo::read(&bytes).unwrap();
        assert_eq!(info.imports, ["wasi:io/poll@0.2.0", "naked (function)"]);
        assert_eq!(info.exports, ["example:given/thing@1.0.0"]);
        assert_eq!(info.size, bytes.len());
        assert_eq!(info.sha256.len(), 64);
    }

    #[test]
    fn tells_a_module_and_garbage_from_a_component() {
        let module = wat::parse_str("(module)").unwrap();
        assert_eq!(ComponentInfo::read(&module), Err(NotAComponent::CoreModule));
        assert_eq!(ComponentInfo::read(b"MZ\x90\0"), Err(NotAComponent::NotWebAssembly));
        assert_eq!(ComponentInfo::read(b""), Err(NotAComponent::NotWebAssembly));
        let mut cut = wat::parse_str("(component (import \"wasi:io/poll@0.2.0\" (instance)))").unwrap();
        cut.truncate(cut.len() - 3);
        assert!(matches!(ComponentInfo::read(&cut), Err(NotAComponent::Damaged(_))));
    }
}
