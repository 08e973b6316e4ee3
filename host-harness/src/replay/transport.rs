//! Answers requests out of a fixture, strictly: the next exchange of the event, the same request, each once. To see what
//! another connector would do, it can also go on where a request is not quite the recorded one.

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
    goes_on: bool,
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
    unanswered: Option<usize>,
}

impl ReplayTransport {
    /// Answer out of these.
    pub fn new(exchanges: Exchanges) -> Self {
        Self::with(exchanges, false)
    }

    /// Answer out of these, and also where the request differs: exchanges that are passed over in an event are left
    /// out, and one with the same method and address, but for what follows the `?`, answers in place of the request's own.
    /// All of it is a mismatch just the same.
    pub fn going_on(exchanges: Exchanges) -> Self {
        Self::with(exchanges, true)
    }

    fn with(exchanges: Exchanges, goes_on: bool) -> Self {
        let prepare = |exchange: Exchange| {
            let body = exchange.request.body.expanded();
            let request = body.map(|body| RequestSpec { body, ..exchange.request.clone() });
            Prepared { exchange, request }
        };
        let exchanges = exchanges.exchanges.into_iter().map(prepare).collect();
        Self { exchanges, goes_on, state: Mutex::default() }
    }

    /// What did not fit, unused exchanges included. Ask when all events were run.
    pub fn mismatches(&self) -> Vec<Mismatch> {
        let progress = self.progress();
        let mut all = progress.mismatches.clone();
        all.extend((progress.next..self.exchanges.len()).filter_map(|place| self.unused(place)));
        all
    }

    fn unused(&self, place: usize) -> Option<Mismatch> {
        let exchange = &self.exchanges.get(place)?.exchange;
        let (number, total) = (place.saturating_add(1), self.exchanges.len());
        let what = format!("exchange {number} of {total} was not used: {}", exchange.request.line());
        Some(Mismatch { event: exchange.event, what, difference: String::new() })
    }

    /// Go on at `place`; what lies before it stays unused.
    fn pass_over(&self, progress: &mut Progress, place: usize) {
        progress.mismatches.extend((progress.next..place).filter_map(|place| self.unused(place)));
        progress.next = progress.next.max(place);
    }

    /// The first event with a request that nothing answered.
    pub fn unanswered(&self) -> Option<usize> {
        self.progress().unanswered
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
        if let Some((place, one)) = self.stand_in(&progress, request) {
            self.pass_over(&mut progress, place);
            progress.next = place.saturating_add(1);
            return Ok(&one.exchange);
        }
        progress.unanswered = progress.unanswered.or(Some(progress.event));
        Err(what)
    }

    /// The exchange that answers a request which is not the next: the same one further on in the event, else the next if
    /// it is to the same place.
    fn stand_in(&self, progress: &Progress, request: &RequestSpec) -> Option<(usize, &Prepared)> {
        if !self.goes_on {
            return None;
        }
        let address = |url: &'_ str| url.split('?').next().unwrap_or_default().to_owned();
        let left = self.exchanges.iter().enumerate().skip(progress.next);
        let mut of_event = left.filter(|(_, one)| one.exchange.event == progress.event);
        of_event.clone().find(|(_, one)| one.request.as_ref() == Ok(request)).or_else(|| {
            of_event.next().filter(|(_, one)| {
                let asked = &one.exchange.request;
                asked.method == request.method && address(&asked.url) == address(&request.url)
            })
        })
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
        let mut progress = self.progress();
        progress.event = event;
        if self.goes_on {
            let first = self.exchanges.iter().position(|one| one.exchange.event >= event);
            self.pass_over(&mut progress, first.unwrap_or(self.exchanges.len()));
        }
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
