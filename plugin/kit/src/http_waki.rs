//! The HTTP port over waki: the only place that knows it.
//!
//! Only waki's bindings of `wasi:http` are used. Its client reads every header into a table of all headers there are and parses addresses,
//! which is a twentieth of a component, keeps a copy of each body, and reads bodies without a limit. The host ends what takes too
//! long. Each function of the host's that is called has its price (decision 0037), so there are no more of them than a request needs.

use crate::http::{Http, HttpError, MAX_ANSWER_BYTES, Method, Request, Response};
use waki::ErrorCode;
use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::{
    Fields, IncomingResponse, Method as WasiMethod, OutgoingBody, OutgoingRequest, Scheme,
};
use waki::bindings::wasi::io::streams::StreamError;

/// Read sizes beyond this gain nothing: the host hands out what has arrived.
const CHUNK_BYTES: u64 = 64 * 1024;

/// The most that one write may hand over, as `wasi:io` has it.
const WRITE_BYTES: usize = 4096;

/// HTTP as the sandbox offers it.
pub(crate) struct Waki;

impl Http for Waki {
    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let answered = exchange(request)?;
        let mut response = Response { status: answered.status(), retry_after_s: None, body: Vec::new() };
        if !response.is_success() {
            response.retry_after_s = retry_after_s(&answered);
        }
        response.body = read(&answered)?;
        Ok(response)
    }
}

fn retry_after_s(response: &IncomingResponse) -> Option<u32> {
    let value = response.headers().get(&"retry-after".to_owned()).into_iter().next()?;
    String::from_utf8(value).ok()?.trim().parse().ok()
}

/// Send the request, and wait for the head of the answer.
fn exchange(request: &Request) -> Result<IncomingResponse, HttpError> {
    let outgoing = outgoing(request)?;
    let body = if request.body.is_empty() { None } else { Some(outgoing.body().map_err(|()| cannot_be_made())?) };
    let send = || handle(outgoing, None).map_err(|code| classify(&code));
    let answer = match body {
        None => send()?,
        // The host takes in so much before the request goes out.
        Some(body) if request.body.len() <= WRITE_BYTES => {
            write(body, &request.body)?;
            send()?
        }
        Some(body) => {
            let answer = send()?;
            write(body, &request.body)?;
            answer
        }
    };
    // Whether the answer to a body that is taken in as it goes out is there by now hangs on who ran first, and nobody is to see that.
    let mut answered = if request.body.len() <= WRITE_BYTES { answer.get() } else { None };
    if answered.is_none() {
        answer.subscribe().block();
        answered = answer.get();
    }
    match answered {
        Some(Ok(answered)) => answered.map_err(|code| classify(&code)),
        Some(Err(())) | None => Err(ended()),
    }
}

fn outgoing(request: &Request) -> Result<OutgoingRequest, HttpError> {
    let not_valid = || HttpError::Refused("the address is not valid".to_owned());
    let rest = request.url.strip_prefix("https://").ok_or_else(not_valid)?;
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let headers: Vec<(String, Vec<u8>)> =
        request.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect();
    let headers = Fields::from_list(&headers).map_err(|_| cannot_be_made())?;
    let outgoing = OutgoingRequest::new(headers);
    let method = match request.method {
        // It is one, unless it is said to be another.
        Method::Get => Ok(()),
        Method::Post => outgoing.set_method(&WasiMethod::Post),
        Method::Put => outgoing.set_method(&WasiMethod::Put),
        Method::Delete => outgoing.set_method(&WasiMethod::Delete),
    };
    method
        .and_then(|()| outgoing.set_scheme(Some(&Scheme::Https)))
        .and_then(|()| outgoing.set_authority(Some(authority)))
        .and_then(|()| outgoing.set_path_with_query(Some(path)))
        .map_err(|()| not_valid())?;
    Ok(outgoing)
}

/// Hand the whole body over.
fn write(body: OutgoingBody, content: &[u8]) -> Result<(), HttpError> {
    let stream = body.write().map_err(|()| ended())?;
    for part in content.chunks(WRITE_BYTES) {
        stream.blocking_write_and_flush(part).map_err(|_| ended())?;
    }
    drop(stream);
    OutgoingBody::finish(body, None).map_err(|code| classify(&code))
}

/// The whole body.
fn read(response: &IncomingResponse) -> Result<Vec<u8>, HttpError> {
    let broke_off = || HttpError::Unknown("the answer broke off".to_owned());
    let incoming = response.consume().map_err(|()| broke_off())?;
    let stream = incoming.stream().map_err(|()| broke_off())?;
    let mut body = Vec::new();
    loop {
        match stream.blocking_read(CHUNK_BYTES) {
            Ok(chunk) if body.len() + chunk.len() > MAX_ANSWER_BYTES => {
                return Err(HttpError::Unknown(format!("the answer is larger than {MAX_ANSWER_BYTES} bytes")));
            }
            // Mostly it comes in one.
            Ok(chunk) if body.is_empty() => body = chunk,
            Ok(chunk) => body.extend_from_slice(&chunk),
            Err(StreamError::Closed) => return Ok(body),
            Err(StreamError::LastOperationFailed(_)) => return Err(broke_off()),
        }
    }
}

fn cannot_be_made() -> HttpError {
    HttpError::Refused("the request cannot be made".to_owned())
}

fn ended() -> HttpError {
    HttpError::Unknown("the connection ended before the answer".to_owned())
}

/// Whether the request may have arrived. What is not known to have stayed here counts as gone out.
fn classify(code: &ErrorCode) -> HttpError {
    let refused = |why: &str| HttpError::Refused(why.to_owned());
    let not_sent = |why: &str| HttpError::NotSent(why.to_owned());
    match code {
        ErrorCode::HttpRequestDenied => refused("the host denied the request"),
        ErrorCode::HttpRequestBodySize(_) | ErrorCode::HttpRequestHeaderSize(_) => {
            refused("the request is larger than the host allows")
        }
        // The others of a batch are reached next time.
        ErrorCode::ConnectionLimitReached => not_sent("the host allows no more requests in this call"),
        ErrorCode::HttpRequestUriInvalid => refused("the address is not valid"),
        ErrorCode::DnsTimeout | ErrorCode::DnsError(_) => not_sent("the name was not found"),
        ErrorCode::DestinationIpProhibited => not_sent("the address is not allowed"),
        ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout => not_sent("no connection"),
        ErrorCode::TlsProtocolError | ErrorCode::TlsCertificateError | ErrorCode::TlsAlertReceived(_) => {
            not_sent("no secure connection")
        }
        ErrorCode::HttpResponseTimeout | ErrorCode::ConnectionReadTimeout => {
            HttpError::Unknown("no answer in time".to_owned())
        }
        ErrorCode::HttpResponseBodySize(_) => {
            HttpError::Unknown("the answer is larger than the host allows".to_owned())
        }
        _ => ended(),
    }
}
