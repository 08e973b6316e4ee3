//! One HTTP/1.1 exchange over a connection that stands: send, wait, read the answer under its limits.

use crate::transport::{InboundResponse, OutboundRequest, TransportError};
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::timeout;
use wasmtime_wasi_http::io::TokioIo;

/// How long an answer may take, and how large it may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From the first byte sent to the head of the answer.
    pub(super) first_byte: Duration,
    /// Between two pieces of the answer.
    pub(super) between_bytes: Duration,
    /// The largest body, bytes.
    pub(super) answer_bytes: u64,
}

/// Send a request to `host` and read the whole answer. The connection is used once.
pub(super) async fn exchange<S>(
    stream: S,
    host: &str,
    request: OutboundRequest,
    patience: Patience,
) -> Result<InboundResponse, TransportError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let request = outgoing(host, request)?;
    let not_connected =
        |error: hyper::Error| TransportError::NotConnected { host: host.to_owned(), reason: error.to_string() };
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(not_connected)?;
    // Ends with this call, also when the call is given up.
    let mut driver = JoinSet::new();
    driver.spawn(connection);
    let response = match timeout(patience.first_byte, sender.send_request(request)).await {
        Ok(Ok(response)) => response,
        // Handed back before a byte of it was written.
        Ok(Err(error)) if error.is_canceled() => return Err(not_connected(error)),
        Ok(Err(_)) => return Err(TransportError::Dropped { host: host.to_owned() }),
        Err(_) => {
            let after_ms = u64::try_from(patience.first_byte.as_millis()).unwrap_or(u64::MAX);
            return Err(TransportError::TimedOut { host: host.to_owned(), after_ms });
        }
    };
    let (head, body) = response.into_parts();
    let (body, truncated) = whole_body(body, host, patience).await?;
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    Ok(InboundResponse { status: head.status.as_u16(), headers, body, truncated })
}

async fn whole_body(
    mut body: hyper::body::Incoming,
    host: &str,
    patience: Patience,
) -> Result<(Bytes, bool), TransportError> {
    let limit_bytes = patience.answer_bytes;
    let too_large = || TransportError::TooLarge { host: host.to_owned(), limit_bytes };
    if http_body::Body::size_hint(&body).lower() > limit_bytes {
        return Err(too_large());
    }
    let mut whole = BytesMut::new();
    loop {
        match timeout(patience.between_bytes, body.frame()).await {
            Ok(None) => return Ok((whole.freeze(), false)),
            Ok(Some(Ok(frame))) => {
                let Ok(data) = frame.into_data() else { continue };
                if (whole.len() as u64).saturating_add(data.len() as u64) > limit_bytes {
                    return Err(too_large());
                }
                whole.extend_from_slice(&data);
            }
            // The connection ended or fell silent in the middle: what came is still worth something to the reader.
            Ok(Some(Err(_))) | Err(_) => return Ok((whole.freeze(), true)),
        }
    }
}

fn outgoing(host: &str, request: OutboundRequest) -> Result<http::Request<Full<Bytes>>, TransportError> {
    let refused = |error: http::Error| TransportError::Refused {
        reason: format!("the request to {host} cannot be written as HTTP: {error}"),
    };
    let uri: http::Uri = request.url.parse().map_err(|error: http::uri::InvalidUri| refused(error.into()))?;
    let target = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let mut built = http::Request::builder()
        .method(request.method.as_str())
        .uri(target)
        .header(http::header::HOST, host)
        .header(http::header::CONNECTION, "close");
    for (name, value) in &request.headers {
        if !name.eq_ignore_ascii_case("host") {
            built = built.header(name, value.as_bytes());
        }
    }
    built.body(Full::new(request.body)).map_err(refused)
}
