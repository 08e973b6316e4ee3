//! The simulator on a socket, with answers that really break off.

use crate::answer::Answer;
use crate::api::Asked;
use crate::books::Books;
use crate::faults;
use accounting_trial::{Call, How, ROOT, answer};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tokio::net::TcpListener;

/// Bodies above this many bytes are not read: far above a voucher of 10,000 lines.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// Toy Ledger.
#[derive(Debug)]
pub struct Simulated {
    pub(crate) books: Mutex<Books>,
    api_key: String,
}

impl Simulated {
    /// Empty books, opened by a key.
    pub fn new(api_key: &str) -> Self {
        Self { books: Mutex::default(), api_key: api_key.to_owned() }
    }

    fn respond(&self, request: &Request<()>, body: &[u8]) -> Result<Response<Sent>, Error> {
        let (method, path) = (request.method().as_str(), request.uri().path());
        if path.starts_with(ROOT) {
            let answered = answer(self, method, path, body);
            return response(answered.status, None, Sent::whole(answered.body.to_string()));
        }
        let query = request.uri().query().unwrap_or_default();
        let write = method != "GET";
        let mut books = self.books.lock().map_err(|_| Error::other("the books are broken"))?;
        let expected = format!("Bearer {}", self.api_key);
        let known = request.headers().get(AUTHORIZATION).is_some_and(|given| given.as_bytes() == expected.as_bytes());
        let fault = faults::take(&mut books.faults, write);
        let refused = match &fault {
            Some(How::Unavailable) => Some(Answer::refused(503, "closed", "come again later")),
            Some(How::RateLimited { retry_after_s }) => {
                let refused = Answer::refused(429, "too-many-calls", "come again later");
                Some(Answer { retry_after_s: Some(*retry_after_s), ..refused })
            }
            Some(How::NotAccepted) => Some(not_accepted()),
            Some(How::LostBefore | How::Empty | How::Rubbish) => Some(Answer::ok(serde_json::Value::Null)),
            _ if !known => Some(not_accepted()),
            _ => None,
        };
        let mut answered = refused.unwrap_or_else(|| books.answer(&Asked { method, path, query, body }));
        let whole = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        books.calls.push(Call { method: method.to_owned(), path: whole, write, status: answered.status });
        drop(books);
        if fault == Some(How::UnknownFields) {
            faults::with_unknown_fields(&mut answered.body);
        }
        let text = answered.body.to_string();
        let sent = match fault {
            Some(How::LostBefore | How::LostAfter) => return Err(broken_off()),
            Some(How::Empty) => Sent::whole(String::new()),
            Some(How::Rubbish) => Sent::whole("<html><body>We will be back soon</body></html>".to_owned()),
            Some(How::Truncated) => Sent { cut: true, ..Sent::whole(text) },
            Some(How::Padded { bytes }) => {
                Sent::whole(text + &" ".repeat(usize::try_from(bytes).map_err(Error::other)?))
            }
            _ => Sent::whole(text),
        };
        response(answered.status, answered.retry_after_s, sent)
    }
}

fn not_accepted() -> Answer {
    Answer::refused(401, "key-not-accepted", "the key is not accepted")
}

fn broken_off() -> Error {
    Error::new(ErrorKind::ConnectionAborted, "the connection breaks off, as ordered")
}

fn response(status: u16, retry_after_s: Option<u32>, sent: Sent) -> Result<Response<Sent>, Error> {
    let mut builder = Response::builder().status(status).header(CONTENT_TYPE, "application/json");
    if let Some(seconds) = retry_after_s {
        builder = builder.header(RETRY_AFTER, seconds);
    }
    builder.body(sent).map_err(Error::other)
}

/// A body, whole or cut in the middle.
#[derive(Debug)]
struct Sent {
    left: Bytes,
    cut: bool,
}

impl Sent {
    fn whole(text: String) -> Self {
        Self { left: Bytes::from(text), cut: false }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if self.left.is_empty() {
            return Poll::Ready(self.cut.then(|| Err(broken_off())));
        }
        let half = if self.cut { self.left.len() / 2 } else { self.left.len() };
        let sent = self.left.split_to(half);
        self.left.clear();
        Poll::Ready(Some(Ok(Frame::data(sent))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && !self.cut
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.left.len()).unwrap_or(u64::MAX))
    }
}

/// Serve until the future is dropped.
///
/// # Errors
/// The listener gives no more connections.
pub async fn serve(simulated: Arc<Simulated>, listener: TcpListener) -> Result<(), Error> {
    loop {
        let (stream, _) = listener.accept().await?;
        let simulated = Arc::clone(&simulated);
        let service = service_fn(move |request: Request<Incoming>| {
            let simulated = Arc::clone(&simulated);
            async move {
                let (parts, body) = request.into_parts();
                let body = Limited::new(body, MAX_BODY).collect().await.map_err(Error::other)?.to_bytes();
                simulated.respond(&Request::from_parts(parts, ()), &body)
            }
        });
        tokio::spawn(async move {
            // A connection that ends in an error is one that a fault broke off, or that the caller left.
            let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}
