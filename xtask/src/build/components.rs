//! Core modules made into components, which carry their contract inside.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wit_component::ComponentEncoder;

use super::room;
use crate::progress::Progress;

/// Encodes a core module as a component, `NAME.wasm` in a folder; an unchanged file is left as it is.
///
/// # Errors
/// When the module has no contract in it, or does not keep to it, or the file cannot be written.
pub(super) fn encode(folder: &Path, progress: &Progress, name: &str, module: &Path) -> Result<PathBuf> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let bytes = room::with_room(&bytes)
        .with_context(|| format!("connector {name} cannot be given room in {}", module.display()))?;
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&bytes)
        .and_then(|encoder| encoder.encode())
        .with_context(|| format!("connector {name} cannot be made a component of {}", module.display()))?;
    let component = without_names(&component).with_context(|| format!("connector {name} has no readable sections"))?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let path = folder.join(format!("{name}.wasm"));
    let size = component.len().div_ceil(1000);
    if write_if_changed(&path, &component)? {
        progress.note(&format!("connector {name}: component of {size} KB written"));
    } else {
        progress.note(&format!("connector {name}: component of {size} KB, unchanged"));
    }
    Ok(path)
}

/// The custom section with names of a component's own parts, for people who take it apart.
const NAMES: &str = "component-name";

/// Leaves the names of a component's parts out: 8 KB, which the encoder always writes and nothing reads.
fn without_names(component: &[u8]) -> Option<Vec<u8>> {
    let (header, mut rest) = component.split_at_checked(8)?;
    let mut kept = header.to_vec();
    while let Some((id, after)) = rest.split_first() {
        let (length, content) = number(after)?;
        let (content, next) = content.split_at_checked(length)?;
        let is_names =
            *id == 0 && number(content).is_some_and(|(length, name)| name.get(..length) == Some(NAMES.as_bytes()));
        if !is_names {
            kept.extend_from_slice(rest.get(..rest.len() - next.len())?);
        }
        rest = next;
    }
    Some(kept)
}

/// A number as the format writes lengths (LEB128, at most 32 bits), and what stands behind it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(at + 1..)?));
        }
    }
    None
}

/// Writes a file whole, and only if it differs; says whether it did.
fn write_if_changed(path: &Path, bytes: &[u8]) -> Result<bool> {
    if fs::read(path).is_ok_and(|before| before == bytes) {
        return Ok(false);
    }
    let partial = path.with_extension(format!("partial-{}", std::process::id()));
    fs::write(&partial, bytes)
        .and_then(|()| fs::rename(&partial, path))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_sections_only_the_names_go() {
        let long = [b"\0\xb2\x01\x0ecomponent-name".as_slice(), &[7; 163]].concat();
        let parts = [b"\0asm\x0d\0\x01\0".as_slice(), b"\0\x0a\x09producers", &long, b"\x07\x01\0"];
        let expected = [b"\0asm\x0d\0\x01\0".as_slice(), b"\0\x0a\x09producers", b"\x07\x01\0"];
        assert_eq!(without_names(&parts.concat()), Some(expected.concat()));
        assert_eq!(without_names(&parts.concat()[..40]), None);
    }

    #[test]
    fn an_unchanged_file_is_not_written_again() {
        let folder = std::env::temp_dir().join(format!("xtask-write-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("a.wasm");
        assert!(write_if_changed(&path, b"one").unwrap());
        assert!(!write_if_changed(&path, b"one").unwrap());
        assert!(write_if_changed(&path, b"two").unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no partial file stays");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_module_without_a_contract_is_refused_with_its_name() {
        let folder = std::env::temp_dir().join(format!("xtask-encode-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let module = folder.join("not.wasm");
        fs::write(&module, b"not a module").unwrap();
        let error = format!("{:#}", encode(&folder, &Progress::start(), "books", &module).unwrap_err());
        assert!(error.contains("connector books") && error.contains("not.wasm"), "{error}");
        assert!(!folder.join("books.wasm").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
