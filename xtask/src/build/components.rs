//! Core modules made into components, which carry their contract inside.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wit_component::ComponentEncoder;

use crate::progress::Progress;

/// Encodes a core module as a component, `NAME.wasm` in a folder; an unchanged file is left as it is.
///
/// # Errors
/// When the module has no contract in it, or does not keep to it, or the file cannot be written.
pub(super) fn encode(folder: &Path, progress: &Progress, name: &str, module: &Path) -> Result<PathBuf> {
    let bytes = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let component = ComponentEncoder::default()
        .validate(true)
        .module(&bytes)
        .and_then(|encoder| encoder.encode())
        .with_context(|| format!("connector {name} cannot be made a component of {}", module.display()))?;
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
