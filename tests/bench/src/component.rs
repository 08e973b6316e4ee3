//! The connector as a component: a fresh instance for every event, all limits on, answers from memory.

use crate::error::CannotRun;
use crate::event::{Event, RoundTrip};
use async_trait::async_trait;
use host_harness::connector::{Connector, Surroundings};
use host_harness::egress::AllowList;
use host_harness::sandbox::Limits;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers the same round trips again and again.
struct Canned {
    round_trips: Vec<RoundTrip>,
    next: AtomicUsize,
}

#[async_trait]
impl Transport for Canned {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let place = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(self.round_trips.len()).unwrap_or_default();
        match self.round_trips.get(place) {
            Some(one) if one.method == request.method && one.url == request.url => Ok(one.answer.clone()),
            _ => {
                Err(TransportError::Refused { reason: format!("{} {} was not recorded", request.method, request.url) })
            }
        }
    }
}

/// A connector, and everything around it.
pub struct InSandbox {
    connector: Connector,
    surroundings: Surroundings,
    event: Arc<Event>,
}

impl InSandbox {
    /// With the hosts the connector describes.
    ///
    /// # Errors
    /// The connector does not say which hosts those are.
    pub async fn new(connector: Connector, event: Arc<Event>) -> Result<Self, CannotRun> {
        let wrong = |error: String| CannotRun::new(error);
        let described = connector.describe(Limits::default()).await.result.map_err(|error| wrong(error.to_string()))?;
        let hosts = AllowList::new(&described.hosts, &described.hosts).map_err(|error| wrong(error.to_string()))?;
        let surroundings = Surroundings {
            directory: Arc::new(event.installation.clone()),
            transport: Arc::new(Canned { round_trips: event.round_trips.clone(), next: AtomicUsize::new(0) }),
            hosts,
            ..Surroundings::nothing(Limits::default())
        };
        Ok(Self { connector, surroundings, event })
    }

    /// Run the event once; how many requests it made.
    ///
    /// # Errors
    /// It did not end well.
    pub async fn run(&self) -> Result<u64, CannotRun> {
        let (context, changes) = (self.event.context.clone(), self.event.changes.clone());
        let report = self.connector.on_customer_changed(&self.surroundings, context, changes).await;
        match report.result {
            Ok(Ok(results)) if results.len() == self.event.changes.len() => Ok(report.traffic.requests),
            other => Err(CannotRun::new(format!("the event did not end well: {other:?}"))),
        }
    }
}
