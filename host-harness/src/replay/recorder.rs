//! Listens in on another transport and keeps every request and answer whole, in memory only: what is written goes
//! through redaction first.

use super::transport::EventTransport;
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One exchange as it was, secrets and all.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) event: usize,
    pub(crate) request: OutboundRequest,
    pub(crate) answer: Result<InboundResponse, TransportError>,
}

/// The transport that listens in.
pub(crate) struct Recorder {
    inner: Arc<dyn Transport>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    event: usize,
    heard: Vec<Heard>,
}

impl Recorder {
    pub(crate) fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, state: Mutex::default() }
    }

    /// Everything heard so far, in the order of the requests.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.state().heard.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl EventTransport for Recorder {
    fn begin_event(&self, event: usize) {
        self.state().event = event;
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let answer = self.inner.send(request.clone()).await;
        let mut state = self.state();
        let event = state.event;
        state.heard.push(Heard { event, request, answer: answer.clone() });
        answer
    }
}
