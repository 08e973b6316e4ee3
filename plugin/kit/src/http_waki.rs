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
        let response =
            builder.headers(headers).body(request.body.as_slice()).send().map_err(|error| classify(&error))?;
        let header = |name: &str| response.header(name).and_then(|value| value.to_str().ok());
        let content_type = header("content-type").unwrap_or_default().to_owned();
        let retry_after_s = header("retry-after").and_then(|value| value.trim().parse().ok());
        let status = response.status_code();
        let mut body = Vec::new();
        while let Some(chunk) =
            response.chunk(CHUNK_BYTES).map_err(|_| HttpError::Unknown("the answer broke off".to_owned()))?
        {
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
    let refused = |why: &str| HttpError::Refused(why.to_owned());
    let not_sent = |why: &str| HttpError::NotSent(why.to_owned());
    match error.downcast_ref::<ErrorCode>() {
        Some(ErrorCode::HttpRequestDenied) => refused("the host denied the request"),
        Some(ErrorCode::HttpRequestBodySize(_) | ErrorCode::HttpRequestHeaderSize(_)) => {
            refused("the request is larger than the host allows")
        }
        // The others of a batch are reached next time.
        Some(ErrorCode::ConnectionLimitReached) => not_sent("the host allows no more requests in this call"),
        Some(ErrorCode::HttpRequestUriInvalid) => refused("the address is not valid"),
        Some(ErrorCode::DnsTimeout | ErrorCode::DnsError(_)) => not_sent("the name was not found"),
        Some(ErrorCode::DestinationIpProhibited) => not_sent("the address is not allowed"),
        Some(
            ErrorCode::DestinationNotFound
            | ErrorCode::DestinationUnavailable
            | ErrorCode::DestinationIpUnroutable
            | ErrorCode::ConnectionRefused
            | ErrorCode::ConnectionTimeout,
        ) => not_sent("no connection"),
        Some(ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_)) => {
            not_sent("no secure connection")
        }
        Some(ErrorCode::HttpResponseTimeout | ErrorCode::ConnectionReadTimeout) => {
            HttpError::Unknown("no answer in time".to_owned())
        }
        Some(ErrorCode::HttpResponseBodySize(_)) => {
            HttpError::Unknown("the answer is larger than the host allows".to_owned())
        }
        _ => HttpError::Unknown("the connection ended before the answer".to_owned()),
    }
}
