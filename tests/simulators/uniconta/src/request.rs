//! A request, taken apart once: method, decoded path and query, headers, body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, HOST};
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// A request.
#[derive(Debug)]
pub(crate) struct Request {
    /// Method.
    pub method: Method,
    /// Path, as sent.
    pub path: String,
    /// Query, as sent, without the `?`.
    pub raw_query: String,
    /// Path, cut at `/` and decoded.
    pub segments: Vec<String>,
    /// Query parameters in order, decoded.
    pub query: Vec<(String, String)>,
    headers: HeaderMap,
    scheme: Option<String>,
    host: Option<String>,
    /// Body.
    pub body: Bytes,
}

impl Request {
    /// Takes a request apart.
    pub(crate) fn new(request: http::Request<Bytes>) -> Self {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        Self {
            segments: path.split('/').filter(|segment| !segment.is_empty()).map(decode).collect(),
            query: raw_query
                .split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
                })
                .collect(),
            method: parts.method,
            scheme: parts.uri.scheme_str().map(str::to_owned),
            host: parts.uri.authority().map(ToString::to_string),
            path,
            raw_query,
            headers: parts.headers,
            body,
        }
    }

    /// Path and query, as sent.
    pub(crate) fn path_and_query(&self) -> String {
        if self.raw_query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.raw_query) }
    }

    /// The first query parameter of that name.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Scheme and host that the caller used, for links. A host that is not this machine stands for the real one, reached through
    /// something that routes it here; its links are https, as the real ones are.
    pub(crate) fn origin(&self) -> String {
        let host = self.header(HOST).or(self.host.as_deref()).unwrap_or("localhost");
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
        let local = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        let scheme = self.scheme.as_deref().unwrap_or(if local { "http" } else { "https" });
        format!("{scheme}://{host}")
    }

    /// Whether the caller asks for JSON. Anything else, `*/*` included, gets XML on the OData surface.
    pub(crate) fn accepts_json(&self) -> bool {
        self.headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|range| range.split(';').next())
            .any(|media| matches!(media.trim().to_ascii_lowercase().as_str(), "application/json" | "text/json"))
    }

    /// User and password of HTTP Basic, read as UTF-8.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let encoded = strip_scheme(self.header(AUTHORIZATION)?, "basic")?;
        let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        let (user, password) = text.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    /// The bearer token.
    pub(crate) fn bearer(&self) -> Option<&str> {
        strip_scheme(self.header(AUTHORIZATION)?, "bearer")
    }

    /// The body as JSON; a byte order mark is passed over.
    pub(crate) fn json(&self) -> Option<Value> {
        let bytes = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
        serde_json::from_slice(bytes).ok()
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Option<Map<String, Value>> {
        match self.json() {
            Some(Value::Object(object)) => Some(object),
            _ => None,
        }
    }

    fn header(&self, name: http::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn strip_scheme<'a>(value: &'a str, scheme: &str) -> Option<&'a str> {
    let (given, rest) = value.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/odata", "127.0.0.1:8123", "http://127.0.0.1:8123")]
    #[case("/odata", "localhost", "http://localhost")]
    #[case("/odata", "odata.uniconta.com", "https://odata.uniconta.com")]
    #[case("/odata", "odata.uniconta.com:443", "https://odata.uniconta.com:443")]
    #[case("http://odata.uniconta.com/odata", "odata.uniconta.com", "http://odata.uniconta.com")]
    fn links_lead_back_the_way_the_caller_came(#[case] uri: &str, #[case] host: &str, #[case] expected: &str) {
        let request = http::Request::get(uri).header(HOST, host).body(Bytes::new()).unwrap();
        assert_eq!(Request::new(request).origin(), expected);
    }
}
