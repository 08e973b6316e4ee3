//! From what SQLite says to what a caller can act on. Texts never carry values: SQLite names tables and columns only.

use crate::error::StoreError;
use rusqlite::ErrorCode;
use rusqlite::types::FromSqlError;
use std::path::Path;

/// Why a piece of work did not go through, before anybody knows which file it was.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The database said no.
    Sql(rusqlite::Error),
    /// What was asked for cannot be.
    Refused(String),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl Fault {
    /// The same for the caller; `file` is the database.
    pub(crate) fn into_store(self, file: &Path) -> StoreError {
        match self {
            Self::Sql(error) => store_error(&error, file),
            Self::Refused(text) => StoreError::Refused(text),
        }
    }
}

/// A column holds a word that this version does not know.
pub(crate) fn unknown_word(column: &'static str) -> rusqlite::Error {
    FromSqlError::Other(format!("unknown word in column {column}").into()).into()
}

/// What the caller is told about an error of the database.
pub(crate) fn store_error(error: &rusqlite::Error, file: &Path) -> StoreError {
    if let rusqlite::Error::IntegralValueOutOfRange(..) = error {
        return StoreError::Database("a number is out of range".to_owned());
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked,
        Some(ErrorCode::DiskFull) => StoreError::Full,
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Corrupt { file: file.to_owned(), reason: error.to_string() }
        }
        _ => StoreError::Database(error.to_string()),
    }
}

/// An error of the file system.
pub(crate) fn io_error(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Io { path: path.to_owned(), reason: error.to_string() },
    }
}
