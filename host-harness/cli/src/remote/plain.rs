//! Requests over plain HTTP: to a host on this machine or in one's own network.

use async_trait::async_trait;
use bytes::Bytes;
use host_harness::egress::CONNECT_TIMEOUT;
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use http::Uri;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// The largest answer read, bytes: a page of a list is some hundred kilobytes.
const ANSWER_BYTES: u64 = 16 * 1024 * 1024;

/// Sends over plain HTTP.
pub(super) struct Plain {
    /// For the whole answer.
    pub(super) patience: Duration,
}

#[async_trait]
impl Transport for Plain {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        let refused = |reason: String| TransportError::Refused { reason };
        let uri: Uri = request.url.parse().map_err(|_| refused("the address cannot be read".to_owned()))?;
        let authority = uri.authority().ok_or_else(|| refused("the address names no host".to_owned()))?;
        let host = authority.host().to_owned();
        let not_connected = |reason: String| TransportError::NotConnected { host: host.clone(), reason };
        let target = format!("{host}:{}", authority.port_u16().unwrap_or(80));
        let stream = timeout(CONNECT_TIMEOUT, TcpStream::connect(target))
            .await
            .map_err(|_| not_connected(format!("no connection within {} ms", CONNECT_TIMEOUT.as_millis())))?
            .map_err(|error| not_connected(error.to_string()))?;

        let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let mut outgoing = http::Request::builder()
            .method(request.method.as_str())
            .uri(path)
            .header(http::header::HOST, authority.as_str());
        for (name, value) in &request.headers {
            outgoing = outgoing.header(name, value);
        }
        let outgoing = outgoing.body(Full::new(request.body)).map_err(|error| refused(error.to_string()))?;
        let answer = exchange(stream, &host, outgoing);
        timeout(self.patience, answer).await.unwrap_or_else(|_| {
            let after_ms = u64::try_from(self.patience.as_millis()).unwrap_or(u64::MAX);
            Err(TransportError::TimedOut { host: host.clone(), after_ms })
        })
    }
}

async fn exchange(
    stream: TcpStream,
    host: &str,
    request: http::Request<Full<Bytes>>,
) -> Result<InboundResponse, TransportError> {
    let dropped = || TransportError::Dropped { host: host.to_owned() };
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(|_| dropped())?;
    // Ends with this call, also when the call is given up.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let (head, body) = sender.send_request(request).await.map_err(|_| dropped())?.into_parts();
    let most = usize::try_from(ANSWER_BYTES).unwrap_or(usize::MAX);
    let body = Limited::new(body, most).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            TransportError::TooLarge { host: host.to_owned(), limit_bytes: ANSWER_BYTES }
        } else {
            dropped()
        }
    })?;
    Ok(InboundResponse { status: head.status.as_u16(), headers: Vec::new(), body: body.to_bytes(), truncated: false })
}
