//! Sends the requests for some hosts to a simulator instead, over plain HTTP; the others go on.
//!
//! Path, query, headers and the `Host` header stay as they were, so that the simulator sees what the real host would. The
//! allow-list has looked at the request before this: a route opens no door of its own. Connections are kept as those of the
//! live way are.

use super::exchange::Patience;
use super::kept::{Bounds, Kept};
use super::live::{BETWEEN_BYTES_TIMEOUT, CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT};
use super::wire::Wire;
use crate::sandbox::ANSWER_BYTES;
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// One route, written `host=http://127.0.0.1:8080`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The host whose requests take it, lower-case.
    pub host: String,
    /// Where they go: name or address, and port.
    pub target: String,
}

/// Not a route.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// Not in its form.
    #[error("{text:?} is not a route: {reason}; write e.g. api.example.com=http://127.0.0.1:8080")]
    Form {
        /// As it was written.
        text: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// Two for the same host.
    #[error("host {host} has two routes, to {first} and {second}; name it once")]
    Twice {
        /// The host.
        host: String,
        /// One target.
        first: String,
        /// The other.
        second: String,
    },
}

impl FromStr for Route {
    type Err = RouteError;

    fn from_str(text: &str) -> Result<Self, RouteError> {
        let wrong = |reason| RouteError::Form { text: text.to_owned(), reason };
        let (host, target) = text.split_once('=').ok_or_else(|| wrong("there is no ="))?;
        let uri: http::Uri = target.parse().map_err(|_| wrong("what stands after the = is not an address"))?;
        if uri.scheme() != Some(&http::uri::Scheme::HTTP) {
            return Err(wrong("a simulator is reached over http"));
        }
        if uri.path() != "/" || uri.query().is_some() || target.ends_with('/') {
            return Err(wrong("the path of the request is kept, so the target has none"));
        }
        let authority = uri.authority().map(http::uri::Authority::as_str).unwrap_or_default();
        if authority.contains('@') || uri.port_u16().is_none() {
            return Err(wrong("the target needs a host and a port"));
        }
        let host = host.to_ascii_lowercase();
        if host.is_empty() || host.contains(['/', ':', '@', ' ']) {
            return Err(wrong("what stands before the = is not the name of a host"));
        }
        Ok(Self { host, target: authority.to_owned() })
    }
}

/// Simulators for some hosts in front of another transport.
pub struct Routes {
    inner: Arc<dyn Transport>,
    targets: BTreeMap<String, String>,
    kept: Arc<Kept>,
}

impl Routes {
    /// No routes in front of `inner`.
    pub fn only(inner: Arc<dyn Transport>) -> Self {
        Self { inner, targets: BTreeMap::new(), kept: Kept::new(Bounds::default()) }
    }

    /// Routes in front of `inner`.
    ///
    /// # Errors
    /// When a host has two routes.
    pub fn new(inner: Arc<dyn Transport>, routes: impl IntoIterator<Item = Route>) -> Result<Self, RouteError> {
        let mut targets: BTreeMap<String, String> = BTreeMap::new();
        for Route { host, target } in routes {
            if let Some(first) = targets.get(&host) {
                return Err(RouteError::Twice { host, first: first.clone(), second: target });
            }
            targets.insert(host, target);
        }
        Ok(Self { targets, ..Self::only(inner) })
    }

    async fn send_as(
        &self,
        installation: Option<&str>,
        request: OutboundRequest,
    ) -> Result<InboundResponse, TransportError> {
        let uri = request.url.parse::<http::Uri>().ok();
        let host = uri.as_ref().and_then(http::Uri::host).unwrap_or_default().to_ascii_lowercase();
        let Some(target) = self.targets.get(&host) else {
            return match installation {
                Some(installation) => self.inner.send_for(installation, request).await,
                None => self.inner.send(request).await,
            };
        };
        let patience = Patience {
            first_byte: FIRST_BYTE_TIMEOUT,
            between_bytes: BETWEEN_BYTES_TIMEOUT,
            answer_bytes: ANSWER_BYTES,
        };
        self.kept.send(installation, &host, &request, patience, connect(&host, target)).await
    }
}

async fn connect(host: &str, target: &str) -> Result<Wire, TransportError> {
    let not_connected = |reason: String| TransportError::NotConnected {
        host: host.to_owned(),
        reason: format!("its route to {target}: {reason}"),
    };
    let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect(target))
        .await
        .map_err(|_| not_connected(format!("no connection within {} ms", CONNECT_TIMEOUT.as_millis())))?
        .map_err(|error| not_connected(error.to_string()))?;
    let _ = stream.set_nodelay(true);
    Ok(Wire::new(stream))
}

#[async_trait]
impl Transport for Routes {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.send_as(None, request).await
    }

    async fn send_for(&self, installation: &str, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.send_as(Some(installation), request).await
    }
}
