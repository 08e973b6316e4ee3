//! The simulator without sockets: a request goes in, an answer comes out, and calls to Modification URLs wait to be taken.

use crate::config::Config;
use crate::hooks::{self, Delivery, Event};
use crate::state::{StartError, State};
use crate::surface::Handled;
use crate::{control, odata, web_api};
use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;
use simulator_kit::{Answer, Call, Fault, FaultAction, Request, answer};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A simulated Uniconta. Cheap to make, deterministic, and safe to share between threads.
#[derive(Debug)]
pub struct Uniconta {
    config: Config,
    state: Mutex<State>,
}

impl Uniconta {
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

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock was held would be a fault of ours in a test tool; going on shows more than a second panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request on either surface, or on the control surface under `/_sim/`, or on the trial surface under `/_trial`. The URI
    /// may be a path or absolute.
    pub fn answer(&self, request: http::Request<Bytes>) -> Answer {
        let request = Request::new(request);
        if request.segments.first().is_some_and(|first| first == "_sim") {
            return Answer::plain(control::answer(self, &request));
        }
        if request.segments.first().is_some_and(|first| first == "_trial") {
            self.lock().on_trial = true;
            let method = request.method.as_str();
            let accounting_trial::Answer { status, body } =
                accounting_trial::answer(self, method, &request.path, &request.body);
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            return Answer::plain(answer::json(status, &body));
        }
        let mut state = self.lock();
        let fault = state.faults.take(request.method.as_str(), &request.path_and_query());
        let handled = match &fault {
            Some(action) if !action.writes() => Handled::anonymous(action.instead()),
            _ => self.handle(&mut state, &request),
        };
        let slowed = match &handled.user {
            Some(user) => {
                let today = state.clock.today();
                state.quota.count(user, today, self.config.switches.quota)
            }
            None => Duration::ZERO,
        };
        let call = Call {
            number: 0,
            at: state.clock.now(),
            method: request.method.to_string(),
            path: request.path.clone(),
            query: request.raw_query.clone(),
            status: handled.response.status().as_u16(),
            user: handled.user,
            fault: fault.as_ref().map(FaultAction::name),
            slowed_ms: u64::try_from(slowed.as_millis()).unwrap_or(u64::MAX),
            body: self.recorded_body(&request),
        };
        state.calls.note(call);
        let answer = match &fault {
            Some(action) => action.on_the_way(handled.response),
            None => Answer::plain(handled.response),
        };
        Answer { delay: slowed.saturating_add(answer.delay), ..answer }
    }

    fn recorded_body(&self, request: &Request) -> Option<String> {
        let secret = matches!(
            request.segments.first().map(|first| first.to_ascii_lowercase()).as_deref(),
            Some("login" | "refresh")
        );
        let kept = self.config.record_bodies && !secret && !request.body.is_empty();
        kept.then(|| String::from_utf8_lossy(&request.body).into_owned())
    }

    fn handle(&self, state: &mut State, request: &Request) -> Handled {
        web_api::answer(state, &self.config, request)
            .or_else(|| odata::answer(state, &self.config, request))
            .unwrap_or_else(|| Handled::anonymous(answer::empty(StatusCode::NOT_FOUND)))
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

    /// Takes the next call to a Modification URL out of the outbox. Say how it went with [`Self::delivery_done`] before taking the
    /// next, so that a failure stops the calls behind it.
    pub fn next_delivery(&self) -> Option<Delivery> {
        self.next_waiting().map(|(event, call)| Delivery::of(event, call))
    }

    /// Whether calls to Modification URLs wait to be taken, and are not made.
    pub(crate) fn is_on_trial(&self) -> bool {
        self.lock().on_trial
    }

    /// The same, as the outbox has it.
    pub(crate) fn next_waiting(&self) -> Option<(Event, simulator_kit::Delivery)> {
        let mut guard = self.lock();
        let state = &mut *guard;
        hooks::next(&mut state.outbox, &state.companies, &self.config.switches)
    }

    /// Takes all waiting calls out of the outbox.
    pub fn take_deliveries(&self) -> Vec<Delivery> {
        std::iter::from_fn(|| self.next_delivery()).collect()
    }

    /// Says how a call went: the HTTP status, or why there was none. Anything but 2xx sets HasError on the row, once the retries
    /// are used up. A call that was not taken out, or was already reported, is passed over.
    pub fn delivery_done(&self, delivery_id: u64, outcome: Result<u16, String>) {
        let mut guard = self.lock();
        let state = &mut *guard;
        let now = state.clock.local();
        hooks::done(&mut state.outbox, delivery_id, outcome, &mut state.companies, now, &self.config.switches);
    }

    /// Calls to Modification URLs that wait or are being made.
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

    /// Forgets the calls seen. The counters of the quota stay.
    pub fn clear_calls(&self) {
        self.lock().calls.clear();
    }

    /// Starts again: data as at the start, no tokens, faults, calls or waiting deliveries, the system's clock.
    pub fn reset(&self) {
        let mut state = self.lock();
        // The same configuration was accepted at the start, so it is accepted now.
        if let Ok(mut fresh) = State::new(&self.config) {
            fresh.outbox = state.outbox.emptied();
            fresh.on_trial = state.on_trial;
            *state = fresh;
        }
    }
}
