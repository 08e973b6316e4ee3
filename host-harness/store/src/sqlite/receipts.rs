//! The table of receipts of booked days.

use super::sql;
use crate::people::ReceiptRow;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

const PUT: &str = "INSERT INTO receipts (installation, report_id, revision, date, posted, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
     ON CONFLICT (installation, report_id, revision) DO UPDATE SET posted = receipts.posted OR excluded.posted";
const POSTED: &str = "UPDATE receipts SET posted = $4 WHERE installation = $1 AND report_id = $2 AND revision = $3";
const HIGHEST: &str =
    "SELECT body FROM receipts WHERE installation = $1 AND report_id = $2 ORDER BY revision DESC LIMIT 1";
const OF_REPORT: &str = "SELECT * FROM receipts WHERE installation = $1 AND report_id = $2 ORDER BY revision";
const UNPOSTED: &str =
    "SELECT * FROM receipts WHERE installation = $1 AND posted = FALSE ORDER BY date, report_id, revision";

fn receipt_row(row: &Row<'_>) -> Result<ReceiptRow> {
    Ok(ReceiptRow {
        report_id: row.get("report_id")?,
        revision: row.get("revision")?,
        date: row.get("date")?,
        posted: row.get("posted")?,
        body_json: row.get("body")?,
        at: row.get("at")?,
    })
}

/// Keep it; the first one kept stands.
pub(crate) fn put(connection: &Connection, installation: &str, receipt: &ReceiptRow) -> Result<()> {
    let ReceiptRow { report_id, revision, date, posted, body_json, at } = receipt;
    sql::run(connection, PUT, params![installation, report_id, revision, date, posted, body_json, at]).map(drop)
}

/// Note whether it is posted.
pub(crate) fn note_posted(
    connection: &Connection,
    installation: &str,
    report_id: &str,
    revision: i64,
    posted: bool,
) -> Result<()> {
    sql::run(connection, POSTED, params![installation, report_id, revision, posted]).map(drop)
}

/// The body of the highest revision.
pub(crate) fn highest(connection: &Connection, installation: &str, report_id: &str) -> Result<Option<String>> {
    sql::one(connection, HIGHEST, params![installation, report_id], |row| row.get(0)).optional()
}

/// All of a report, lowest revision first.
pub(crate) fn of_report(connection: &Connection, installation: &str, report_id: &str) -> Result<Vec<ReceiptRow>> {
    sql::all(connection, OF_REPORT, params![installation, report_id], receipt_row)
}

/// Those not known to be posted, oldest day first.
pub(crate) fn unposted(connection: &Connection, installation: &str) -> Result<Vec<ReceiptRow>> {
    sql::all(connection, UNPOSTED, params![installation], receipt_row)
}
