//! The table of events and that of their attempts: words, rows, reads and the simple writes.

use super::fault::unknown_word;
use super::paging::{one_more, page};
use super::sql;
use crate::Ms;
use crate::event::{Attempt, EventFilter, EventKind, EventRow, EventState, NewEvent, Priority};
use crate::record::Page;
use rusqlite::{Connection, OptionalExtension, Result, Row, ToSql, params};
use std::fmt::Write as _;

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

/// The state in a row.
fn state(row: &Row<'_>) -> Result<EventState> {
    let word = row.get_ref("state")?.as_str()?;
    STATES.iter().find(|(_, each)| *each == word).map(|(state, _)| *state).ok_or_else(|| unknown_word("state"))
}

/// What came in, from a whole row.
pub(crate) fn new_event(row: &Row<'_>) -> Result<NewEvent> {
    let kind = row.get_ref("kind")?.as_str()?;
    let priority: i64 = row.get("priority")?;
    Ok(NewEvent {
        id: row.get("id")?,
        kind: KINDS
            .iter()
            .find(|(_, word)| *word == kind)
            .map(|(each, _)| *each)
            .ok_or_else(|| unknown_word("kind"))?,
        key: row.get("order_key")?,
        payload_json: row.get("payload")?,
        priority: PRIORITIES
            .iter()
            .find(|(_, number)| *number == priority)
            .map(|(each, _)| *each)
            .ok_or_else(|| unknown_word("priority"))?,
        correlation: row.get("correlation")?,
        received: row.get("received")?,
        not_before: row.get("not_before")?,
    })
}

/// A whole row.
pub(crate) fn event_row(row: &Row<'_>) -> Result<EventRow> {
    Ok(EventRow {
        seq: row.get("seq")?,
        installation: row.get("installation")?,
        event: new_event(row)?,
        state: state(row)?,
        attempt: row.get("attempt")?,
        crashes: row.get("crashes")?,
        input_json: row.get("input")?,
        batch: row.get("batch")?,
        started: row.get("started")?,
        reason_code: row.get("reason_code")?,
        reason: row.get("reason")?,
    })
}

fn attempt_row(row: &Row<'_>) -> Result<Attempt> {
    Ok(Attempt {
        attempt: row.get("attempt")?,
        at: row.get("at")?,
        trouble: row.get("trouble")?,
        code: row.get("code")?,
        message: row.get("message")?,
        detail: row.get("detail")?,
        followed: row.get("followed")?,
    })
}

/// Put an event behind all others; its number.
pub(crate) fn insert(connection: &Connection, installation: &str, event: &NewEvent) -> Result<i64> {
    let NewEvent { id, kind, key, payload_json, priority, correlation, received, not_before } = event;
    let (kind, priority) = (kind_word(*kind), priority_number(*priority));
    let values = params![installation, id, kind, key, payload_json, priority, correlation, received, not_before];
    sql::one(connection, INSERT, values, |row| row.get(0))
}

/// State and attempt of an event.
pub(crate) fn stands(connection: &Connection, installation: &str, seq: i64) -> Result<Option<(EventState, i64)>> {
    let read = |row: &Row<'_>| Ok((state(row)?, row.get("attempt")?));
    sql::one(connection, STANDS, params![installation, seq], read).optional()
}

/// The event and its attempts go.
pub(crate) fn delete(connection: &Connection, installation: &str, seq: i64) -> Result<()> {
    sql::run(connection, DELETE, params![installation, seq]).map(drop)
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
pub(crate) fn retry(connection: &Connection, installation: &str, seq: i64, retry: &Retry<'_>) -> Result<()> {
    let Retry { not_before, keep_input, batch, counts, crashes, reason_code, reason } = retry;
    let values = params![installation, seq, not_before, batch, crashes, reason_code, reason, keep_input, counts];
    sql::run(connection, RETRY, values).map(drop)
}

/// The event waits for a change or a person.
pub(crate) fn park(
    connection: &Connection,
    installation: &str,
    seq: i64,
    reason_code: &str,
    reason: &str,
) -> Result<()> {
    sql::run(connection, PARK, params![installation, seq, reason_code, reason]).map(drop)
}

/// Keep what an attempt came to; nothing happens when the event has gone.
pub(crate) fn put_attempt(connection: &Connection, installation: &str, seq: i64, attempt: &Attempt) -> Result<()> {
    let Attempt { attempt, at, trouble, code, message, detail, followed } = attempt;
    let values = params![installation, seq, attempt, at, trouble, code, message, detail, followed];
    sql::run(connection, INSERT_ATTEMPT, values).map(drop)
}

/// Events, oldest first.
pub(crate) fn list(
    connection: &Connection,
    filter: &EventFilter,
    after: Option<&str>,
    most: u32,
) -> Result<Page<EventRow>> {
    let (after, read): (i64, i64) = (after.and_then(|text| text.parse().ok()).unwrap_or(0), one_more(most));
    let wanted = [
        ("installation", filter.installation.as_deref()),
        ("state", filter.state.map(state_word)),
        ("kind", filter.kind.map(kind_word)),
    ];
    let mut statement = "SELECT * FROM events WHERE seq > $1".to_owned();
    let mut values: Vec<&dyn ToSql> = vec![&after];
    for (column, value) in &wanted {
        if let Some(value) = value {
            values.push(value);
            // Writing to a text does not fail.
            let _ = write!(statement, " AND {column} = ${}", values.len());
        }
    }
    values.push(&read);
    let _ = write!(statement, " ORDER BY seq LIMIT ${}", values.len());
    Ok(page(sql::all(connection, &statement, &values, event_row)?, most, |row| row.seq.to_string()))
}

/// One event with its attempts.
pub(crate) fn one(connection: &Connection, installation: &str, seq: i64) -> Result<Option<(EventRow, Vec<Attempt>)>> {
    match sql::one(connection, ONE, params![installation, seq], event_row).optional()? {
        Some(event) => Ok(Some((event, sql::all(connection, ATTEMPTS, params![seq], attempt_row)?))),
        None => Ok(None),
    }
}

/// Installations with waiting events, and when the first is due.
pub(crate) fn due(connection: &Connection) -> Result<Vec<(String, Ms)>> {
    sql::all(connection, DUE, &[], |row| Ok((row.get(0)?, row.get(1)?)))
}
