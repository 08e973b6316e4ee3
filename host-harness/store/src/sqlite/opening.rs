//! How the database is opened: looked at first, without writing; then brought to this version's schema; then set so that
//! what was committed is on the disk.

use super::fault::store_error;
use super::folder::{beside, make_file};
use super::{SqliteOptions, schema};
use crate::error::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Result};
use std::path::Path;

/// Statements kept prepared for each connection: more than there are in this crate.
const STATEMENTS: usize = 256;
/// Page cache of a connection, in KiB: the rows being worked on, or the indices of an installation with 100,000 customers.
const CACHE_KIB: i64 = 16_384;
/// Pages in the write-ahead log before it is copied into the database (8 MiB): fewer pauses, still a short start after a crash.
const CHECKPOINT_PAGES: i64 = 2_000;
/// The log is cut back to this many bytes after a copy made it longer, e.g. because a back-up was being read.
const LOG_BYTES: i64 = 67_108_864;
/// `PRAGMA synchronous` as a number: `FULL`.
const FULL_SYNC: i64 = 2;

fn connect(file: &Path, options: &SqliteOptions, access: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(options.busy_timeout)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A plan does not hang on the values that are asked for, so that a statement stays prepared: otherwise SQLite prepares anew for
    // each value of a LIMIT.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // SQLite takes KiB as a negative number.
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // Mapped memory would turn a failing disk into the end of the process.
    connection.pragma_update(None, "mmap_size", 0)?;
    Ok(connection)
}

/// A connection that reads and cannot write.
pub(crate) fn reader(file: &Path, options: &SqliteOptions) -> Result<Connection> {
    connect(file, options, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

/// Say what is wrong with a file, without changing it. An empty or missing file is fine.
pub(crate) fn check(file: &Path, options: &SqliteOptions) -> Result<(), StoreError> {
    if std::fs::metadata(file).map_or(0, |found| found.len()) == 0 {
        return Ok(());
    }
    let said = |error: rusqlite::Error| store_error(&error, file);
    // A migration that was cut off has left a journal; only a connection that writes can take it back.
    let access = if beside(file, "-journal").exists() {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    } else {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    };
    let connection = connect(file, options, access).map_err(said)?;
    let complaint: Option<String> = quick_check(&connection).map_err(said)?;
    if let Some(reason) = complaint {
        return Err(StoreError::Corrupt { file: file.to_owned(), reason });
    }
    let (found, known) = (schema::found(&connection).map_err(said)?, schema::known());
    if found > known {
        return Err(StoreError::TooNew { file: file.to_owned(), found, known });
    }
    Ok(())
}

/// The first thing that SQLite's own check finds wrong.
fn quick_check(connection: &Connection) -> Result<Option<String>> {
    let said: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok(if said == "ok" { None } else { Some(said.replace('\n', " ")) })
}

/// The same for a copy, which must hold a state.
pub(crate) fn check_copy(file: &Path, options: &SqliteOptions) -> Result<(), StoreError> {
    check(file, options)?;
    let found = reader(file, options).and_then(|connection| schema::found(&connection));
    if found.map_err(|error| store_error(&error, file))? == 0 {
        return Err(StoreError::Corrupt { file: file.to_owned(), reason: "it holds no state".to_owned() });
    }
    Ok(())
}

/// The connection that writes, with the newest schema.
pub(crate) fn writer(file: &Path, options: &SqliteOptions) -> Result<Connection, StoreError> {
    let said = |error: rusqlite::Error| store_error(&error, file);
    make_file(file)?;
    let mut connection = connect(file, options, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(said)?;
    set_for_writing(&connection, options).map_err(said)?;
    schema::bring_up(&mut connection, file)?;
    let (mode, sync) = keep_what_is_committed(&connection).map_err(said)?;
    if mode != "wal" || sync != FULL_SYNC {
        return Err(StoreError::Io {
            path: file.to_owned(),
            reason: format!(
                "no write-ahead log with full synchronisation here (journal {mode}, synchronous {sync}); use a local disk"
            ),
        });
    }
    Ok(connection)
}

fn set_for_writing(connection: &Connection, options: &SqliteOptions) -> Result<()> {
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
    // Of effect on macOS only, where fsync alone does not reach the disk.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    match options.most_pages {
        Some(pages) => connection.pragma_update(None, "max_page_count", pages),
        None => Ok(()),
    }
}

/// What the journal and the synchronisation are, once both were asked for.
fn keep_what_is_committed(connection: &Connection) -> Result<(String, i64)> {
    let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok((mode, connection.pragma_query_value(None, "synchronous", |row| row.get(0))?))
}

/// Write a whole copy of the database to a file that is missing or empty.
pub(crate) fn copy(file: &Path, to: &Path, options: &SqliteOptions) -> Result<(), StoreError> {
    let name = to.to_str().ok_or_else(|| StoreError::Io {
        path: to.to_owned(),
        reason: "the name is not valid Unicode; choose another".to_owned(),
    })?;
    reader(file, options)
        .and_then(|connection| connection.execute("VACUUM INTO $1", [name]))
        .map(drop)
        .map_err(|error| store_error(&error, file))
}

/// Copy the log into the database as far as readers allow, and close.
pub(crate) fn close(connection: Connection) -> Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error)
}
