//! The table of receipts of booked days.

use crate::people::ReceiptRow;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

const PUT: &str = "INSERT INTO receipts (installation, report_id, revision, date, posted, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
     ON CONFLICT (installation, report_id, revision) DO UPDATE SET posted = receipts.posted OR excluded.posted";
const POSTED: &str = "UPDATE receipts SET posted = $4 WHERE installation = $1 AND report_id = $2 AND revision = $3";
const HIGHEST: &str =
    "SELECT body FROM receipts WHERE installation = $1 AND report_id = $2 ORDER BY revision DESC LIMIT 1";
const OF_REPORT: &str = "SELECT * FROM receipts WHERE installation = $1 AND report_id = $2 ORDER BY revision";
const UNPOSTED: &str =
    "SELECT * FROM receipts WHERE installation = $1 AND posted = FALSE ORDER BY date, report_id, revision";

fn receipt_row(row: &SqliteRow) -> Result<ReceiptRow, sqlx::Error> {
    Ok(ReceiptRow {
        report_id: row.try_get("report_id")?,
        revision: row.try_get("revision")?,
        date: row.try_get("date")?,
        posted: row.try_get("posted")?,
        body_json: row.try_get("body")?,
        at: row.try_get("at")?,
    })
}

/// Keep it; the first one kept stands.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    installation: &str,
    receipt: &ReceiptRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(installation)
        .bind(&receipt.report_id)
        .bind(receipt.revision)
        .bind(&receipt.date)
        .bind(receipt.posted)
        .bind(&receipt.body_json)
        .bind(receipt.at)
        .execute(connection)
        .await
        .map(drop)
}

/// Note whether it is posted.
pub(crate) async fn note_posted(
    connection: &mut SqliteConnection,
    installation: &str,
    report_id: &str,
    revision: i64,
    posted: bool,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(POSTED).bind(installation).bind(report_id).bind(revision).bind(posted);
    query.execute(connection).await.map(drop)
}

/// The body of the highest revision.
pub(crate) async fn highest(
    connection: &mut SqliteConnection,
    installation: &str,
    report_id: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(HIGHEST).bind(installation).bind(report_id).fetch_optional(connection).await
}

/// All of a report, lowest revision first.
pub(crate) async fn of_report(
    pool: &SqlitePool,
    installation: &str,
    report_id: &str,
) -> Result<Vec<ReceiptRow>, sqlx::Error> {
    let query = sqlx::query(OF_REPORT).bind(installation).bind(report_id);
    query.try_map(|row: SqliteRow| receipt_row(&row)).fetch_all(pool).await
}

/// Those not known to be posted, oldest day first.
pub(crate) async fn unposted(pool: &SqlitePool, installation: &str) -> Result<Vec<ReceiptRow>, sqlx::Error> {
    let query = sqlx::query(UNPOSTED).bind(installation);
    query.try_map(|row: SqliteRow| receipt_row(&row)).fetch_all(pool).await
}
