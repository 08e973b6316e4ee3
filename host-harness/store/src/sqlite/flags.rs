//! The table of flags.

use super::sql;
use crate::people::FlagRow;
use rusqlite::{Connection, Result, params};

const PUT: &str = "INSERT INTO flags (installation, customer_id, code, message, at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (installation, customer_id, code) DO UPDATE SET message = excluded.message, at = excluded.at";
const CLEAR: &str = "DELETE FROM flags WHERE installation = $1 AND customer_id = $2 AND code = $3";
const LIST: &str = "SELECT * FROM flags WHERE installation = $1 ORDER BY at, customer_id, code";

/// Put in or replace.
pub(crate) fn put(connection: &Connection, installation: &str, flag: &FlagRow) -> Result<()> {
    let FlagRow { customer_id, code, message, at } = flag;
    sql::run(connection, PUT, params![installation, customer_id, code, message, at]).map(drop)
}

/// Take away.
pub(crate) fn clear(connection: &Connection, installation: &str, customer_id: &str, code: &str) -> Result<()> {
    sql::run(connection, CLEAR, params![installation, customer_id, code]).map(drop)
}

/// All of an installation, oldest first.
pub(crate) fn list(connection: &Connection, installation: &str) -> Result<Vec<FlagRow>> {
    sql::all(connection, LIST, params![installation], |row| {
        Ok(FlagRow {
            customer_id: row.get("customer_id")?,
            code: row.get("code")?,
            message: row.get("message")?,
            at: row.get("at")?,
        })
    })
}
