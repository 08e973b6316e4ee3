//! What a request to Uniconta says about its sender: HTTP Basic, a bearer token, and whether JSON is wanted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{ACCEPT, AUTHORIZATION};
use simulator_kit::Request;

/// Whether the caller asks for JSON. Anything else, `*/*` included, gets XML on the OData surface.
pub(crate) fn accepts_json(request: &Request) -> bool {
    request
        .headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|media| matches!(media.trim().to_ascii_lowercase().as_str(), "application/json" | "text/json"))
}

/// User and password of HTTP Basic, read as UTF-8.
pub(crate) fn basic(request: &Request) -> Option<(String, String)> {
    let encoded = strip_scheme(request.header(AUTHORIZATION)?, "basic")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// The bearer token.
pub(crate) fn bearer(request: &Request) -> Option<&str> {
    strip_scheme(request.header(AUTHORIZATION)?, "bearer")
}

fn strip_scheme<'a>(value: &'a str, scheme: &str) -> Option<&'a str> {
    let (given, rest) = value.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
