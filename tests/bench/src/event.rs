//! One event out of a fixture: what a connector is handed, and what it is answered meanwhile.

use crate::error::CannotRun;
use bytes::Bytes;
use host_harness::bindings::exports::configure::Connector as Description;
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, CustomerChange};
use host_harness::bindings::types::{Context, Customer};
use host_harness::connector::Surroundings;
use host_harness::egress::AllowList;
use host_harness::installation::{EventId, Installation, idempotency_key};
use host_harness::processor::Account;
use host_harness::replay::Fixture;
use host_harness::sandbox::Limits;
use host_harness::scenario::{EventSpec, build_installation, locale_of};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport};
use std::sync::Arc;

/// The same on an account of its own: one that all events share would soon count as one that computes for long.
pub(crate) fn on_its_own_account(around: &Surroundings) -> Surroundings {
    Surroundings { account: Account::default(), ..around.clone() }
}

/// What is asked and answered in one round trip.
#[derive(Debug, Clone)]
pub struct RoundTrip {
    /// Upper-case.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// The length of the request's body.
    pub body_bytes: usize,
    /// The answer.
    pub answer: InboundResponse,
}

/// One customer that changed, and the round trips that follow.
pub struct Event {
    /// FlexyBox: the customers and links.
    pub installation: Installation,
    /// The context of the call.
    pub context: Context,
    /// The batch of one.
    pub changes: Vec<CustomerChange>,
    /// In the order they happen.
    pub round_trips: Vec<RoundTrip>,
    /// The customers, for whoever has no installation.
    pub customers: Vec<Customer>,
    /// Which hosts the connector may reach.
    pub hosts: AllowList,
}

impl Event {
    /// The only event of a fixture, which must be about a customer. `description` is what the connector says of itself.
    ///
    /// # Errors
    /// The fixture is about something else than one customer that changed.
    pub fn of(fixture: &Fixture, description: &Description) -> Result<Self, CannotRun> {
        let (scenario, exchanges) = (&fixture.scenario, &fixture.exchanges);
        let [EventSpec::CustomersChanged(changed)] = scenario.events.as_slice() else {
            return Err(CannotRun::new("the event must be one change of customers"));
        };
        let installation = build_installation(scenario, description.settings.clone()).map_err(CannotRun::because)?;
        let customers: Vec<Customer> = scenario.customers.iter().map(Customer::from).collect();
        let changes = changed.customers.iter().filter_map(|one| {
            let customer = customers.iter().find(|customer| customer.id == one.id)?.clone();
            let link = installation.links().into_iter().find(|link| link.customer_id == one.id);
            Some(CustomerChange { kind: ChangeKind::Changed, customer, link })
        });
        let changes: Vec<CustomerChange> = changes.collect();
        let context = Context {
            now: u64::try_from(scenario.now.as_millisecond()).unwrap_or_default(),
            locale: locale_of(scenario.locale),
            settings: installation.settings(),
            webhook_link: scenario.webhook_link.clone(),
            idempotency_key: idempotency_key("bench", &EventId("event-1".to_owned()), "customers"),
            attempt: 1,
        };
        let round_trips = exchanges.exchanges.iter().map(|exchange| {
            let (method, url) = (exchange.request.method.clone(), exchange.request.url.clone());
            let request =
                OutboundRequest { method: method.clone(), url: url.clone(), headers: Vec::new(), body: Bytes::new() };
            let body_bytes = exchange.request.body.bytes().map_err(CannotRun::new)?.len();
            match exchange.answer.outcome(&request) {
                Ok(Ok(answer)) => Ok(RoundTrip { method, url, body_bytes, answer }),
                _ => Err(CannotRun::new("an exchange without an answer")),
            }
        });
        let round_trips = round_trips.collect::<Result<_, _>>()?;
        let hosts = AllowList::new(&description.hosts, &description.hosts).map_err(CannotRun::because)?;
        Ok(Self { installation, context, changes, round_trips, customers, hosts })
    }

    /// What calls of the event can reach, with all limits on.
    pub fn surroundings(&self, transport: Arc<dyn Transport>) -> Surroundings {
        Surroundings {
            directory: Arc::new(self.installation.clone()),
            transport,
            hosts: self.hosts.clone(),
            ..Surroundings::nothing(Limits::default())
        }
    }
}
