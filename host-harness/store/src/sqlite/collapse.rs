//! Which waiting or parked event takes in what comes, and how. The rules stand at [`crate::Store::accept`] and
//! [`crate::Store::accept_customers`].
//!
//! A parked event of a customer or a day never has another of its key behind it: what comes later takes its place, and what
//! waited behind it when it was parked does so at once ([`take_follower`]). So a parked event never holds anybody up, and a
//! newer state is never overtaken by an older one.

use super::events::{self, new_event, priority_number};
use crate::event::{EventKind, NewEvent};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// Kinds of change, the strongest first.
const STRONGEST_FIRST: [&str; 4] = [r#""deleted""#, r#""resync""#, r#""created""#, r#""changed""#];

const SAME: &str = "SELECT seq FROM events WHERE installation = $1 AND order_key = $2 AND state = 'waiting' AND attempt = 0 AND \
     input IS NULL AND kind = $3 AND payload = $4 ORDER BY seq LIMIT 1";
const PARKED_DAY: &str = "SELECT * FROM events WHERE installation = $1 AND order_key = $2 AND state = 'parked' AND kind = 'day' \
     ORDER BY seq DESC LIMIT 1";
const OPEN_CUSTOMER: &str = "SELECT * FROM events WHERE installation = $1 AND order_key = $2 AND kind = 'customer' AND \
     (state = 'parked' OR (state = 'waiting' AND attempt = 0 AND input IS NULL)) ORDER BY seq DESC LIMIT 1";
const FOLLOWER: &str = "SELECT f.* FROM events p JOIN events f ON f.installation = p.installation AND f.order_key = p.order_key AND \
     f.kind = p.kind AND f.seq > p.seq AND f.state = 'waiting' AND f.attempt = 0 AND f.input IS NULL \
     WHERE p.installation = $1 AND p.seq = $2 AND p.kind IN ('customer', 'day') ORDER BY f.seq LIMIT 1";
const PARKED: &str = "SELECT * FROM events WHERE installation = $1 AND seq = $2";
const TAKE_IN: &str = "UPDATE events SET id = $3, payload = $4, priority = $5, correlation = $6, received = $7, not_before = $8, \
     state = 'waiting', input = NULL, batch = NULL, started = NULL, crashes = 0, reason_code = '', reason = '' \
     WHERE installation = $1 AND seq = $2";
const JOIN: &str = "UPDATE events SET correlation = $3, priority = CASE WHEN priority > $4 THEN $4 ELSE priority END, \
     not_before = CASE WHEN not_before > $5 THEN $5 ELSE not_before END WHERE installation = $1 AND seq = $2";

/// The stronger of two kinds of change; what this version does not know gives way.
fn stronger<'a>(held: &'a str, new: &'a str) -> &'a str {
    STRONGEST_FIRST.into_iter().find_map(|kind| [held, new].into_iter().find(|each| *each == kind)).unwrap_or(new)
}

/// Let an event that is kept take in `event`; its number, if there is one that does.
pub(crate) async fn into_kept(
    connection: &mut SqliteConnection,
    installation: &str,
    event: &NewEvent,
) -> Result<Option<i64>, sqlx::Error> {
    let statement = match event.kind {
        EventKind::Customer => OPEN_CUSTOMER,
        EventKind::Day => PARKED_DAY,
        _ => return into_same(connection, installation, event).await,
    };
    let row = sqlx::query(statement).bind(installation).bind(&event.key).fetch_optional(&mut *connection).await?;
    match row {
        Some(row) => take_in(connection, installation, &row, event).await.map(Some),
        None if event.kind == EventKind::Day => into_same(connection, installation, event).await,
        None => Ok(None),
    }
}

/// An event without an id becomes one with what waits and is the same.
async fn into_same(
    connection: &mut SqliteConnection,
    installation: &str,
    event: &NewEvent,
) -> Result<Option<i64>, sqlx::Error> {
    if !event.id.is_empty() {
        return Ok(None);
    }
    let same: Option<i64> = sqlx::query_scalar(SAME)
        .bind(installation)
        .bind(&event.key)
        .bind(events::kind_word(event.kind))
        .bind(&event.payload_json)
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(seq) = same {
        sqlx::query(JOIN)
            .bind(installation)
            .bind(seq)
            .bind(&event.correlation)
            .bind(priority_number(event.priority))
            .bind(event.not_before)
            .execute(connection)
            .await?;
    }
    Ok(same)
}

/// Put `event` into the row of an older one.
async fn take_in(
    connection: &mut SqliteConnection,
    installation: &str,
    row: &SqliteRow,
    event: &NewEvent,
) -> Result<i64, sqlx::Error> {
    let seq: i64 = row.try_get("seq")?;
    let held = new_event(row)?;
    let parked = row.try_get::<&str, _>("state")? == "parked";
    let customer = event.kind == EventKind::Customer;
    let payload = if customer { stronger(&held.payload_json, &event.payload_json) } else { &event.payload_json };
    let priority = if customer { held.priority.min(event.priority) } else { event.priority };
    let not_before = if parked { event.not_before } else { held.not_before.min(event.not_before) };
    let alike = payload == held.payload_json && priority == held.priority && not_before == held.not_before;
    if customer && !parked && alike && event.id.is_empty() {
        // The host looks at everybody again; who waits already says all that this would.
        return Ok(seq);
    }
    sqlx::query(TAKE_IN)
        .bind(installation)
        .bind(seq)
        .bind(&event.id)
        .bind(payload)
        .bind(priority_number(priority))
        .bind(&event.correlation)
        .bind(held.received.min(event.received))
        .bind(not_before)
        .execute(connection)
        .await?;
    Ok(seq)
}

/// After an event was parked: what waits behind it is the change it waits for, and takes its place.
pub(crate) async fn take_follower(
    connection: &mut SqliteConnection,
    installation: &str,
    parked: i64,
) -> Result<(), sqlx::Error> {
    let follower = sqlx::query(FOLLOWER).bind(installation).bind(parked).fetch_optional(&mut *connection).await?;
    let Some(follower) = follower else { return Ok(()) };
    let event = new_event(&follower)?;
    let row = sqlx::query(PARKED).bind(installation).bind(parked).fetch_one(&mut *connection).await?;
    take_in(connection, installation, &row, &event).await?;
    events::delete(connection, installation, follower.try_get("seq")?).await
}

#[cfg(test)]
mod tests {
    use super::stronger;
    use rstest::rstest;

    #[rstest]
    #[case(r#""changed""#, r#""created""#, r#""created""#)]
    #[case(r#""created""#, r#""changed""#, r#""created""#)]
    #[case(r#""created""#, r#""resync""#, r#""resync""#)]
    #[case(r#""deleted""#, r#""resync""#, r#""deleted""#)]
    #[case(r#""changed""#, r#""deleted""#, r#""deleted""#)]
    #[case(r#""changed""#, r#""changed""#, r#""changed""#)]
    #[case(r#""odd""#, r#""changed""#, r#""changed""#)]
    fn the_stronger_kind_of_change_stays(#[case] held: &str, #[case] new: &str, #[case] kept: &str) {
        assert_eq!(stronger(held, new), kept);
    }
}
