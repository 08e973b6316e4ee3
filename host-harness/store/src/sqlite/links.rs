//! The table of links.

use super::fault::Fault;
use super::installations::next_version;
use super::paging::{IDS, filled, id_list, one_more, page};
use crate::people::LinkRow;
use crate::record::Page;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

const PUT: &str = "INSERT INTO links (installation, customer_id, external_id, body, version) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (installation, customer_id) DO UPDATE SET external_id = excluded.external_id, body = excluded.body, \
     version = excluded.version";
const REMOVE: &str = "DELETE FROM links WHERE installation = $1 AND customer_id = $2";
const VERSION: &str = "SELECT version FROM links WHERE installation = $1 AND customer_id = $2";
const OWNER: &str = "SELECT customer_id FROM links WHERE installation = $1 AND external_id = $2";
const ONE: &str = "SELECT * FROM links WHERE installation = $1 AND customer_id = $2";
const BY_EXTERNAL_ID: &str = "SELECT * FROM links WHERE installation = $1 AND external_id = $2";
const OF: &str =
    concat!("SELECT * FROM links WHERE installation = $1 AND customer_id IN ", id_list!(), " ORDER BY customer_id");
const LIST: &str = "SELECT * FROM links WHERE installation = $1 AND customer_id > $2 ORDER BY customer_id LIMIT $3";

fn link_row(row: &SqliteRow) -> Result<LinkRow, sqlx::Error> {
    Ok(LinkRow {
        customer_id: row.try_get("customer_id")?,
        external_id: row.try_get("external_id")?,
        body_json: row.try_get("body")?,
        version: row.try_get("version")?,
    })
}

/// Make or replace a link, at a new version.
pub(crate) async fn put(connection: &mut SqliteConnection, installation: &str, link: &LinkRow) -> Result<(), Fault> {
    let version = next_version(connection).await?;
    let done = sqlx::query(PUT)
        .bind(installation)
        .bind(&link.customer_id)
        .bind(&link.external_id)
        .bind(&link.body_json)
        .bind(version)
        .execute(connection)
        .await;
    match done {
        Err(sqlx::Error::Database(said)) if said.is_unique_violation() => {
            Err(Fault::Refused("another customer has a link to this external id; take that link away first".to_owned()))
        }
        other => Ok(other.map(drop)?),
    }
}

/// Forget a link.
pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    installation: &str,
    customer_id: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(REMOVE).bind(installation).bind(customer_id).execute(connection).await.map(drop)
}

/// The version of a customer's link, if there is one.
pub(crate) async fn version(
    connection: &mut SqliteConnection,
    installation: &str,
    customer_id: &str,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(VERSION).bind(installation).bind(customer_id).fetch_optional(connection).await
}

/// Whether a customer has a link.
pub(crate) async fn exists(
    connection: &mut SqliteConnection,
    installation: &str,
    customer_id: &str,
) -> Result<bool, sqlx::Error> {
    Ok(version(connection, installation, customer_id).await?.is_some())
}

/// Whose link to an external id is.
pub(crate) async fn owner(
    connection: &mut SqliteConnection,
    installation: &str,
    external_id: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(OWNER).bind(installation).bind(external_id).fetch_optional(connection).await
}

/// The link of a customer.
pub(crate) async fn one(
    pool: &SqlitePool,
    installation: &str,
    customer_id: &str,
) -> Result<Option<LinkRow>, sqlx::Error> {
    let query = sqlx::query(ONE).bind(installation).bind(customer_id);
    query.try_map(|row: SqliteRow| link_row(&row)).fetch_optional(pool).await
}

/// The link to an external id.
pub(crate) async fn by_external_id(
    pool: &SqlitePool,
    installation: &str,
    external_id: &str,
) -> Result<Option<LinkRow>, sqlx::Error> {
    let query = sqlx::query(BY_EXTERNAL_ID).bind(installation).bind(external_id);
    query.try_map(|row: SqliteRow| link_row(&row)).fetch_optional(pool).await
}

/// The links of these customers.
pub(crate) async fn of(
    pool: &SqlitePool,
    installation: &str,
    customer_ids: &[String],
) -> Result<Vec<LinkRow>, sqlx::Error> {
    let mut found = Vec::with_capacity(customer_ids.len());
    for part in customer_ids.chunks(IDS) {
        let query = filled(part).fold(sqlx::query(OF).bind(installation), |query, id| query.bind(id));
        found.extend(query.try_map(|row: SqliteRow| link_row(&row)).fetch_all(pool).await?);
    }
    Ok(found)
}

/// All by customer.
pub(crate) async fn list(
    pool: &SqlitePool,
    installation: &str,
    after: Option<&str>,
    most: u32,
) -> Result<Page<LinkRow>, sqlx::Error> {
    let query = sqlx::query(LIST).bind(installation).bind(after.unwrap_or("")).bind(one_more(most));
    let rows = query.try_map(|row: SqliteRow| link_row(&row)).fetch_all(pool).await?;
    Ok(page(rows, most, |row| row.customer_id.clone()))
}
