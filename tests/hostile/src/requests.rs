//! Requests over waki, and what came of each in one line.

use waki::header::{HeaderName, HeaderValue};
use waki::{Client, ErrorCode, Method, RequestBuilder};

/// A code by its name, as far as the host gives it out. Components are built without what `{:?}` prints.
fn name(code: &ErrorCode) -> String {
    let sized = |name: &str, size: String| format!("{name}(Some({size}))");
    match code {
        ErrorCode::HttpRequestDenied => "HttpRequestDenied".to_owned(),
        ErrorCode::HttpProtocolError => "HttpProtocolError".to_owned(),
        ErrorCode::HttpRequestMethodInvalid => "HttpRequestMethodInvalid".to_owned(),
        ErrorCode::HttpRequestUriInvalid => "HttpRequestUriInvalid".to_owned(),
        ErrorCode::HttpRequestBodySize(Some(size)) => sized("HttpRequestBodySize", size.to_string()),
        ErrorCode::HttpResponseBodySize(Some(size)) => sized("HttpResponseBodySize", size.to_string()),
        ErrorCode::ConnectionLimitReached => "ConnectionLimitReached".to_owned(),
        ErrorCode::ConnectionReadTimeout => "ConnectionReadTimeout".to_owned(),
        ErrorCode::ConnectionRefused => "ConnectionRefused".to_owned(),
        ErrorCode::ConnectionTerminated => "ConnectionTerminated".to_owned(),
        ErrorCode::DnsError(_) => "DnsError".to_owned(),
        _ => "another".to_owned(),
    }
}

/// What the host refused, in one line.
pub(crate) fn refused(code: &ErrorCode) -> String {
    format!("error ErrorCode::{}", name(code))
}

/// One request: `200 body`, `error CODE`, or `200 body, then broken`.
pub(crate) fn ask(method: &str, url: &str, body: &[u8]) -> String {
    let method = if method == "POST" { Method::Post } else { Method::Get };
    answer(Client::new().request(method, url).body(body))
}

/// One GET with a header.
pub(crate) fn ask_with_header(url: &str, name: &'static str, value: &'static str) -> String {
    answer(Client::new().get(url).headers([(HeaderName::from_static(name), HeaderValue::from_static(value))]))
}

fn answer(request: RequestBuilder) -> String {
    let response = match request.send() {
        Ok(response) => response,
        Err(error) => {
            return match error.downcast_ref::<ErrorCode>() {
                Some(code) => refused(code),
                None => format!("error {error}"),
            };
        }
    };
    let status = response.status_code();
    let mut length = 0;
    let mut beginning = String::new();
    loop {
        match response.chunk(64 * 1024) {
            Ok(Some(chunk)) => {
                length += chunk.len();
                if beginning.len() < 64 {
                    beginning.push_str(&String::from_utf8_lossy(&chunk).chars().take(64).collect::<String>());
                }
            }
            Ok(None) => return format!("{status} {length} bytes: {beginning}"),
            Err(_) => return format!("{status} {length} bytes: {beginning}, then broken"),
        }
    }
}
