//! The simulator in process, as the harness's way out and as the one who carries out a scenario's simulator steps.

use async_trait::async_trait;
use bytes::Bytes;
use host_harness::egress::FIRST_BYTE_TIMEOUT;
use host_harness::replay::SimulatorControl;
use host_harness::sandbox::ANSWER_BYTES;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use serde::Deserialize;
use serde_json::Value;
use std::sync::atomic::{AtomicU16, Ordering};
use uniconta_sim::{Cut, Uniconta};

/// The simulator and what the receiver of its Modification URLs answers: 200 until a step says otherwise.
///
/// Those calls go nowhere. A scenario says itself what arrives, so that it can also show what Uniconta might send.
pub struct Simulated {
    core: Uniconta,
    receiver: AtomicU16,
}

/// One step: a call of the simulator's control surface as `harness record` takes it, or what the receiver answers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Step {
    Control(Control),
    Receiver(Receiver),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    #[serde(default = "post")]
    method: String,
    path: String,
    #[serde(default)]
    body: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Receiver {
    /// HTTP status with which calls of the Modification URL are answered from now on.
    receiver_answers: u16,
}

fn post() -> String {
    "POST".to_owned()
}

impl Simulated {
    /// Around a simulator.
    pub fn new(core: Uniconta) -> Self {
        Self { core, receiver: AtomicU16::new(200) }
    }

    /// The simulator itself.
    pub fn core(&self) -> &Uniconta {
        &self.core
    }

    /// Answer the calls of Modification URLs that wait.
    fn deliver(&self) {
        while let Some(delivery) = self.core.next_delivery() {
            self.core.delivery_done(delivery.id, Ok(self.receiver.load(Ordering::Relaxed)));
        }
    }
}

#[async_trait]
impl Transport for Simulated {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let uri: http::Uri = request.url.parse().map_err(|_| refused("the address cannot be read"))?;
        let host = uri.host().unwrap_or_default().to_owned();
        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let mut sent = http::Request::builder().method(request.method.as_str()).uri(path).header("host", &host);
        for (name, value) in request.headers.iter().filter(|(name, _)| name != "host") {
            sent = sent.header(name, value.as_bytes());
        }
        let sent = sent.body(request.body).map_err(|error| refused(&error.to_string()))?;
        let answer = self.core.answer(sent);
        self.deliver();
        if answer.delay >= FIRST_BYTE_TIMEOUT {
            let after_ms = u64::try_from(FIRST_BYTE_TIMEOUT.as_millis()).unwrap_or(u64::MAX);
            return Err(TransportError::TimedOut { host, after_ms });
        }
        let (head, body) = answer.response.into_parts();
        let (body, truncated): (Bytes, bool) = match answer.cut {
            Cut::None => (body, false),
            Cut::TruncateAt(length) => (body.slice(..length.min(body.len())), true),
            Cut::DropBefore | Cut::DropAfter => return Err(TransportError::Dropped { host }),
        };
        if body.len() as u64 > ANSWER_BYTES {
            return Err(TransportError::TooLarge { host, limit_bytes: ANSWER_BYTES });
        }
        let headers = head.headers.iter();
        let headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Ok(InboundResponse { status: head.status.as_u16(), headers: headers.collect(), body, truncated })
    }
}

fn refused(reason: &str) -> TransportError {
    TransportError::Refused { reason: reason.to_owned() }
}

#[async_trait]
impl SimulatorControl for Simulated {
    async fn step(&self, step: &Value) -> Result<(), String> {
        let form = r#"{"path": "/_sim/…", "method"?, "body"?} or {"receiver_answers": 503}"#;
        let read = serde_json::from_value(step.clone()).map_err(|_| format!("{step} is no step; write {form}"))?;
        let Control { method, path, body } = match read {
            Step::Receiver(Receiver { receiver_answers }) => {
                self.receiver.store(receiver_answers, Ordering::Relaxed);
                return Ok(());
            }
            Step::Control(control) => control,
        };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = http::Request::builder().method(method.as_str()).uri(&path).body(Bytes::from(body));
        let answer = self.core.answer(request.map_err(|error| format!("{method} {path}: {error}"))?);
        self.deliver();
        if answer.response.status().is_success() {
            return Ok(());
        }
        let text: String = String::from_utf8_lossy(answer.response.body()).chars().take(500).collect();
        Err(format!("{method} {path} was answered with {}: {text}", answer.response.status().as_u16()))
    }
}
