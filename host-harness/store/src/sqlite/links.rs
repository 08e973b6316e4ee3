//! The table of links.

use super::fault::Fault;
use super::installations::next_versions;
use super::paging::{IDS, filled, id_list, one_more, page};
use crate::people::LinkRow;
use crate::record::Page;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use std::collections::BTreeMap;

/// Make or replace the links of `$rows`.
macro_rules! put {
    ($($rows:literal),+) => {
        concat!(
            "INSERT INTO links (installation, customer_id, external_id, body, version) VALUES ",
            $($rows,)+
            " ON CONFLICT (installation, customer_id) DO UPDATE SET external_id = excluded.external_id, body = excluded.body, \
             version = excluded.version"
        )
    };
}
const PUT: &str = put!("($1, $2, $3, $4, $5)");
/// As many as [`IDS`].
const PUT_MANY: &str = put!(
    "($1, $2, $3, $4, $5), ($1, $6, $7, $8, $9), ($1, $10, $11, $12, $13), ($1, $14, $15, $16, $17), ",
    "($1, $18, $19, $20, $21), ($1, $22, $23, $24, $25), ($1, $26, $27, $28, $29), ($1, $30, $31, $32, $33), ",
    "($1, $34, $35, $36, $37), ($1, $38, $39, $40, $41), ($1, $42, $43, $44, $45), ($1, $46, $47, $48, $49), ",
    "($1, $50, $51, $52, $53), ($1, $54, $55, $56, $57), ($1, $58, $59, $60, $61), ($1, $62, $63, $64, $65)"
);
const REMOVE: &str = "DELETE FROM links WHERE installation = $1 AND customer_id = $2";
const VERSION: &str = "SELECT version FROM links WHERE installation = $1 AND customer_id = $2";
const OWNERS: &str =
    concat!("SELECT external_id, customer_id FROM links WHERE installation = $1 AND external_id IN ", id_list!());
const VERSIONS: &str =
    concat!("SELECT customer_id, version FROM links WHERE installation = $1 AND customer_id IN ", id_list!());
const TO: &str = concat!("SELECT * FROM links WHERE installation = $1 AND external_id IN ", id_list!());
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

/// Make or replace links, each at a new version.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    installation: &str,
    links: &[&LinkRow],
) -> Result<(), Fault> {
    let count = i64::try_from(links.len()).unwrap_or(i64::MAX);
    let last = next_versions(connection, count).await?;
    let versions = last.saturating_sub(count).saturating_add(1)..;
    let versioned: Vec<(&LinkRow, i64)> = links.iter().copied().zip(versions).collect();
    let (whole, rest) = versioned.as_chunks::<IDS>();
    for many in whole {
        put_rows(connection, installation, PUT_MANY, many).await?;
    }
    for one in rest.chunks(1) {
        put_rows(connection, installation, PUT, one).await?;
    }
    Ok(())
}

async fn put_rows(
    connection: &mut SqliteConnection,
    installation: &str,
    statement: &'static str,
    rows: &[(&LinkRow, i64)],
) -> Result<(), Fault> {
    let query = rows.iter().fold(sqlx::query(statement).bind(installation), |query, (link, version)| {
        query.bind(&link.customer_id).bind(&link.external_id).bind(&link.body_json).bind(*version)
    });
    match query.execute(connection).await {
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

/// Whose links to these external ids are.
pub(crate) async fn owners(
    connection: &mut SqliteConnection,
    installation: &str,
    external_ids: &[&str],
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut found = BTreeMap::new();
    for part in external_ids.chunks(IDS) {
        let query = filled(part).fold(sqlx::query_as(OWNERS).bind(installation), |query, id| query.bind(*id));
        found.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// The versions of these customers' links.
pub(crate) async fn versions(
    connection: &mut SqliteConnection,
    installation: &str,
    customer_ids: &[&str],
) -> Result<BTreeMap<String, i64>, sqlx::Error> {
    let mut found = BTreeMap::new();
    for part in customer_ids.chunks(IDS) {
        let query = filled(part).fold(sqlx::query_as(VERSIONS).bind(installation), |query, id| query.bind(*id));
        found.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// The links to these external ids.
pub(crate) async fn to(
    pool: &SqlitePool,
    installation: &str,
    external_ids: &[String],
) -> Result<Vec<LinkRow>, sqlx::Error> {
    let mut found = Vec::with_capacity(external_ids.len());
    for part in external_ids.chunks(IDS) {
        let query = filled(part).fold(sqlx::query(TO).bind(installation), |query, id| query.bind(id));
        found.extend(query.try_map(|row: SqliteRow| link_row(&row)).fetch_all(pool).await?);
    }
    Ok(found)
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
