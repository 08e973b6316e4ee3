//! A simulator on a socket, and a caller that reaches it over HTTP as the real one would be reached: by its host name.

use bytes::Bytes;
use economic_sim::{Config, Running, serve};
use http::{HeaderMap, StatusCode};
use std::sync::LazyLock;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// The one runtime of a test binary.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
/// The one client of a test binary. It uses no connection twice: the next simulator may get the port of the last.
static CLIENT: LazyLock<reqwest::Client> =
    LazyLock::new(|| reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap());

/// A simulator that listens on a port of its own.
pub(crate) fn listening(config: Config) -> Running {
    RUNTIME.block_on(async { serve(config, TcpListener::bind("127.0.0.1:0").await.unwrap()).await.unwrap() })
}

/// Sends a request over the wire; the host that it names stays in its header.
pub(crate) fn send(running: &Running, request: http::Request<Bytes>) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = request.into_parts();
    let url = format!("{}{}", running.url(), parts.uri.path_and_query().unwrap());
    let call = CLIENT.request(parts.method, url).headers(parts.headers).body(body);
    let call = call.header("host", parts.uri.host().unwrap());
    RUNTIME.block_on(async {
        let response = call.send().await.unwrap();
        (response.status(), response.headers().clone(), response.text().await.unwrap())
    })
}
