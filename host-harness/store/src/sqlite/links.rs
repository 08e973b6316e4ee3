//! The table of links.

use super::fault::Fault;
use super::installations::next_version;
use super::paging::{one_more, page};
use super::sql;
use crate::people::LinkRow;
use crate::record::Page;
use rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

const PUT: &str = "INSERT INTO links (installation, customer_id, external_id, body, version) VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (installation, customer_id) DO UPDATE SET external_id = excluded.external_id, body = excluded.body, \
     version = excluded.version";
const REMOVE: &str = "DELETE FROM links WHERE installation = $1 AND customer_id = $2";
const VERSION: &str = "SELECT version FROM links WHERE installation = $1 AND customer_id = $2";
const OWNER: &str = "SELECT customer_id FROM links WHERE installation = $1 AND external_id = $2";
const OF: &str = "SELECT * FROM links WHERE installation = $1 AND customer_id = $2";
const TO: &str = "SELECT * FROM links WHERE installation = $1 AND external_id = $2";
const LIST: &str = "SELECT * FROM links WHERE installation = $1 AND customer_id > $2 ORDER BY customer_id LIMIT $3";

fn link_row(row: &Row<'_>) -> Result<LinkRow> {
    Ok(LinkRow {
        customer_id: row.get("customer_id")?,
        external_id: row.get("external_id")?,
        body_json: row.get("body")?,
        version: row.get("version")?,
    })
}

/// Make or replace a link, at a new version.
pub(crate) fn put(connection: &Connection, installation: &str, link: &LinkRow) -> Result<(), Fault> {
    let version = next_version(connection)?;
    let LinkRow { customer_id, external_id, body_json, version: _ } = link;
    match sql::run(connection, PUT, params![installation, customer_id, external_id, body_json, version]) {
        Err(error) if error.sqlite_error().is_some_and(|said| said.extended_code == SQLITE_CONSTRAINT_UNIQUE) => {
            Err(Fault::Refused("another customer has a link to this external id; take that link away first".to_owned()))
        }
        other => Ok(other.map(drop)?),
    }
}

/// Forget a link.
pub(crate) fn remove(connection: &Connection, installation: &str, customer_id: &str) -> Result<()> {
    sql::run(connection, REMOVE, params![installation, customer_id]).map(drop)
}

/// The version of a customer's link, if there is one.
pub(crate) fn version(connection: &Connection, installation: &str, customer_id: &str) -> Result<Option<i64>> {
    sql::one(connection, VERSION, params![installation, customer_id], |row| row.get(0)).optional()
}

/// Whose the link to an external id is, if there is one.
pub(crate) fn owner(connection: &Connection, installation: &str, external_id: &str) -> Result<Option<String>> {
    sql::one(connection, OWNER, params![installation, external_id], |row| row.get(0)).optional()
}

/// The link of a customer.
pub(crate) fn of(connection: &Connection, installation: &str, customer_id: &str) -> Result<Option<LinkRow>> {
    sql::one(connection, OF, params![installation, customer_id], link_row).optional()
}

/// The link to an external id.
pub(crate) fn to(connection: &Connection, installation: &str, external_id: &str) -> Result<Option<LinkRow>> {
    sql::one(connection, TO, params![installation, external_id], link_row).optional()
}

/// All by customer.
pub(crate) fn list(
    connection: &Connection,
    installation: &str,
    after: Option<&str>,
    most: u32,
) -> Result<Page<LinkRow>> {
    let values = params![installation, after.unwrap_or(""), one_more(most)];
    Ok(page(sql::all(connection, LIST, values, link_row)?, most, |row| row.customer_id.clone()))
}
