//! One HTTP/1.1 exchange over a connection that stands: send, wait, read the answer under its limits.
//!
//! The connection is given back only where the next request can begin on it as if it were new: the answer came whole, the request
//! went out whole, nothing came behind the answer, and neither side wants it closed. In every other case, and when the call is
//! given up, it ends here.

use super::wire::Wire;
use crate::transport::{InboundResponse, OutboundRequest, TransportError};
use crate::whole::Whole;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{Connection, SendRequest, handshake};
use hyper_util::rt::TokioIo;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::time::Duration;
use tokio::time::timeout;

/// How long an answer may take, and how large it may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From the first byte sent to the head of the answer.
    pub(super) first_byte: Duration,
    /// Between two pieces of the answer.
    pub(super) between_bytes: Duration,
    /// The largest body, bytes.
    pub(super) answer_bytes: u64,
}

/// How an exchange ended.
pub(super) enum Ended {
    /// With an answer; and the connection, where it can be used again.
    Answered(InboundResponse, Option<Wire>),
    /// The connection was gone before a byte of the request was written, and why.
    Unsent(String),
    /// The connection ended after that and before the head of an answer was whole.
    Closed,
    /// In any other way.
    Failed(TransportError),
}

/// What is written: the request of a connector, for the host it is sent to.
pub(super) type Outgoing = http::Request<Full<Bytes>>;

/// Send a request to `host` and read the whole answer; `spent` of the time to its head has gone by already.
pub(super) async fn exchange(wire: Wire, host: &str, request: Outgoing, patience: Patience, spent: Duration) -> Ended {
    let (mut sender, connection) = match handshake(TokioIo::new(wire)).await {
        Ok(both) => both,
        Err(error) => return Ended::Unsent(error.to_string()),
    };
    let mut driven = Driven { connection, over: false };
    let sent = sender.try_send_request(request);
    let response = match timeout(patience.first_byte.saturating_sub(spent), driven.run(sent)).await {
        Ok(Ok(response)) => response,
        // Handed back before a byte of it was written.
        Ok(Err(error)) if error.message().is_some() => return Ended::Unsent(error.into_error().to_string()),
        Ok(Err(error)) if ended_by_the_other(error.error()) => return Ended::Closed,
        Ok(Err(_)) => return Ended::Failed(TransportError::Dropped { host: host.to_owned() }),
        Err(_) => {
            let after_ms = u64::try_from(patience.first_byte.as_millis()).unwrap_or(u64::MAX);
            return Ended::Failed(TransportError::TimedOut { host: host.to_owned(), after_ms });
        }
    };
    let (head, body) = response.into_parts();
    let (body, truncated) = match driven.run(whole_body(body, host, patience)).await {
        Ok(whole) => whole,
        Err(error) => return Ended::Failed(error),
    };
    // A server of before 1.1 closes, or asks to be asked not to.
    let again = !truncated && head.version == http::Version::HTTP_11;
    let mut wire = if again { driven.at_rest(&sender).await } else { None };
    if let (Some(wire), Some(rest)) = (&mut wire, rest_allowed(&head.headers)) {
        wire.closes_after(rest);
    }
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    Ended::Answered(InboundResponse { status: head.status.as_u16(), headers, body, truncated }, wire)
}

/// What speaks HTTP over a connection, moved on by whoever waits for something of it, and gone with them.
struct Driven {
    connection: Connection<TokioIo<Wire>, Full<Bytes>>,
    /// It has ended, well or badly; whoever waits is told by what they wait for.
    over: bool,
}

impl Driven {
    async fn run<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|context| {
            if !self.over && Pin::new(&mut self.connection).poll(context).is_ready() {
                self.over = true;
            }
            work.as_mut().poll(context)
        })
        .await
    }

    /// The connection, where nothing of this exchange is left on it.
    async fn at_rest(mut self, sender: &SendRequest<Full<Bytes>>) -> Option<Wire> {
        // hyper reads once more before it waits for a next request, and ends on whatever comes.
        self.run(std::future::ready(())).await;
        if self.over || !sender.is_ready() {
            return None;
        }
        let parts = self.connection.into_parts();
        let wire = parts.io.into_inner();
        // An answer can come before the request has gone out; the rest of that lies with hyper and is lost.
        (parts.read_buf.is_empty() && wire.is_flushed()).then_some(wire)
    }
}

/// The other side closed the connection, or it broke; not: what came is no answer.
fn ended_by_the_other(error: &hyper::Error) -> bool {
    let cause = std::error::Error::source(error);
    error.is_incomplete_message() || cause.is_some_and(|cause| cause.is::<std::io::Error>())
}

/// How long a connection may rest, as the server says it: `Keep-Alive: timeout=5, max=100`.
fn rest_allowed(headers: &http::HeaderMap) -> Option<Duration> {
    let mut parts = headers.get("keep-alive")?.to_str().ok()?.split(',');
    let seconds = parts.find_map(|part| part.trim().strip_prefix("timeout=")?.parse().ok())?;
    Some(Duration::from_secs(seconds))
}

async fn whole_body(
    mut body: hyper::body::Incoming,
    host: &str,
    patience: Patience,
) -> Result<(Bytes, bool), TransportError> {
    let limit_bytes = patience.answer_bytes;
    let too_large = || TransportError::TooLarge { host: host.to_owned(), limit_bytes };
    if http_body::Body::size_hint(&body).lower() > limit_bytes {
        return Err(too_large());
    }
    let mut whole = Whole::default();
    loop {
        match timeout(patience.between_bytes, body.frame()).await {
            Ok(None) => return Ok((whole.into_bytes(), false)),
            Ok(Some(Ok(frame))) => {
                let Ok(data) = frame.into_data() else { continue };
                if whole.len().saturating_add(data.len() as u64) > limit_bytes {
                    return Err(too_large());
                }
                whole.push(data);
            }
            // The connection ended or fell silent in the middle: what came is still worth something to the reader.
            Ok(Some(Err(_))) | Err(_) => return Ok((whole.into_bytes(), true)),
        }
    }
}

/// A request as it is written; `again`: the connection may be used again behind it.
pub(super) fn outgoing(host: &str, request: &OutboundRequest, again: bool) -> Result<Outgoing, TransportError> {
    let refused = |error: http::Error| TransportError::Refused {
        reason: format!("the request to {host} cannot be written as HTTP: {error}"),
    };
    let uri: http::Uri = request.url.parse().map_err(|error: http::uri::InvalidUri| refused(error.into()))?;
    let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let mut built =
        http::Request::builder().method(request.method.as_str()).uri(target).header(http::header::HOST, host);
    if !again {
        built = built.header(http::header::CONNECTION, "close");
    }
    for (name, value) in &request.headers {
        if !name.eq_ignore_ascii_case("host") {
            built = built.header(name, value.as_bytes());
        }
    }
    built.body(Full::new(request.body.clone())).map_err(refused)
}
