use super::*;
use crate::options::WebOptions;
use axum::Extension;
use axum::routing::get;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), ServeError>>,
}

async fn run(router: Router, options: WebOptions) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let server = tokio::spawn(async move {
        serve(listener, router, &options, async {
            stopped.await.unwrap();
        })
        .await
    });
    Running { address, stop, server }
}

async fn send(address: SocketAddr, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

/// All that comes until the other side closes.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A connection that is reset has ended as well.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

const GET: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

fn good() -> Router {
    Router::new().route("/", get(async || "good"))
}

#[tokio::test]
async fn answers_and_stops() {
    let running = run(good(), WebOptions::default()).await;
    let answer = rest(send(running.address, GET).await).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("good"), "{answer}");
    running.stop.send(()).unwrap();
    assert_eq!(running.server.await.unwrap(), Ok(()));
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn a_connection_that_dawdles_is_closed() {
    let options = WebOptions { header_time: Duration::from_millis(50), ..WebOptions::default() };
    let running = run(good(), options).await;
    for begun in ["", "GET / HTTP/1.1\r\nhost:"] {
        let answer = rest(send(running.address, begun).await).await;
        assert!(!answer.contains("200 OK"), "{begun}: {answer}");
    }
}

#[tokio::test]
async fn headers_without_end_are_refused() {
    let running = run(good(), WebOptions::default()).await;
    let long = format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {}", "a".repeat(2 * MOST_HEADER_BYTES));
    let answer = rest(send(running.address, &long).await).await;
    assert!(!answer.contains("200 OK"), "{answer}");
}

#[tokio::test]
async fn a_request_that_runs_is_let_end() {
    let (begun, end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let router = {
        let (begun, end) = (begun.clone(), end.clone());
        let handler = async move || {
            begun.notify_one();
            end.notified().await;
            "good"
        };
        Router::new().route("/", get(handler))
    };
    let running = run(router, WebOptions::default()).await;
    let stream = send(running.address, GET).await;
    begun.notified().await;
    running.stop.send(()).unwrap();
    end.notify_one();
    assert!(rest(stream).await.ends_with("good"));
    assert_eq!(running.server.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn a_request_that_runs_too_long_is_cut_off_and_told() {
    let begun = Arc::new(Notify::new());
    let router = {
        let begun = begun.clone();
        let handler = async move || {
            begun.notify_one();
            std::future::pending::<()>().await;
        };
        Router::new().route("/", get(handler))
    };
    let running = run(router, WebOptions { grace_time: Duration::from_millis(20), ..WebOptions::default() }).await;
    let stream = send(running.address, GET).await;
    begun.notified().await;
    running.stop.send(()).unwrap();
    assert_eq!(running.server.await.unwrap(), Err(ServeError::CutOff { connections: 1 }));
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn whoever_waits_for_something_is_sent_home() {
    let begun = Arc::new(Notify::new());
    let router = {
        let begun = begun.clone();
        let handler = async move |Extension(closing): Extension<Closing>| {
            begun.notify_one();
            closing.begun().await;
            "nothing yet"
        };
        Router::new().route("/", get(handler))
    };
    let running = run(router, WebOptions::default()).await;
    let stream = send(running.address, GET).await;
    begun.notified().await;
    running.stop.send(()).unwrap();
    assert!(rest(stream).await.ends_with("nothing yet"));
    assert_eq!(running.server.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn more_connections_than_places_wait() {
    let running = run(good(), WebOptions { max_connections: 1, ..WebOptions::default() }).await;
    let first = TcpStream::connect(running.address).await.unwrap();
    let second = send(running.address, GET).await;
    // The second is answered once the first has left, not before.
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(50), second.peek(&mut byte)).await;
    assert!(early.is_err());
    drop(first);
    assert!(rest(second).await.ends_with("good"));
}
