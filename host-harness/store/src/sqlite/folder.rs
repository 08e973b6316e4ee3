//! The folder: one process at a time, and nobody but its user may read it.
//!
//! A lock file beside the database says who works here, rather than SQLite's own lock: it is held between writes too, and a
//! second process is told at once instead of when it writes first.

use super::fault::io_error;
use crate::error::StoreError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// The database's name in the folder.
pub(crate) const STATE_FILE: &str = "state.sqlite";
/// The lock file's name in the folder. It stays when the lock goes: taking it away could let two in.
const LOCK_FILE: &str = "lock";

/// A folder this process holds until the value is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    /// The database.
    pub(crate) file: PathBuf,
    /// Locked.
    lock: File,
}

impl Drop for Held {
    /// Closing the file would not do: a program that is being started at this moment has it, too, until it runs, and the lock with it.
    fn drop(&mut self) {
        let _ = self.lock.unlock();
    }
}

impl Held {
    /// Make the folder where there is none, and take it.
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        make_folder(folder)?;
        let path = folder.join(LOCK_FILE);
        let lock = private(OpenOptions::new().create(true).write(true).truncate(false))
            .open(&path)
            .map_err(|error| io_error(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { file: folder.join(STATE_FILE), lock }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
            Err(TryLockError::Error(error)) => Err(io_error(&path, &error)),
        }
    }
}

fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| io_error(folder, &error))
}

/// What is made with these options, its user alone may read and write. SQLite gives its `-wal` and `-shm` the same rights.
pub(crate) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Make the file empty where there is none.
pub(crate) fn make_file(file: &Path) -> Result<(), StoreError> {
    private(OpenOptions::new().create(true).append(true)).open(file).map(drop).map_err(|error| io_error(file, &error))
}

/// Put a file's content on the disk.
pub(crate) fn sync_file(file: &Path) -> Result<(), StoreError> {
    // Windows flushes only what was opened for writing.
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(file)
        .and_then(|opened| opened.sync_all())
        .map_err(|error| io_error(file, &error))
}

/// Put the folder's list of files on the disk; Windows does so by itself.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder).and_then(|opened| opened.sync_all()).map_err(|error| io_error(folder, &error))?;
    }
    Ok(())
}

/// A file that SQLite keeps beside the database, e.g. `-wal`.
pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_let_go_of_while_a_program_that_is_being_started_still_has_the_lock_file() {
        let folder = tempfile::tempdir().unwrap();
        let held = Held::take(folder.path()).unwrap();
        let inherited = held.lock.try_clone().unwrap();
        assert!(matches!(Held::take(folder.path()), Err(StoreError::InUse(_))));
        drop(held);
        Held::take(folder.path()).unwrap();
        drop(inherited);
    }
}
