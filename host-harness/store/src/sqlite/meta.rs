//! The table of values the host keeps for itself.

use sqlx::sqlite::{SqliteConnection, SqlitePool};

const PUT: &str =
    "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
const ONE: &str = "SELECT value FROM meta WHERE key = $1";

/// Put in or replace.
pub(crate) async fn put(connection: &mut SqliteConnection, key: &str, value: &str) -> Result<(), sqlx::Error> {
    sqlx::query(PUT).bind(key).bind(value).execute(connection).await.map(drop)
}

/// A value.
pub(crate) async fn one(pool: &SqlitePool, key: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(ONE).bind(key).fetch_optional(pool).await
}
