//! What is done for all installations at once: after a start, after the clock was set back, now and then.

use super::fault::Fault;
use super::writer::Work;
use super::{activity, meta};
use crate::Ms;
use crate::event::Recovered;
use crate::record::{Counts, Waits};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
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

#[async_trait]
impl Work for Recover {
    type Output = Vec<Recovered>;

    async fn run(self, connection: &mut SqliteConnection) -> Result<Vec<Recovered>, Fault> {
        let query = sqlx::query(CUT_OFF).try_map(|row: SqliteRow| {
            Ok(Recovered {
                installation: row.try_get(0)?,
                seq: row.try_get(1)?,
                attempt: row.try_get(2)?,
                crashes: row.try_get(3)?,
                batch_size: row.try_get(4)?,
            })
        });
        let cut_off = query.fetch_all(&mut *connection).await?;
        sqlx::query(RECOVER).bind(self.0).execute(connection).await?;
        Ok(cut_off)
    }
}

/// [`crate::Store::set_back`].
pub(crate) struct SetBack(pub(crate) i64);

#[async_trait]
impl Work for SetBack {
    type Output = ();

    async fn run(self, connection: &mut SqliteConnection) -> Result<(), Fault> {
        sqlx::query(SET_BACK_EVENTS).bind(self.0).execute(&mut *connection).await?;
        sqlx::query(SET_BACK_TIMERS).bind(self.0).execute(connection).await?;
        Ok(())
    }
}

/// [`crate::Store::purge`].
pub(crate) struct Purge(pub(crate) Ms);

#[async_trait]
impl Work for Purge {
    type Output = u64;

    async fn run(self, connection: &mut SqliteConnection) -> Result<u64, Fault> {
        let mut gone = sqlx::query(PURGE_IDS).bind(self.0).execute(&mut *connection).await?.rows_affected();
        gone += sqlx::query(PURGE_SUPERSEDED).bind(self.0).execute(&mut *connection).await?.rows_affected();
        gone += activity::purge(connection, self.0).await?;
        let installations: Vec<String> = sqlx::query_scalar(WITH_ACTIVITY).fetch_all(&mut *connection).await?;
        for installation in installations {
            gone += activity::trim(connection, &installation).await?;
        }
        Ok(gone)
    }
}

/// [`crate::Store::ready`].
pub(crate) struct Ready;

#[async_trait]
impl Work for Ready {
    type Output = ();

    async fn run(self, connection: &mut SqliteConnection) -> Result<(), Fault> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        Ok(meta::put(connection, READY_KEY, &now.to_string()).await?)
    }
}

/// How much lies where.
pub(crate) async fn waits(pool: &SqlitePool, installation: &str) -> Result<Waits, sqlx::Error> {
    let row = sqlx::query(WAITS).bind(installation).fetch_one(pool).await?;
    Ok(Waits { tagged: row.try_get(0)?, open: row.try_get(1)?, parked: row.try_get(2)? })
}

/// How much lies where.
pub(crate) async fn counts(pool: &SqlitePool, installation: &str) -> Result<Counts, sqlx::Error> {
    let row = sqlx::query(COUNTS).bind(installation).fetch_one(pool).await?;
    Ok(Counts {
        customers: row.try_get(0)?,
        tagged: row.try_get(1)?,
        links: row.try_get(2)?,
        waiting: row.try_get(3)?,
        running: row.try_get(4)?,
        parked: row.try_get(5)?,
        oldest_waiting: row.try_get(6)?,
        outbox: row.try_get(7)?,
        oldest_outbox: row.try_get(8)?,
        unposted: row.try_get(9)?,
        flags: row.try_get(10)?,
    })
}
