//! What the core gives back for a request: the answer, and what the shell must do to it on the wire.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// An answer and how it travels.
#[derive(Debug)]
pub struct Answer {
    /// Status, headers and whole body.
    pub response: Response<Bytes>,
    /// How long the caller waits for it.
    pub delay: Duration,
    /// What the connection does to it.
    pub cut: Cut,
}

impl Answer {
    /// An answer that arrives at once and whole.
    pub fn plain(response: Response<Bytes>) -> Self {
        Self { response, delay: Duration::ZERO, cut: Cut::None }
    }
}

/// What a connection does to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Nothing: it arrives whole.
    None,
    /// It closes without an answer, and nothing was written.
    DropBefore,
    /// It closes without an answer, and the call was carried out.
    DropAfter,
    /// It declares the whole length and closes after so many bytes of the body.
    TruncateAt(usize),
}

/// Content-Type of JSON, as the server writes it.
pub const JSON: &str = "application/json; charset=utf-8";
/// Content-Type of plain text.
pub const TEXT: &str = "text/plain; charset=utf-8";
/// Content-Type of XML.
pub const XML: &str = "application/xml; charset=utf-8";

/// An answer without a body.
pub fn empty(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// An answer with a body.
pub fn body(status: StatusCode, content_type: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

/// An answer in JSON.
pub fn json(status: StatusCode, value: &Value) -> Response<Bytes> {
    body(status, JSON, value.to_string())
}
