//! The table of API keys.

use super::sql;
use crate::Ms;
use crate::record::ApiKeyRow;
use rusqlite::{Connection, Result, params};

const PUT: &str = "INSERT INTO api_keys (id, name, hash, scopes, created, revoked) VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, hash = excluded.hash, scopes = excluded.scopes, \
     created = excluded.created, revoked = excluded.revoked";
const REVOKE: &str = "UPDATE api_keys SET revoked = $2 WHERE id = $1 AND revoked IS NULL";
const LIST: &str = "SELECT * FROM api_keys ORDER BY created, id";

/// Keep a key.
pub(crate) fn put(connection: &Connection, key: &ApiKeyRow) -> Result<()> {
    let ApiKeyRow { id, name, hash, scopes, created, revoked } = key;
    sql::run(connection, PUT, params![id, name, hash, scopes, created, revoked]).map(drop)
}

/// Take a key back; the first time stands.
pub(crate) fn revoke(connection: &Connection, id: &str, at: Ms) -> Result<()> {
    sql::run(connection, REVOKE, params![id, at]).map(drop)
}

/// All keys, oldest first.
pub(crate) fn list(connection: &Connection) -> Result<Vec<ApiKeyRow>> {
    sql::all(connection, LIST, &[], |row| {
        Ok(ApiKeyRow {
            id: row.get("id")?,
            name: row.get("name")?,
            hash: row.get("hash")?,
            scopes: row.get("scopes")?,
            created: row.get("created")?,
            revoked: row.get("revoked")?,
        })
    })
}
