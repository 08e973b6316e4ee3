//! Answers requests out of a fixture, strictly: the next exchange of the event, the same request, each once.

use super::diff::{likeness, text_difference};
use super::exchange::{Exchange, Exchanges, RequestSpec};
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The longest delay that is waited for, in milliseconds.
const LONGEST_DELAY_MS: u64 = 60_000;

/// A transport that is told which event the requests that follow belong to.
pub trait EventTransport: Transport {
    /// The requests that follow belong to this event, counted from 1 over all events of the scenario.
    fn begin_event(&self, event: usize);
}

/// Something that does not fit the exchanges; any of them fails the replay.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mismatch {
    /// In which event, from 1.
    pub event: usize,
    /// One line: what happened.
    pub what: String,
    /// How the request differs from the nearest exchange; empty when there is none.
    pub difference: String,
}

/// Answers out of exchanges.
pub struct ReplayTransport {
    exchanges: Vec<Prepared>,
    state: Mutex<Progress>,
}

/// An exchange and its request with shorthands written out.
struct Prepared {
    exchange: Exchange,
    request: Result<RequestSpec, String>,
}

#[derive(Default)]
struct Progress {
    event: usize,
    next: usize,
    mismatches: Vec<Mismatch>,
}

impl ReplayTransport {
    /// Answer out of these.
    pub fn new(exchanges: Exchanges) -> Self {
        let prepare = |exchange: Exchange| {
            let body = exchange.request.body.expanded();
            let request = body.map(|body| RequestSpec { body, ..exchange.request.clone() });
            Prepared { exchange, request }
        };
        let exchanges = exchanges.exchanges.into_iter().map(prepare).collect();
        Self { exchanges, state: Mutex::default() }
    }

    /// What did not fit, unused exchanges included. Ask when all events were run.
    pub fn mismatches(&self) -> Vec<Mismatch> {
        let progress = self.progress();
        let mut all = progress.mismatches.clone();
        let number = self.exchanges.len();
        all.extend(self.exchanges.iter().enumerate().skip(progress.next).map(|(place, unused)| Mismatch {
            event: unused.exchange.event,
            what: format!(
                "exchange {} of {number} was not used: {}",
                place.saturating_add(1),
                unused.exchange.request.line()
            ),
            difference: String::new(),
        }));
        all
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The exchange this request uses up, or what does not fit.
    fn take(&self, request: &RequestSpec) -> Result<&Exchange, String> {
        let mut progress = self.progress();
        let next = progress.next;
        let expected = self.exchanges.get(next).filter(|one| one.exchange.event == progress.event);
        if let Some(prepared) = expected
            && prepared.request.as_ref() == Ok(request)
        {
            progress.next = next.saturating_add(1);
            return Ok(&prepared.exchange);
        }
        let mismatch = self.mismatch(progress.event, next, request);
        let what = mismatch.what.clone();
        progress.mismatches.push(mismatch);
        Err(what)
    }

    fn mismatch(&self, event: usize, next: usize, request: &RequestSpec) -> Mismatch {
        let actual = request.for_people();
        let total = self.exchanges.len();
        let candidates = self.exchanges.iter().enumerate().map(|(place, one)| {
            let text = match &one.request {
                Ok(spec) => spec.for_people(),
                Err(reason) => format!("{}\n(body: {reason})\n", one.exchange.request.line()),
            };
            let near = one.exchange.event == event && place >= next;
            (near, likeness(&text, &actual), place, text)
        });
        // The next one wins over an equally alike one further on.
        let nearest = candidates.max_by_key(|(near, alike, place, _)| (*near, *alike, std::cmp::Reverse(*place)));
        let line = request.line();
        let Some((_, _, place, text)) = nearest else {
            let what = format!("a request that no exchange answers: {line} (there are no exchanges)");
            return Mismatch { event, what, difference: String::new() };
        };
        let number = place.saturating_add(1);
        let used = if place < next {
            "which was used already".to_owned()
        } else {
            format!("which comes only after exchange {}", next.saturating_add(1))
        };
        let belongs = self.exchanges.get(place).map_or(0, |one| one.exchange.event);
        let why = match () {
            () if text == actual && belongs != event => format!("which belongs to event {belongs}"),
            () if text == actual => used,
            () => "which differs:".to_owned(),
        };
        let what =
            format!("a request that no exchange answers: {line}; nearest is exchange {number} of {total}, {why}");
        Mismatch { event, what, difference: text_difference(&text, &actual) }
    }
}

impl EventTransport for ReplayTransport {
    fn begin_event(&self, event: usize) {
        self.progress().event = event;
    }
}

#[async_trait]
impl Transport for ReplayTransport {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let exchange = self.take(&RequestSpec::of(&request)).map_err(|reason| TransportError::Refused { reason })?;
        if let Some(delay) = exchange.answer.delay_ms {
            tokio::time::sleep(Duration::from_millis(delay.min(LONGEST_DELAY_MS))).await;
        }
        match exchange.answer.outcome(&request) {
            Ok(outcome) => outcome,
            Err(reason) => {
                let mut progress = self.progress();
                let (event, number) = (progress.event, progress.next);
                let what =
                    format!("exchange {number} of {}: its answer cannot be given: {reason}", self.exchanges.len());
                progress.mismatches.push(Mismatch { event, what: what.clone(), difference: String::new() });
                Err(TransportError::Refused { reason: what })
            }
        }
    }
}
