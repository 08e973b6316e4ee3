//! The table of what happened. It keeps the newest of each installation, and forgets the rest now and then rather than each
//! time.

use super::paging::{one_more, page};
use super::sql;
use crate::Ms;
use crate::record::{Activity, Page};
use rusqlite::{Connection, Result, params};

/// Calls kept for each installation: a few days of a busy one, and quick to look through.
const KEPT: i64 = 1_000;
/// One write out of so many trims. A prime, so that installations that take turns are all met sooner or later.
const TRIM_EVERY: i64 = 97;

const PUT: &str = "INSERT INTO activity (installation, at, took_ms, function, correlation, attempt, items, requests, outcome) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
const TRIM: &str = "DELETE FROM activity WHERE installation = $1 AND id <= (SELECT id FROM activity WHERE installation = $1 \
     ORDER BY id DESC LIMIT 1 OFFSET $2)";
const PURGE: &str = "DELETE FROM activity WHERE at < $1";
const LIST: &str = "SELECT * FROM activity WHERE installation = $1 AND id < $2 ORDER BY id DESC LIMIT $3";

/// Keep a call.
pub(crate) fn put(connection: &Connection, installation: &str, activity: &Activity) -> Result<()> {
    let Activity { id: _, at, took_ms, function, correlation, attempt, items, requests, outcome_json } = activity;
    let values = params![installation, at, took_ms, function, correlation, attempt, items, requests, outcome_json];
    let id: i64 = sql::one(connection, PUT, values, |row| row.get(0))?;
    if id % TRIM_EVERY == 0 {
        trim(connection, installation)?;
    }
    Ok(())
}

/// Forget all but the newest of an installation; how many.
pub(crate) fn trim(connection: &Connection, installation: &str) -> Result<usize> {
    sql::run(connection, TRIM, params![installation, KEPT])
}

/// Forget what is older; how many.
pub(crate) fn purge(connection: &Connection, before: Ms) -> Result<usize> {
    sql::run(connection, PURGE, params![before])
}

/// Newest first.
pub(crate) fn list(
    connection: &Connection,
    installation: &str,
    after: Option<&str>,
    most: u32,
) -> Result<Page<Activity>> {
    let below: i64 = after.and_then(|text| text.parse().ok()).unwrap_or(i64::MAX);
    let rows = sql::all(connection, LIST, params![installation, below, one_more(most)], |row| {
        Ok(Activity {
            id: row.get("id")?,
            at: row.get("at")?,
            took_ms: row.get("took_ms")?,
            function: row.get("function")?,
            correlation: row.get("correlation")?,
            attempt: row.get("attempt")?,
            items: row.get("items")?,
            requests: row.get("requests")?,
            outcome_json: row.get("outcome")?,
        })
    })?;
    Ok(page(rows, most, |row| row.id.to_string()))
}
