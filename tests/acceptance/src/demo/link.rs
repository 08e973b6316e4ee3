//! The link: a real listener, as the host has one. It answers at once and keeps what came for whoever handles it.

use super::CannotRun;
use bytes::Bytes;
use host_harness::bindings::exports::on_webhook::Request;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;

/// The unguessable part of the demo's link; made up.
const TOKEN: &str = "kX3vQ9tL2mW7pZ4c";

#[derive(Default)]
struct Inbox {
    waiting: Mutex<Vec<Request>>,
    broken: AtomicBool,
}

/// The listener and what came in.
pub(crate) struct Link {
    pub(crate) url: String,
    inbox: Arc<Inbox>,
}

impl Link {
    pub(crate) async fn listen() -> Result<Self, CannotRun> {
        let failed = |error: std::io::Error| CannotRun::because("the link cannot listen", error);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(failed)?;
        let url = format!("http://{}/hooks/{TOKEN}", listener.local_addr().map_err(failed)?);
        let inbox = Arc::new(Inbox::default());
        tokio::spawn(accept(listener, Arc::clone(&inbox)));
        Ok(Self { url, inbox })
    }

    /// Take what came in.
    pub(crate) fn take(&self) -> Vec<Request> {
        std::mem::take(&mut *self.inbox.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on it answers with an error, or no longer.
    pub(crate) fn break_down(&self, broken: bool) {
        self.inbox.broken.store(broken, Ordering::SeqCst);
    }
}

async fn accept(listener: TcpListener, inbox: Arc<Inbox>) {
    while let Ok((stream, _)) = listener.accept().await {
        let inbox = Arc::clone(&inbox);
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, Arc::clone(&inbox)));
            // A caller that hangs up early is its own affair.
            drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    inbox: Arc<Inbox>,
) -> Result<hyper::Response<Empty<Bytes>>, Infallible> {
    let mut response = hyper::Response::new(Empty::new());
    if inbox.broken.load(Ordering::SeqCst) {
        *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        return Ok(response);
    }
    if request.uri().path() != format!("/hooks/{TOKEN}") {
        *response.status_mut() = http::StatusCode::NOT_FOUND;
        return Ok(response);
    }
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
    inbox.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Request {
        method: parts.method.as_str().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: Vec::new(),
        body,
        received: 0,
    });
    Ok(response)
}
