//! What happens around every request: its correlation id, its span in the log, its figures, and refusals in one form.
//!
//! A request is named by the template of its route. Its address never stands in a log: a link's token is in it, and a
//! customer's id may be.

use crate::check::is_installation_id;
use crate::correlation::{CORRELATION_HEADER, Correlation};
use crate::endpoints::HOOK_ROUTE;
use crate::metering;
use crate::problem::{PROBLEM_JSON, Problem};
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderValue, Method, StatusCode, header};
use std::time::Instant;
use tracing::Instrument;

/// The label of what matches no route: one for all, so that made-up addresses do not become figures of their own.
const NO_ROUTE: &str = "none";

/// Routes whose answers are only told when somebody asks for all details: they are called every few seconds.
const QUIET: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

pub(crate) async fn observe(mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let correlation = Correlation::of(request.headers());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let method = label(request.method());
    let span = tracing::info_span!(
        "request",
        method,
        route,
        correlation = correlation.as_str(),
        installation = tracing::field::Empty,
        status = tracing::field::Empty,
        ms = tracing::field::Empty,
    );
    if let Some(installation) = installation_in(route, request.uri().path()) {
        span.record("installation", installation);
    }
    request.extensions_mut().insert(correlation.clone());

    let response = next.run(request).instrument(span.clone()).await;
    let response = finish(response, &correlation);

    let took = began.elapsed();
    let status = response.status();
    span.record("status", status.as_u16());
    span.record("ms", u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    span.in_scope(|| {
        if status.is_server_error() {
            tracing::warn!("answered");
        } else if QUIET.contains(&route) {
            tracing::debug!("answered");
        } else {
            tracing::info!("answered");
        }
    });
    metering::answered(method, route, status.as_u16(), took);
    if route == HOOK_ROUTE && status.is_success() {
        metering::hook_kept(took);
    }
    response
}

/// Write down a refusal, and what every answer carries.
fn finish(response: Response, correlation: &Correlation) -> Response {
    let (mut parts, mut body) = response.into_parts();
    if parts.status.is_client_error() || parts.status.is_server_error() {
        let problem = parts.extensions.remove().unwrap_or_else(|| Problem::of_status(parts.status));
        let text = serde_json::to_vec(&problem.document(correlation.as_str())).unwrap_or_default();
        parts.status = problem.status;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        body = Body::from(text);
    }
    if let Some(value) = correlation.header() {
        parts.headers.insert(CORRELATION_HEADER, value);
    }
    parts.headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    parts.headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Response::from_parts(parts, body)
}

/// A handler panicked: a problem without details. What it said is in the log by the panic hook.
pub(crate) fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

/// A method as a label: one of a closed set, whatever was sent.
fn label(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "PUT" => "PUT",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// Whose request it is, where the route says so and the id has the form of one.
fn installation_in<'a>(route: &str, path: &'a str) -> Option<&'a str> {
    const BEFORE: &str = "/api/v1/installations/";
    route.strip_prefix(BEFORE)?;
    let id = path.strip_prefix(BEFORE)?.split('/').next()?;
    is_installation_id(id).then_some(id)
}
