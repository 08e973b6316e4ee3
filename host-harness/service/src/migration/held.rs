//! A transport that lets reads through and holds writes back, so that a connector shows what it would do.
//!
//! A dry run tells a read by its method: a GET goes out and nothing else does (`host_harness::replay::dry_run`). Here an **update**
//! (PUT, PATCH) is answered as though it had been taken just as it was sent, since a connector that links a customer to a debtor
//! brings the debtor up to date before it says which one it is; nothing of what it says is applied. Whatever else is not a GET
//! or a HEAD is told as not sent: to answer a creation, one would have to make up an id.
//!
//! What it trades away: a connector that reads by POST is told that its read was not sent. Its customers are then told as failed
//! or as to be created, and none of them is changed; see decision 0026.

use async_trait::async_trait;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Lets reads through.
pub(crate) struct HeldBack {
    inner: Arc<dyn Transport>,
    seen: Mutex<Seen>,
}

/// What a call came to outside.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Seen {
    /// Reads that went out.
    pub(crate) reads: u64,
    /// Updates that were answered here.
    pub(crate) updates: u64,
    /// Bodies of what was not sent: creations, as far as one can tell.
    pub(crate) unsent: Vec<Vec<u8>>,
}

impl Seen {
    /// Whether something that was not sent holds this customer number as a value of its own.
    pub(crate) fn names(&self, number: &str) -> bool {
        let number = number.trim();
        !number.is_empty()
            && self.unsent.iter().any(|body| serde_json::from_slice(body).is_ok_and(|body| holds(&body, number)))
    }
}

fn holds(value: &Value, text: &str) -> bool {
    match value {
        Value::String(held) => held.trim() == text,
        // A system whose numbers are numbers has no zeros in front.
        Value::Number(held) => held.to_string() == text.trim_start_matches('0'),
        Value::Array(values) => values.iter().any(|value| holds(value, text)),
        Value::Object(values) => values.values().any(|value| holds(value, text)),
        Value::Null | Value::Bool(_) => false,
    }
}

impl HeldBack {
    /// In front of this one.
    pub(crate) fn before(inner: Arc<dyn Transport>) -> Self {
        Self { inner, seen: Mutex::default() }
    }

    fn note(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What it has seen so far.
    pub(crate) fn seen(&self) -> Seen {
        self.note().clone()
    }
}

#[async_trait]
impl Transport for HeldBack {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        match request.method.as_str() {
            "GET" | "HEAD" => {
                self.note().reads += 1;
                self.inner.send(request).await
            }
            "PUT" | "PATCH" => {
                self.note().updates += 1;
                let kind = request.headers.into_iter().filter(|(name, _)| name == "content-type");
                Ok(InboundResponse { status: 200, headers: kind.collect(), body: request.body, truncated: false })
            }
            _ => {
                self.note().unsent.push(request.body.to_vec());
                let uri: Option<http::Uri> = request.url.parse().ok();
                let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default().to_owned();
                Err(TransportError::NotConnected { host, reason: "a preview sends nothing that writes".to_owned() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use rstest::rstest;

    /// Answers 204, so that an answer from outside can be told from one made here.
    struct Outside;

    #[async_trait]
    impl Transport for Outside {
        async fn send(&self, _: OutboundRequest) -> Result<InboundResponse, TransportError> {
            Ok(InboundResponse { status: 204, headers: Vec::new(), body: Bytes::new(), truncated: false })
        }
    }

    fn request(method: &str) -> OutboundRequest {
        OutboundRequest {
            method: method.to_owned(),
            url: "https://books.example/debtors/7".to_owned(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: Bytes::from_static(br#"[{"number":"00042","group":1}]"#),
        }
    }

    #[rstest]
    #[case("GET", Ok(204), (1, 0, 0))]
    #[case("HEAD", Ok(204), (1, 0, 0))]
    #[case("PUT", Ok(200), (0, 1, 0))]
    #[case("PATCH", Ok(200), (0, 1, 0))]
    #[case("POST", Err(()), (0, 0, 1))]
    #[case("DELETE", Err(()), (0, 0, 1))]
    #[case("MERGE", Err(()), (0, 0, 1))]
    #[tokio::test]
    async fn only_reads_go_out(
        #[case] method: &str,
        #[case] status: Result<u16, ()>,
        #[case] counts: (u64, u64, usize),
    ) {
        let held = HeldBack::before(Arc::new(Outside));
        let answer = held.send(request(method)).await;
        assert_eq!(answer.map(|answer| answer.status).map_err(drop), status);
        let seen = held.seen();
        assert_eq!((seen.reads, seen.updates, seen.unsent.len()), counts);
    }

    #[tokio::test]
    async fn an_update_is_answered_as_it_was_sent() {
        let answer = HeldBack::before(Arc::new(Outside)).send(request("PUT")).await.unwrap();
        assert_eq!(answer.body, request("PUT").body);
        assert_eq!(answer.headers, request("PUT").headers);
    }

    #[rstest]
    #[case("00042", true)]
    #[case(" 00042 ", true)]
    #[case("1", true)]
    #[case("01", true)]
    #[case("42", false)]
    #[case("number", false)]
    #[case("", false)]
    fn a_number_is_found_as_a_whole_value(#[case] number: &str, #[case] found: bool) {
        let seen = Seen { unsent: vec![b"no json".to_vec(), request("POST").body.to_vec()], ..Seen::default() };
        assert_eq!(seen.names(number), found);
    }
}
