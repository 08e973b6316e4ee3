//! How long connections are kept, and how many.

use super::{Here, Stage, answer_to, faithful};
use crate::raw_server::{Script, Server, Step};
use async_trait::async_trait;
use bytes::Bytes;
use host_harness::egress::{KEPT_PER_HOST, KEPT_PER_INSTALLATION, LiveOptions, Route, Routes};
use host_harness::transport::{InboundResponse, OutboundRequest, Transport, TransportError};
use rstest::rstest;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::Semaphore;

#[tokio::test]
async fn an_idle_connection_is_closed_by_itself() {
    let short = |options| LiveOptions { kept_idle: Duration::from_millis(50), ..options };
    let stage = Stage::with(faithful(), short).await;
    stage.ask("GET", "1").await.unwrap();
    stage.server.has_ended(1).await;
    stage.ask("GET", "2").await.unwrap();
    stage.server.has_ended(2).await;
    assert_eq!(stage.seen(), [["1"], ["2"]]);
}

#[rstest]
#[case("timeout=0", 2)]
#[case("max=100, timeout=1", 2)]
#[case("timeout=60, max=100", 1)]
#[case("timeout=a while", 1)]
#[case("timeout=18446744073709551615", 1)]
#[tokio::test]
async fn a_server_that_says_when_it_closes_is_believed(#[case] says: &'static str, #[case] connections: usize) {
    let answer = format!("HTTP/1.1 200 OK\r\nKeep-Alive: {says}\r\nContent-Length: 0\r\n\r\n").into_bytes();
    let stage = Stage::new(Script::new(move |_| vec![Step::Say(answer.clone())])).await;
    for what in ["1", "2"] {
        stage.ask("GET", what).await.unwrap();
    }
    assert_eq!(stage.server.connections(), connections);
}

#[tokio::test]
async fn a_connection_has_a_last_day_however_busy_it_is() {
    let resolver = Arc::new(Here::default());
    let counted = Arc::clone(&resolver);
    let short =
        |options| LiveOptions { kept_lifetime: Duration::from_millis(200), resolver: counted.clone(), ..options };
    let stage = Stage::with(faithful(), short).await;
    while stage.server.connections() < 2 {
        stage.ask("GET", "1").await.unwrap();
    }
    // The name was looked up for each connection.
    assert_eq!(resolver.0.load(Ordering::SeqCst), 2);
    drop(stage);

    let none = |options| LiveOptions { kept_lifetime: Duration::ZERO, ..options };
    let stage = Stage::with(faithful(), none).await;
    for what in ["1", "2"] {
        stage.ask("GET", what).await.unwrap();
    }
    assert_eq!(stage.seen(), [["1"], ["2"]]);
}

#[tokio::test]
async fn so_many_are_kept_for_a_host_and_no_more() {
    let answers = Arc::new(Semaphore::new(0));
    let until = Arc::clone(&answers);
    let script = Script::new(move |asked| vec![Step::Wait(until.clone()), Step::Say(answer_to(asked))]);
    let stage = Stage::new(script).await;
    let mut opened = 0;
    for round in 1..=3 {
        let all = KEPT_PER_HOST + 3;
        let at_once = (0..all).map(|_| stage.ask("GET", "x"));
        let all_there = async {
            while stage.server.asked().len() < round * all {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            answers.add_permits(all);
        };
        let (answered, ()) = tokio::join!(join_all(at_once), all_there);
        assert!(answered.iter().all(Result::is_ok));
        opened += if round == 1 { all } else { all - KEPT_PER_HOST };
        assert_eq!(stage.server.connections(), opened);
        stage.server.has_ended(opened - KEPT_PER_HOST).await;
    }
}

/// All of them at once, on this task.
async fn join_all<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(Box::pin).collect();
    let mut done: Vec<_> = running.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in running.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().map(Option::unwrap).collect()
}

/// Stands for the real world behind the routes.
struct Elsewhere;

#[async_trait]
impl Transport for Elsewhere {
    async fn send(&self, request: OutboundRequest) -> Result<InboundResponse, TransportError> {
        Err(TransportError::NotConnected { host: request.url, reason: "not a test's business".to_owned() })
    }
}

fn get(url: String) -> OutboundRequest {
    OutboundRequest { method: "GET".to_owned(), url, headers: Vec::new(), body: Bytes::new() }
}

#[tokio::test]
async fn routes_keep_connections_too_and_so_many_for_an_installation_and_no_more() {
    let server = Server::http(faithful()).await;
    let hosts: Vec<String> = (0..=KEPT_PER_INSTALLATION).map(|host| format!("{host}.example.com")).collect();
    let route = |host: &String| format!("{host}=http://127.0.0.1:{}", server.port).parse::<Route>().unwrap();
    let routes = Routes::new(Arc::new(Elsewhere), hosts.iter().map(route)).unwrap();
    let ask = async |host: &String| routes.send_for("a", get(format!("https://{host}/{host}"))).await.unwrap().body;
    for host in &hosts {
        assert_eq!(ask(host).await, host);
        assert_eq!(ask(host).await, host);
    }
    assert_eq!(server.connections(), hosts.len());
    // The first had to make room, the others are still there.
    server.has_ended(1).await;
    for host in &hosts[1..] {
        ask(host).await;
    }
    assert_eq!(server.connections(), hosts.len());
    ask(&hosts[0]).await;
    assert_eq!(server.connections(), hosts.len() + 1);
}
