//! A kept connection turns out to be gone: what is tried again, and what is told as unknown.

use super::{Stage, answer_to, except};
use crate::raw_server::{Asked, Step};
use rstest::rstest;
use std::sync::Arc;
use tokio::sync::Semaphore;

#[rstest]
#[case("GET")]
#[case("HEAD")]
#[case("POST")]
#[case("DELETE")]
#[tokio::test]
async fn a_connection_closed_while_nobody_used_it_is_not_noticed(#[case] method: &str) {
    let closes = Arc::new(Semaphore::new(0));
    let until = Arc::clone(&closes);
    let script = except("1", move |asked| vec![Step::Say(answer_to(asked)), Step::Wait(until.clone()), Step::Close]);
    let stage = Stage::new(script).await;
    stage.ask("GET", "1").await.unwrap();
    closes.add_permits(1);
    stage.server.has_ended(1).await;
    assert_eq!(stage.ask(method, "2").await.unwrap().status, 200);
    assert_eq!(stage.seen(), [["1"], ["2"]]);
}

/// Swallowed, or half an answer's head: nobody knows what became of the request.
fn silent(_: &Asked) -> Vec<Step> {
    vec![Step::Close]
}

fn half_a_head(_: &Asked) -> Vec<Step> {
    vec![Step::Say(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()), Step::Close]
}

#[rstest]
#[tokio::test]
async fn a_write_on_a_kept_connection_that_ends_is_told_as_unknown_and_never_repeated(
    #[values("POST", "PUT", "PATCH", "DELETE", "OPTIONS")] method: &str,
    #[values(silent, half_a_head)] ends: fn(&Asked) -> Vec<Step>,
) {
    let stage = Stage::new(except("2", ends)).await;
    stage.ask("GET", "1").await.unwrap();
    assert_eq!(stage.ask(method, "2").await.unwrap_err(), stage.dropped());
    assert_eq!(stage.seen(), [["1", "2"]]);
    assert_eq!(stage.ask("POST", "3").await.unwrap().body, "3");
    assert_eq!(stage.seen(), [vec!["1", "2"], vec!["3"]]);
}

#[rstest]
#[case::silent(silent)]
#[case::half(half_a_head)]
#[tokio::test]
async fn a_read_on_a_kept_connection_that_ends_is_asked_once_more(#[case] ends: fn(&Asked) -> Vec<Step>) {
    let kept = move |asked: &Asked| if asked.connection == 0 { ends(asked) } else { vec![Step::Say(answer_to(asked))] };
    let stage = Stage::new(except("2", kept)).await;
    stage.ask("GET", "1").await.unwrap();
    assert_eq!(stage.ask("GET", "2").await.unwrap().body, "2");
    assert_eq!(stage.seen(), [vec!["1", "2"], vec!["2"]]);

    let stage = Stage::new(except("2", ends)).await;
    stage.ask("GET", "1").await.unwrap();
    assert_eq!(stage.ask("GET", "2").await.unwrap_err(), stage.dropped());
    assert_eq!(stage.seen(), [vec!["1", "2"], vec!["2"]], "once more, and not for ever");
}

#[tokio::test]
async fn a_read_on_a_new_connection_is_not_asked_again() {
    let stage = Stage::new(except("1", silent)).await;
    assert_eq!(stage.ask("GET", "1").await.unwrap_err(), stage.dropped());
    assert_eq!(stage.seen(), [["1"]]);
}

#[tokio::test]
async fn what_is_no_answer_is_not_asked_for_again() {
    let stage = Stage::new(except("2", |_| vec![Step::Say(b"Good day!\r\n\r\n".to_vec())])).await;
    stage.ask("GET", "1").await.unwrap();
    assert_eq!(stage.ask("GET", "2").await.unwrap_err(), stage.dropped());
    assert_eq!(stage.seen(), [["1", "2"]]);
}
