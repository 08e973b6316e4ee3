//! Whatever leaves a connection in doubt ends it: nobody gets what was meant for another request.

use super::{Stage, answer_to, except, name_of, said};
use crate::raw_server::{Script, Step};
use bytes::Bytes;
use host_harness::egress::LiveOptions;
use host_harness::transport::{OutboundRequest, Transport, TransportError};
use rstest::rstest;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Answers after which a connection is not used again; whether they come whole.
#[rstest]
#[case::closing(said("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n1"), true)]
#[case::closing_among_others(
    said("HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\nContent-Length: 1\r\n\r\n1"),
    true
)]
#[case::of_old(said("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n1"), true)]
#[case::of_old_and_keeping(said("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n1"), true)]
#[case::of_old_to_the_end(vec![said("HTTP/1.0 200 OK\r\n\r\n1").remove(0), Step::Close], true)]
#[case::to_the_end(vec![said("HTTP/1.1 200 OK\r\n\r\n1").remove(0), Step::Close], true)]
#[case::cut_off(vec![said("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1").remove(0), Step::Close], false)]
#[case::fallen_silent(said("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1"), false)]
#[case::chunks_fallen_silent(said("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n"), false)]
#[case::two_answers(
    said("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"),
    true
)]
#[case::one_byte_more(said("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n12"), true)]
#[case::more_behind_the_chunks(
    said(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong"
    ),
    true
)]
#[tokio::test]
async fn an_answer_that_leaves_a_connection_in_doubt_ends_it(#[case] steps: Vec<Step>, #[case] whole: bool) {
    let stage = Stage::new(except("1", move |_| steps.clone())).await;
    let answer = stage.ask("POST", "1").await.unwrap();
    assert_eq!((answer.body.as_ref(), answer.truncated), (b"1".as_ref(), !whole));
    assert_eq!(stage.ask("POST", "2").await.unwrap().body, "2");
    assert_eq!(stage.seen(), [["1"], ["2"]]);
}

#[rstest]
#[case::head("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong", 200)]
#[case::no_content("POST", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nwrong", 204)]
#[case::not_modified("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nwrong", 304)]
#[case::switched("GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", 101)]
#[tokio::test]
async fn a_body_where_none_belongs_is_nobodys_answer(#[case] method: &str, #[case] reply: &str, #[case] status: u16) {
    let reply = said(reply);
    let stage = Stage::new(except("1", move |_| reply.clone())).await;
    let answer = stage.ask(method, "1").await.unwrap();
    assert_eq!((answer.status, answer.body), (status, Bytes::new()));
    assert_eq!(stage.ask("GET", "2").await.unwrap().body, "2");
    assert_eq!(stage.seen(), [["1"], ["2"]]);
}

#[rstest]
#[case::head("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
#[case::no_content("POST", "HTTP/1.1 204 No Content\r\n\r\n")]
#[case::chunks("GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\nX-Trailer: 1\r\n\r\n")]
#[case::refused("POST", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 1\r\n\r\n1")]
#[case::a_hint_first("GET", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")]
#[tokio::test]
async fn every_kind_of_whole_answer_leaves_a_connection_that_is_used_again(#[case] method: &str, #[case] reply: &str) {
    let reply = said(reply);
    let stage = Stage::new(except("1", move |_| reply.clone())).await;
    assert!(!stage.ask(method, "1").await.unwrap().truncated);
    assert_eq!(stage.ask("POST", "2").await.unwrap().body, "2");
    assert_eq!(stage.seen(), [["1", "2"]]);
}

#[rstest]
#[case::silence(vec![Step::Hang])]
#[case::half_a_head(vec![Step::Say(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Hang])]
#[tokio::test]
async fn a_connection_that_did_not_answer_in_time_is_not_used_again(#[case] steps: Vec<Step>) {
    let short = |options| LiveOptions { first_byte_timeout: Duration::from_millis(500), ..options };
    let stage = Stage::with(except("2", move |_| steps.clone()), short).await;
    stage.ask("GET", "1").await.unwrap();
    // On a kept connection too: it may be at work on it.
    let error = stage.ask("GET", "2").await.unwrap_err();
    assert_eq!(error, TransportError::TimedOut { host: format!("localhost:{}", stage.server.port), after_ms: 500 });
    assert_eq!(stage.ask("GET", "3").await.unwrap().body, "3");
    assert_eq!(stage.seen(), [vec!["1", "2"], vec!["3"]]);
}

#[rstest]
#[case::promised(format!("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n{}", "x".repeat(1001)))]
#[case::found_out(format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n{}\r\n0\r\n\r\n", "x".repeat(1001)))]
#[tokio::test]
async fn a_connection_with_too_large_an_answer_is_not_used_again(#[case] reply: String) {
    let reply = said(&reply);
    let stage = Stage::new(except("2", move |_| reply.clone())).await;
    stage.ask("GET", "1").await.unwrap();
    let error = stage.ask("GET", "2").await.unwrap_err();
    assert!(matches!(error, TransportError::TooLarge { limit_bytes: 1_000, .. }), "{error}");
    assert_eq!(stage.ask("GET", "3").await.unwrap().body, "3");
    assert_eq!(stage.seen(), [vec!["1", "2"], vec!["3"]]);
}

#[tokio::test]
async fn what_comes_unasked_on_an_idle_connection_is_nobodys_answer() {
    let says = Arc::new(Semaphore::new(0));
    let (until, said) = (Arc::clone(&says), Arc::new(Semaphore::new(0)));
    let done = Arc::clone(&said);
    let script = Script::new(move |asked| match name_of(asked).as_str() {
        "1" => vec![
            Step::Say(answer_to(asked)),
            Step::Wait(until.clone()),
            Step::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong".to_vec()),
            Step::Tell(done.clone()),
        ],
        _ => vec![Step::Say(answer_to(asked))],
    });
    let stage = Stage::new(script).await;
    stage.ask("GET", "1").await.unwrap();
    says.add_permits(1);
    said.acquire().await.unwrap().forget();
    assert_eq!(stage.ask("POST", "2").await.unwrap().body, "2");
    assert_eq!(stage.seen(), [["1"], ["2"]]);
}

#[tokio::test]
async fn an_answer_that_came_before_the_request_had_gone_out_ends_the_connection() {
    let refusal = b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";
    let script = Script::at_the_head(move |asked| {
        let large = asked.text.contains("content-length: 8000000");
        if large { vec![Step::Say(refusal.to_vec()), Step::Hang] } else { vec![Step::Say(answer_to(asked))] }
    });
    let stage = Stage::new(script).await;
    stage.ask("GET", "1").await.unwrap();
    let large = OutboundRequest { body: Bytes::from(vec![b'x'; 8_000_000]), ..stage.request("POST", "2") };
    assert_eq!(stage.transport.send_for("a", large).await.unwrap().status, 413);
    assert_eq!(stage.ask("GET", "3").await.unwrap().body, "3");
    assert_eq!(stage.seen(), [vec!["1", "2"], vec!["3"]]);
}

#[rstest]
#[case::before_the_answer("")]
#[case::within_the_head("HTTP/1.1 200 OK\r\nContent-")]
#[case::within_the_body("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n2")]
#[tokio::test]
async fn a_call_that_is_given_up_takes_its_connection_with_it(#[case] so_far: &'static str) {
    let asked_for = Arc::new(Semaphore::new(0));
    let asked_for_2 = Arc::clone(&asked_for);
    let script =
        except("2", move |_| vec![Step::Say(so_far.as_bytes().to_vec()), Step::Tell(asked_for_2.clone()), Step::Hang]);
    let stage = Stage::new(script).await;
    stage.ask("GET", "1").await.unwrap();
    tokio::select! {
        _ = stage.ask("POST", "2") => panic!("there is no answer"),
        _ = asked_for.acquire() => {}
    }
    assert_eq!(stage.ask("POST", "3").await.unwrap().body, "3");
    assert_eq!(stage.seen(), [vec!["1", "2"], vec!["3"]]);
}
