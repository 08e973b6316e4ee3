//! The table of customers.

use super::paging::{IDS, filled, id_list, one_more, page};
use crate::people::CustomerRow;
use crate::record::Page;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use std::collections::BTreeMap;

const PUT: &str = "INSERT INTO customers (installation, id, revision, number, cvr_digits, email_lower, tagged, deleted, body, changed) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (installation, id) DO UPDATE SET revision = excluded.revision, \
     number = excluded.number, cvr_digits = excluded.cvr_digits, email_lower = excluded.email_lower, tagged = excluded.tagged, \
     deleted = excluded.deleted, body = excluded.body, changed = excluded.changed";
const ONE: &str = "SELECT * FROM customers WHERE installation = $1 AND id = $2";
const REVISIONS: &str = concat!("SELECT id, revision FROM customers WHERE installation = $1 AND id IN ", id_list!());
const BY_ID: &str = concat!("SELECT * FROM customers WHERE installation = $1 AND id IN ", id_list!(), " ORDER BY id");
const LIST: &str = "SELECT * FROM customers WHERE installation = $1 AND id > $2 ORDER BY id LIMIT $3";
const RETAG: &str = "UPDATE customers SET tagged = $3 WHERE installation = $1 AND id = $2 AND tagged <> $3";

fn customer_row(row: &SqliteRow) -> Result<CustomerRow, sqlx::Error> {
    Ok(CustomerRow {
        id: row.try_get("id")?,
        revision: row.try_get("revision")?,
        number: row.try_get("number")?,
        cvr_digits: row.try_get("cvr_digits")?,
        email_lower: row.try_get("email_lower")?,
        tagged: row.try_get("tagged")?,
        deleted: row.try_get("deleted")?,
        body_json: row.try_get("body")?,
        changed: row.try_get("changed")?,
    })
}

/// Put in or replace.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    installation: &str,
    customer: &CustomerRow,
) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(installation)
        .bind(&customer.id)
        .bind(customer.revision)
        .bind(&customer.number)
        .bind(&customer.cvr_digits)
        .bind(&customer.email_lower)
        .bind(customer.tagged)
        .bind(customer.deleted)
        .bind(&customer.body_json)
        .bind(customer.changed)
        .execute(connection)
        .await
        .map(drop)
}

/// The customer, inside a transaction.
pub(crate) async fn held(
    connection: &mut SqliteConnection,
    installation: &str,
    id: &str,
) -> Result<Option<CustomerRow>, sqlx::Error> {
    let query = sqlx::query(ONE).bind(installation).bind(id).try_map(|row: SqliteRow| customer_row(&row));
    query.fetch_optional(connection).await
}

/// The revisions of those of these that are held.
pub(crate) async fn revisions(
    connection: &mut SqliteConnection,
    installation: &str,
    ids: &[&str],
) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let mut found = BTreeMap::new();
    for part in ids.chunks(IDS) {
        let query = filled(part).fold(sqlx::query_as(REVISIONS).bind(installation), |query, id| query.bind(*id));
        found.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// Say anew who carries the tag.
pub(crate) async fn retag(
    connection: &mut SqliteConnection,
    installation: &str,
    tags: &[(String, bool)],
) -> Result<(), sqlx::Error> {
    for (id, tagged) in tags {
        sqlx::query(RETAG).bind(installation).bind(id).bind(tagged).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Those of these ids that are held.
pub(crate) async fn by_id(
    pool: &SqlitePool,
    installation: &str,
    ids: &[String],
) -> Result<Vec<CustomerRow>, sqlx::Error> {
    let mut found = Vec::with_capacity(ids.len());
    for part in ids.chunks(IDS) {
        let query = filled(part).fold(sqlx::query(BY_ID).bind(installation), |query, id| query.bind(id));
        found.extend(query.try_map(|row: SqliteRow| customer_row(&row)).fetch_all(pool).await?);
    }
    Ok(found)
}

/// All by id.
pub(crate) async fn list(
    pool: &SqlitePool,
    installation: &str,
    after: Option<&str>,
    most: u32,
) -> Result<Page<CustomerRow>, sqlx::Error> {
    let query = sqlx::query(LIST).bind(installation).bind(after.unwrap_or("")).bind(one_more(most));
    let rows = query.try_map(|row: SqliteRow| customer_row(&row)).fetch_all(pool).await?;
    Ok(page(rows, most, |row| row.id.clone()))
}
