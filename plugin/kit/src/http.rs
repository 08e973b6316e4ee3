//! The HTTP port: one request, one whole answer.
//!
//! The one thing a connector must know of a failed request is whether it may have arrived. That is what [`HttpError`]
//! tells apart; everything else about the failure is for people.

/// Answers above this many bytes are not read. Accounting answers are a few kilobytes; a page of 1,000 debtors with many
/// fields is about 3 MB.
pub const MAX_ANSWER_BYTES: usize = 12 * 1024 * 1024;

/// The methods accounting systems use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates; with some systems also asks.
    Post,
    /// Replaces.
    Put,
    /// Deletes.
    Delete,
}

impl Method {
    /// As it stands in the request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Absolute, https.
    pub url: String,
    /// Lower-case names.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The `retry-after` header in seconds, where it is a number; of an answer that is no success.
    pub retry_after_s: Option<u32>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// Whether the status is 2xx. Says nothing of the body.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpError {
    /// The host refused to send it: not an approved host, or a limit of the call is used up.
    Refused(String),
    /// Nothing arrived there: no name, no connection.
    NotSent(String),
    /// The request went out and no whole answer came back. A write may have happened.
    Unknown(String),
}

/// Sends requests. In the sandbox this is waki; in tests a double or a simulator in process.
pub trait Http {
    /// Send one request and read its whole answer.
    ///
    /// # Errors
    /// See [`HttpError`]; a status that is not 2xx is an answer, not an error.
    fn send(&self, request: &Request) -> Result<Response, HttpError>;
}
