//! The simulator without sockets: a request goes in, an answer comes out, and calls of webhooks wait to be taken.

use crate::config::Config;
use crate::gate::{self, Handled};
use crate::state::{Agreement, StartError, State};
use crate::{control, trial, webhooks};
use bytes::Bytes;
use jiff::Timestamp;
use simulator_kit::{Answer, Call, Delivery, Fault, FaultAction, Request};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A simulated e-conomic. Cheap to make, deterministic, and safe to share between threads.
#[derive(Debug)]
pub struct Economic {
    config: Config,
    state: Mutex<State>,
}

impl Economic {
    /// A simulator that holds what the configuration says.
    ///
    /// # Errors
    /// The data cannot be used; the message says what is wrong with it.
    pub fn new(config: Config) -> Result<Self, StartError> {
        let state = Mutex::new(State::new(&config)?);
        Ok(Self { config, state })
    }

    /// What it was started with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Number of the first agreement, which the methods without an agreement mean.
    pub fn agreement(&self) -> u32 {
        State::first(&self.config)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held would be a fault of ours in a test tool; going on shows more than a second panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the first agreement. It is there as long as the simulator is.
    pub(crate) fn with_first<T>(&self, act: impl FnOnce(&mut Agreement) -> T) -> Option<T> {
        self.lock().agreements.get_mut(&self.agreement()).map(act)
    }

    /// Answers a request on either interface, on the control surface under `/_sim/`, or on the trial surface under `/_trial`. The URI
    /// may be a path or absolute.
    pub fn answer(&self, request: http::Request<Bytes>) -> Answer {
        let request = Request::new(request);
        match request.segments.first().map(String::as_str) {
            Some("_sim") => return Answer::plain(control::answer(self, &request)),
            Some("_trial") => return Answer::plain(trial::answer(self, &request)),
            _ => {}
        }
        let mut state = self.lock();
        let fault = state.faults.take(request.method.as_str(), &request.path_and_query());
        let handled = match &fault {
            Some(action) if !action.writes() => Handled { response: action.instead(), agreement: None },
            _ => gate::answer(&mut state, &self.config, &request),
        };
        let kept = self.config.record_bodies && !request.body.is_empty();
        let call = Call {
            number: 0,
            at: state.clock.now(),
            method: request.method.to_string(),
            path: request.path.clone(),
            query: request.raw_query.clone(),
            status: handled.response.status().as_u16(),
            user: handled.agreement.map(|number| number.to_string()),
            fault: fault.as_ref().map(FaultAction::name),
            slowed_ms: 0,
            body: kept.then(|| String::from_utf8_lossy(&request.body).into_owned()),
        };
        state.calls.note(call);
        match &fault {
            Some(action) => action.on_the_way(handled.response),
            None => Answer::plain(handled.response),
        }
    }

    /// Now, by the simulator's clock.
    pub fn now(&self) -> Timestamp {
        self.lock().clock.now()
    }

    /// Stops the clock at `now`.
    pub fn set_now(&self, now: Timestamp) {
        self.lock().clock.set(Some(now));
    }

    /// Moves the clock on by `by` and stops it there.
    pub fn advance(&self, by: Duration) {
        self.lock().clock.advance(by);
    }

    /// Takes the next call of a webhook out of the outbox. Say how it went with [`Self::delivery_done`] before taking the next, so that a
    /// webhook that is disabled by a failure stops the calls behind it.
    pub fn next_delivery(&self) -> Option<Delivery> {
        webhooks::next(&mut self.lock(), &self.config.switches)
    }

    /// Takes all waiting calls out of the outbox.
    pub fn take_deliveries(&self) -> Vec<Delivery> {
        std::iter::from_fn(|| self.next_delivery()).collect()
    }

    /// Says how a call went: the HTTP status, or why there was none. Anything but 2xx is tried again. A call that was not taken out, or
    /// was already reported, is passed over.
    pub fn delivery_done(&self, delivery_id: u64, outcome: Result<u16, String>) {
        webhooks::done(&mut self.lock(), delivery_id, outcome, &self.config.switches);
    }

    /// Calls of webhooks that wait or are being made.
    pub fn pending_deliveries(&self) -> usize {
        self.lock().outbox.pending()
    }

    /// Orders a fault and gives its number.
    pub fn add_fault(&self, fault: Fault) -> u64 {
        self.lock().faults.add(fault)
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// The calls seen, oldest first; those to the control surface are not among them.
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.all().cloned().collect()
    }

    /// Forgets the calls seen. The window of the rate limit stays.
    pub fn clear_calls(&self) {
        self.lock().calls.clear();
    }

    /// Starts again: data as at the start, no faults, calls, kept answers, webhooks or waiting calls, the system's clock.
    pub fn reset(&self) {
        let mut state = self.lock();
        // The same configuration was accepted at the start, so it is accepted now.
        if let Ok(mut fresh) = State::new(&self.config) {
            fresh.outbox = state.outbox.emptied();
            *state = fresh;
        }
    }
}
