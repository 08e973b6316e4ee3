//! The table of values the host keeps for itself.

use super::sql;
use rusqlite::{Connection, OptionalExtension, Result, params};

const PUT: &str =
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
const ONE: &str = "SELECT value FROM meta WHERE key = $1";

/// Put in or replace.
pub(crate) fn put(connection: &Connection, key: &str, value: &str) -> Result<()> {
    sql::run(connection, PUT, params![key, value]).map(drop)
}

/// A value.
pub(crate) fn one(connection: &Connection, key: &str) -> Result<Option<String>> {
    sql::one(connection, ONE, params![key], |row| row.get(0)).optional()
}
