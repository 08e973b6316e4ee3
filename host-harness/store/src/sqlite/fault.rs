//! From what SQLite says to what a caller can act on. Texts never carry values: SQLite names tables and columns only.

use crate::error::StoreError;
use std::path::Path;

/// SQLite's primary result codes that ask for something else than "try again".
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const NOT_A_DATABASE: i32 = 26;
/// Extended codes carry the primary one in their low byte.
const PRIMARY: i32 = 0xff;

/// Why a piece of work did not go through, before anybody knows which file it was.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The database said no.
    Sql(sqlx::Error),
    /// What was asked for cannot be.
    Refused(String),
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
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
pub(crate) fn unknown_word(column: &'static str) -> sqlx::Error {
    sqlx::Error::Decode(format!("unknown word in column {column}").into())
}

/// What the caller is told about an error of the database.
pub(crate) fn store_error(error: &sqlx::Error, file: &Path) -> StoreError {
    match error {
        sqlx::Error::PoolClosed => StoreError::Closed,
        sqlx::Error::PoolTimedOut => StoreError::Database("no free connection in time".to_owned()),
        sqlx::Error::Database(said) => {
            let code = said.code().and_then(|code| code.parse().ok());
            by_code(code, said.message(), file).unwrap_or_else(|| StoreError::Database(said.to_string()))
        }
        other => StoreError::Database(other.to_string()),
    }
}

/// The same for a look-up in the caller's thread.
pub(crate) fn near_error(error: &rusqlite::Error, file: &Path) -> StoreError {
    let code = error.sqlite_error().map(|said| said.extended_code);
    by_code(code, &error.to_string(), file).unwrap_or_else(|| StoreError::Database(error.to_string()))
}

/// What a code of SQLite's stands for, where it asks for something.
fn by_code(code: Option<i32>, message: &str, file: &Path) -> Option<StoreError> {
    match code? & PRIMARY {
        BUSY | LOCKED => Some(StoreError::Locked),
        FULL => Some(StoreError::Full),
        CORRUPT | NOT_A_DATABASE => {
            Some(StoreError::Corrupt { file: file.to_owned(), reason: message.to_owned() })
        }
        _ => None,
    }
}

/// An error of the file system.
pub(crate) fn io_error(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Io { path: path.to_owned(), reason: error.to_string() },
    }
}
