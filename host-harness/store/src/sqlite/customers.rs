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

/// Synchronised, living customers whose `$column` is `$2`.
macro_rules! search {
    ($column:literal) => {
        concat!(
            "SELECT c.* FROM customers c WHERE c.installation = $1 AND c.",
            $column,
            " = $2 AND c.deleted = FALSE AND (c.tagged = TRUE OR EXISTS (SELECT 1 FROM links l WHERE l.installation = c.installation \
             AND l.customer_id = c.id)) ORDER BY c.id LIMIT $3"
        )
    };
}
const BY_NUMBER: &str = search!("number");
const BY_CVR: &str = search!("cvr_digits");
const BY_EMAIL: &str = search!("email_lower");

/// What customers are searched by.
#[derive(Clone, Copy)]
pub(crate) enum By {
    Number,
    Cvr,
    Email,
}

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

/// A customer.
pub(crate) async fn one(pool: &SqlitePool, installation: &str, id: &str) -> Result<Option<CustomerRow>, sqlx::Error> {
    let query = sqlx::query(ONE).bind(installation).bind(id).try_map(|row: SqliteRow| customer_row(&row));
    query.fetch_optional(pool).await
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

/// Synchronised, living customers with this value; none for an empty one, which would be everybody without.
pub(crate) async fn by(
    pool: &SqlitePool,
    installation: &str,
    what: By,
    value: &str,
    most: u32,
) -> Result<Vec<CustomerRow>, sqlx::Error> {
    if value.is_empty() {
        return Ok(Vec::new());
    }
    let statement = match what {
        By::Number => BY_NUMBER,
        By::Cvr => BY_CVR,
        By::Email => BY_EMAIL,
    };
    let query = sqlx::query(statement).bind(installation).bind(value).bind(i64::from(most));
    query.try_map(|row: SqliteRow| customer_row(&row)).fetch_all(pool).await
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
