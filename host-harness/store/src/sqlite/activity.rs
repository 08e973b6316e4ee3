//! The table of what happened. It keeps the newest of each installation, and forgets the rest now and then rather than each
//! time.

use super::paging::{one_more, page};
use crate::Ms;
use crate::record::{Activity, Page};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

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
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    installation: &str,
    activity: &Activity,
) -> Result<(), sqlx::Error> {
    let id: i64 = sqlx::query_scalar(PUT)
        .bind(installation)
        .bind(activity.at)
        .bind(activity.took_ms)
        .bind(&activity.function)
        .bind(&activity.correlation)
        .bind(activity.attempt)
        .bind(activity.items)
        .bind(activity.requests)
        .bind(&activity.outcome_json)
        .fetch_one(&mut *connection)
        .await?;
    if id % TRIM_EVERY == 0 {
        trim(connection, installation).await?;
    }
    Ok(())
}

/// Forget all but the newest of an installation.
pub(crate) async fn trim(connection: &mut SqliteConnection, installation: &str) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(TRIM).bind(installation).bind(KEPT).execute(connection).await?.rows_affected())
}

/// Forget what is older.
pub(crate) async fn purge(connection: &mut SqliteConnection, before: Ms) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query(PURGE).bind(before).execute(connection).await?.rows_affected())
}

/// Newest first.
pub(crate) async fn list(
    pool: &SqlitePool,
    installation: &str,
    after: Option<&str>,
    most: u32,
) -> Result<Page<Activity>, sqlx::Error> {
    let below: i64 = after.and_then(|text| text.parse().ok()).unwrap_or(i64::MAX);
    let query = sqlx::query(LIST).bind(installation).bind(below).bind(one_more(most));
    let rows = query
        .try_map(|row: SqliteRow| {
            Ok(Activity {
                id: row.try_get("id")?,
                at: row.try_get("at")?,
                took_ms: row.try_get("took_ms")?,
                function: row.try_get("function")?,
                correlation: row.try_get("correlation")?,
                attempt: row.try_get("attempt")?,
                items: row.try_get("items")?,
                requests: row.try_get("requests")?,
                outcome_json: row.try_get("outcome")?,
            })
        })
        .fetch_all(pool)
        .await?;
    Ok(page(rows, most, |row| row.id.to_string()))
}
