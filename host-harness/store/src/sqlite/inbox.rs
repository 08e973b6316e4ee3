//! Taking in what happened.

use super::collapse;
use super::customers;
use super::events;
use super::fault::Fault;
use super::installations;
use super::links;
use super::sql;
use super::writer::Work;
use crate::Ms;
use crate::event::{Accepted, CustomerArrival, EventKind, NewEvent};
use crate::people::CustomerRow;
use rusqlite::{Connection, Result, params};

const SEEN: &str =
    "INSERT INTO seen_ids (installation, id, at) VALUES ($1, $2, $3) ON CONFLICT (installation, id) DO NOTHING";
const ANY_OF_KEY: &str =
    "SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE installation = $1 AND order_key = $2 LIMIT 1) AS found";
/// A person or a check asks for the customer to be handed over whether it changed or not.
const RESYNC: &str = r#""resync""#;

/// [`crate::Store::accept`].
pub(crate) struct Accept {
    pub(crate) installation: String,
    pub(crate) event: NewEvent,
}

impl Work for Accept {
    type Output = Accepted;

    fn run(self, connection: &Connection) -> Result<Accepted, Fault> {
        let Self { installation, event } = &self;
        let known = match event.kind {
            EventKind::Webhook => installations::hook_called(connection, installation, event.received)?,
            _ => installations::exists(connection, installation)?,
        };
        if !known {
            return Err(installations::unknown(installation));
        }
        Ok(take(connection, installation, event)?)
    }
}

/// Take in one event of an installation that exists.
pub(crate) fn take(connection: &Connection, installation: &str, event: &NewEvent) -> Result<Accepted> {
    if !note(connection, installation, &event.id, event.received)? {
        return Ok(Accepted::Duplicate);
    }
    place(connection, installation, event)
}

/// Into an event that is kept, or behind all others.
fn place(connection: &Connection, installation: &str, event: &NewEvent) -> Result<Accepted> {
    match collapse::into_kept(connection, installation, event)? {
        Some(seq) => Ok(Accepted::Collapsed(seq)),
        None => events::insert(connection, installation, event).map(Accepted::New),
    }
}

/// Note the sender's id; false when it was noted before.
fn note(connection: &Connection, installation: &str, id: &str, at: Ms) -> Result<bool> {
    if id.is_empty() {
        return Ok(true);
    }
    Ok(sql::run(connection, SEEN, params![installation, id, at])? > 0)
}

/// [`crate::Store::accept_customers`].
pub(crate) struct AcceptCustomers {
    pub(crate) installation: String,
    pub(crate) arrivals: Vec<CustomerArrival>,
}

impl Work for AcceptCustomers {
    type Output = Vec<Accepted>;

    fn run(self, connection: &Connection) -> Result<Vec<Accepted>, Fault> {
        if !installations::exists(connection, &self.installation)? {
            return Err(installations::unknown(&self.installation));
        }
        let mut accepted = Vec::with_capacity(self.arrivals.len());
        for arrival in &self.arrivals {
            accepted.push(take_customer(connection, &self.installation, arrival)?);
        }
        Ok(accepted)
    }
}

fn take_customer(connection: &Connection, installation: &str, arrival: &CustomerArrival) -> Result<Accepted> {
    let CustomerArrival { event, customer, force } = arrival;
    if !note(connection, installation, &event.id, event.received)? {
        return Ok(Accepted::Duplicate);
    }
    let mut is_new = true;
    let mut customer = CustomerRow { changed: event.received, ..customer.clone() };
    if let Some(held) = customers::one(connection, installation, &customer.id)? {
        let same = held.revision == customer.revision
            && held.body_json == customer.body_json
            && held.tagged == customer.tagged
            && held.deleted == customer.deleted;
        let asked = *force || event.payload_json == RESYNC;
        if held.revision > customer.revision || (same && !asked) {
            return Ok(Accepted::Outdated);
        }
        if held.body_json == customer.body_json && held.deleted == customer.deleted {
            customer.changed = held.changed;
        }
        is_new = !same;
    }
    if is_new {
        customers::put(connection, installation, &customer)?;
    }
    let concerned = (customer.tagged && !customer.deleted)
        || links::version(connection, installation, &customer.id)?.is_some()
        || has_event(connection, installation, &event.key)?;
    if !concerned {
        return Ok(Accepted::NotConcerned);
    }
    place(connection, installation, event)
}

fn has_event(connection: &Connection, installation: &str, key: &str) -> Result<bool> {
    let found: i64 = sql::one(connection, ANY_OF_KEY, params![installation, key], |row| row.get(0))?;
    Ok(found > 0)
}
