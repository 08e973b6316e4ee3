//! Requests that do not fit, exchanges that nobody uses, and what the connector sees of it.

use super::driver::Small;
use super::stage::record_into;
use host_harness::replay::{EventTransport, Exchanges, Fixture, Privacy, ReplayTransport};
use host_harness::transport::{OutboundRequest, Transport, TransportError};
use serde_json::{Value, json};

#[tokio::test]
async fn one_request_more_fails_whatever_the_connector_makes_of_it() {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    let curious = Small { curious: true, ..Small::default() };
    let replayed = Fixture::read(folder.path()).unwrap().replay(&curious).await.unwrap();
    assert!(!replayed.holds());
    let text = &replayed.problems[0];
    assert!(text.contains("GET https://books.example/debtors?number=none"), "{text}");
    assert!(text.contains("nearest is exchange 2 of"), "{text}");
    assert!(!replayed.mismatches.is_empty());
}

#[tokio::test]
async fn an_unused_exchange_fails() {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    let path = folder.path().join("exchanges.json");
    let mut exchanges: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let all = exchanges["exchanges"].as_array_mut().unwrap();
    let mut extra = all.last().unwrap().clone();
    extra["request"]["url"] = json!("https://books.example/never");
    all.push(extra);
    std::fs::write(&path, exchanges.to_string()).unwrap();
    let replayed = Fixture::read(folder.path()).unwrap().replay(&Small::default()).await.unwrap();
    let unused = replayed.problems.iter().any(|text| text.contains("was not used: POST https://books.example/never"));
    assert!(unused, "{:#?}", replayed.problems);
}

fn get(url: &str) -> OutboundRequest {
    OutboundRequest { method: "GET".into(), url: url.into(), headers: vec![], body: "".into() }
}

fn exchanges(list: Value) -> Exchanges {
    serde_json::from_value(json!({"exchanges": list})).unwrap()
}

#[tokio::test]
async fn order_and_event_count_and_each_exchange_is_used_once() {
    let one = |url: &str, event: usize| json!({"event": event, "request": {"method": "GET", "url": url}, "answer": {"status": 204}});
    let transport =
        ReplayTransport::new(exchanges(json!([one("https://a/1", 1), one("https://a/2", 1), one("https://a/3", 2)])));
    transport.begin_event(1);
    let early = transport.send(get("https://a/2")).await.unwrap_err();
    assert!(matches!(early, TransportError::Refused { .. }));
    assert!(early.to_string().contains("which comes only after exchange 1"), "{early}");
    assert_eq!(transport.send(get("https://a/1")).await.unwrap().status, 204);
    let twice = transport.send(get("https://a/1")).await.unwrap_err();
    assert!(twice.to_string().contains("nearest is exchange 2 of 3"), "{twice}");
    assert_eq!(transport.send(get("https://a/2")).await.unwrap().status, 204);
    let elsewhere = transport.send(get("https://a/3")).await.unwrap_err();
    assert!(elsewhere.to_string().contains("which belongs to event 2"), "{elsewhere}");
    let all = transport.mismatches();
    assert_eq!(all.len(), 4, "{all:#?}");
    assert!(all[3].what.contains("exchange 3 of 3 was not used"));
}

#[tokio::test]
async fn faults_delays_and_cuts_reach_the_connector() {
    let list = json!([
        {"event": 1, "request": {"method": "GET", "url": "https://a/1"}, "answer": {"fault": "dropped", "after_write": true}},
        {"event": 1, "request": {"method": "GET", "url": "https://a/2"}, "answer": {"fault": "timeout"}},
        {"event": 1, "request": {"method": "GET", "url": "https://a/3"},
         "answer": {"status": 200, "body": {"json": {"abc": 1}}, "truncate_at": 4, "delay_ms": 30}},
    ]);
    let transport = ReplayTransport::new(exchanges(list));
    transport.begin_event(1);
    assert!(matches!(transport.send(get("https://a/1")).await, Err(TransportError::Dropped { .. })));
    assert!(matches!(transport.send(get("https://a/2")).await, Err(TransportError::TimedOut { .. })));
    let before = std::time::Instant::now();
    let cut = transport.send(get("https://a/3")).await.unwrap();
    assert!(before.elapsed().as_millis() >= 30);
    assert_eq!((cut.body.as_ref(), cut.truncated), (&b"{\"ab"[..], true));
    assert!(transport.mismatches().is_empty());
}
