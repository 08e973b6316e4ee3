//! The table of events and that of their attempts: words, rows, reads and the simple writes.

use super::fault::unknown_word;
use super::paging::{IDS, filled, id_list, one_more, page};
use crate::Ms;
use crate::event::{Attempt, EventFilter, EventKind, EventRow, EventState, NewEvent, Priority};
use crate::record::Page;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{QueryBuilder, Row, Sqlite};
use std::collections::BTreeMap;

/// Every kind with its word in the table.
const KINDS: [(EventKind, &str); 5] = [
    (EventKind::Customer, "customer"),
    (EventKind::Webhook, "webhook"),
    (EventKind::Day, "day"),
    (EventKind::CatchUp, "catch-up"),
    (EventKind::Check, "check"),
];
/// Every state with its word in the table.
const STATES: [(EventState, &str); 3] =
    [(EventState::Waiting, "waiting"), (EventState::Running, "running"), (EventState::Parked, "parked")];
/// Every priority with its number in the table.
const PRIORITIES: [(Priority, i64); 5] =
    [(Priority::Person, 0), (Priority::Day, 1), (Priority::Change, 2), (Priority::Bulk, 3), (Priority::Routine, 4)];

const INSERT: &str = "INSERT INTO events (installation, id, kind, order_key, payload, priority, correlation, received, not_before, \
     state, attempt, crashes, reason_code, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', 0, 0, '', '') RETURNING seq";
const ONE: &str = "SELECT * FROM events WHERE installation = $1 AND seq = $2";
const STANDS: &str = "SELECT state, attempt FROM events WHERE installation = $1 AND seq = $2";
const RUNNING: &str =
    concat!("SELECT seq, attempt FROM events WHERE installation = $1 AND state = 'running' AND seq IN ", id_list!());
const DELETE_ALL: &str = concat!("DELETE FROM events WHERE installation = $1 AND seq IN ", id_list!());
const DELETE: &str = "DELETE FROM events WHERE installation = $1 AND seq = $2";
const RETRY: &str = "UPDATE events SET state = 'waiting', not_before = $3, started = NULL, batch = $4, crashes = $5, reason_code = $6, \
     reason = $7, input = CASE WHEN $8 THEN input ELSE NULL END, \
     attempt = CASE WHEN $9 OR attempt = 0 THEN attempt ELSE attempt - 1 END \
     WHERE installation = $1 AND seq = $2";
const PARK: &str = "UPDATE events SET state = 'parked', started = NULL, batch = NULL, reason_code = $3, reason = $4 \
     WHERE installation = $1 AND seq = $2";
const INSERT_ATTEMPT: &str = "INSERT INTO attempts (seq, attempt, at, trouble, code, message, detail, followed) \
     SELECT seq, $3, $4, $5, $6, $7, $8, $9 FROM events WHERE installation = $1 AND seq = $2";
const ATTEMPTS: &str =
    "SELECT attempt, at, trouble, code, message, detail, followed FROM attempts WHERE seq = $1 ORDER BY id";
const DUE: &str = "SELECT installation, MIN(not_before) FROM events WHERE state = 'waiting' GROUP BY installation ORDER BY installation";

/// The word of a kind.
pub(crate) fn kind_word(kind: EventKind) -> &'static str {
    KINDS.iter().find(|(each, _)| *each == kind).map_or("", |(_, word)| word)
}

/// The number of a priority.
pub(crate) fn priority_number(priority: Priority) -> i64 {
    PRIORITIES.iter().find(|(each, _)| *each == priority).map_or(0, |(_, number)| *number)
}

fn state_word(state: EventState) -> &'static str {
    STATES.iter().find(|(each, _)| *each == state).map_or("", |(_, word)| word)
}

/// The state of a word.
pub(crate) fn state_of(word: &str) -> Result<EventState, sqlx::Error> {
    STATES.iter().find(|(_, each)| *each == word).map(|(state, _)| *state).ok_or_else(|| unknown_word("state"))
}

/// What came in, from a whole row.
pub(crate) fn new_event(row: &SqliteRow) -> Result<NewEvent, sqlx::Error> {
    let kind: &str = row.try_get("kind")?;
    let priority: i64 = row.try_get("priority")?;
    Ok(NewEvent {
        id: row.try_get("id")?,
        kind: KINDS
            .iter()
            .find(|(_, word)| *word == kind)
            .map(|(each, _)| *each)
            .ok_or_else(|| unknown_word("kind"))?,
        key: row.try_get("order_key")?,
        payload_json: row.try_get("payload")?,
        priority: PRIORITIES
            .iter()
            .find(|(_, number)| *number == priority)
            .map(|(each, _)| *each)
            .ok_or_else(|| unknown_word("priority"))?,
        correlation: row.try_get("correlation")?,
        received: row.try_get("received")?,
        not_before: row.try_get("not_before")?,
    })
}

/// A whole row.
pub(crate) fn event_row(row: &SqliteRow) -> Result<EventRow, sqlx::Error> {
    Ok(EventRow {
        seq: row.try_get("seq")?,
        installation: row.try_get("installation")?,
        event: new_event(row)?,
        state: state_of(row.try_get("state")?)?,
        attempt: row.try_get("attempt")?,
        crashes: row.try_get("crashes")?,
        input_json: row.try_get("input")?,
        batch: row.try_get("batch")?,
        started: row.try_get("started")?,
        reason_code: row.try_get("reason_code")?,
        reason: row.try_get("reason")?,
    })
}

fn attempt_row(row: &SqliteRow) -> Result<Attempt, sqlx::Error> {
    Ok(Attempt {
        attempt: row.try_get("attempt")?,
        at: row.try_get("at")?,
        trouble: row.try_get("trouble")?,
        code: row.try_get("code")?,
        message: row.try_get("message")?,
        detail: row.try_get("detail")?,
        followed: row.try_get("followed")?,
    })
}

/// Put an event behind all others; its number.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    installation: &str,
    event: &NewEvent,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(INSERT)
        .bind(installation)
        .bind(&event.id)
        .bind(kind_word(event.kind))
        .bind(&event.key)
        .bind(&event.payload_json)
        .bind(priority_number(event.priority))
        .bind(&event.correlation)
        .bind(event.received)
        .bind(event.not_before)
        .fetch_one(connection)
        .await
}

/// State and attempt of an event.
pub(crate) async fn stands(
    connection: &mut SqliteConnection,
    installation: &str,
    seq: i64,
) -> Result<Option<(EventState, i64)>, sqlx::Error> {
    let row = sqlx::query(STANDS).bind(installation).bind(seq).fetch_optional(connection).await?;
    row.map(|row| Ok((state_of(row.try_get(0)?)?, row.try_get(1)?))).transpose()
}

/// Attempts of those of these events that run.
pub(crate) async fn running(
    connection: &mut SqliteConnection,
    installation: &str,
    seqs: &[i64],
) -> Result<BTreeMap<i64, i64>, sqlx::Error> {
    let mut found = BTreeMap::new();
    for part in seqs.chunks(IDS) {
        let query = filled(part)
            .fold(sqlx::query_as::<_, (i64, i64)>(RUNNING).bind(installation), |query, seq| query.bind(*seq));
        found.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// Events and their attempts go.
pub(crate) async fn delete_all(
    connection: &mut SqliteConnection,
    installation: &str,
    seqs: &[i64],
) -> Result<(), sqlx::Error> {
    for part in seqs.chunks(IDS) {
        let query = filled(part).fold(sqlx::query(DELETE_ALL).bind(installation), |query, seq| query.bind(*seq));
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// The event and its attempts go.
pub(crate) async fn delete(connection: &mut SqliteConnection, installation: &str, seq: i64) -> Result<(), sqlx::Error> {
    sqlx::query(DELETE).bind(installation).bind(seq).execute(connection).await.map(drop)
}

/// How an event waits for its next attempt.
pub(crate) struct Retry<'a> {
    pub(crate) not_before: Ms,
    pub(crate) keep_input: bool,
    pub(crate) batch: Option<&'a str>,
    pub(crate) counts: bool,
    pub(crate) crashes: i64,
    pub(crate) reason_code: &'a str,
    pub(crate) reason: &'a str,
}

/// The event waits again.
pub(crate) async fn retry(
    connection: &mut SqliteConnection,
    installation: &str,
    seq: i64,
    retry: &Retry<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query(RETRY)
        .bind(installation)
        .bind(seq)
        .bind(retry.not_before)
        .bind(retry.batch)
        .bind(retry.crashes)
        .bind(retry.reason_code)
        .bind(retry.reason)
        .bind(retry.keep_input)
        .bind(retry.counts)
        .execute(connection)
        .await
        .map(drop)
}

/// The event waits for a change or a person.
pub(crate) async fn park(
    connection: &mut SqliteConnection,
    installation: &str,
    seq: i64,
    reason_code: &str,
    reason: &str,
) -> Result<(), sqlx::Error> {
    let query = sqlx::query(PARK).bind(installation).bind(seq).bind(reason_code).bind(reason);
    query.execute(connection).await.map(drop)
}

/// Keep what an attempt came to; nothing happens when the event has gone.
pub(crate) async fn put_attempt(
    connection: &mut SqliteConnection,
    installation: &str,
    seq: i64,
    attempt: &Attempt,
) -> Result<(), sqlx::Error> {
    sqlx::query(INSERT_ATTEMPT)
        .bind(installation)
        .bind(seq)
        .bind(attempt.attempt)
        .bind(attempt.at)
        .bind(&attempt.trouble)
        .bind(&attempt.code)
        .bind(&attempt.message)
        .bind(&attempt.detail)
        .bind(&attempt.followed)
        .execute(connection)
        .await
        .map(drop)
}

/// Events, oldest first.
pub(crate) async fn list(
    pool: &SqlitePool,
    filter: &EventFilter,
    after: Option<&str>,
    most: u32,
) -> Result<Page<EventRow>, sqlx::Error> {
    let after: i64 = after.and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut query: QueryBuilder<Sqlite> = QueryBuilder::new("SELECT * FROM events WHERE seq > ");
    query.push_bind(after);
    if let Some(installation) = &filter.installation {
        query.push(" AND installation = ").push_bind(installation);
    }
    if let Some(state) = filter.state {
        query.push(" AND state = ").push_bind(state_word(state));
    }
    if let Some(kind) = filter.kind {
        query.push(" AND kind = ").push_bind(kind_word(kind));
    }
    query.push(" ORDER BY seq LIMIT ").push_bind(one_more(most));
    let rows = query.build().try_map(|row: SqliteRow| event_row(&row)).fetch_all(pool).await?;
    Ok(page(rows, most, |row| row.seq.to_string()))
}

/// One event with its attempts.
pub(crate) async fn one(
    pool: &SqlitePool,
    installation: &str,
    seq: i64,
) -> Result<Option<(EventRow, Vec<Attempt>)>, sqlx::Error> {
    let row = sqlx::query(ONE).bind(installation).bind(seq).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let query = sqlx::query(ATTEMPTS).bind(seq).try_map(|row: SqliteRow| attempt_row(&row));
    Ok(Some((event_row(&row)?, query.fetch_all(pool).await?)))
}

/// Installations with waiting events, and when the first is due.
pub(crate) async fn due(pool: &SqlitePool) -> Result<Vec<(String, Ms)>, sqlx::Error> {
    sqlx::query_as(DUE).fetch_all(pool).await
}
