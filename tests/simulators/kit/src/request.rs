//! A request, taken apart once: method, decoded path and query, headers, body.

use bytes::Bytes;
use http::header::{AsHeaderName, HOST};
use http::{HeaderMap, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};
use serde_json::{Map, Value};

/// What stays as it is in a query value.
pub const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A request.
#[derive(Debug)]
pub struct Request {
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
    /// Headers.
    pub headers: HeaderMap,
    scheme: Option<String>,
    host: Option<String>,
    /// Body.
    pub body: Bytes,
}

impl Request {
    /// Takes a request apart.
    pub fn new(request: http::Request<Bytes>) -> Self {
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
    pub fn path_and_query(&self) -> String {
        if self.raw_query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.raw_query) }
    }

    /// The first query parameter of that name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Scheme and host that the caller used, for links. A host that is not this machine stands for the real one, reached through
    /// something that routes it here; its links are https, as the real ones are.
    pub fn origin(&self) -> String {
        let host = self.header(HOST).or(self.host.as_deref()).unwrap_or("localhost");
        let name = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host, |(name, _)| name);
        let local = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
        let scheme = self.scheme.as_deref().unwrap_or(if local { "http" } else { "https" });
        format!("{scheme}://{host}")
    }

    /// The body as JSON; a byte order mark is passed over.
    pub fn json(&self) -> Option<Value> {
        let bytes = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body);
        serde_json::from_slice(bytes).ok()
    }

    /// The body as a JSON object.
    pub fn object(&self) -> Option<Map<String, Value>> {
        match self.json() {
            Some(Value::Object(object)) => Some(object),
            _ => None,
        }
    }

    /// The first header of that name, where it is text.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("/odata", "127.0.0.1:8123", "http://127.0.0.1:8123")]
    #[case("/odata", "localhost", "http://localhost")]
    #[case("/odata", "api.example.com", "https://api.example.com")]
    #[case("/odata", "api.example.com:443", "https://api.example.com:443")]
    #[case("http://api.example.com/odata", "api.example.com", "http://api.example.com")]
    fn links_lead_back_the_way_the_caller_came(#[case] uri: &str, #[case] host: &str, #[case] expected: &str) {
        let request = http::Request::get(uri).header(HOST, host).body(Bytes::new()).unwrap();
        assert_eq!(Request::new(request).origin(), expected);
    }
}
