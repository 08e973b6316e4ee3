//! A client of a few lines for two programs on this machine, so that xtask needs no HTTP library.
//!
//! It speaks HTTP/1.0: then the answer ends where the connection does, and nothing has to be pieced together.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// Longest wait for an answer; pressing OK in an installation calls the simulator a dozen times.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who answers on this machine.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// Where.
    pub(super) address: SocketAddr,
    /// Sent with every call, when there is one.
    pub(super) key: Option<String>,
}

impl Peer {
    /// Asks for something.
    ///
    /// # Errors
    /// When there is no answer, or one that says no.
    pub(super) fn get(&self, path: &str) -> Result<Value> {
        self.send("GET", path, "", "")
    }

    /// Hands a JSON document over.
    ///
    /// # Errors
    /// When there is no answer, or one that says no.
    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send("POST", path, "application/json", &body.to_string())
    }

    fn send(&self, method: &str, path: &str, kind: &str, body: &str) -> Result<Value> {
        let asked = || format!("cannot call {method} http://{}{path}", self.address);
        let text = self.exchange(&self.request(method, path, kind, body)).with_context(asked)?;
        let (status, answer) = read(&text).with_context(asked)?;
        ensure!((200..300).contains(&status), "{method} {path} answered {status}: {answer}");
        Ok(serde_json::from_str(answer).unwrap_or(Value::Null))
    }

    fn request(&self, method: &str, path: &str, kind: &str, body: &str) -> String {
        let key = self.key.as_ref().map(|key| format!("authorization: Bearer {key}\r\n")).unwrap_or_default();
        let kind = if kind.is_empty() { String::new() } else { format!("content-type: {kind}\r\n") };
        let (host, length) = (self.address, body.len());
        format!("{method} {path} HTTP/1.0\r\nhost: {host}\r\n{key}{kind}content-length: {length}\r\n\r\n{body}")
    }

    fn exchange(&self, request: &str) -> Result<String> {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8(answer)?)
    }
}

/// The status and the body of an answer.
fn read(text: &str) -> Result<(u16, &str)> {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        bail!("what was answered is no HTTP");
    };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("the answer has no status")?;
    Ok((status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        assert_eq!(read("HTTP/1.0 201 Created\r\nx: y\r\n\r\n{\"a\":1}").unwrap(), (201, "{\"a\":1}"));
        assert!(read("garbage").is_err());
    }

    #[test]
    fn a_request_tells_its_length_and_its_key() {
        let peer = Peer { address: ([127, 0, 0, 1], 80).into(), key: Some("k".to_owned()) };
        let text = peer.request("POST", "/x", "application/json", "æ");
        assert!(text.contains("authorization: Bearer k\r\n") && text.contains("content-length: 2\r\n"), "{text}");
    }
}
