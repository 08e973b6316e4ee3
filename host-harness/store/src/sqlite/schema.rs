//! The schema: what its versions are, which one a file is at, and the way to the newest.
//!
//! A file carries the number of its schema as `user_version`. Files of the first hosts carry it in a table of the library that
//! was used then; the number is taken over once, in a transaction of its own, so that whatever is cut off leaves one mark or the other.

use super::fault::store_error;
use super::sql;
use crate::error::StoreError;
use rusqlite::Connection;
use rusqlite_migration::{Error, M, Migrations};
use std::path::Path;

/// In order; what was released is never changed.
const STEPS: &[M<'static>] = &[
    M::up(include_str!("../../migrations/0001_state.sql")),
    M::up(include_str!("../../migrations/0002_customers_found.sql")),
];
const HAS_OLD_MARK: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'";
const OLD_MARK: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";

/// The newest schema this version knows.
pub(crate) fn known() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// The schema a database is at; 0 for none.
pub(crate) fn found(connection: &Connection) -> rusqlite::Result<i64> {
    let mark: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(mark.max(old_mark(connection)?.unwrap_or(0)))
}

fn old_mark(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let tables: i64 = sql::one(connection, HAS_OLD_MARK, &[], |row| row.get(0))?;
    if tables == 0 { Ok(None) } else { sql::one(connection, OLD_MARK, &[], |row| row.get(0)).map(Some) }
}

/// Bring a database to the newest schema, which it must not be beyond.
pub(crate) fn bring_up(connection: &mut Connection, file: &Path) -> Result<(), StoreError> {
    take_over(connection).map_err(|error| store_error(&error, file))?;
    Migrations::from_slice(STEPS).to_latest(connection).map_err(|error| match error {
        Error::RusqliteError { err, .. } => store_error(&err, file),
        other => StoreError::Database(format!("the schema cannot be brought up to date: {other}")),
    })
}

/// Put the newer mark in the place of the older one.
fn take_over(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    if old_mark(&transaction)?.is_some() {
        transaction.pragma_update(None, "user_version", found(&transaction)?)?;
        transaction.execute_batch("DROP TABLE _sqlx_migrations")?;
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::STEPS;
    use rusqlite_migration::Migrations;

    #[test]
    fn every_step_is_one_that_sqlite_takes() {
        Migrations::from_slice(STEPS).validate().unwrap();
    }
}
