//! Compiled components, kept between starts.
//!
//! Compiling a connector takes some hundred milliseconds of all cores, loading the compiled one about one: its file is mapped. Files are
//! named for everything that decides their content ([`Key`]), so nothing has to be invalidated; each is checked against its
//! [`envelope`] and against who may have written it before wasmtime sees it. The cache is a convenience: whatever is
//! wrong with it is told in the log, and the component is compiled.
//!
//! The price: **whoever can write to the folder can run code in this process**, outside the sandbox. So a folder that others may
//! write to is refused ([`Cache::open`]). And, as with a program that runs, no file of it may be written over in place; so files
//! are made read-only, and another takes their place.

pub mod envelope;
mod folder;
mod key;

pub(crate) use key::EngineIdentity;
pub use key::Key;

use envelope::Sha256;
use folder::Folder;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use wasmtime::component::Component;

/// A folder with compiled components. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cache {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: Folder,
    trouble: OnceLock<String>,
}

/// A folder cannot be used as a cache.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CacheError {
    /// It cannot be made or looked at.
    #[error("the folder {} cannot keep compiled components: {reason}", folder.display())]
    Unusable {
        /// Which.
        folder: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Somebody else could put code into it that this process would run.
    #[error("the folder {} is not used for compiled components, whose code this process would run: {why}", folder.display())]
    Untrusted {
        /// Which.
        folder: PathBuf,
        /// Who could.
        why: String,
    },
}

impl Cache {
    /// Use a folder; it is made, for this user alone, if it is not there.
    ///
    /// It must belong to this user or to root, and nobody else may be allowed to write to it. It may be read-only.
    ///
    /// # Errors
    /// When it cannot be made, or others could write to it.
    pub fn open(folder: &Path) -> Result<Self, CacheError> {
        Ok(Self { inner: Arc::new(Inner { folder: Folder::open(folder)?, trouble: OnceLock::new() }) })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.inner.folder.path()
    }

    /// How many compiled components are in it, whatever they were compiled for.
    pub fn count(&self) -> usize {
        self.inner.folder.count()
    }

    /// What first kept something from being written to it or taken away, if anything did.
    pub fn trouble(&self) -> Option<&str> {
        self.inner.trouble.get().map(String::as_str)
    }

    /// The compiled component of this key, and the SHA-256 of what was compiled; `None` when it has to be compiled.
    pub(crate) fn load(&self, engine: &wasmtime::Engine, key: &Key) -> Option<(Component, Sha256)> {
        match self.try_load(engine, key) {
            Ok(found) => found,
            Err(why) => {
                let file = self.inner.folder.file(key);
                tracing::warn!(file = %file.display(), why, "a compiled component cannot be used; it is compiled anew");
                if let Err(error) = self.inner.folder.remove(key) {
                    self.tell(&error);
                }
                None
            }
        }
    }

    fn try_load(&self, engine: &wasmtime::Engine, key: &Key) -> Result<Option<(Component, Sha256)>, String> {
        let found = self.inner.folder.find(key).map_err(|error| error.to_string())?;
        let Some(mut file) = found else { return Ok(None) };
        let sha256 = envelope::check(&mut file, key).map_err(|refusal| refusal.to_string())?;
        let component = self.mapped(engine, key).or_else(|_| copied(engine, &mut file));
        component.map(|component| Some((component, sha256))).map_err(|error| format!("{error:#}"))
    }

    /// A file that was checked, mapped: nothing is read that is not used.
    fn mapped(&self, engine: &wasmtime::Engine, key: &Key) -> wasmtime::Result<Component> {
        #[expect(
            unsafe_code,
            reason = "wasmtime cannot know that the code is its own; the folder and the envelope say so"
        )]
        // SAFETY: only this program writes to the folder, by `Cache::store`, what wasmtime made: folder and file belong to this
        // user or root and nobody else may write to them (`Folder`), and the content is what was written for this key
        // (`envelope::check`). Whoever may write puts another file in its place (`Folder::write`) and changes none that is
        // there, so that what was checked is what is mapped, for as long as it is.
        let component = unsafe { Component::deserialize_file(engine, self.inner.folder.file(key)) };
        component
    }

    /// Keep a compiled component, and the SHA-256 of what was compiled; that it cannot be kept is told once.
    pub(crate) fn store(&self, key: &Key, component: &Component, sha256: &Sha256) -> bool {
        let written = component.serialize().map_err(std::io::Error::other);
        let written = written.and_then(|artifact| self.inner.folder.write(key, sha256, &artifact));
        if let Err(error) = &written {
            self.tell(error);
        }
        written.is_ok()
    }

    fn tell(&self, error: &std::io::Error) {
        if self.inner.trouble.set(error.to_string()).is_ok() {
            let folder = self.folder().display();
            tracing::warn!(%folder, %error, "compiled components cannot be kept; they are compiled at each start");
        }
    }
}

/// A file that was checked, copied: where code may not be run from a file, as where it is mounted so.
fn copied(engine: &wasmtime::Engine, file: &mut File) -> wasmtime::Result<Component> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    #[expect(unsafe_code, reason = "as in `Cache::mapped`")]
    // SAFETY: as in `Cache::mapped`, and these are this process's own bytes.
    let component = unsafe { Component::deserialize(engine, bytes) };
    component
}

#[cfg(all(test, feature = "compiler"))]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_file_that_cannot_be_mapped_is_copied() {
        let engine = wasmtime::Engine::default();
        let compiled =
            Component::new(&engine, r#"(component (core module $m) (export "m" (core module $m)))"#).unwrap();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&compiled.serialize().unwrap()).unwrap();
        file.write_all(&[0; envelope::FOOT_BYTES]).unwrap();
        let copied = copied(&engine, &mut file).unwrap();
        assert!(copied.get_export(None, "m").is_some());
        assert!(super::copied(&engine, &mut tempfile::tempfile().unwrap()).is_err());
    }
}
