//! The HTTP port over waki: the only place that knows it.
//!
//! waki reads bodies without a limit when asked for the whole, so the body is read in chunks here. It has no timeout but
//! for connecting; the host ends what takes too long.

use crate::http::{Http, HttpError, MAX_ANSWER_BYTES, Method, Request, Response};
use waki::{Client, ErrorCode};

/// Read sizes beyond this gain nothing: the host hands out what has arrived.
const CHUNK_BYTES: u64 = 64 * 1024;

/// HTTP as the sandbox offers it.
pub(crate) struct Waki;

impl Http for Waki {
    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let client = Client::new();
        let builder = match request.method {
            Method::Get => client.get(&request.url),
            Method::Post => client.post(&request.url),
            Method::Put => client.put(&request.url),
            Method::Delete => client.delete(&request.url),
        };
        let headers = request.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let response = builder.headers(headers).body(request.body.as_slice()).send().map_err(|error| classify(&error))?;
        let header = |name: &str| response.header(name).and_then(|value| value.to_str().ok());
        let content_type = header("content-type").unwrap_or_default().to_owned();
        let retry_after_s = header("retry-after").and_then(|value| value.trim().parse().ok());
        let status = response.status_code();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk(CHUNK_BYTES).map_err(|error| HttpError::Unknown(error.to_string()))? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                return Err(HttpError::Unknown(format!("the answer is larger than {MAX_ANSWER_BYTES} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, content_type, retry_after_s, body })
    }
}

/// Whether the request may have arrived. What is not known to have stayed here counts as gone out.
fn classify(error: &anyhow::Error) -> HttpError {
    let Some(code) = error.downcast_ref::<ErrorCode>() else {
        return HttpError::Unknown(error.to_string());
    };
    match code {
        ErrorCode::HttpRequestDenied
        | ErrorCode::HttpRequestBodySize(_)
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestHeaderSize(_) => HttpError::Refused(code.to_string()),
        ErrorCode::DnsTimeout
        | ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => HttpError::NotSent(code.to_string()),
        _ => HttpError::Unknown(code.to_string()),
    }
}
