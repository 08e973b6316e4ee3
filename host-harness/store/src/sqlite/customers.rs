//! The table of customers.

use super::paging::{one_more, page};
use super::sql;
use crate::people::CustomerRow;
use crate::record::Page;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

const PUT: &str = "INSERT INTO customers (installation, id, revision, number, cvr_digits, email_lower, tagged, deleted, body, changed) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (installation, id) DO UPDATE SET revision = excluded.revision, \
     number = excluded.number, cvr_digits = excluded.cvr_digits, email_lower = excluded.email_lower, tagged = excluded.tagged, \
     deleted = excluded.deleted, body = excluded.body, changed = excluded.changed";
const ONE: &str = "SELECT * FROM customers WHERE installation = $1 AND id = $2";
const REVISION: &str = "SELECT revision FROM customers WHERE installation = $1 AND id = $2";
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

/// What customers are searched by.
#[derive(Clone, Copy)]
pub(crate) enum By {
    Number,
    Cvr,
    Email,
}

impl By {
    fn statement(self) -> &'static str {
        match self {
            Self::Number => search!("number"),
            Self::Cvr => search!("cvr_digits"),
            Self::Email => search!("email_lower"),
        }
    }
}

fn customer_row(row: &Row<'_>) -> Result<CustomerRow> {
    Ok(CustomerRow {
        id: row.get("id")?,
        revision: row.get("revision")?,
        number: row.get("number")?,
        cvr_digits: row.get("cvr_digits")?,
        email_lower: row.get("email_lower")?,
        tagged: row.get("tagged")?,
        deleted: row.get("deleted")?,
        body_json: row.get("body")?,
        changed: row.get("changed")?,
    })
}

/// Put in or replace.
pub(crate) fn put(connection: &Connection, installation: &str, customer: &CustomerRow) -> Result<()> {
    let CustomerRow { id, revision, number, cvr_digits, email_lower, tagged, deleted, body_json, changed } = customer;
    let values =
        params![installation, id, revision, number, cvr_digits, email_lower, tagged, deleted, body_json, changed];
    sql::run(connection, PUT, values).map(drop)
}

/// Say anew who carries the tag.
pub(crate) fn retag(connection: &Connection, installation: &str, tags: &[(String, bool)]) -> Result<()> {
    tags.iter().try_for_each(|(id, tagged)| sql::run(connection, RETAG, params![installation, id, tagged]).map(drop))
}

/// A customer.
pub(crate) fn one(connection: &Connection, installation: &str, id: &str) -> Result<Option<CustomerRow>> {
    sql::one(connection, ONE, params![installation, id], customer_row).optional()
}

/// The revision of a customer that is held.
pub(crate) fn revision(connection: &Connection, installation: &str, id: &str) -> Result<Option<i64>> {
    sql::one(connection, REVISION, params![installation, id], |row| row.get(0)).optional()
}

/// Synchronised, living customers with this value; none for an empty one, which would be everybody without.
pub(crate) fn search(
    connection: &Connection,
    installation: &str,
    what: By,
    value: &str,
    most: u32,
) -> Result<Vec<CustomerRow>> {
    if value.is_empty() {
        return Ok(Vec::new());
    }
    sql::all(connection, what.statement(), params![installation, value, most], customer_row)
}

/// All by id.
pub(crate) fn list(
    connection: &Connection,
    installation: &str,
    after: Option<&str>,
    most: u32,
) -> Result<Page<CustomerRow>> {
    let values = params![installation, after.unwrap_or(""), one_more(most)];
    Ok(page(sql::all(connection, LIST, values, customer_row)?, most, |row| row.id.clone()))
}
