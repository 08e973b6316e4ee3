//! The table of flags.

use crate::people::FlagRow;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

const PUT: &str = "INSERT INTO flags (installation, customer_id, code, message, at) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (installation, customer_id, code) DO UPDATE SET message = excluded.message, at = excluded.at";
const CLEAR: &str = "DELETE FROM flags WHERE installation = $1 AND customer_id = $2 AND code = $3";
const LIST: &str = "SELECT * FROM flags WHERE installation = $1 ORDER BY at, customer_id, code";

/// Put in or replace.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    installation: &str,
    flag: &FlagRow,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(PUT).bind(installation).bind(&flag.customer_id).bind(&flag.code).bind(&flag.message);
    query.bind(flag.at).execute(connection).await.map(drop)
}

/// Take away.
pub(crate) async fn clear(
    connection: &mut SqliteConnection,
    installation: &str,
    customer_id: &str,
    code: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(CLEAR).bind(installation).bind(customer_id).bind(code).execute(connection).await.map(drop)
}

/// All of an installation, oldest first.
pub(crate) async fn list(pool: &SqlitePool, installation: &str) -> Result<Vec<FlagRow>, sqlx::Error> {
    let query = sqlx::query(LIST).bind(installation).try_map(|row: SqliteRow| {
        Ok(FlagRow {
            customer_id: row.try_get("customer_id")?,
            code: row.try_get("code")?,
            message: row.try_get("message")?,
            at: row.try_get("at")?,
        })
    });
    query.fetch_all(pool).await
}
