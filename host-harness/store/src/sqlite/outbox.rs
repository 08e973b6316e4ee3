//! The table of what FlexyBox must be told.

use super::fault::unknown_word;
use crate::outbox::{NewOutboxItem, OutboxItem, OutboxState};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

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

fn item(row: &SqliteRow) -> Result<OutboxItem, sqlx::Error> {
    Ok(OutboxItem {
        id: row.try_get("id")?,
        installation: row.try_get("installation")?,
        state: match row.try_get("state")? {
            "open" => OutboxState::Open,
            "superseded" => OutboxState::Superseded,
            _ => return Err(unknown_word("state")),
        },
        item: NewOutboxItem {
            kind: row.try_get("kind")?,
            customer_id: row.try_get("customer_id")?,
            revision: row.try_get("revision")?,
            body_json: row.try_get("body")?,
            at: row.try_get("at")?,
        },
        pushes: row.try_get("pushes")?,
    })
}

/// Put in.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    installation: &str,
    item: &NewOutboxItem,
) -> Result<(), sqlx::Error> {
    sqlx::query(PUT)
        .bind(installation)
        .bind(&item.kind)
        .bind(&item.customer_id)
        .bind(item.revision)
        .bind(&item.body_json)
        .bind(item.at)
        .execute(connection)
        .await
        .map(drop)
}

/// What became of an item.
#[derive(Clone, Copy)]
pub(crate) enum Became {
    Superseded,
    Answered,
    Pushed,
}

/// Note what became of an item; of any installation where none is named.
pub(crate) async fn became(
    connection: &mut SqliteConnection,
    installation: &str,
    id: i64,
    what: Became,
) -> Result<(), sqlx::Error> {
    let statement = match what {
        Became::Superseded => SUPERSEDE,
        Became::Answered => REMOVE,
        Became::Pushed => PUSHED,
    };
    sqlx::query(statement).bind(installation).bind(id).execute(connection).await.map(drop)
}

/// Ids of the items about a customer, in order.
pub(crate) async fn offer_ids(
    connection: &mut SqliteConnection,
    installation: &str,
    customer_id: &str,
) -> Result<Vec<i64>, sqlx::Error> {
    sqlx::query_scalar(OFFER_IDS).bind(installation).bind(customer_id).fetch_all(connection).await
}

/// The items about a customer, oldest first.
pub(crate) async fn offers(
    pool: &SqlitePool,
    installation: &str,
    customer_id: &str,
) -> Result<Vec<OutboxItem>, sqlx::Error> {
    let query = sqlx::query(OFFERS).bind(installation).bind(customer_id);
    query.try_map(|row: SqliteRow| item(&row)).fetch_all(pool).await
}

/// Open items above an id, oldest first.
pub(crate) async fn open(
    pool: &SqlitePool,
    installation: Option<&str>,
    after: i64,
    most: u32,
) -> Result<Vec<OutboxItem>, sqlx::Error> {
    let query = match installation {
        Some(id) => sqlx::query(OPEN_OF).bind(after).bind(i64::from(most)).bind(id),
        None => sqlx::query(OPEN).bind(after).bind(i64::from(most)),
    };
    query.try_map(|row: SqliteRow| item(&row)).fetch_all(pool).await
}

/// One item.
pub(crate) async fn one(pool: &SqlitePool, id: i64) -> Result<Option<OutboxItem>, sqlx::Error> {
    sqlx::query(ONE).bind(id).try_map(|row: SqliteRow| item(&row)).fetch_optional(pool).await
}
