//! The connector's HTTP port over the simulator in process: thousands of sequences a second, no sockets.

use accounting_kit::http::{Http, HttpError, Request, Response};
use std::cell::Cell;
use uniconta_sim::{Cut, Uniconta};

/// The simulator as the connector's outside.
pub struct InProcess<'s> {
    simulator: &'s Uniconta,
    calls: Cell<usize>,
}

impl<'s> InProcess<'s> {
    /// Over a simulator.
    pub fn new(simulator: &'s Uniconta) -> Self {
        Self { simulator, calls: Cell::new(0) }
    }

    /// Calls made so far.
    pub fn calls(&self) -> usize {
        self.calls.get()
    }
}

impl Http for InProcess<'_> {
    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        self.calls.set(self.calls.get() + 1);
        let mut builder = http::Request::builder().method(request.method.as_str()).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        let request = builder
            .body(bytes::Bytes::from(request.body.clone()))
            .map_err(|error| HttpError::Refused(error.to_string()))?;
        let answer = self.simulator.answer(request);
        match answer.cut {
            Cut::None => {}
            Cut::DropBefore | Cut::DropAfter | Cut::TruncateAt(_) => {
                return Err(HttpError::Unknown("the connection was dropped".to_owned()));
            }
        }
        let header = |name: &str| answer.response.headers().get(name).and_then(|value| value.to_str().ok());
        Ok(Response {
            status: answer.response.status().as_u16(),
            retry_after_s: header("retry-after").and_then(|value| value.parse().ok()),
            body: answer.response.body().to_vec(),
        })
    }
}
