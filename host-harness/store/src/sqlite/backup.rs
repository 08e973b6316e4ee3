//! A whole copy of the state while work goes on, and the way back.
//!
//! A copy gets its name only once it is whole and on the disk, and a restored state takes its place in one step; whatever
//! stops half-way leaves a file with another name.

use super::fault::io_error;
use super::folder::{Held, STATE_FILE, beside, private, sync_file, sync_folder};
use super::{SqliteOptions, blocking, opening};
use crate::error::StoreError;
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Makes names of unfinished copies differ within a process.
static COPIES: AtomicU64 = AtomicU64::new(0);

fn unfinished(file: &Path) -> PathBuf {
    let number = COPIES.fetch_add(1, Ordering::Relaxed);
    beside(file, &format!(".{}-{number}.part", std::process::id()))
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or_else(|| Path::new(""))
}

fn there_already(file: &Path) -> StoreError {
    StoreError::Io { path: file.to_owned(), reason: "it is there already; choose another name".to_owned() }
}

/// [`crate::Store::back_up`].
pub(crate) fn back_up(file: &Path, to: &Path, options: &SqliteOptions) -> Result<(), StoreError> {
    if to.exists() {
        return Err(there_already(to));
    }
    let part = unfinished(to);
    private(OpenOptions::new().create_new(true).write(true)).open(&part).map_err(|error| io_error(&part, &error))?;
    let result = opening::copy(file, &part, options).and_then(|()| name(&part, to));
    if result.is_err() {
        let _ = fs::remove_file(&part);
    }
    result
}

/// Put the copy on the disk and give it its name, which nobody may have taken meanwhile.
fn name(part: &Path, to: &Path) -> Result<(), StoreError> {
    sync_file(part)?;
    match fs::hard_link(part, to) {
        Ok(()) => fs::remove_file(part).map_err(|error| io_error(part, &error))?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(there_already(to)),
        // Not every file system has two names for a file.
        Err(_) => fs::rename(part, to).map_err(|error| io_error(to, &error))?,
    }
    sync_folder(folder_of(to))
}

/// Put a copy made by [`crate::Store::back_up`] in place of the state in a folder, or where there is none. The copy is checked
/// first and stays as it is. The state that was there is gone afterwards; `replace` says that this is meant.
///
/// # Errors
/// [`StoreError::Corrupt`] and [`StoreError::TooNew`] about the copy, [`StoreError::InUse`] while a process works in the
/// folder, [`StoreError::Refused`] when there is a state and `replace` is false, [`StoreError::Full`] and [`StoreError::Io`].
/// The state in the folder is as it was then.
pub async fn restore(backup: &Path, folder: &Path, replace: bool) -> Result<(), StoreError> {
    let (backup, folder) = (backup.to_owned(), folder.to_owned());
    blocking(move || restore_here(&backup, &folder, replace)).await
}

/// The same in this thread.
fn restore_here(backup: &Path, folder: &Path, replace: bool) -> Result<(), StoreError> {
    let size = fs::metadata(backup).map_err(|error| io_error(backup, &error))?.len();
    if size == 0 {
        return Err(StoreError::Corrupt { file: backup.to_owned(), reason: "it is empty".to_owned() });
    }
    opening::check_copy(backup, &SqliteOptions::default())?;
    let held = Held::take(folder)?;
    if held.file.exists() && !replace {
        return Err(StoreError::Refused(format!(
            "there is a {STATE_FILE} in {} already; say that it is to be replaced, or choose another folder",
            folder.display()
        )));
    }
    put_in_place(backup, &held)
}

fn put_in_place(backup: &Path, held: &Held) -> Result<(), StoreError> {
    let part = unfinished(&held.file);
    let result = write_copy(backup, &part).and_then(|()| swap(&part, &held.file));
    if result.is_err() {
        let _ = fs::remove_file(&part);
    }
    result
}

fn write_copy(backup: &Path, part: &Path) -> Result<(), StoreError> {
    let mut from = fs::File::open(backup).map_err(|error| io_error(backup, &error))?;
    let mut to =
        private(OpenOptions::new().create_new(true).write(true)).open(part).map_err(|error| io_error(part, &error))?;
    std::io::copy(&mut from, &mut to).and_then(|_| to.sync_all()).map_err(|error| io_error(part, &error))
}

/// The log of the old state must never meet the new one: it goes first. The old state without the end of its log is the one
/// thing a crash right between the two can leave; both are about to be replaced.
fn swap(part: &Path, file: &Path) -> Result<(), StoreError> {
    for suffix in ["-wal", "-shm", "-journal"] {
        let path = beside(file, suffix);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(io_error(&path, &error)),
            _ => {}
        }
    }
    sync_folder(folder_of(file))?;
    fs::rename(part, file).map_err(|error| io_error(file, &error))?;
    sync_folder(folder_of(file))
}
