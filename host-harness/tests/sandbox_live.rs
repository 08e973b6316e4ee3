//! Requests that really go out, to servers of our own: TLS, addresses, time, size, and who gets what.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod hostile;
mod raw_server;

use async_trait::async_trait;
use bytes::Bytes;
use host_harness::egress::{AddressRule, LiveOptions, LiveTransport, Resolve, Route, Routes};
use host_harness::sandbox::{Limit, Limits};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use hostile::{ended_by, run};
use raw_server::{Reply, Server};
use rstest::rstest;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

fn request(url: impl Into<String>) -> OutboundRequest {
    OutboundRequest { method: "GET".to_owned(), url: url.into(), headers: Vec::new(), body: Bytes::new() }
}

fn options(server: &Server) -> LiveOptions {
    LiveOptions {
        extra_roots: vec![server.root.clone()],
        addresses: AddressRule::LoopbackToo,
        first_byte_timeout: Duration::from_millis(500),
        between_bytes_timeout: Duration::from_millis(500),
        resolver: Arc::new(Fixed::new(&["127.0.0.1"])),
        ..LiveOptions::default()
    }
}

async fn get(server: &Server, options: LiveOptions) -> Result<InboundResponse, TransportError> {
    LiveTransport::new(options).unwrap().send(request(format!("https://localhost:{}/a?b=c", server.port))).await
}

/// Answers with these addresses, and counts how often it was asked.
struct Fixed {
    addresses: Vec<IpAddr>,
    asked: AtomicUsize,
}

impl Fixed {
    fn new(addresses: &[&str]) -> Self {
        Self {
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
            asked: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl Resolve for Fixed {
    async fn addresses(&self, _: &str) -> std::io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(self.addresses.clone())
    }
}

#[tokio::test]
async fn a_request_goes_out_over_tls_and_its_answer_comes_back() {
    let server = Server::https("localhost", Reply::Say(OK.to_vec())).await;
    let transport = LiveTransport::new(options(&server)).unwrap();
    let sent = OutboundRequest {
        method: "PUT".to_owned(),
        url: format!("https://localhost:{}/odata/x?q=%C3%A6", server.port),
        headers: vec![("accept".to_owned(), "application/json".to_owned()), ("x-name".to_owned(), "æ".to_owned())],
        body: Bytes::from("{\"æ\":1}"),
    };
    let answer = transport.send(sent).await.unwrap();
    assert_eq!((answer.status, answer.truncated, answer.body), (200, false, Bytes::from("hello")));
    assert!(answer.headers.contains(&("content-type".to_owned(), "text/plain".to_owned())));
    let seen = &server.requests()[0];
    assert!(seen.starts_with("PUT /odata/x?q=%C3%A6 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("host: localhost:{}\r\n", server.port)), "{seen}");
    assert!(seen.contains("accept: application/json\r\n") && seen.contains("content-length: 8\r\n"), "{seen}");
    assert!(seen.ends_with("\r\n\r\n{\"æ\":1}"), "{seen}");
    assert_eq!(*server.names.lock().unwrap(), ["localhost"]);
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent() {
    let server = Server::https("localhost", Reply::Say(OK.to_vec())).await;
    let stranger = Server::https("localhost", Reply::Say(OK.to_vec())).await;
    let error =
        get(&server, LiveOptions { extra_roots: vec![stranger.root.clone()], ..options(&server) }).await.unwrap_err();
    let TransportError::NotConnected { reason, .. } = error else { panic!("{error}") };
    assert!(reason.starts_with("TLS: "), "{reason}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let server = Server::https("other.example", Reply::Say(OK.to_vec())).await;
    let error = get(&server, options(&server)).await.unwrap_err();
    assert!(matches!(error, TransportError::NotConnected { .. }), "{error}");
    assert!(server.requests().is_empty());
}

#[rstest]
#[case(&["127.0.0.1"], "127.0.0.1", "loopback")]
#[case(&["::1"], "::1", "loopback")]
#[case(&["1.1.1.1", "10.0.0.7"], "10.0.0.7", "private")]
#[case(&["169.254.169.254"], "169.254.169.254", "link-local")]
#[case(&["::ffff:192.168.1.1"], "::ffff:192.168.1.1", "private")]
#[tokio::test]
async fn a_name_that_stands_for_a_private_address_is_refused(
    #[case] addresses: &[&str],
    #[case] bad: &str,
    #[case] why: &str,
) {
    let server = Server::https("localhost", Reply::Say(OK.to_vec())).await;
    let resolver = Arc::new(Fixed::new(addresses));
    let strict = LiveOptions { addresses: AddressRule::PublicOnly, resolver, ..options(&server) };
    let error = get(&server, strict).await.unwrap_err();
    let reason = format!("host localhost stands for {bad}, which is not on the public internet ({why})");
    assert_eq!(error, TransportError::Refused { reason });
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn loopback_for_tests_opens_no_other_network() {
    let server = Server::https("localhost", Reply::Say(OK.to_vec())).await;
    let resolver = Arc::new(Fixed::new(&["127.0.0.1", "192.168.0.1"]));
    let error = get(&server, LiveOptions { resolver, ..options(&server) }).await.unwrap_err();
    assert!(matches!(error, TransportError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn a_name_is_looked_up_once() {
    let server = Server::https("localhost", Reply::Say(OK.to_vec())).await;
    let resolver = Arc::new(Fixed::new(&["127.0.0.1"]));
    get(&server, LiveOptions { resolver: resolver.clone(), ..options(&server) }).await.unwrap();
    assert_eq!(resolver.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn the_next_address_is_tried_when_one_is_dead() {
    let server = Server::https("localhost", Reply::Say(OK.to_vec())).await;
    let resolver = Arc::new(Fixed::new(&["::1", "127.0.0.1"]));
    let answer = get(&server, LiveOptions { resolver, ..options(&server) }).await.unwrap();
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn nobody_there_is_not_the_same_as_no_answer() {
    let server = Server::https("localhost", Reply::Close).await;
    let options = options(&server);
    let resolver = Arc::new(Fixed::new(&[]));
    let error = get(&server, LiveOptions { resolver, ..options.clone() }).await.unwrap_err();
    assert_eq!(error, TransportError::NameNotFound { host: "localhost".to_owned() });

    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let transport = LiveTransport::new(options.clone()).unwrap();
    let error = transport.send(request(format!("https://localhost:{closed}/"))).await.unwrap_err();
    assert!(matches!(error, TransportError::NotConnected { .. }), "{error}");

    let error = get(&server, options).await.unwrap_err();
    assert_eq!(error, TransportError::Dropped { host: format!("localhost:{}", server.port) });
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn silence_ends_in_time() {
    let server = Server::https("localhost", Reply::SayAndHang(Vec::new())).await;
    let error = get(&server, options(&server)).await.unwrap_err();
    assert_eq!(error, TransportError::TimedOut { host: format!("localhost:{}", server.port), after_ms: 500 });
}

#[rstest]
#[case::closed(Reply::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_vec()))]
#[case::silent(Reply::SayAndHang(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_vec()))]
#[case::chunked(Reply::Say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n".to_vec()))]
#[tokio::test]
async fn half_an_answer_is_told_as_such(#[case] reply: Reply) {
    let server = Server::https("localhost", reply).await;
    let answer = get(&server, options(&server)).await.unwrap();
    assert_eq!((answer.status, answer.body, answer.truncated), (200, Bytes::from("half"), true));
}

#[rstest]
#[case::promised(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world".to_vec())]
#[case::found_out(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n".to_vec())]
#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read(#[case] reply: Vec<u8>) {
    let server = Server::https("localhost", Reply::Say(reply)).await;
    let small = LiveOptions { answer_bytes: 10, ..options(&server) };
    let error = get(&server, small).await.unwrap_err();
    assert_eq!(error, TransportError::TooLarge { host: format!("localhost:{}", server.port), limit_bytes: 10 });
    let large = LiveOptions { answer_bytes: 11, ..options(&server) };
    assert_eq!(get(&server, large).await.unwrap().body, "hello world");
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let reply = b"HTTP/1.1 302 Found\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n".to_vec();
    let server = Server::https("localhost", Reply::Say(reply)).await;
    let answer = get(&server, options(&server)).await.unwrap();
    assert_eq!(answer.status, 302);
    assert!(answer.headers.contains(&("location".to_owned(), "https://evil.example/".to_owned())));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn only_https_goes_out() {
    let plain = Server::http(Reply::Say(OK.to_vec())).await;
    let vouched = Server::https("localhost", Reply::Close).await;
    let transport = LiveTransport::new(options(&vouched)).unwrap();
    let error = transport.send(request(format!("http://localhost:{}/", plain.port))).await.unwrap_err();
    assert!(matches!(error, TransportError::Refused { .. }), "{error}");
    assert_eq!(plain.connections(), 0);
}

/// A name that the administrator approved, whose owner has it point at the host's own network.
#[rstest]
#[case(&["10.0.0.7"], "10.0.0.7", "private")]
#[case(&["127.0.0.1"], "127.0.0.1", "loopback")]
#[case(&["1.1.1.1", "169.254.169.254"], "169.254.169.254", "link-local")]
#[tokio::test]
async fn a_connector_reaches_no_private_address_by_an_approved_name(
    #[case] addresses: &[&str],
    #[case] bad: &str,
    #[case] why: &str,
) {
    let server = Server::https("approved.example", Reply::Say(OK.to_vec())).await;
    let resolver = Arc::new(Fixed::new(addresses));
    let strict = LiveOptions { addresses: AddressRule::PublicOnly, resolver: resolver.clone(), ..options(&server) };
    let transport = Arc::new(LiveTransport::new(strict).unwrap());
    let report = run(transport, Limits::default(), "ask", "https://approved.example/secret").await;
    assert_eq!(report.result.unwrap(), ["error ErrorCode::HttpRequestDenied"]);
    let reason = format!("host approved.example stands for {bad}, which is not on the public internet ({why})");
    assert_eq!(report.traffic.refused[0].reason, reason);
    assert_eq!((resolver.asked.load(Ordering::SeqCst), server.connections()), (1, 0));
}

/// Every byte comes within the time between two bytes, and the answer has no end.
#[rstest]
#[case::a_body(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".to_vec(), b"x".to_vec())]
#[case::chunks(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(), b"1\r\nx\r\n".to_vec())]
#[case::a_head(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x".to_vec())]
#[tokio::test]
async fn an_answer_in_drops_ends_with_the_call(#[case] first: Vec<u8>, #[case] again: Vec<u8>) {
    let server = Server::http(Reply::Drip(first, again)).await;
    let route: Route = format!("approved.example=http://127.0.0.1:{}", server.port).parse().unwrap();
    let routes = Routes::new(Arc::new(Elsewhere), [route]).unwrap();
    let limits = Limits { wall_time: Duration::from_millis(500), ..Limits::default() };
    let report = run(Arc::new(routes), limits, "ask", "https://approved.example/").await;
    assert_eq!(ended_by(&report), (Limit::WallTime, 500, "hostile".to_owned()));
    assert_eq!((server.connections(), report.traffic.requests), (1, 1));
}

/// Stands for the real world behind the routes.
struct Elsewhere;

#[async_trait]
impl Transport for Elsewhere {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        Err(TransportError::NotConnected { host: request.url, reason: "not a test's business".to_owned() })
    }
}

#[tokio::test]
async fn a_route_keeps_all_of_a_request_but_its_way() {
    let server = Server::http(Reply::Say(OK.to_vec())).await;
    let route: Route = format!("API.example.com=http://127.0.0.1:{}", server.port).parse().unwrap();
    let routes = Routes::new(Arc::new(Elsewhere), [route]).unwrap();
    let mut sent = request("https://api.example.com/odata/x?$filter=a%20eq%201");
    sent.headers.push(("authorization".to_owned(), "Basic abc".to_owned()));
    assert_eq!(routes.send(sent).await.unwrap().body, "hello");
    let seen = &server.requests()[0];
    assert!(seen.starts_with("GET /odata/x?$filter=a%20eq%201 HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains("host: api.example.com\r\n") && seen.contains("authorization: Basic abc\r\n"), "{seen}");

    let error = routes.send(request("https://other.example.com/x")).await.unwrap_err();
    assert!(matches!(error, TransportError::NotConnected { host, .. } if host == "https://other.example.com/x"));
}

#[tokio::test]
async fn a_route_to_nowhere_says_so() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let route: Route = format!("api.example.com=http://127.0.0.1:{closed}").parse().unwrap();
    let routes = Routes::new(Arc::new(Elsewhere), [route]).unwrap();
    let error = routes.send(request("https://api.example.com/")).await.unwrap_err();
    let TransportError::NotConnected { host, reason } = error else { panic!("{error}") };
    assert_eq!(host, "api.example.com");
    assert!(reason.starts_with(&format!("its route to 127.0.0.1:{closed}: ")), "{reason}");
}

#[rstest]
#[case("api.example.com", "there is no =")]
#[case("api.example.com=https://127.0.0.1:1", "a simulator is reached over http")]
#[case("api.example.com=127.0.0.1:1", "a simulator is reached over http")]
#[case("api.example.com=http://127.0.0.1", "the target needs a host and a port")]
#[case("api.example.com=http://127.0.0.1:1/", "the path of the request is kept, so the target has none")]
#[case("api.example.com=http://127.0.0.1:1/x", "the path of the request is kept, so the target has none")]
#[case("https://api.example.com=http://127.0.0.1:1", "what stands before the = is not the name of a host")]
#[case("=http://127.0.0.1:1", "what stands before the = is not the name of a host")]
fn is_no_route(#[case] text: &str, #[case] reason: &str) {
    let error = text.parse::<Route>().unwrap_err().to_string();
    assert_eq!(error, format!("{text:?} is not a route: {reason}; write e.g. api.example.com=http://127.0.0.1:8080"));
}

#[test]
fn a_host_has_one_route() {
    let route = |text: &str| text.parse::<Route>().unwrap();
    let both = [route("a.example=http://127.0.0.1:1"), route("A.example=http://127.0.0.1:2")];
    let error = Routes::new(Arc::new(Elsewhere), both).err().unwrap();
    assert_eq!(error.to_string(), "host a.example has two routes, to 127.0.0.1:1 and 127.0.0.1:2; name it once");
}
