//! The link: the address that an accounting system calls when a debtor changed.
//!
//! It is answered as soon as the call is on the disk, before any connector runs. Anything at most 1 MiB is taken, whatever it
//! says: an accounting system that gets a failure marks the link as faulty and stops calling. The token in the address is the
//! only proof the call carries, so every link that is not taken is refused in the same words.

use crate::correlation::Correlation;
use crate::problem::Problem;
use crate::requests::{BodyLimit, MOST_HOOK_BYTES, Place, read};
use crate::state::Web;
use accounting_service::{HookAnswer, HookCall};
use accounting_vault::Token;
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use utoipa::IntoParams;

/// The route's template, as it stands in logs and figures.
pub(crate) const HOOK_ROUTE: &str = "/hooks/{token}";

/// Headers that are about the connection, about who called through which proxy, or that could carry a secret of another
/// service: they are not the accounting system's message.
const NOT_HANDED_ON: [&str; 21] = [
    "host",
    "authorization",
    "proxy-authorization",
    "cookie",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
    "via",
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-prefix",
    "x-real-ip",
    "x-correlation-id",
];

/// Which link.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct OfLink {
    /// The token of the link.
    #[param(pattern = "^[A-Za-z0-9_-]{43}$")]
    token: String,
}

/// The accounting system calls the link.
#[utoipa::path(
    get,
    path = "/hooks/{token}",
    tag = "link",
    params(OfLink),
    responses((status = 204, description = "it is kept"))
)]
pub(crate) async fn hook_by_get(State(web): State<Web>, request: Request) -> Result<Response, Problem> {
    // A route for GET takes HEAD as well, which would keep a call that carries nothing.
    if request.method() == Method::HEAD {
        let mut refused = Problem::of_status(StatusCode::METHOD_NOT_ALLOWED).into_response();
        refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET,POST"));
        return Ok(refused);
    }
    keep(web, request).await
}

/// The accounting system calls the link with a body, at most 1 MiB, of any kind.
#[utoipa::path(
    post,
    path = "/hooks/{token}",
    tag = "link",
    params(OfLink),
    request_body(content = Option<Vec<u8>>, content_type = "*/*", description = "anything, at most 1 MiB"),
    responses((status = 204, description = "it is kept"))
)]
pub(crate) async fn hook_by_post(State(web): State<Web>, request: Request) -> Result<Response, Problem> {
    keep(web, request).await
}

async fn keep(web: Web, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let place = Place::<OfLink>::from_request_parts(&mut parts, &()).await;
    let token = place.ok().and_then(|Place(at)| Token::parse(&at.token).ok()).ok_or_else(unknown_link)?;
    let name = *token.hash().as_bytes();
    web.hook_rates.check(&name)?;
    let body = read(body, BodyLimit::new(MOST_HOOK_BYTES, &web.options)).await?;
    let correlation = parts.extensions.get().cloned().unwrap_or_else(|| Correlation::of(&parts.headers));
    let call = HookCall {
        method: parts.method.to_string(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: handed_on(&parts.headers),
        body: body.to_vec(),
        correlation: correlation.as_str().to_owned(),
    };
    match web.service.hook(token.text(), call).await {
        HookAnswer::Kept => {
            web.hook_rates.admit(&name);
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        HookAnswer::Unknown => {
            web.hook_rates.forget(&name);
            Err(unknown_link())
        }
        HookAnswer::NotNow { retry_after_s } => {
            let detail = "the call cannot be kept now; call again as `retry-after` says";
            Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-now", detail).after(retry_after_s))
        }
    }
}

/// The same whether the token has not the form of one, was never given out, or was replaced.
fn unknown_link() -> Problem {
    let detail = "there is no such link; copy it again from the installation";
    Problem::new(StatusCode::NOT_FOUND, "unknown-link", detail)
}

fn handed_on(headers: &HeaderMap) -> Vec<(String, String)> {
    let wanted = headers.iter().filter(|(name, _)| !NOT_HANDED_ON.contains(&name.as_str()));
    wanted.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hands_on_what_is_the_callers_own() {
        assert!(NOT_HANDED_ON.contains(&crate::correlation::CORRELATION_HEADER.as_str()));
        let mut headers = HeaderMap::new();
        for name in NOT_HANDED_ON {
            headers.insert(http::HeaderName::from_static(name), HeaderValue::from_static("x"));
        }
        headers.append("X-Event", HeaderValue::from_static("one"));
        headers.append("X-Event", HeaderValue::from_bytes("øre".as_bytes()).unwrap());
        headers.append("Content-Type", HeaderValue::from_bytes(b"text/\xe6").unwrap());
        let expected = [("x-event", "one"), ("x-event", "øre"), ("content-type", "text/\u{fffd}")];
        assert_eq!(handed_on(&headers), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
