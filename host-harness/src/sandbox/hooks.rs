//! The only way out of the sandbox over HTTP: allow-list → limits → transport, in this order.
//!
//! A request's body is collected whole before the transport sees it, and requests go out one after the other even when a
//! connector starts several: a recording has one order, and memory has one bound. A refused request's body is taken in
//! and thrown away, since a client that cannot finish writing reports a broken stream in place of the refusal.

use super::limits::Limit;
use super::traffic::SharedLedger;
use crate::egress::{AllowList, Refusal};
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use crate::whole::Whole;
use bytes::Bytes;
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// The largest piece a connector may write of a body at once, bytes: bounds what unsent requests hold.
const BODY_CHUNK: usize = 64 * 1024;

/// What comes of a request that was sent.
pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<http::Response<WasiBody>, Error>> + Send>>;

type Sent = (http::Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

/// The border of one call.
pub(crate) struct Hooks {
    pub(crate) hosts: AllowList,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) ledger: SharedLedger,
    /// Held while a request is under way.
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
}

impl WasiHttpHooks for Hooks {
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        BODY_CHUNK
    }

    fn send_request(
        &mut self,
        _request: http::Request<WasiBody>,
        _options: Option<RequestOptions>,
        _done: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        // There is one way out, `outgoing`, and wasmtime's own handler, which would ask here, is not linked.
        Box::new(async { Err(Error::HttpRequestDenied) })
    }
}

impl Hooks {
    /// Send a request, if it may go out.
    pub(super) fn send(&self, parts: http::request::Parts, body: Option<WasiBody>) -> Answer {
        let admitted = self.admit(&parts);
        let (ledger, transport, turn) = (self.ledger.clone(), Arc::clone(&self.transport), Arc::clone(&self.turn));
        Box::pin(async move {
            let headers = match admitted {
                Ok(headers) => headers,
                Err(error) => {
                    if let Some(body) = body {
                        discard(body).await;
                    }
                    return Err(error);
                }
            };
            let body = match body {
                Some(body) => collect(body, &ledger).await?,
                None => Bytes::new(),
            };
            let request =
                OutboundRequest { method: parts.method.as_str().to_owned(), url: parts.uri.to_string(), headers, body };
            let _turn = turn.lock().await;
            match transport.send(request).await {
                Ok(answer) => {
                    // Bound first: the ledger must not be held while the error is made from it.
                    let counted = ledger.lock().count_in(answer.body.len() as u64);
                    counted.map_err(|limit| limit_error(limit, &ledger))?;
                    response(answer)
                }
                Err(error) => Err(transport_error(error, &ledger)),
            }
        })
    }

    /// Allow-list, then the number of requests. Returns the headers as text.
    fn admit(&self, parts: &http::request::Parts) -> Result<Vec<(String, String)>, Error> {
        let checked = self.hosts.check(&parts.method, &parts.uri, &parts.headers);
        let readable = checked.and_then(|host| readable(&host, &parts.headers));
        let headers = readable.map_err(|refusal| {
            self.ledger.lock().refuse(&refusal.to_string());
            Error::HttpRequestDenied
        })?;
        let counted = self.ledger.lock().count_request();
        counted.map_err(|limit| limit_error(limit, &self.ledger))?;
        Ok(headers)
    }
}

/// What a connector is told about a refusing limit.
fn limit_error(limit: Limit, ledger: &SharedLedger) -> Error {
    let value = ledger.lock().value_of(limit);
    match limit {
        Limit::Requests => Error::ConnectionLimitReached,
        Limit::BytesOut | Limit::RequestBytes => Error::HttpRequestBodySize(Some(value)),
        Limit::AnswerBytes | Limit::BytesIn => Error::HttpResponseBodySize(Some(value)),
        other => Error::InternalError(Some(format!("the limit on {other}"))),
    }
}

/// What a connector is told when there is no answer.
fn transport_error(error: TransportError, ledger: &SharedLedger) -> Error {
    match error {
        TransportError::NameNotFound { .. } => {
            Error::DnsError { rcode: Some("name not found".to_owned()), info_code: None }
        }
        TransportError::NotConnected { .. } => Error::ConnectionRefused,
        TransportError::Refused { reason } => {
            ledger.lock().refuse(&reason);
            Error::HttpRequestDenied
        }
        TransportError::TimedOut { .. } => Error::ConnectionReadTimeout,
        TransportError::Dropped { .. } => Error::ConnectionTerminated,
        TransportError::TooLarge { limit_bytes, .. } => {
            ledger.lock().exceed(Limit::AnswerBytes);
            Error::HttpResponseBodySize(Some(limit_bytes))
        }
    }
}

async fn collect(mut body: WasiBody, ledger: &SharedLedger) -> Result<Bytes, Error> {
    let mut whole = Whole::default();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        let so_far = whole.len().saturating_add(data.len() as u64);
        let counted = ledger.lock().count_out(data.len() as u64, so_far);
        if let Err(limit) = counted {
            drop(whole);
            discard(body).await;
            return Err(limit_error(limit, ledger));
        }
        whole.push(data);
    }
    Ok(whole.into_bytes())
}

/// Take in the rest of a body and keep nothing. The wall time limit ends a body that has no end.
async fn discard(mut body: WasiBody) {
    while let Some(Ok(_)) = body.frame().await {}
}

fn readable(host: &str, headers: &http::HeaderMap) -> Result<Vec<(String, String)>, Refusal> {
    headers
        .iter()
        .map(|(name, value)| match std::str::from_utf8(value.as_bytes()) {
            Ok(value) => Ok((name.as_str().to_owned(), value.to_owned())),
            Err(_) => Err(Refusal::HeaderNotText { host: host.to_owned(), header: name.to_string() }),
        })
        .collect()
}

fn response(answer: InboundResponse) -> Result<http::Response<WasiBody>, Error> {
    let mut response = http::Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value.as_bytes());
    }
    let frames = Frames { body: Some(answer.body), truncated: answer.truncated };
    response
        .body(BodyExt::boxed_unsync(frames))
        .map_err(|error| Error::InternalError(Some(format!("the answer cannot be handed on: {error}"))))
}

/// What came of the body, and, when the rest is missing, an error behind it.
struct Frames {
    body: Option<Bytes>,
    truncated: bool,
}

impl http_body::Body for Frames {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Error>>> {
        if let Some(body) = self.body.take()
            && !body.is_empty()
        {
            return Poll::Ready(Some(Ok(http_body::Frame::data(body))));
        }
        if std::mem::take(&mut self.truncated) {
            return Poll::Ready(Some(Err(Error::HttpResponseIncomplete)));
        }
        Poll::Ready(None)
    }
}
