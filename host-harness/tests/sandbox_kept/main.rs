//! Connections kept open between requests: shared by whom, for how long, and what is still known when one is gone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bounds;
mod cost;
mod doubt;
mod gone;
mod sequences;
mod whom;

#[path = "../raw_server/mod.rs"]
mod raw_server;

use async_trait::async_trait;
use bytes::Bytes;
use host_harness::egress::{AddressRule, LiveOptions, LiveTransport, Resolve};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use raw_server::{Asked, Script, Server, Step};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Answers with this machine's address, and counts how often it was asked.
#[derive(Default)]
struct Here(AtomicUsize);

#[async_trait]
impl Resolve for Here {
    async fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(vec!["127.0.0.1".parse().unwrap()])
    }
}

fn options(server: &Server) -> LiveOptions {
    LiveOptions {
        extra_roots: vec![server.root.clone()],
        addresses: AddressRule::LoopbackToo,
        first_byte_timeout: Duration::from_secs(10),
        between_bytes_timeout: Duration::from_millis(500),
        answer_bytes: 1_000,
        resolver: Arc::new(Here::default()),
        ..LiveOptions::default()
    }
}

/// One way out, and the server at its end.
struct Stage {
    server: Server,
    transport: LiveTransport,
}

impl Stage {
    async fn new(script: Script) -> Self {
        Self::with(script, |options| options).await
    }

    async fn with(script: Script, change: impl Fn(LiveOptions) -> LiveOptions) -> Self {
        let server = Server::https("localhost", script).await;
        let transport = LiveTransport::new(change(options(&server))).unwrap();
        Self { server, transport }
    }

    fn request(&self, method: &str, what: &str) -> OutboundRequest {
        let body = if matches!(method, "GET" | "HEAD") { Bytes::new() } else { Bytes::from("a body") };
        let url = format!("https://localhost:{}/{what}", self.server.port);
        OutboundRequest { method: method.to_owned(), url, headers: Vec::new(), body }
    }

    async fn ask(&self, method: &str, what: &str) -> Result<InboundResponse, TransportError> {
        self.transport.send_for("a", self.request(method, what)).await
    }

    /// What was asked for over each connection.
    fn seen(&self) -> Vec<Vec<String>> {
        let mut seen = vec![Vec::new(); self.server.connections()];
        for asked in self.server.asked() {
            seen[asked.connection].push(name_of(&asked));
        }
        seen
    }

    fn dropped(&self) -> TransportError {
        TransportError::Dropped { host: format!("localhost:{}", self.server.port) }
    }
}

/// What a request asks for: the answer says it again.
fn name_of(asked: &Asked) -> String {
    asked.text.split([' ', '/']).nth(2).unwrap().to_owned()
}

fn answer_to(asked: &Asked) -> Vec<u8> {
    let name = name_of(asked);
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{name}", name.len()).into_bytes()
}

/// Answers everything and keeps every connection.
fn faithful() -> Script {
    Script::new(|asked| vec![Step::Say(answer_to(asked))])
}

/// As that, but does something else with the requests for `what`.
fn except(what: &'static str, steps: impl Fn(&Asked) -> Vec<Step> + Send + Sync + 'static) -> Script {
    Script::new(move |asked| if name_of(asked) == what { steps(asked) } else { vec![Step::Say(answer_to(asked))] })
}

fn said(bytes: &str) -> Vec<Step> {
    vec![Step::Say(bytes.as_bytes().to_vec())]
}
