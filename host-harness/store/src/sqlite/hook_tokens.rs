//! The table of tokens of webhook links.

use super::sql;
use crate::Ms;
use crate::installation::HookToken;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

const PUT: &str = "INSERT INTO hook_tokens (hash, installation, sealed, created, expires, last_used) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (hash) DO UPDATE SET sealed = excluded.sealed, created = excluded.created, expires = excluded.expires, \
     last_used = excluded.last_used";
const EXPIRE: &str = "UPDATE hook_tokens SET expires = $3 WHERE installation = $1 AND hash <> $2 AND \
     (expires IS NULL OR expires > $3)";
const ONE: &str = "SELECT * FROM hook_tokens WHERE hash = $1";
const OF: &str = "SELECT * FROM hook_tokens WHERE installation = $1 ORDER BY created DESC, hash";

fn token_row(row: &Row<'_>) -> Result<HookToken> {
    Ok(HookToken {
        hash: row.get("hash")?,
        installation: row.get("installation")?,
        sealed: row.get("sealed")?,
        created: row.get("created")?,
        expires: row.get("expires")?,
        last_used: row.get("last_used")?,
    })
}

/// Keep a token.
pub(crate) fn put(connection: &Connection, token: &HookToken) -> Result<()> {
    let HookToken { hash, installation, sealed, created, expires, last_used } = token;
    sql::run(connection, PUT, params![hash, installation, sealed, created, expires, last_used]).map(drop)
}

/// Let all but one end then, at the latest.
pub(crate) fn expire(connection: &Connection, installation: &str, except_hash: &str, at: Ms) -> Result<()> {
    sql::run(connection, EXPIRE, params![installation, except_hash, at]).map(drop)
}

/// A token by its hash.
pub(crate) fn one(connection: &Connection, hash: &str) -> Result<Option<HookToken>> {
    sql::one(connection, ONE, params![hash], token_row).optional()
}

/// All of an installation, newest first.
pub(crate) fn of(connection: &Connection, installation: &str) -> Result<Vec<HookToken>> {
    sql::all(connection, OF, params![installation], token_row)
}
