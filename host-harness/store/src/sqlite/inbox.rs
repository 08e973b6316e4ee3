//! Taking in what happened.

use super::collapse;
use super::customers;
use super::events;
use super::fault::Fault;
use super::installations;
use super::links;
use super::writer::Work;
use crate::Ms;
use crate::event::{Accepted, CustomerArrival, EventKind, NewEvent};
use crate::people::CustomerRow;
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

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

#[async_trait]
impl Work for Accept {
    type Output = Accepted;

    async fn run(self, connection: &mut SqliteConnection) -> Result<Accepted, Fault> {
        let Self { installation, event } = &self;
        let known = match event.kind {
            EventKind::Webhook => installations::hook_called(connection, installation, event.received).await?,
            _ => installations::exists(connection, installation).await?,
        };
        if !known {
            return Err(installations::unknown(installation));
        }
        Ok(take(connection, installation, event).await?)
    }
}

/// Take in one event of an installation that exists.
pub(crate) async fn take(
    connection: &mut SqliteConnection,
    installation: &str,
    event: &NewEvent,
) -> Result<Accepted, sqlx::Error> {
    if !note(connection, installation, &event.id, event.received).await? {
        return Ok(Accepted::Duplicate);
    }
    place(connection, installation, event).await
}

/// Into an event that is kept, or behind all others.
async fn place(
    connection: &mut SqliteConnection,
    installation: &str,
    event: &NewEvent,
) -> Result<Accepted, sqlx::Error> {
    match collapse::into_kept(connection, installation, event).await? {
        Some(seq) => Ok(Accepted::Collapsed(seq)),
        None => events::insert(connection, installation, event).await.map(Accepted::New),
    }
}

/// Note the sender's id; false when it was noted before.
async fn note(connection: &mut SqliteConnection, installation: &str, id: &str, at: Ms) -> Result<bool, sqlx::Error> {
    if id.is_empty() {
        return Ok(true);
    }
    let done = sqlx::query(SEEN).bind(installation).bind(id).bind(at).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}

/// [`crate::Store::accept_customers`].
pub(crate) struct AcceptCustomers {
    pub(crate) installation: String,
    pub(crate) arrivals: Vec<CustomerArrival>,
}

#[async_trait]
impl Work for AcceptCustomers {
    type Output = Vec<Accepted>;

    async fn run(self, connection: &mut SqliteConnection) -> Result<Vec<Accepted>, Fault> {
        if !installations::exists(connection, &self.installation).await? {
            return Err(installations::unknown(&self.installation));
        }
        let mut accepted = Vec::with_capacity(self.arrivals.len());
        for arrival in &self.arrivals {
            accepted.push(take_customer(connection, &self.installation, arrival).await?);
        }
        Ok(accepted)
    }
}

async fn take_customer(
    connection: &mut SqliteConnection,
    installation: &str,
    arrival: &CustomerArrival,
) -> Result<Accepted, sqlx::Error> {
    let CustomerArrival { event, customer, force } = arrival;
    if !note(connection, installation, &event.id, event.received).await? {
        return Ok(Accepted::Duplicate);
    }
    let mut is_new = true;
    let mut customer = CustomerRow { changed: event.received, ..customer.clone() };
    if let Some(held) = customers::held(connection, installation, &customer.id).await? {
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
        customers::put(connection, installation, &customer).await?;
    }
    let concerned = (customer.tagged && !customer.deleted)
        || links::exists(connection, installation, &customer.id).await?
        || has_event(connection, installation, &event.key).await?;
    if !concerned {
        return Ok(Accepted::NotConcerned);
    }
    place(connection, installation, event).await
}

async fn has_event(connection: &mut SqliteConnection, installation: &str, key: &str) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar(ANY_OF_KEY).bind(installation).bind(key).fetch_one(connection).await?;
    Ok(found > 0)
}
