//! Answers kept for an hour under an `Idempotency-Key`, so that a call sent again is carried out once.

use crate::switches::{IdempotentBody, IdempotentRefusals, Switches};
use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use simulator_kit::Request;

/// How long an answer is kept.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(1);
/// The header of a call that may be sent again.
const KEY: &str = "idempotency-key";
/// The header of an answer that was given before.
const FROM_CACHE: &str = "x-resultfromcache";

/// A kept answer.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    at: Timestamp,
    call: String,
    body: Bytes,
    response: Response<Bytes>,
}

/// What the keys say to a call.
#[derive(Debug)]
pub(crate) enum Found {
    /// It is to be carried out.
    Nothing,
    /// It was carried out before, with this answer.
    Answer(Response<Bytes>),
    /// The key belongs to another call; with the error code.
    Refused(&'static str),
}

/// The key of a call; reads have none.
pub(crate) fn key_of(request: &Request) -> Option<String> {
    request.header(KEY).filter(|key| !key.is_empty() && request.method != Method::GET).map(str::to_owned)
}

/// The call, as a key remembers it.
fn call_of(request: &Request) -> String {
    format!("{} {}", request.method, request.path_and_query())
}

/// What is kept under the key of a call.
pub(crate) fn find(kept: Option<&Kept>, request: &Request, now: Timestamp, switches: &Switches) -> Found {
    let Some(kept) = kept.filter(|kept| now.duration_since(kept.at) < KEPT_FOR) else {
        return Found::Nothing;
    };
    if kept.call != call_of(request) {
        return Found::Refused("URLChanged");
    }
    if kept.body != request.body && switches.idempotent_body == IdempotentBody::Refuse {
        return Found::Refused("BodyChanged");
    }
    let mut response = kept.response.clone();
    response.headers_mut().insert(FROM_CACHE, HeaderValue::from_static("true"));
    Found::Answer(response)
}

/// The answer as it is kept; `None` where it is not.
pub(crate) fn keep(request: &Request, response: &Response<Bytes>, now: Timestamp, switches: &Switches) -> Option<Kept> {
    let status = response.status();
    let refused = status.is_client_error();
    let forgotten = status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || (refused && switches.idempotent_refusals == IdempotentRefusals::Forgotten);
    (!forgotten).then(|| Kept {
        at: now,
        call: call_of(request),
        body: request.body.clone(),
        response: response.clone(),
    })
}
