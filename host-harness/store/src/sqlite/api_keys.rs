//! The table of API keys.

use crate::Ms;
use crate::record::ApiKeyRow;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

const PUT: &str = "INSERT INTO api_keys (id, name, hash, scopes, created, revoked) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, hash = excluded.hash, scopes = excluded.scopes, \
     created = excluded.created, revoked = excluded.revoked";
const REVOKE: &str = "UPDATE api_keys SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
const LIST: &str = "SELECT * FROM api_keys ORDER BY created, id";

/// Keep a key.
pub(crate) async fn put(connection: &mut SqliteConnection, key: &ApiKeyRow) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(&key.id)
        .bind(&key.name)
        .bind(&key.hash)
        .bind(&key.scopes)
        .bind(key.created)
        .bind(key.revoked)
        .execute(connection)
        .await
        .map(drop)
}

/// Take a key back; the first time stands.
pub(crate) async fn revoke(connection: &mut SqliteConnection, id: &str, at: Ms) -> Result<(), sqlx::Error> {
    sqlx::query(REVOKE).bind(id).bind(at).execute(connection).await.map(drop)
}

/// All keys, oldest first.
pub(crate) async fn list(pool: &SqlitePool) -> Result<Vec<ApiKeyRow>, sqlx::Error> {
    let query = sqlx::query(LIST).try_map(|row: SqliteRow| {
        Ok(ApiKeyRow {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            hash: row.try_get("hash")?,
            scopes: row.try_get("scopes")?,
            created: row.try_get("created")?,
            revoked: row.try_get("revoked")?,
        })
    });
    query.fetch_all(pool).await
}
