//! Requests that really go out: name, address, TLS, HTTP/1.1.
//!
//! - The name is looked up once and every address it has must be public; the connection goes to an address that was
//!   checked, so a second look-up cannot answer otherwise.
//! - TLS by rustls, with the certificate authorities the system trusts. They are read by `rustls-native-certs` and judged by
//!   rustls itself, not handed to the operating system's own verifier, so that one set of rules holds on every system and
//!   is the one under test; the price is that revocation lists of the operating system are not consulted.
//! - Connections are kept open for the next request of the same installation, for a while ([`super::KEPT_IDLE`]), and never for
//!   another's; it stays known whether anything was sent. A kept connection goes to the address that was checked when it was
//!   opened; after [`super::KEPT_LIFETIME`] the name is looked up anew. TLS sessions are resumed whoever they were for: they
//!   carry keys, and nothing of what was said.
//! - Redirects are answers like any other: following one would leave the allow-list.

use super::exchange::Patience;
use super::kept::{Bounds, KEPT_IDLE, KEPT_LIFETIME, Kept};
use super::private_addresses::why_forbidden;
use super::wire::Wire;
use crate::sandbox::ANSWER_BYTES;
use crate::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use async_trait::async_trait;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// 10 seconds for the name, the connection and TLS together: a healthy host takes under one.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// 20 seconds to the head of the answer: a large query takes 10, and a call has 30 in all.
pub const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(20);
/// 10 seconds of silence in the middle of an answer.
pub const BETWEEN_BYTES_TIMEOUT: Duration = Duration::from_secs(10);
/// 3 seconds for one address of several, so that one that is dead leaves time for the next.
const ADDRESS_TIMEOUT: Duration = Duration::from_secs(3);

/// Looks names up.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// Every address of a name.
    async fn addresses(&self, host: &str) -> std::io::Result<Vec<IpAddr>>;
}

/// Asks the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn addresses(&self, host: &str) -> std::io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Which addresses a name may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AddressRule {
    /// The public internet only.
    #[default]
    PublicOnly,
    /// This machine as well: for tests against a server of one's own, never for real customers.
    LoopbackToo,
    /// Anywhere, private networks included: for addresses the operator entered, never for those a connector chooses.
    Anywhere,
}

/// How requests go out.
#[derive(Clone)]
pub struct LiveOptions {
    /// For the name, the connection and TLS together.
    pub connect_timeout: Duration,
    /// From the first byte sent to the head of the answer.
    pub first_byte_timeout: Duration,
    /// Between two pieces of an answer.
    pub between_bytes_timeout: Duration,
    /// The largest answer read, bytes.
    pub answer_bytes: u64,
    /// Certificate authorities to trust beside the system's, DER.
    pub extra_roots: Vec<Vec<u8>>,
    /// Which addresses a name may stand for.
    pub addresses: AddressRule,
    /// How long a connection is kept open without a request.
    pub kept_idle: Duration,
    /// How long a connection is used from its opening.
    pub kept_lifetime: Duration,
    /// Looks names up.
    pub resolver: Arc<dyn Resolve>,
}

impl Default for LiveOptions {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            first_byte_timeout: FIRST_BYTE_TIMEOUT,
            between_bytes_timeout: BETWEEN_BYTES_TIMEOUT,
            answer_bytes: ANSWER_BYTES,
            extra_roots: Vec::new(),
            addresses: AddressRule::default(),
            kept_idle: KEPT_IDLE,
            kept_lifetime: KEPT_LIFETIME,
            resolver: Arc::new(SystemResolver),
        }
    }
}

/// Requests cannot be sent from this machine.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// No certificate authorities.
    #[error("the system has no certificate authorities to trust (on Debian: install ca-certificates): {0}")]
    NoRoots(String),
    /// An extra certificate authority is not one.
    #[error("extra certificate authority {index} is not a certificate: {reason}")]
    BadRoot {
        /// Which, from 0.
        index: usize,
        /// What is wrong.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// Sends requests over the internet. Clones share what is kept open.
#[derive(Clone)]
pub struct LiveTransport {
    tls: TlsConnector,
    options: LiveOptions,
    kept: Arc<Kept>,
}

impl LiveTransport {
    /// Read the system's certificate authorities and be ready to send.
    ///
    /// # Errors
    /// When there are none, or TLS cannot be set up.
    pub fn new(options: LiveOptions) -> Result<Self, LiveError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots(&options)?)
            .with_no_client_auth();
        let bounds = Bounds { idle: options.kept_idle, lifetime: options.kept_lifetime, ..Bounds::default() };
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), options, kept: Kept::new(bounds) })
    }

    async fn send_as(
        &self,
        installation: Option<&str>,
        request: OutboundRequest,
    ) -> Result<InboundResponse, TransportError> {
        let (host, port) = destination(&request.url)?;
        let patience = Patience {
            first_byte: self.options.first_byte_timeout,
            between_bytes: self.options.between_bytes_timeout,
            answer_bytes: self.options.answer_bytes,
        };
        let header = if port == 443 { host.clone() } else { format!("{host}:{port}") };
        self.kept.send(installation, &header, &request, patience, self.connect_in_time(&host, port)).await
    }

    async fn connect_in_time(&self, host: &str, port: u16) -> Result<Wire, TransportError> {
        let limit = self.options.connect_timeout;
        timeout(limit, self.connect(host, port)).await.unwrap_or_else(|_| {
            let reason = format!("no connection within {} ms", limit.as_millis());
            Err(TransportError::NotConnected { host: host.to_owned(), reason })
        })
    }

    async fn connect(&self, host: &str, port: u16) -> Result<Wire, TransportError> {
        let not_connected = |reason: String| TransportError::NotConnected { host: host.to_owned(), reason };
        let name = ServerName::try_from(host.to_owned()).map_err(|error| not_connected(error.to_string()))?;
        let addresses = self.addresses(host).await?;
        let mut last = String::from("it has no address");
        for address in addresses {
            match timeout(ADDRESS_TIMEOUT, TcpStream::connect(SocketAddr::new(address, port))).await {
                Ok(Ok(stream)) => {
                    // Small writes go out at once; where that cannot be had it is only slower.
                    let _ = stream.set_nodelay(true);
                    return self
                        .tls
                        .connect(name, stream)
                        .await
                        .map(Wire::new)
                        .map_err(|error| not_connected(format!("TLS: {error}")));
                }
                Ok(Err(error)) => last = error.to_string(),
                Err(_) => last = format!("no connection within {} ms", ADDRESS_TIMEOUT.as_millis()),
            }
        }
        Err(not_connected(last))
    }

    /// The addresses of a name, when all of them may be reached.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, TransportError> {
        let addresses = self.options.resolver.addresses(host).await.unwrap_or_default();
        if addresses.is_empty() {
            return Err(TransportError::NameNotFound { host: host.to_owned() });
        }
        for &address in &addresses {
            let allowed = match self.options.addresses {
                AddressRule::PublicOnly => false,
                AddressRule::LoopbackToo => address.is_loopback(),
                AddressRule::Anywhere => true,
            };
            if let Some(why) = why_forbidden(address).filter(|_| !allowed) {
                let reason = format!("host {host} stands for {address}, which is not on the public internet ({why})");
                return Err(TransportError::Refused { reason });
            }
        }
        Ok(addresses)
    }
}

#[async_trait]
impl Transport for LiveTransport {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.send_as(None, request).await
    }

    async fn send_for(&self, installation: &str, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        self.send_as(Some(installation), request).await
    }
}

fn destination(url: &str) -> Result<(String, u16), TransportError> {
    let refused = |why: &str| TransportError::Refused { reason: format!("the request's address {why}") };
    let uri: http::Uri = url.parse().map_err(|_| refused("cannot be read"))?;
    if uri.scheme() != Some(&http::uri::Scheme::HTTPS) {
        return Err(refused("does not begin with https://"));
    }
    let host = uri.host().ok_or_else(|| refused("names no host"))?;
    Ok((host.to_ascii_lowercase(), uri.port_u16().unwrap_or(443)))
}

fn roots(options: &LiveOptions) -> Result<RootCertStore, LiveError> {
    let system = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Systems carry certificates that rustls cannot read; those are left out.
    let (added, _) = roots.add_parsable_certificates(system.certs);
    for (index, root) in options.extra_roots.iter().enumerate() {
        roots
            .add(CertificateDer::from(root.clone()))
            .map_err(|error| LiveError::BadRoot { index, reason: error.to_string() })?;
    }
    if added == 0 && options.extra_roots.is_empty() {
        let reasons: Vec<_> = system.errors.iter().map(ToString::to_string).collect();
        return Err(LiveError::NoRoots(if reasons.is_empty() { "none found".to_owned() } else { reasons.join("; ") }));
    }
    Ok(roots)
}

impl std::fmt::Debug for LiveTransport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveTransport").field("addresses", &self.options.addresses).finish_non_exhaustive()
    }
}
