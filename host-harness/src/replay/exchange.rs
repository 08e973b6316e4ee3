//! `exchanges.json`: what was asked of the accounting system and what it answered, in order.

use super::body::Body;
use crate::transport::{InboundResponse, OutboundRequest, TransportError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Headers that say nothing about what is asked, so that they are neither kept nor compared.
const IMMATERIAL: [&str; 11] = [
    "accept-encoding",
    "connection",
    "content-length",
    "date",
    "host",
    "keep-alive",
    "te",
    "traceparent",
    "transfer-encoding",
    "user-agent",
    "x-request-id",
];

/// What stands in place of a credential.
pub const HIDDEN: &str = "…";

/// A request as fixtures keep and compare it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestSpec {
    /// Upper-case.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// Headers that matter, by lower-case name; credentials are only hinted at.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub body: Body,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSpec {
    /// HTTP status; none for a fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers, by lower-case name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default, skip_serializing_if = "Body::is_empty")]
    pub body: Body,
    /// No answer, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// For people: the accounting system had written before the fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_write: Option<bool>,
    /// The connection ends after so many bytes of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate_at: Option<usize>,
    /// The answer comes after so many milliseconds, at most 60,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The request went out; no answer came in time.
    Timeout,
    /// The request went out; the connection ended before an answer.
    Dropped,
    /// Nothing went out: no connection.
    NotConnected,
    /// Nothing went out: no such name.
    NameNotFound,
    /// The answer is larger than the limit.
    TooLarge,
    /// Nothing went out: the rules forbid it.
    Refused,
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    /// In which event, from 1, counted over all events of the scenario.
    pub event: usize,
    /// What is asked.
    pub request: RequestSpec,
    /// What comes back.
    pub answer: AnswerSpec,
}

/// The whole file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchanges {
    /// In the order they happen.
    pub exchanges: Vec<Exchange>,
}

impl RequestSpec {
    /// What of a request is kept and compared.
    pub fn of(request: &OutboundRequest) -> Self {
        let material = request.headers.iter().filter(|(name, _)| !IMMATERIAL.contains(&name.as_str()));
        let mut headers = BTreeMap::new();
        for (name, value) in material {
            let value = if is_credential(name) { hidden(name, value) } else { value.clone() };
            headers
                .entry(name.clone())
                .and_modify(|all: &mut String| *all = format!("{all}, {value}"))
                .or_insert(value);
        }
        Self { method: request.method.clone(), url: request.url.clone(), headers, body: Body::of(&request.body) }
    }

    /// One line: method and URL.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.url)
    }

    /// The whole request as people read it.
    pub fn for_people(&self) -> String {
        let mut text = format!("{} {}\n", self.method, self.url);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\n"));
        }
        if !self.body.is_empty() {
            text.push_str(&format!("\n{}\n", self.body.for_people()));
        }
        text
    }
}

/// Whether a header carries a credential, by its name.
pub(crate) fn is_credential(name: &str) -> bool {
    let words = ["authorization", "cookie", "token", "secret", "password", "api-key", "apikey"];
    words.iter().any(|word| name.contains(word))
}

/// The scheme of an authorization header; of any other credential nothing at all.
fn hidden(name: &str, value: &str) -> String {
    match value.split_once(' ') {
        Some((scheme, _)) if name.ends_with("authorization") => format!("{scheme} {HIDDEN}"),
        _ => HIDDEN.to_owned(),
    }
}

impl AnswerSpec {
    /// What came back, as it is kept.
    pub fn of(answer: &Result<InboundResponse, TransportError>) -> Self {
        match answer {
            Ok(response) => Self {
                status: Some(response.status),
                headers: kept_headers(&response.headers),
                body: Body::of(&response.body),
                truncate_at: response.truncated.then_some(response.body.len()),
                ..Self::fault(None)
            },
            Err(error) => Self::fault(Some(Fault::of(error))),
        }
    }

    fn fault(fault: Option<Fault>) -> Self {
        Self {
            status: None,
            headers: BTreeMap::new(),
            body: Body::Empty,
            fault,
            after_write: None,
            truncate_at: None,
            delay_ms: None,
        }
    }

    /// What to hand to the connector.
    ///
    /// # Errors
    /// Neither or both of status and fault, or a body that cannot be read.
    pub fn outcome(&self, request: &OutboundRequest) -> Result<Result<InboundResponse, TransportError>, String> {
        let status = match (self.status, self.fault) {
            (Some(status), None) if (100..=599).contains(&status) => status,
            (None, Some(fault)) => return Ok(Err(fault.error(&host_of(&request.url)))),
            _ => return Err("an answer has a status from 100 to 599 or a fault, and not both".to_owned()),
        };
        let mut body = self.body.bytes()?;
        if let Some(length) = self.truncate_at {
            body.truncate(length);
        }
        let headers = self.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(Ok(InboundResponse { status, headers, body, truncated: self.truncate_at.is_some() }))
    }
}

/// Headers of an answer; those that differ between two runs and those about the connection are left out.
fn kept_headers(headers: &[(String, String)]) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| !IMMATERIAL.contains(&name.as_str())) {
        let value = if is_credential(name) { HIDDEN.to_owned() } else { value.clone() };
        kept.insert(name.clone(), value);
    }
    kept
}

impl Fault {
    fn of(error: &TransportError) -> Self {
        match error {
            TransportError::NameNotFound { .. } => Self::NameNotFound,
            TransportError::NotConnected { .. } => Self::NotConnected,
            TransportError::Refused { .. } => Self::Refused,
            TransportError::TimedOut { .. } => Self::Timeout,
            TransportError::Dropped { .. } => Self::Dropped,
            TransportError::TooLarge { .. } => Self::TooLarge,
        }
    }

    fn error(self, host: &str) -> TransportError {
        let host = host.to_owned();
        match self {
            Self::Timeout => TransportError::TimedOut { host, after_ms: 0 },
            Self::Dropped => TransportError::Dropped { host },
            Self::NotConnected => TransportError::NotConnected { host, reason: "recorded".to_owned() },
            Self::NameNotFound => TransportError::NameNotFound { host },
            Self::TooLarge => TransportError::TooLarge { host, limit_bytes: 0 },
            Self::Refused => TransportError::Refused { reason: format!("the recording refused a request to {host}") },
        }
    }
}

/// The host of an absolute URL, without its port; empty when there is none.
pub fn host_of(url: &str) -> String {
    let after = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bare = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|digit| digit.is_ascii_digit()));
    bare.map_or(host, |(name, _)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(headers: &[(&str, &str)]) -> OutboundRequest {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        OutboundRequest { method: "GET".into(), url: "https://a.example/x".into(), headers, body: "".into() }
    }

    #[test]
    fn keeps_of_a_credential_only_the_scheme() {
        let all = [
            ("authorization", "Basic c2VjcmV0"),
            ("x-grant-token", "secret"),
            ("accept", "application/json"),
            ("user-agent", "any"),
            ("cookie", "a=secret"),
        ];
        let kept = RequestSpec::of(&request(&all));
        assert_eq!(
            serde_json::to_value(&kept.headers).unwrap(),
            json!({"accept": "application/json", "authorization": "Basic …", "cookie": "…", "x-grant-token": "…"})
        );
        assert!(!kept.for_people().contains("ecret"));
    }

    #[test]
    fn finds_the_host() {
        assert_eq!(host_of("https://a.example/x?y=1"), "a.example");
        assert_eq!(host_of("http://u:p@127.0.0.1:8080/x"), "127.0.0.1");
        assert_eq!(host_of("nonsense"), "");
    }

    #[test]
    fn an_answer_needs_a_status_or_a_fault() {
        let answer: AnswerSpec = serde_json::from_value(json!({})).unwrap();
        assert!(answer.outcome(&request(&[])).unwrap_err().contains("a status from 100 to 599 or a fault"));
        let answer: AnswerSpec = serde_json::from_value(json!({"fault": "timeout", "after_write": true})).unwrap();
        let error = answer.outcome(&request(&[])).unwrap().unwrap_err();
        assert!(matches!(error, TransportError::TimedOut { .. }));
        let answer: AnswerSpec =
            serde_json::from_value(json!({"status": 200, "body": {"text": "abcdef"}, "truncate_at": 3})).unwrap();
        let response = answer.outcome(&request(&[])).unwrap().unwrap();
        assert_eq!((response.body.as_ref(), response.truncated), (&b"abc"[..], true));
    }
}
