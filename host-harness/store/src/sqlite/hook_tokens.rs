//! The table of tokens of webhook links.

use crate::Ms;
use crate::installation::HookToken;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

const PUT: &str = "INSERT INTO hook_tokens (hash, installation, sealed, created, expires, last_used) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (hash) DO UPDATE SET sealed = excluded.sealed, created = excluded.created, expires = excluded.expires, \
     last_used = excluded.last_used";
const EXPIRE: &str = "UPDATE hook_tokens SET expires = $3 WHERE installation = $1 AND hash <> $2 AND \
     (expires IS NULL OR expires > $3)";
const ONE: &str = "SELECT * FROM hook_tokens WHERE hash = $1";
const OF: &str = "SELECT * FROM hook_tokens WHERE installation = $1 ORDER BY created DESC, hash";

fn token_row(row: &SqliteRow) -> Result<HookToken, sqlx::Error> {
    Ok(HookToken {
        hash: row.try_get("hash")?,
        installation: row.try_get("installation")?,
        sealed: row.try_get("sealed")?,
        created: row.try_get("created")?,
        expires: row.try_get("expires")?,
        last_used: row.try_get("last_used")?,
    })
}

/// Keep a token.
pub(crate) async fn put(connection: &mut SqliteConnection, token: &HookToken) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(&token.hash)
        .bind(&token.installation)
        .bind(&token.sealed)
        .bind(token.created)
        .bind(token.expires)
        .bind(token.last_used)
        .execute(connection)
        .await
        .map(drop)
}

/// Let all but one end then, at the latest.
pub(crate) async fn expire(
    connection: &mut SqliteConnection,
    installation: &str,
    except_hash: &str,
    at: Ms,
) -> Result<(), sqlx::Error> {
    sqlx::query(EXPIRE).bind(installation).bind(except_hash).bind(at).execute(connection).await.map(drop)
}

/// A token by its hash.
pub(crate) async fn one(pool: &SqlitePool, hash: &str) -> Result<Option<HookToken>, sqlx::Error> {
    sqlx::query(ONE).bind(hash).try_map(|row: SqliteRow| token_row(&row)).fetch_optional(pool).await
}

/// All of an installation, newest first.
pub(crate) async fn of(pool: &SqlitePool, installation: &str) -> Result<Vec<HookToken>, sqlx::Error> {
    sqlx::query(OF).bind(installation).try_map(|row: SqliteRow| token_row(&row)).fetch_all(pool).await
}
