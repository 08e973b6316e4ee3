//! Requests alone: the plumbing connector, which sends as many and as large ones as the event does and decides nothing.

use crate::error::CannotRun;
use crate::event::{Event, on_its_own_account};
use async_trait::async_trait;
use host_harness::bindings::types::{Context, Setting};
use host_harness::connector::{Connector, Surroundings};
use host_harness::egress::AllowList;
use host_harness::sandbox::Limits;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The host that the plumbing connector describes.
const HOST: &str = "books.example";

/// The plumbing connector with its event.
pub struct Plumbing {
    connector: Connector,
    surroundings: Surroundings,
    context: Context,
    requests: u64,
}

impl Plumbing {
    /// With the answers of the event, and bodies as large as its own, in its order.
    ///
    /// # Errors
    /// Its host cannot be approved.
    pub fn new(connector: Connector, event: &Event) -> Result<Self, CannotRun> {
        let lines = event.round_trips.iter().map(|one| match one.body_bytes {
            0 => format!("https://{HOST}/"),
            bytes => format!("https://{HOST}/ {bytes}"),
        });
        let setting = Setting { key: "requests".to_owned(), value: lines.collect::<Vec<_>>().join("\n") };
        let answers = event.round_trips.iter().map(|one| one.answer.clone()).collect();
        let surroundings = Surroundings {
            transport: Arc::new(Turn { answers, next: AtomicUsize::new(0) }),
            hosts: AllowList::new([HOST], [HOST]).map_err(CannotRun::because)?,
            ..Surroundings::nothing(Limits::default())
        };
        let context = Context { settings: vec![setting], ..event.context.clone() };
        Ok(Self { connector, surroundings, context, requests: event.round_trips.len() as u64 })
    }

    /// Send them once.
    ///
    /// # Errors
    /// It sent others.
    pub async fn run(&self) -> Result<(), CannotRun> {
        let surroundings = on_its_own_account(&self.surroundings);
        let report = self.connector.on_customer_changed(&surroundings, self.context.clone(), Vec::new()).await;
        match report.result {
            Ok(Ok(_)) if report.traffic.requests == self.requests => Ok(()),
            other => Err(CannotRun::new(format!("the plumbing connector did not send its requests: {other:?}"))),
        }
    }
}

/// Gives the answers in turn, whatever is asked.
struct Turn {
    answers: Vec<InboundResponse>,
    next: AtomicUsize,
}

#[async_trait]
impl Transport for Turn {
    async fn send(&self, _: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let next = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(self.answers.len()).unwrap_or_default();
        self.answers.get(next).cloned().ok_or_else(|| TransportError::Dropped { host: HOST.to_owned() })
    }
}

/// No answer at all: whoever asks waits for ever.
pub struct Silence;

#[async_trait]
impl Transport for Silence {
    async fn send(&self, _: OutboundRequest) -> Result<InboundResponse, TransportError> {
        std::future::pending().await
    }
}
