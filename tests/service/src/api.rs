//! A small client of the host's API, as FlexyBox and its operators would use it.

use crate::error::CannotRun;
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use std::time::Duration;

/// How long an answer may take: longer than the longest long poll, 60 s.
const PATIENCE: Duration = Duration::from_secs(75);
/// Entries of one page.
const PAGE: usize = 500;

/// The client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    base: String,
    key: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// An answer of the host.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its JSON; null where there is none.
    pub body: Value,
}

/// There was no answer: nobody knows whether the request arrived.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{request}: no answer: {reason}")]
pub struct NoAnswer {
    request: String,
    reason: String,
}

impl Api {
    /// Of the host at `base`, without a slash at the end, with an API key.
    pub fn new(base: String, key: String) -> Self {
        Self { base, key, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// A request with JSON, or without a body.
    ///
    /// # Errors
    /// There was no answer.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answer, NoAnswer> {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.send_text(method, path, "application/json", body).await
    }

    /// A POST of one JSON value a line.
    ///
    /// # Errors
    /// There was no answer.
    pub async fn send_lines(&self, path: &str, lines: &[Value]) -> Result<Answer, NoAnswer> {
        let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.send_text(Method::POST, path, "application/x-ndjson", body).await
    }

    async fn send_text(&self, method: Method, path: &str, kind: &str, body: String) -> Result<Answer, NoAnswer> {
        let request = format!("{method} {path}");
        let failed = |reason: String| NoAnswer { request: request.clone(), reason };
        let built = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header(AUTHORIZATION, format!("Bearer {}", self.key))
            .header(CONTENT_TYPE, kind)
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| failed(error.to_string()))?;
        let exchange = async {
            let response = self.client.request(built).await.map_err(|error| error.to_string())?;
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            Ok(Answer { status, body })
        };
        match tokio::time::timeout(PATIENCE, exchange).await {
            Ok(answer) => answer.map_err(failed),
            Err(_) => Err(failed(format!("none within {} s", PATIENCE.as_secs()))),
        }
    }

    /// A request that must go well; its JSON.
    ///
    /// # Errors
    /// There was no answer, or one that is not 2xx.
    pub async fn must(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, CannotRun> {
        let request = format!("{method} {path}");
        let answer = self.send(method, path, body).await.map_err(|error| CannotRun::because("the host", error))?;
        good(&request, answer)
    }

    /// A GET that must go well.
    ///
    /// # Errors
    /// As [`Self::must`].
    pub async fn get(&self, path: &str) -> Result<Value, CannotRun> {
        self.must(Method::GET, path, None).await
    }

    /// A POST that must go well.
    ///
    /// # Errors
    /// As [`Self::must`].
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, CannotRun> {
        self.must(Method::POST, path, Some(body)).await
    }

    /// A POST of lines that must go well.
    ///
    /// # Errors
    /// As [`Self::must`].
    pub async fn post_lines(&self, path: &str, lines: &[Value]) -> Result<Value, CannotRun> {
        let answer = self.send_lines(path, lines).await.map_err(|error| CannotRun::because("the host", error))?;
        good(&format!("POST {path}"), answer)
    }

    /// All pages of a list, whose entries stand under `key`. `path` has no query of its own, or ends in one.
    ///
    /// # Errors
    /// As [`Self::must`].
    pub async fn all(&self, path: &str, key: &str) -> Result<Vec<Value>, CannotRun> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut entries = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.get(&format!("{path}{joint}limit={PAGE}{after}")).await?;
            let Some(Value::Array(list)) = page.get(key) else {
                return Err(CannotRun::because(path, format!("the answer has no list {key}")));
            };
            entries.extend(list.iter().cloned());
            after = match page.get("next") {
                None | Some(Value::Null) => return Ok(entries),
                Some(Value::String(next)) => format!("&after={}", escaped(next)),
                Some(next) => format!("&after={next}"),
            };
        }
    }
}

fn good(request: &str, answer: Answer) -> Result<Value, CannotRun> {
    match answer.status {
        200..=299 => Ok(answer.body),
        status => Err(CannotRun::because(request, format!("{status} {}", answer.body))),
    }
}

/// A value for a query: everything but letters, digits and `-._~` is escaped.
fn escaped(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

/// The text under a key; empty where there is none.
pub fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number under a key; 0 where there is none.
pub fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_is_no_letter_is_escaped_in_a_query() {
        assert_eq!(escaped("C 1&æ"), "C%201%26%C3%A6");
    }
}
