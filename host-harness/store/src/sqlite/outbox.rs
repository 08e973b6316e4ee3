//! The table of what FlexyBox must be told.

use super::fault::unknown_word;
use super::sql;
use crate::outbox::{NewOutboxItem, OutboxItem, OutboxState};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

const PUT: &str = "INSERT INTO outbox (installation, state, kind, customer_id, revision, body, at, pushes) \
     VALUES ($1, 'open', $2, $3, $4, $5, $6, 0)";
// Without an installation: whosever the item is.
const SUPERSEDE: &str = "UPDATE outbox SET state = 'superseded' WHERE id = $2 AND ($1 = '' OR installation = $1)";
const REMOVE: &str = "DELETE FROM outbox WHERE id = $2 AND ($1 = '' OR installation = $1)";
const PUSHED: &str = "UPDATE outbox SET pushes = pushes + 1 WHERE id = $2 AND ($1 = '' OR installation = $1)";
const OFFER_IDS: &str = "SELECT id FROM outbox WHERE installation = $1 AND customer_id = $2 ORDER BY id";
const OFFERS: &str = "SELECT * FROM outbox WHERE installation = $1 AND customer_id = $2 ORDER BY id";
const OPEN: &str = "SELECT * FROM outbox WHERE state = 'open' AND id > $1 ORDER BY id LIMIT $2";
const OPEN_OF: &str =
    "SELECT * FROM outbox WHERE installation = $3 AND state = 'open' AND id > $1 ORDER BY id LIMIT $2";
const ONE: &str = "SELECT * FROM outbox WHERE id = $1";

fn item(row: &Row<'_>) -> Result<OutboxItem> {
    Ok(OutboxItem {
        id: row.get("id")?,
        installation: row.get("installation")?,
        state: match row.get_ref("state")?.as_str()? {
            "open" => OutboxState::Open,
            "superseded" => OutboxState::Superseded,
            _ => return Err(unknown_word("state")),
        },
        item: NewOutboxItem {
            kind: row.get("kind")?,
            customer_id: row.get("customer_id")?,
            revision: row.get("revision")?,
            body_json: row.get("body")?,
            at: row.get("at")?,
        },
        pushes: row.get("pushes")?,
    })
}

/// Put in.
pub(crate) fn put(connection: &Connection, installation: &str, item: &NewOutboxItem) -> Result<()> {
    let NewOutboxItem { kind, customer_id, revision, body_json, at } = item;
    sql::run(connection, PUT, params![installation, kind, customer_id, revision, body_json, at]).map(drop)
}

/// What became of an item.
#[derive(Clone, Copy)]
pub(crate) enum Became {
    Superseded,
    Answered,
    Pushed,
}

/// Note what became of an item; of any installation where none is named.
pub(crate) fn became(connection: &Connection, installation: &str, id: i64, what: Became) -> Result<()> {
    let statement = match what {
        Became::Superseded => SUPERSEDE,
        Became::Answered => REMOVE,
        Became::Pushed => PUSHED,
    };
    sql::run(connection, statement, params![installation, id]).map(drop)
}

/// Ids of the items about a customer, in order.
pub(crate) fn offer_ids(connection: &Connection, installation: &str, customer_id: &str) -> Result<Vec<i64>> {
    sql::all(connection, OFFER_IDS, params![installation, customer_id], |row| row.get(0))
}

/// The items about a customer, oldest first.
pub(crate) fn offers(connection: &Connection, installation: &str, customer_id: &str) -> Result<Vec<OutboxItem>> {
    sql::all(connection, OFFERS, params![installation, customer_id], item)
}

/// Open items above an id, oldest first.
pub(crate) fn open(
    connection: &Connection,
    installation: Option<&str>,
    after: i64,
    most: u32,
) -> Result<Vec<OutboxItem>> {
    match installation {
        Some(id) => sql::all(connection, OPEN_OF, params![after, most, id], item),
        None => sql::all(connection, OPEN, params![after, most], item),
    }
}

/// One item.
pub(crate) fn one(connection: &Connection, id: i64) -> Result<Option<OutboxItem>> {
    sql::one(connection, ONE, params![id], item).optional()
}
