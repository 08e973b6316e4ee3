//! The running host, asked over its API.
//!
//! One request, one connection. The API key comes from a variable of the environment: an argument would stand in the list of
//! processes and in the shell's history. It trades away everything a browser does: no redirects, no proxies, no retries.

mod address;
mod plain;

use crate::answer::CannotRun;
use crate::shown::clean;
use accounting_vault::Secret;
use address::Address;
use bytes::Bytes;
use host_harness::egress::{AddressRule, LiveOptions, LiveTransport};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use plain::Plain;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;

/// 150 seconds for an answer: the host itself gives up after 120 when it asks the accounting system, and says so.
pub(crate) const PATIENCE: Duration = Duration::from_secs(150);

/// How every API key begins.
const KEY_PREFIX: &str = "fbx_";

/// Where the host is, and the key to it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Access {
    /// The address of the running host, e.g. https://accounting.example.com or http://127.0.0.1:8780
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    /// The environment variable that holds the API key; never the key itself
    #[arg(long, value_name = "VARIABLE", default_value = DEFAULT_VARIABLE)]
    pub(crate) api_key_env: String,
}

/// The variable the API key is in, unless another is named.
pub(crate) const DEFAULT_VARIABLE: &str = "HARNESS_API_KEY";

/// The running host.
pub(crate) struct Remote {
    address: Address,
    key: Secret,
    transport: Box<dyn Transport>,
}

/// What the host says when it refuses.
#[derive(Deserialize)]
struct Problem {
    detail: String,
    code: String,
    #[serde(default)]
    correlation: String,
}

impl Remote {
    /// The host at this address; an answer may take `patience`.
    pub(crate) fn new(access: &Access, patience: Duration) -> Result<Self, CannotRun> {
        let address: Address = access.url.parse().map_err(CannotRun)?;
        let key = key(&access.api_key_env)?;
        let transport: Box<dyn Transport> = if address.secure {
            let options = LiveOptions {
                first_byte_timeout: patience,
                addresses: AddressRule::Anywhere,
                ..LiveOptions::default()
            };
            Box::new(LiveTransport::new(options)?)
        } else {
            if !address.is_this_machine() {
                eprintln!("harness: warning: the API key goes to {} unencrypted; use https", address.host);
            }
            Box::new(Plain { patience })
        };
        Ok(Self { address, key, transport })
    }

    /// What is at `path`.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, CannotRun> {
        self.ask("GET", path, None).await
    }

    /// Have something done.
    pub(crate) async fn post(&self, path: &str, body: Option<&Value>) -> Result<Value, CannotRun> {
        self.ask("POST", path, body).await
    }

    /// Have something taken away.
    pub(crate) async fn delete(&self, path: &str) -> Result<Value, CannotRun> {
        self.ask("DELETE", path, None).await
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, CannotRun> {
        let mut headers = vec![
            ("authorization".to_owned(), format!("Bearer {}", self.key.expose())),
            ("accept".to_owned(), "application/json".to_owned()),
        ];
        let body = match body {
            Some(body) => {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
                Bytes::from(serde_json::to_vec(body)?)
            }
            None => Bytes::new(),
        };
        let url = format!("{}{path}", self.address.base);
        let request = OutboundRequest { method: method.to_owned(), url, headers, body };
        let answer = self.transport.send(request).await.map_err(|error| no_answer(&error))?;
        self.read(&answer)
    }

    fn read(&self, answer: &InboundResponse) -> Result<Value, CannotRun> {
        let host = &self.address.host;
        if answer.truncated {
            return Err(CannotRun(format!("{host} broke its answer off; try again")));
        }
        if !(200..300).contains(&answer.status) {
            return Err(CannotRun(refused(host, answer)));
        }
        if answer.body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer.body).map_err(|_| {
            CannotRun(format!("{host} answered something that is no JSON; is --url the address of the host?"))
        })
    }
}

/// An answer as what it is expected to be.
pub(crate) fn as_expected<T: DeserializeOwned>(answer: &Value) -> Result<T, CannotRun> {
    T::deserialize(answer).map_err(|error| {
        CannotRun(format!(
            "the host answered otherwise than this version expects ({error}); use the same version of both"
        ))
    })
}

/// An installation's id as part of a path, so that it cannot lead elsewhere.
pub(crate) fn installation_path(id: &str) -> Result<String, CannotRun> {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if !(1..=64).contains(&id.len()) || !id.bytes().all(sign) || id.bytes().all(|byte| byte == b'.') {
        return Err(CannotRun(format!("{id:?} is no installation's id: 1 to 64 letters, digits, `.`, `_` and `-`")));
    }
    Ok(format!("/api/v1/installations/{id}"))
}

/// A value for the query of an address.
pub(crate) fn query_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn key(variable: &str) -> Result<Secret, CannotRun> {
    if variable.starts_with(KEY_PREFIX) {
        let what = "--api-key-env takes the name of a variable, not the key itself; take that key back, others saw it";
        return Err(CannotRun(what.to_owned()));
    }
    let value = std::env::var(variable).map_err(|_| {
        CannotRun(format!(
            "the environment has no variable {variable} with the API key; set it, or name another with --api-key-env"
        ))
    })?;
    let value = Secret::new(value);
    let text = value.expose().trim();
    accounting_vault::ApiKey::parse(text).map_err(|error| CannotRun(format!("variable {variable}: {error}")))?;
    Ok(Secret::new(text.to_owned()))
}

fn no_answer(error: &TransportError) -> CannotRun {
    match error {
        TransportError::NameNotFound { .. } | TransportError::NotConnected { .. } => {
            CannotRun(format!("{error}; is the host running, and is --url its address?"))
        }
        TransportError::TimedOut { .. } => {
            CannotRun(format!("{error}; it may still be at work on it: look before you repeat"))
        }
        other => CannotRun(other.to_string()),
    }
}

/// The host's own words, with the code to look up and, for a defect, what to find it by in the log.
fn refused(host: &str, answer: &InboundResponse) -> String {
    let Ok(problem) = serde_json::from_slice::<Problem>(&answer.body) else {
        let status = answer.status;
        return format!("{host} answered {status} and did not say why; is --url the address of the host?");
    };
    let (detail, code) = (clean(&problem.detail), clean(&problem.code));
    if answer.status >= 500 && !problem.correlation.is_empty() {
        format!("{detail} ({code}, correlation {})", clean(&problem.correlation))
    } else {
        format!("{detail} ({code})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("club-17", Some("/api/v1/installations/club-17"))]
    #[case("a.b_C", Some("/api/v1/installations/a.b_C"))]
    #[case("", None)]
    #[case("..", None)]
    #[case("a/b", None)]
    #[case("a?b", None)]
    #[case("å", None)]
    fn an_id_cannot_lead_elsewhere(#[case] id: &str, #[case] path: Option<&str>) {
        assert_eq!(installation_path(id).ok().as_deref(), path);
    }

    #[test]
    fn a_cursor_comes_through_whatever_is_in_it() {
        assert_eq!(query_value("a1-._~ &=%/æ"), "a1-._~%20%26%3D%25%2F%C3%A6");
    }

    #[rstest]
    #[case(
        404,
        r#"{"detail":"there is no installation x","code":"unknown-installation","correlation":"c1"}"#,
        "there is no installation x (unknown-installation)"
    )]
    #[case(
        500,
        r#"{"detail":"something went wrong","code":"internal","correlation":"c1"}"#,
        "something went wrong (internal, correlation c1)"
    )]
    #[case(502, "<html>", "h answered 502 and did not say why; is --url the address of the host?")]
    #[case(422, "{\"detail\":\"a\\u001b[2Jb\",\"code\":\"c\"}", "a [2Jb (c)")]
    fn a_refusal_is_told_in_the_hosts_words(#[case] status: u16, #[case] body: &str, #[case] said: &str) {
        let body = Bytes::copy_from_slice(body.as_bytes());
        assert_eq!(refused("h", &InboundResponse { status, headers: Vec::new(), body, truncated: false }), said);
    }
}
