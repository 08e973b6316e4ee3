//! What is done for all installations at once: after a start, after the clock was set back, now and then.

use super::fault::Fault;
use super::writer::Work;
use super::{activity, meta, sql};
use crate::Ms;
use crate::event::Recovered;
use crate::record::{Counts, Waits};
use rusqlite::{Connection, Result, params};
use std::time::{SystemTime, UNIX_EPOCH};

const CUT_OFF: &str = "SELECT e.installation, e.seq, e.attempt, e.crashes + 1, (SELECT COUNT(*) FROM events o WHERE o.installation = \
     e.installation AND o.state = 'running' AND o.batch = e.batch) FROM events e WHERE e.state = 'running' ORDER BY e.seq";
const RECOVER: &str = "UPDATE events SET state = 'waiting', not_before = $1, crashes = crashes + 1, started = NULL \
     WHERE state = 'running'";
const SET_BACK_EVENTS: &str = "UPDATE events SET not_before = CASE WHEN not_before > $1 THEN not_before - $1 ELSE 0 END \
     WHERE state = 'waiting'";
const SET_BACK_TIMERS: &str = "UPDATE installations SET next_check = CASE WHEN next_check > $1 THEN next_check - $1 ELSE 0 END, \
     next_catch_up = CASE WHEN next_catch_up > $1 THEN next_catch_up - $1 ELSE 0 END";
const PURGE_IDS: &str = "DELETE FROM seen_ids WHERE at < $1";
const WITH_ACTIVITY: &str = "SELECT id FROM installations ORDER BY id";
// What waits longest has the lowest number, and numbers stand in an index; when it came in does not.
const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM customers WHERE installation = $1), \
     (SELECT COUNT(*) FROM customers WHERE installation = $1 AND tagged = TRUE AND deleted = FALSE), \
     (SELECT COUNT(*) FROM links WHERE installation = $1), \
     (SELECT COUNT(*) FROM events WHERE installation = $1 AND state = 'waiting'), \
     (SELECT COUNT(*) FROM events WHERE installation = $1 AND state = 'running'), \
     (SELECT COUNT(*) FROM events WHERE installation = $1 AND state = 'parked'), \
     (SELECT received FROM events WHERE seq = (SELECT MIN(seq) FROM events WHERE installation = $1 AND state = 'waiting')), \
     (SELECT COUNT(*) FROM outbox WHERE installation = $1 AND state = 'open'), \
     (SELECT MIN(at) FROM outbox WHERE installation = $1 AND state = 'open'), \
     (SELECT COUNT(*) FROM receipts WHERE installation = $1 AND posted = FALSE), \
     (SELECT COUNT(*) FROM flags WHERE installation = $1)";
const WAITS: &str = "SELECT (SELECT COUNT(*) FROM customers WHERE installation = $1 AND tagged = TRUE AND deleted = FALSE), \
     (SELECT COUNT(*) FROM events WHERE installation = $1 AND state IN ('waiting', 'running')), \
     (SELECT COUNT(*) FROM events WHERE installation = $1 AND state = 'parked')";
/// An update that a newer one took the place of, and that nobody ever acknowledged.
const PURGE_SUPERSEDED: &str = "DELETE FROM outbox WHERE state = 'superseded' AND at < $1";
/// Where [`Ready`] writes.
const READY_KEY: &str = "store:last-ready";

/// [`crate::Store::recover`].
pub(crate) struct Recover(pub(crate) Ms);

impl Work for Recover {
    type Output = Vec<Recovered>;

    fn run(self, connection: &Connection) -> Result<Vec<Recovered>, Fault> {
        let cut_off = sql::all(connection, CUT_OFF, &[], |row| {
            Ok(Recovered {
                installation: row.get(0)?,
                seq: row.get(1)?,
                attempt: row.get(2)?,
                crashes: row.get(3)?,
                batch_size: row.get(4)?,
            })
        })?;
        sql::run(connection, RECOVER, params![self.0])?;
        Ok(cut_off)
    }
}

/// [`crate::Store::set_back`].
pub(crate) struct SetBack(pub(crate) i64);

impl Work for SetBack {
    type Output = ();

    fn run(self, connection: &Connection) -> Result<(), Fault> {
        sql::run(connection, SET_BACK_EVENTS, params![self.0])?;
        sql::run(connection, SET_BACK_TIMERS, params![self.0])?;
        Ok(())
    }
}

/// [`crate::Store::purge`].
pub(crate) struct Purge(pub(crate) Ms);

impl Work for Purge {
    type Output = u64;

    fn run(self, connection: &Connection) -> Result<u64, Fault> {
        let mut gone = sql::run(connection, PURGE_IDS, params![self.0])?;
        gone += sql::run(connection, PURGE_SUPERSEDED, params![self.0])?;
        gone += activity::purge(connection, self.0)?;
        let installations: Vec<String> = sql::all(connection, WITH_ACTIVITY, &[], |row| row.get(0))?;
        for installation in installations {
            gone += activity::trim(connection, &installation)?;
        }
        Ok(u64::try_from(gone).unwrap_or(u64::MAX))
    }
}

/// [`crate::Store::ready`].
pub(crate) struct Ready;

impl Work for Ready {
    type Output = ();

    fn run(self, connection: &Connection) -> Result<(), Fault> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        Ok(meta::put(connection, READY_KEY, &now.to_string())?)
    }
}

/// How much lies where.
pub(crate) fn waits(connection: &Connection, installation: &str) -> Result<Waits> {
    sql::one(connection, WAITS, params![installation], |row| {
        Ok(Waits { tagged: row.get(0)?, open: row.get(1)?, parked: row.get(2)? })
    })
}

/// How much lies where.
pub(crate) fn counts(connection: &Connection, installation: &str) -> Result<Counts> {
    sql::one(connection, COUNTS, params![installation], |row| {
        Ok(Counts {
            customers: row.get(0)?,
            tagged: row.get(1)?,
            links: row.get(2)?,
            waiting: row.get(3)?,
            running: row.get(4)?,
            parked: row.get(5)?,
            oldest_waiting: row.get(6)?,
            outbox: row.get(7)?,
            oldest_outbox: row.get(8)?,
            unposted: row.get(9)?,
            flags: row.get(10)?,
        })
    })
}
