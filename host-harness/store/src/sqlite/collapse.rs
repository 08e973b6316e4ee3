//! Which waiting or parked event takes in what comes, and how. The rules stand at [`crate::Store::accept`] and
//! [`crate::Store::accept_customers`].
//!
//! A parked event of a customer or a day never has another of its key behind it: what comes later takes its place, and what
//! waited behind it when it was parked does so at once ([`take_follower`]). So a parked event never holds anybody up, and a
//! newer state is never overtaken by an older one.

use super::events::{self, event_row, priority_number};
use super::sql;
use crate::event::{EventKind, EventRow, EventState, NewEvent};
use rusqlite::{Connection, OptionalExtension, Result, params};

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
pub(crate) fn into_kept(connection: &Connection, installation: &str, event: &NewEvent) -> Result<Option<i64>> {
    let statement = match event.kind {
        EventKind::Customer => OPEN_CUSTOMER,
        EventKind::Day => PARKED_DAY,
        _ => return into_same(connection, installation, event),
    };
    match sql::one(connection, statement, params![installation, event.key], event_row).optional()? {
        Some(kept) => take_in(connection, &kept, event).map(Some),
        None if event.kind == EventKind::Day => into_same(connection, installation, event),
        None => Ok(None),
    }
}

/// An event without an id becomes one with what waits and is the same.
fn into_same(connection: &Connection, installation: &str, event: &NewEvent) -> Result<Option<i64>> {
    if !event.id.is_empty() {
        return Ok(None);
    }
    let values = params![installation, event.key, events::kind_word(event.kind), event.payload_json];
    let same: Option<i64> = sql::one(connection, SAME, values, |row| row.get(0)).optional()?;
    if let Some(seq) = same {
        let priority = priority_number(event.priority);
        sql::run(connection, JOIN, params![installation, seq, event.correlation, priority, event.not_before])?;
    }
    Ok(same)
}

/// Put `event` into the row of an older one.
fn take_in(connection: &Connection, kept: &EventRow, event: &NewEvent) -> Result<i64> {
    let held = &kept.event;
    let parked = kept.state == EventState::Parked;
    let customer = event.kind == EventKind::Customer;
    let payload = if customer { stronger(&held.payload_json, &event.payload_json) } else { &event.payload_json };
    let priority = if customer { held.priority.min(event.priority) } else { event.priority };
    let not_before = if parked { event.not_before } else { held.not_before.min(event.not_before) };
    let alike = payload == held.payload_json && priority == held.priority && not_before == held.not_before;
    if customer && !parked && alike && event.id.is_empty() {
        // The host looks at everybody again; who waits already says all that this would.
        return Ok(kept.seq);
    }
    let (priority, received) = (priority_number(priority), held.received.min(event.received));
    let values =
        params![kept.installation, kept.seq, event.id, payload, priority, event.correlation, received, not_before];
    sql::run(connection, TAKE_IN, values)?;
    Ok(kept.seq)
}

/// After an event was parked: what waits behind it is the change it waits for, and takes its place.
pub(crate) fn take_follower(connection: &Connection, installation: &str, parked: i64) -> Result<()> {
    let values = params![installation, parked];
    let Some(follower) = sql::one(connection, FOLLOWER, values, event_row).optional()? else { return Ok(()) };
    let kept = sql::one(connection, PARKED, values, event_row)?;
    take_in(connection, &kept, &follower.event)?;
    events::delete(connection, installation, follower.seq)
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
