//! What happens to a request that the sandbox let through: the seam between a connector and the outside.
//!
//! The order at the border is fixed: allow-list, then limits, then one transport (live, routed, replay, record, dry-run).
//! Bodies are whole, bounded by the limits of the call: a request must be comparable and a recording complete, and an
//! accounting answer is a few kilobytes.

use async_trait::async_trait;
use bytes::Bytes;
use std::sync::Arc;

/// A request a connector made, after allow-list and limits.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboundRequest {
    /// Upper-case.
    pub method: String,
    /// Absolute, as the connector wrote it.
    pub url: String,
    /// Lower-case names, in the connector's order.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Bytes,
}

/// The answer.
#[derive(Debug, Clone, PartialEq)]
pub struct InboundResponse {
    /// HTTP status.
    pub status: u16,
    /// Lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it came.
    pub body: Bytes,
    /// The connection ended before the whole body was there.
    pub truncated: bool,
}

/// Why there is no answer. The connector sees the matching `wasi:http` error code.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransportError {
    /// Nothing went out: name not found.
    #[error("the name {host} was not found")]
    NameNotFound {
        /// The host asked for.
        host: String,
    },
    /// Nothing went out: no connection, or TLS refused.
    #[error("no connection to {host}: {reason}")]
    NotConnected {
        /// The host asked for.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// Nothing went out: the rules forbid it.
    #[error("{reason}")]
    Refused {
        /// Which rule, and what it concerns.
        reason: String,
    },
    /// The request went out and no answer came in time.
    #[error("{host} did not answer within {after_ms} ms")]
    TimedOut {
        /// The host asked.
        host: String,
        /// The limit, in milliseconds.
        after_ms: u64,
    },
    /// The request went out and the connection ended before an answer.
    #[error("{host} closed the connection before answering")]
    Dropped {
        /// The host asked.
        host: String,
    },
    /// The answer is larger than the limit.
    #[error("the answer of {host} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The host asked.
        host: String,
        /// The limit, in bytes.
        limit_bytes: u64,
    },
}

/// Where requests go.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Send one request and wait for the whole answer. Nothing is kept for the next one.
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError>;

    /// The same for one installation: what is kept for the next request, a connection, is kept for this installation alone.
    ///
    /// A transport that keeps nothing need not tell installations apart. One that passes requests on and does not pass on for whom
    /// loses speed, and mixes nothing up.
    async fn send_for(&self, _installation: &str, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.send(request).await
    }
}

/// The way out of one installation.
pub struct ForInstallation {
    /// The way out of all.
    pub inner: Arc<dyn Transport>,
    /// Whose requests these are.
    pub installation: String,
}

#[async_trait]
impl Transport for ForInstallation {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.inner.send_for(&self.installation, request).await
    }
}
