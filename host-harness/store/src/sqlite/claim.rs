//! Handing out work: who goes next, what goes with it, and with what input.
//!
//! Whose turn it is: by priority, then by arrival, among those that are due, and only the first of each key that is not
//! done. A key that is empty keeps no order. Customers that begin together all have a link or none has: those without cost a
//! look-up and a creation, which a batch of them shares. What runs alone waits for the others to end, and nothing begins meanwhile that
//! would go after it, or it would wait for ever.

use super::events::{new_event, priority_number};
use super::fault::Fault;
use super::writer::Work;
use super::{events, installations, receipts, sql};
use crate::Ms;
use crate::event::{Claim, ClaimRequest, Claimed, ClaimedEvent, EventKind, NewEvent};
use rusqlite::{Connection, OptionalExtension, Result, Row, ToSql, params};

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
const RUN: &str = "UPDATE events SET state = 'running', attempt = attempt + 1, started = $3, batch = $4, input = $5 \
     WHERE installation = $1 AND seq = $2";

/// [`crate::Store::claim`].
pub(crate) struct ClaimWork(pub(crate) ClaimRequest);

impl Work for ClaimWork {
    type Output = Claim;

    fn run(self, connection: &Connection) -> Result<Claim, Fault> {
        let request = &self.0;
        if installations::paused(connection, &request.installation)? != Some(false) {
            return Ok(Claim::Nothing { next: None, held_back: false });
        }
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (running, alone): (i64, i64) = sql::one(connection, RUNNING, params![request.installation], read)?;
        if running >= i64::from(request.concurrency.max(1)) || alone > 0 {
            return Ok(Claim::Nothing { next: None, held_back: false });
        }
        let look = Look::at(connection, request)?;
        if !look.due {
            return look.nothing(connection, request);
        }
        for _ in 0..ROUNDS {
            let Some(first) = Candidate::next(connection, request)? else {
                return look.nothing(connection, request);
            };
            if first.event.kind.runs_alone() && running > 0 {
                return Ok(Claim::Nothing { next: look.later, held_back: false });
            }
            let group = with_others(connection, request, first)?;
            if let Some(claimed) = run(connection, request, group)? {
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
    fn read(row: &Row<'_>) -> Result<Self> {
        let body: Option<String> = row.get("customer_body")?;
        let customer = match body {
            Some(body) => Some(Held { tagged: row.get("customer_tagged")?, body, link: row.get("link_body")? }),
            None => None,
        };
        Ok(Self {
            seq: row.get("seq")?,
            event: new_event(row)?,
            attempt: row.get("attempt")?,
            crashes: row.get("crashes")?,
            batch: row.get("batch")?,
            input: row.get("input")?,
            customer,
        })
    }

    fn next(connection: &Connection, request: &ClaimRequest) -> Result<Option<Self>> {
        let up_to = priority_number(request.up_to);
        let mut values: Vec<&dyn ToSql> = vec![&request.installation, &request.now, &up_to];
        let statement = match &request.only {
            None => NEXT,
            Some(key) => {
                values.push(key);
                ONLY
            }
        };
        sql::one(connection, statement, &values, Self::read).optional()
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
    fn input(&mut self, connection: &Connection, installation: &str) -> Result<String> {
        if let Some(input) = self.input.take() {
            return Ok(input);
        }
        Ok(match (self.event.kind, &self.customer) {
            (EventKind::Customer, Some(held)) => {
                format!(r#"{{"customer":{},"link":{}}}"#, held.body, held.link.as_deref().unwrap_or("null"))
            }
            (EventKind::Day, _) => {
                let report_id = self.event.key.strip_prefix("d:").unwrap_or(&self.event.key);
                let body = receipts::highest(connection, installation, report_id)?;
                format!(r#"{{"previous":{}}}"#, body.as_deref().unwrap_or("null"))
            }
            _ => "null".to_owned(),
        })
    }
}

/// The events that go with the first one: those of its batch, or customers like it.
fn with_others(connection: &Connection, request: &ClaimRequest, first: Candidate) -> Result<Vec<Candidate>> {
    let ClaimRequest { installation, now, up_to, most, .. } = request;
    match &first.batch {
        Some(batch) => sql::all(connection, BATCH, params![installation, batch], Candidate::read),
        None if first.event.kind == EventKind::Customer && *most > 1 => {
            let values =
                params![installation, now, priority_number(*up_to), first.attempt > 0, most, first.is_linked()];
            sql::all(connection, ALIKE, values, Candidate::read)
        }
        None => Ok(vec![first]),
    }
}

/// Mark them as running, with their input. None when nothing followed from any of them.
fn run(connection: &Connection, request: &ClaimRequest, mut group: Vec<Candidate>) -> Result<Option<Claimed>> {
    group.sort_by_key(|candidate| candidate.seq);
    let (moot, group): (Vec<Candidate>, Vec<Candidate>) = group.into_iter().partition(Candidate::is_moot);
    for candidate in moot {
        events::delete(connection, &request.installation, candidate.seq)?;
    }
    let mut claimed: Option<Claimed> = None;
    for mut candidate in group {
        let input = candidate.input(connection, &request.installation)?;
        let Candidate { seq, event, attempt, crashes, batch, .. } = candidate;
        // Those that go together are of one batch.
        let batch = batch.unwrap_or_else(|| request.batch.clone());
        let all = claimed.get_or_insert(Claimed { kind: event.kind, batch, attempt: 0, events: Vec::new() });
        all.attempt = all.attempt.max(attempt + 1);
        sql::run(connection, RUN, params![request.installation, seq, request.now, all.batch, input])?;
        all.events.push(ClaimedEvent { seq, attempt: attempt + 1, crashes, event, input_json: input });
    }
    Ok(claimed)
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
    fn at(connection: &Connection, request: &ClaimRequest) -> Result<Self> {
        let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let rows: Vec<(i64, Option<Ms>, Option<Ms>)> =
            sql::all(connection, LOOK, params![request.installation, request.now], read)?;
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
    fn nothing(&self, connection: &Connection, request: &ClaimRequest) -> Result<Claim, Fault> {
        let held_back: i64 = if self.lower && !self.lower_later {
            let values = params![request.installation, request.now, priority_number(request.up_to)];
            sql::one(connection, HELD_BACK, values, |row| row.get(0))?
        } else {
            0
        };
        Ok(Claim::Nothing { next: self.later, held_back: held_back > 0 || self.lower_later })
    }
}
