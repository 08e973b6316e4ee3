//! A core on a socket: real delays, really closed connections, really cut bodies, and real calls to links.

use crate::answer::{Answer, Cut, json};
use crate::outbox::Delivery;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, USER_AGENT};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use serde_json::json;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

/// Largest request body that is read, in bytes. Far above any list a connector sends.
const MAX_BODY: usize = 16 * 1024 * 1024;
/// How long a cut answer waits before it closes, so that what was sent has left.
const BEFORE_CUT: Duration = Duration::from_millis(20);
/// How long `/_sim/settle` waits at most.
const SETTLE: Duration = Duration::from_secs(60);

/// The core of a simulator, as a server sees it.
pub trait Simulator: Send + Sync + 'static {
    /// Answers a request. The URI may be a path or absolute.
    fn answer(&self, request: Request<Bytes>) -> Answer;
    /// Takes the next call to a link out of the outbox.
    fn next_call(&self) -> Option<Delivery>;
    /// Says how a call went: the HTTP status, or why there was none.
    fn call_done(&self, id: u64, outcome: Result<u16, String>);
    /// Calls that wait or are being made.
    fn pending_calls(&self) -> usize;
    /// How long a call may take.
    fn call_limit(&self) -> Duration;
    /// What it calls itself when it calls.
    fn user_agent(&self) -> &'static str;
}

/// A running server.
#[derive(Debug)]
pub struct Running<S> {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The simulator behind it.
    pub core: Arc<S>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl<S> Running<S> {
    /// The address as a URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Stops listening, lets answers that are under way finish for a moment, and closes.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        for task in self.tasks.drain(..) {
            // A task ends by itself, or was cancelled with the runtime; either way it is over.
            let _over = task.await;
        }
    }
}

impl<S> Drop for Running<S> {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Serves a simulator on `listener` until [`Running::shutdown`], or until the [`Running`] is dropped. Needs a runtime.
///
/// # Errors
/// The listener has no address.
pub fn serve<S: Simulator>(core: S, listener: TcpListener) -> std::io::Result<Running<S>> {
    let addr = listener.local_addr()?;
    let core = Arc::new(core);
    let (stop, stopped) = watch::channel(false);
    let shared = Shared { core: Arc::clone(&core), work: Arc::new(Notify::new()) };
    let accepting = tokio::spawn(accept(listener, shared.clone(), stopped.clone()));
    let delivering = tokio::spawn(deliver(shared, stopped));
    Ok(Running { addr, core, stop, tasks: vec![accepting, delivering] })
}

struct Shared<S> {
    core: Arc<S>,
    /// Rung after each answer: there may be calls to make.
    work: Arc<Notify>,
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core), work: Arc::clone(&self.work) }
    }
}

async fn accept<S: Simulator>(listener: TcpListener, shared: Shared<S>, mut stopped: watch::Receiver<bool>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            accepted = listener.accept() => {
                match accepted {
                    Ok((stream, _)) => {
                        connections.spawn(connection(stream, shared.clone(), stopped.clone()));
                    }
                    // Out of file handles, most likely: wait for some to come free.
                    Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    let _late =
        tokio::time::timeout(Duration::from_secs(1), async { while connections.join_next().await.is_some() {} }).await;
}

async fn connection<S: Simulator>(stream: TcpStream, shared: Shared<S>, mut stopped: watch::Receiver<bool>) {
    // Small answers should leave at once; where that cannot be set they leave a little later.
    let _slower = stream.set_nodelay(true);
    let service = service_fn(|request| answer(request, shared.clone()));
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    let mut connection = std::pin::pin!(connection);
    // A connection that ends in an error is one that a fault dropped or the caller left.
    tokio::select! {
        _ended = connection.as_mut() => {}
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ended = connection.await;
        }
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped, as ordered")]
struct Dropped;

async fn answer<S: Simulator>(request: Request<Incoming>, shared: Shared<S>) -> Result<Response<Sent>, Dropped> {
    let (parts, body) = request.into_parts();
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        let too_large = json(StatusCode::PAYLOAD_TOO_LARGE, &json!({"error": "the body is larger than 16 MiB"}));
        return Ok(too_large.map(Sent::whole));
    };
    if parts.method == Method::POST && parts.uri.path() == "/_sim/settle" {
        settle(&shared).await;
    }
    let Answer { response, delay, cut } = shared.core.answer(Request::from_parts(parts, body.to_bytes()));
    shared.work.notify_one();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match cut {
        Cut::None => Ok(response.map(Sent::whole)),
        Cut::DropBefore | Cut::DropAfter => Err(Dropped),
        Cut::TruncateAt(at) => {
            let whole = response.body().len();
            let (mut parts, body) = response.into_parts();
            if at < whole {
                parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(whole));
                return Ok(Response::from_parts(parts, Sent::cut(body.slice(..at), whole)));
            }
            Ok(Response::from_parts(parts, Sent::whole(body)))
        }
    }
}

async fn settle<S: Simulator>(shared: &Shared<S>) {
    shared.work.notify_one();
    let _too_long = tokio::time::timeout(SETTLE, async {
        while shared.core.pending_calls() > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

/// An answer's body, whole or cut.
#[derive(Debug)]
struct Sent {
    left: Option<Bytes>,
    /// What the header promises, where less is sent.
    promised: Option<usize>,
    waiting: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Sent {
    fn whole(bytes: Bytes) -> Self {
        Self { left: Some(bytes).filter(|bytes| !bytes.is_empty()), promised: None, waiting: None }
    }

    fn cut(bytes: Bytes, promised: usize) -> Self {
        Self { promised: Some(promised), ..Self::whole(bytes) }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Dropped;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Dropped>>> {
        if let Some(bytes) = self.left.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if self.promised.is_none() {
            return Poll::Ready(None);
        }
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(BEFORE_CUT)));
        waiting.as_mut().poll(context).map(|()| Some(Err(Dropped)))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_none() && self.promised.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        let length = self.promised.unwrap_or_else(|| self.left.as_ref().map_or(0, Bytes::len));
        SizeHint::with_exact(u64::try_from(length).unwrap_or(u64::MAX))
    }
}

/// Makes the calls to links, one after another. Follows no redirect; plain HTTP only.
async fn deliver<S: Simulator>(shared: Shared<S>, mut stopped: watch::Receiver<bool>) {
    let client: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let (limit, agent) = (shared.core.call_limit(), shared.core.user_agent());
    loop {
        while let Some(delivery) = shared.core.next_call() {
            let id = delivery.id;
            let outcome = tokio::select! {
                outcome = call(&client, delivery, limit, agent) => outcome,
                _ = stopped.changed() => return,
            };
            shared.core.call_done(id, outcome);
        }
        // The core can also be changed in process, without a request that rings; so look now and then.
        tokio::select! {
            () = shared.work.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn call(
    client: &Client<HttpConnector, Full<Bytes>>,
    delivery: Delivery,
    limit: Duration,
    agent: &'static str,
) -> Result<u16, String> {
    if !delivery.url.starts_with("http://") {
        return Err("the simulator only calls http:// addresses".to_owned());
    }
    let mut request = Request::builder().method(delivery.method).uri(delivery.url).header(USER_AGENT, agent);
    for (name, value) in delivery.headers {
        request = request.header(name, value);
    }
    let request = request
        .body(Full::new(Bytes::from(delivery.body.unwrap_or_default())))
        .map_err(|_| "the URL is not an address that can be called, or a header is none".to_owned())?;
    let exchange = async {
        let response = client.request(request).await.map_err(|error| {
            if error.is_connect() {
                "the receiver cannot be reached".to_owned()
            } else {
                "the receiver closed the connection".to_owned()
            }
        })?;
        let status = response.status().as_u16();
        // The body does not count; reading a little of it lets the connection be used again.
        let _any = Limited::new(response.into_body(), 64 * 1024).collect().await;
        Ok(status)
    };
    match tokio::time::timeout(limit, exchange).await {
        Ok(outcome) => outcome,
        Err(_) => Err(format!("the receiver did not answer within {} ms", limit.as_millis())),
    }
}
