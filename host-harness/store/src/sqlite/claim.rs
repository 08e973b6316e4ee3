//! Handing out work: who goes next, what goes with it, and with what input.
//!
//! Whose turn it is: by priority, then by arrival, among those that are due, and only the first of each key that is not
//! done. A key that is empty keeps no order. Customers that begin together all have a link or none has: those without cost a
//! look-up and a creation, which a batch of them shares. What runs alone waits for the others to end, and nothing begins meanwhile that
//! would go after it, or it would wait for ever.

use super::events::{new_event, priority_number};
use super::fault::Fault;
use super::paging::{IDS, filled};
use super::writer::Work;
use super::{events, installations, receipts};
use crate::Ms;
use crate::event::{Claim, ClaimRequest, Claimed, ClaimedEvent, EventKind, NewEvent};
use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

/// Rounds of finding that nothing is left to do for those whose turn it is, before others may write.
const ROUNDS: u32 = 16;

/// Due, and nothing of the same key is before it or in a call.
macro_rules! turn {
    () => {
        "e.installation = $1 AND e.state = 'waiting' AND e.not_before <= $2 AND (e.order_key = '' OR (NOT EXISTS (SELECT 1 FROM events r \
         WHERE r.installation = e.installation AND r.order_key = e.order_key AND r.state = 'running') AND NOT EXISTS (SELECT 1 FROM \
         events b WHERE b.installation = e.installation AND b.order_key = e.order_key AND b.state = 'waiting' AND b.seq < e.seq)))"
    };
}
/// An event with what is held of its customer.
macro_rules! with_customer {
    () => {
        "SELECT e.*, c.tagged AS customer_tagged, c.body AS customer_body, l.body AS link_body FROM events e \
         LEFT JOIN customers c ON e.kind = 'customer' AND c.installation = e.installation AND c.id = SUBSTR(e.order_key, 3) \
         LEFT JOIN links l ON l.installation = c.installation AND l.customer_id = c.id "
    };
}
const RUNNING: &str = "SELECT COUNT(DISTINCT batch), COALESCE(MAX(CASE WHEN kind IN ('webhook', 'catch-up') THEN 1 ELSE 0 END), 0) \
     FROM events WHERE installation = $1 AND state = 'running'";
const NEXT: &str =
    concat!(with_customer!(), "WHERE ", turn!(), " AND e.priority <= $3 ORDER BY e.priority, e.seq LIMIT 1");
// The sum keeps SQLite from walking all that waits in order of priority: of one key there are few.
const ONLY: &str = concat!(
    with_customer!(),
    "WHERE ",
    turn!(),
    " AND e.priority + 0 <= $3 AND e.order_key = $4 ORDER BY e.seq LIMIT 1"
);
const ALIKE: &str = concat!(
    with_customer!(),
    "WHERE ",
    turn!(),
    " AND e.priority <= $3 AND e.kind = 'customer' AND e.batch IS NULL AND (e.attempt > 0) = $4 AND \
     (l.customer_id IS NOT NULL) = $6 ORDER BY e.priority, e.seq LIMIT $5"
);
const BATCH: &str =
    concat!(with_customer!(), "WHERE e.installation = $1 AND e.batch = $2 AND e.state = 'waiting' ORDER BY e.seq");
// For every priority there is: when the first is due, and when the first of those that are not. Two looks into an index for
// each, however many wait.
const LOOK: &str = "SELECT p.column1, (SELECT MIN(e.not_before) FROM events e WHERE e.installation = $1 AND e.state = 'waiting' AND \
     e.priority = p.column1), (SELECT MIN(e.not_before) FROM events e WHERE e.installation = $1 AND e.state = 'waiting' AND \
     e.priority = p.column1 AND e.not_before > $2) FROM (VALUES (0), (1), (2), (3), (4)) AS p";
const HELD_BACK: &str =
    concat!("SELECT COUNT(*) FROM (SELECT 1 FROM events e WHERE ", turn!(), " AND e.priority > $3 LIMIT 1) AS found");
// As many as there are ids in a statement; a row that stands there twice is written once.
const RUN: &str = concat!(
    "UPDATE events SET state = 'running', attempt = attempt + 1, started = $2, batch = $3, input = run.column2 FROM (VALUES ",
    "($4, $5), ($6, $7), ($8, $9), ($10, $11), ($12, $13), ($14, $15), ($16, $17), ($18, $19), ($20, $21), ",
    "($22, $23), ($24, $25), ($26, $27), ($28, $29), ($30, $31), ($32, $33), ($34, $35)",
    ") AS run WHERE events.installation = $1 AND events.seq = run.column1"
);

/// [`crate::Store::claim`].
pub(crate) struct ClaimWork(pub(crate) ClaimRequest);

#[async_trait]
impl Work for ClaimWork {
    type Output = Claim;

    async fn run(self, connection: &mut SqliteConnection) -> Result<Claim, Fault> {
        let request = &self.0;
        if installations::paused(connection, &request.installation).await? != Some(false) {
            return Ok(Claim::Nothing { next: None, held_back: false });
        }
        let row = sqlx::query(RUNNING).bind(&request.installation).fetch_one(&mut *connection).await?;
        let (running, alone): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if running >= i64::from(request.concurrency.max(1)) || alone > 0 {
            return Ok(Claim::Nothing { next: None, held_back: false });
        }
        let look = Look::at(connection, request).await?;
        if !look.due {
            return look.nothing(connection, request).await;
        }
        for _ in 0..ROUNDS {
            let Some(first) = Candidate::next(connection, request).await? else {
                return look.nothing(connection, request).await;
            };
            if first.event.kind.runs_alone() && running > 0 {
                return Ok(Claim::Nothing { next: look.later, held_back: false });
            }
            let group = with_others(connection, request, first).await?;
            if let Some(claimed) = run(connection, request, group).await? {
                return Ok(Claim::Work(claimed));
            }
        }
        // There is more to look through at once, after others had their turn to write.
        Ok(Claim::Nothing { next: Some(request.now), held_back: false })
    }
}

/// An event whose turn it is.
struct Candidate {
    seq: i64,
    event: NewEvent,
    attempt: i64,
    crashes: i64,
    batch: Option<String>,
    input: Option<String>,
    customer: Option<Held>,
}

/// What is held of its customer.
struct Held {
    tagged: bool,
    body: String,
    link: Option<String>,
}

impl Candidate {
    fn read(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let body: Option<String> = row.try_get("customer_body")?;
        let customer = match body {
            Some(body) => Some(Held { tagged: row.try_get("customer_tagged")?, body, link: row.try_get("link_body")? }),
            None => None,
        };
        Ok(Self {
            seq: row.try_get("seq")?,
            event: new_event(row)?,
            attempt: row.try_get("attempt")?,
            crashes: row.try_get("crashes")?,
            batch: row.try_get("batch")?,
            input: row.try_get("input")?,
            customer,
        })
    }

    async fn next(connection: &mut SqliteConnection, request: &ClaimRequest) -> Result<Option<Self>, sqlx::Error> {
        let query = match &request.only {
            None => sqlx::query(NEXT),
            Some(_) => sqlx::query(ONLY),
        };
        let query = query.bind(&request.installation).bind(request.now).bind(priority_number(request.up_to));
        let query = match &request.only {
            None => query,
            Some(key) => query.bind(key),
        };
        query.try_map(|row: SqliteRow| Self::read(&row)).fetch_optional(connection).await
    }

    fn is_linked(&self) -> bool {
        self.customer.as_ref().is_some_and(|held| held.link.is_some())
    }

    /// Nothing follows from it any more: the customer is not held, or stopped being synchronised before anything was done.
    fn is_moot(&self) -> bool {
        if self.event.kind != EventKind::Customer || self.input.is_some() {
            return false;
        }
        match &self.customer {
            None => true,
            Some(held) => self.attempt == 0 && !held.tagged && held.link.is_none(),
        }
    }

    /// The input it had, or what is held now.
    async fn input(&mut self, connection: &mut SqliteConnection, installation: &str) -> Result<String, sqlx::Error> {
        if let Some(input) = self.input.take() {
            return Ok(input);
        }
        Ok(match (self.event.kind, &self.customer) {
            (EventKind::Customer, Some(held)) => {
                format!(r#"{{"customer":{},"link":{}}}"#, held.body, held.link.as_deref().unwrap_or("null"))
            }
            (EventKind::Day, _) => {
                let report_id = self.event.key.strip_prefix("d:").unwrap_or(&self.event.key);
                let body = receipts::highest(connection, installation, report_id).await?;
                format!(r#"{{"previous":{}}}"#, body.as_deref().unwrap_or("null"))
            }
            _ => "null".to_owned(),
        })
    }
}

/// The events that go with the first one: those of its batch, or customers like it.
async fn with_others(
    connection: &mut SqliteConnection,
    request: &ClaimRequest,
    first: Candidate,
) -> Result<Vec<Candidate>, sqlx::Error> {
    let query = match &first.batch {
        Some(batch) => sqlx::query(BATCH).bind(&request.installation).bind(batch.clone()),
        None if first.event.kind == EventKind::Customer && request.most > 1 => sqlx::query(ALIKE)
            .bind(&request.installation)
            .bind(request.now)
            .bind(priority_number(request.up_to))
            .bind(first.attempt > 0)
            .bind(i64::from(request.most))
            .bind(first.is_linked()),
        None => return Ok(vec![first]),
    };
    query.try_map(|row: SqliteRow| Candidate::read(&row)).fetch_all(connection).await
}

/// Mark them as running, with their input. None when nothing followed from any of them.
async fn run(
    connection: &mut SqliteConnection,
    request: &ClaimRequest,
    mut group: Vec<Candidate>,
) -> Result<Option<Claimed>, sqlx::Error> {
    group.sort_by_key(|candidate| candidate.seq);
    let (moot, group): (Vec<Candidate>, Vec<Candidate>) = group.into_iter().partition(Candidate::is_moot);
    let moot: Vec<i64> = moot.iter().map(|candidate| candidate.seq).collect();
    events::delete_all(connection, &request.installation, &moot).await?;
    let mut claimed: Option<Claimed> = None;
    for mut candidate in group {
        let input = candidate.input(connection, &request.installation).await?;
        let Candidate { seq, event, attempt, crashes, batch, .. } = candidate;
        // Those that go together are of one batch.
        let batch = batch.unwrap_or_else(|| request.batch.clone());
        let all = claimed.get_or_insert(Claimed { kind: event.kind, batch, attempt: 0, events: Vec::new() });
        all.attempt = all.attempt.max(attempt + 1);
        all.events.push(ClaimedEvent { seq, attempt: attempt + 1, crashes, event, input_json: input });
    }
    if let Some(claimed) = &claimed {
        mark(connection, request, claimed).await?;
    }
    Ok(claimed)
}

async fn mark(
    connection: &mut SqliteConnection,
    request: &ClaimRequest,
    claimed: &Claimed,
) -> Result<(), sqlx::Error> {
    for part in claimed.events.chunks(IDS) {
        let query = sqlx::query(RUN).bind(&request.installation).bind(request.now).bind(&claimed.batch);
        let query = filled(part).fold(query, |query, event| query.bind(event.seq).bind(&event.input_json));
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// What waits, at a glance.
struct Look {
    /// Something of an allowed priority is due, though perhaps behind another.
    due: bool,
    /// When the next of an allowed priority will be. What is due already waits for a call to end, which the caller sees by
    /// itself, so it does not count.
    later: Option<Ms>,
    /// Something that goes later than allowed is due.
    lower: bool,
    /// Something that goes later than allowed waits for its time.
    lower_later: bool,
}

impl Look {
    async fn at(connection: &mut SqliteConnection, request: &ClaimRequest) -> Result<Self, sqlx::Error> {
        let query = sqlx::query_as(LOOK).bind(&request.installation).bind(request.now);
        let rows: Vec<(i64, Option<Ms>, Option<Ms>)> = query.fetch_all(connection).await?;
        let mut look = Self { due: false, later: None, lower: false, lower_later: false };
        for (priority, first, later) in rows {
            let due = first.is_some_and(|first| first <= request.now);
            if priority > priority_number(request.up_to) {
                look.lower |= due;
                look.lower_later |= later.is_some();
            } else {
                look.due |= due;
                look.later = look.later.into_iter().chain(later).min();
            }
        }
        Ok(look)
    }

    /// Nothing of an allowed priority can begin.
    async fn nothing(&self, connection: &mut SqliteConnection, request: &ClaimRequest) -> Result<Claim, Fault> {
        let held_back: i64 = if self.lower && !self.lower_later {
            sqlx::query_scalar(HELD_BACK)
                .bind(&request.installation)
                .bind(request.now)
                .bind(priority_number(request.up_to))
                .fetch_one(connection)
                .await?
        } else {
            0
        };
        Ok(Claim::Nothing { next: self.later, held_back: held_back > 0 || self.lower_later })
    }
}
