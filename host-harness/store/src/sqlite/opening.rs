//! How the database is opened: looked at first, without writing; then brought to this version's schema; then set so that
//! what was committed is on the disk.

use super::SqliteOptions;
use super::fault::store_error;
use super::folder::{beside, make_file};
use crate::error::StoreError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;
use std::time::Duration;

static MIGRATOR: Migrator = sqlx::migrate!();

/// Connections for reading: as many as there are questions at once before they queue up; each costs a thread and its cache.
const READERS: u32 = 4;
/// Statements kept prepared for each connection: more than there are in this crate.
const STATEMENTS: usize = 256;
/// Page cache of the connection that writes, in KiB (SQLite takes KiB as a negative number): the rows being worked on.
const WRITER_CACHE: &str = "-16384";
/// Page cache of each connection that reads, in KiB.
const READER_CACHE: &str = "-4096";
/// Pages in the write-ahead log before it is copied into the database (8 MiB): fewer pauses, still a short start after a crash.
const CHECKPOINT_PAGES: &str = "2000";
/// The log is cut back to this many bytes after a copy made it longer, e.g. because a back-up was being read.
const LOG_BYTES: &str = "67108864";
/// How long a reader waits for a free connection.
const READER_WAIT: Duration = Duration::from_secs(30);
/// `PRAGMA synchronous` as a number: `FULL`.
const FULL_SYNC: i64 = 2;

fn plain(file: &Path, options: &SqliteOptions) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(options.busy_timeout)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENTS)
        // Mapped memory would turn a failing disk into the end of the process.
        .pragma("mmap_size", "0")
        .disable_statement_logging()
}

/// Say what is wrong with a file, without changing it. An empty or missing file is fine.
pub(crate) async fn check(file: &Path, options: &SqliteOptions) -> Result<(), StoreError> {
    if std::fs::metadata(file).map_or(0, |found| found.len()) == 0 {
        return Ok(());
    }
    // A migration that was cut off has left a journal; only a connection that writes can take it back.
    let read_only = !beside(file, "-journal").exists();
    let said = |error: sqlx::Error| store_error(&error, file);
    let mut connection = plain(file, options).read_only(read_only).connect().await.map_err(said)?;
    let result = check_open(&mut connection, file).await;
    connection.close().await.map_err(said)?;
    result
}

/// The same for a copy, which must hold a state.
pub(crate) async fn check_copy(file: &Path, options: &SqliteOptions) -> Result<(), StoreError> {
    check(file, options).await?;
    let said = |error: sqlx::Error| store_error(&error, file);
    let mut connection = plain(file, options).read_only(true).connect().await.map_err(said)?;
    let found = schema(&mut connection).await;
    connection.close().await.map_err(said)?;
    if found.map_err(said)? == 0 {
        return Err(StoreError::Corrupt { file: file.to_owned(), reason: "it holds no state".to_owned() });
    }
    Ok(())
}

async fn check_open(connection: &mut SqliteConnection, file: &Path) -> Result<(), StoreError> {
    let said = |error: sqlx::Error| store_error(&error, file);
    let complaints: Vec<String> =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_all(&mut *connection).await.map_err(said)?;
    if complaints.first().is_none_or(|first| first != "ok") {
        let reason = complaints.into_iter().next().unwrap_or_else(|| "the check said nothing".to_owned());
        return Err(StoreError::Corrupt { file: file.to_owned(), reason: reason.replace('\n', " ") });
    }
    let found = schema(connection).await.map_err(said)?;
    let known = known_schema();
    if found > known {
        return Err(StoreError::TooNew { file: file.to_owned(), found, known });
    }
    Ok(())
}

/// The schema a database is at; 0 for none.
async fn schema(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    let tables: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_one(&mut *connection)
            .await?;
    if tables == 0 {
        return Ok(0);
    }
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(connection).await?;
    Ok(newest.unwrap_or(0))
}

fn known_schema() -> i64 {
    MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0)
}

/// The connection that writes, with the newest schema.
pub(crate) async fn writer(file: &Path, options: &SqliteOptions) -> Result<SqliteConnection, StoreError> {
    let said = |error: sqlx::Error| store_error(&error, file);
    make_file(file)?;
    let mut set = plain(file, options)
        .pragma("cache_size", WRITER_CACHE)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", LOG_BYTES)
        // Of effect on macOS only, where fsync alone does not reach the disk.
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON");
    if let Some(pages) = options.most_pages {
        set = set.pragma("max_page_count", pages.to_string());
    }
    let mut connection = set.connect().await.map_err(said)?;
    MIGRATOR.run(&mut connection).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => said(error),
        other => StoreError::Database(format!("the schema cannot be brought up to date: {other}")),
    })?;
    let mode: String =
        sqlx::query_scalar("PRAGMA journal_mode = WAL").fetch_one(&mut connection).await.map_err(said)?;
    sqlx::query("PRAGMA synchronous = FULL").execute(&mut connection).await.map_err(said)?;
    let sync: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut connection).await.map_err(said)?;
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

/// Connections that read and cannot write.
pub(crate) async fn readers(file: &Path, options: &SqliteOptions) -> Result<SqlitePool, StoreError> {
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .min_connections(1)
        .acquire_timeout(READER_WAIT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(plain(file, options).read_only(true).pragma("cache_size", READER_CACHE))
        .await
        .map_err(|error| store_error(&error, file))
}

/// Write a whole copy of the database to a file that is missing or empty.
pub(crate) async fn copy(file: &Path, to: &Path, options: &SqliteOptions) -> Result<(), StoreError> {
    let said = |error: sqlx::Error| store_error(&error, file);
    let name = to.to_str().ok_or_else(|| StoreError::Io {
        path: to.to_owned(),
        reason: "the name is not valid Unicode; choose another".to_owned(),
    })?;
    let mut connection = plain(file, options).read_only(true).connect().await.map_err(said)?;
    let result = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut connection).await.map(drop).map_err(said);
    connection.close().await.map_err(said)?;
    result
}

/// Copy the log into the database as far as readers allow, and close.
pub(crate) async fn close(mut connection: SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await?;
    connection.close().await
}
