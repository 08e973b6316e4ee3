//! The OpenAPI document, made from the routes themselves.
//!
//! A handler tells what it answers when all goes well. What it can refuse follows from its kind, and is added here: whoever
//! asks for a key can say 401, whoever reads a body can say 413. So no handler can forget one.

use crate::options::WebOptions;
use crate::problem::{PROBLEM_JSON, ProblemDocument};
use crate::router::routes;
use utoipa::PartialSchema;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, ContentBuilder, HeaderBuilder, InfoBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Response,
    ResponseBuilder, Type,
};

/// A refusal and when it is given.
struct Refusal {
    status: u16,
    name: &'static str,
    when: &'static str,
    /// With a header `retry-after`.
    wait: bool,
}

const REFUSALS: [Refusal; 13] = [
    refusal(400, "NoJson", "the body is no JSON, or broke off"),
    refusal(401, "NoValidKey", "no valid API key"),
    refusal(403, "ScopeMissing", "the key lacks the scope, which `subject` names"),
    refusal(404, "NotFound", "there is no such thing"),
    refusal(405, "Method", "the address does not take that method"),
    refusal(408, "SlowBody", "the body was not there in time"),
    refusal(409, "Conflict", "it does not go together with what is there"),
    refusal(413, "TooLarge", "the body is too large"),
    refusal(415, "MediaType", "the body is of another media type"),
    refusal(422, "InvalidValue", "a value breaks its limit; `subject` names it"),
    waiting(429, "TooManyRequests", "too many calls"),
    refusal(500, "Internal", "a defect of the host"),
    waiting(503, "Unavailable", "not now; the same may go well later"),
];

const fn refusal(status: u16, name: &'static str, when: &'static str) -> Refusal {
    Refusal { status, name, when, wait: false }
}

const fn waiting(status: u16, name: &'static str, when: &'static str) -> Refusal {
    Refusal { status, name, when, wait: true }
}

/// The whole document.
pub fn openapi() -> OpenApi {
    let mut document = routes(&WebOptions::default()).into_openapi();
    document.info = InfoBuilder::new()
        .title("FlexyBox accounting host")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(ABOUT))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    components.schemas.insert("Problem".to_owned(), ProblemDocument::schema());
    for refusal in &REFUSALS {
        components.responses.insert(refusal.name.to_owned(), RefOr::T(described(refusal)));
    }
    let key = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("fbx_…")
        .description(Some("an API key; the list beside each operation is the scope it needs"))
        .build();
    components.add_security_scheme("key", SecurityScheme::Http(key));
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            add_refusals(path, operation);
            leave_bytes_alone(operation);
        }
    }
    document
}

/// What is waited for there may be of one installation, which may not be there.
const OUTBOX: &str = "/api/v1/outbox";

const ABOUT: &str = "Names are in snake_case, words of closed sets in kebab-case, times in milliseconds since 1970 (names \
    end in `_ms`). Amounts are whole minor units. No text holds \
    the character U+0000. Every refusal is a problem document (RFC 9457) with a stable `code`. A request may \
    carry `x-correlation-id` (1 to 64 of A-Z a-z 0-9 . _ -); every answer has it.";

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete, &mut item.put].into_iter().flatten()
}

fn described(refusal: &Refusal) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response = ResponseBuilder::new().description(refusal.when).content(PROBLEM_JSON, content);
    if !refusal.wait {
        return response.build();
    }
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).build();
    let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("seconds to wait")).build();
    response.header("retry-after", header).build()
}

/// Bytes that are no JSON have no schema; their media type says it all.
fn leave_bytes_alone(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    for (media_type, content) in &mut body.content {
        if matches!(media_type.as_str(), "application/wasm" | "*/*") {
            *content = ContentBuilder::new().build().into();
        }
    }
}

fn add_refusals(path: &str, operation: &mut Operation) {
    let has_key = operation.security.as_ref().is_some_and(|needed| !needed.is_empty());
    let has_body = operation.request_body.is_some();
    let parameters = operation.parameters.iter().flatten();
    let (in_path, in_query) = parameters.fold((false, false), |(in_path, in_query), parameter| {
        let RefOr::T(parameter) = parameter else {
            return (in_path, in_query);
        };
        let place = &parameter.parameter_in;
        (in_path || *place == ParameterIn::Path, in_query || *place == ParameterIn::Query)
    });
    let is_hook = path.starts_with("/hooks/");
    let writes = operation.security.is_some() && !path.starts_with("/metrics");
    let asks_nobody = matches!(path, "/healthz" | "/openapi.json");
    for refusal in &REFUSALS {
        let can = match refusal.status {
            400 | 408 => has_body || is_hook,
            413 => has_body || is_hook,
            401 | 403 => has_key,
            404 => in_path || path == OUTBOX,
            405 => true,
            409 => writes && !asks_nobody,
            415 => has_body && !is_hook,
            422 => (has_body && !is_hook) || in_query,
            429 => has_key || is_hook,
            500 => true,
            503 => !asks_nobody,
            _ => false,
        };
        if can {
            let reference = RefOr::Ref(Ref::from_response_name(refusal.name));
            operation.responses.responses.entry(refusal.status.to_string()).or_insert(reference);
        }
    }
}
