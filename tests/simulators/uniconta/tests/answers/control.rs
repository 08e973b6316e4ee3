//! The control surface: faults as they are felt on the wire, rows, calls, the clock, the quota, starting again.

use crate::simulator::{API_KEY, PASSWORD, Reply, Simulator, USER};
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uniconta_sim::{Config, Cut, Fault, FaultAction, Switches, Uniconta};

async fn order(simulator: &Simulator, rule: Value) {
    let reply = simulator.sim(Method::POST, "faults", Some(rule)).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

fn insert(simulator: &Simulator) -> reqwest::RequestBuilder {
    simulator.odata(Method::POST, "/api/Entities/Insert/DebtorClient").json(&json!({"Account": "new"}))
}

fn written(simulator: &Simulator) -> bool {
    simulator.running.core.rows("DebtorClient").len() == 8
}

#[tokio::test]
async fn an_ordered_status_answers_and_writes_nothing() {
    let simulator = Simulator::start().await;
    order(&simulator, json!({"action": {"status": 503, "body": "<h1>busy</h1>", "content_type": "text/html"}})).await;
    let reply = Reply::of(insert(&simulator).send().await.unwrap()).await;
    assert_eq!(
        (reply.status.as_u16(), reply.text.as_str(), reply.content_type.as_str()),
        (503, "<h1>busy</h1>", "text/html")
    );
    assert!(!written(&simulator));
    assert_eq!(insert(&simulator).send().await.unwrap().status(), 200, "the rule struck once");
}

#[tokio::test]
async fn a_200_can_hold_an_error_and_nothing_is_written() {
    let simulator = Simulator::start().await;
    order(&simulator, json!({"action": {"ok_with_error": "CouldNotSave"}})).await;
    let reply = Reply::of(insert(&simulator).send().await.unwrap()).await;
    assert_eq!((reply.status.as_u16(), reply.json()), (200, json!("CouldNotSave")));
    assert!(!written(&simulator));
}

#[rstest]
#[case("drop-before", false)]
#[case("drop-after", true)]
#[tokio::test]
async fn a_dropped_connection_gives_no_answer(#[case] action: &str, #[case] writes: bool) {
    let simulator = Simulator::start().await;
    order(&simulator, json!({"action": action})).await;
    let error = insert(&simulator).send().await.unwrap_err();
    assert!(error.is_request() && error.status().is_none(), "{error:?}");
    assert_eq!(written(&simulator), writes);
}

#[tokio::test]
async fn a_truncated_answer_promises_more_than_it_sends() {
    let simulator = Simulator::start().await;
    order(&simulator, json!({"method": "POST", "path_contains": "/Insert/", "action": {"truncate_at": 20}})).await;
    assert_eq!(simulator.get("/odata/12345/GLVatClient").await.status, 200, "another call is not touched");
    let mut response = insert(&simulator).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let promised: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    assert!(promised > 20);
    assert_eq!(response.chunk().await.unwrap().unwrap().len(), 20);
    assert!(response.chunk().await.is_err());
    assert!(written(&simulator));
}

#[tokio::test]
async fn a_late_answer_is_late_and_written() {
    let simulator = Simulator::start().await;
    order(&simulator, json!({"action": {"delay_ms": 300}})).await;
    let error = insert(&simulator).timeout(Duration::from_millis(50)).send().await.unwrap_err();
    assert!(error.is_timeout());
    assert!(written(&simulator));
}

#[tokio::test]
async fn a_rule_can_skip_and_repeat_and_be_taken_back() {
    let simulator = Simulator::start().await;
    order(&simulator, json!({"skip": 1, "times": 2, "action": {"status": 500}})).await;
    let listed = simulator.sim(Method::GET, "faults", None).await.json();
    assert_eq!((&listed["faults"][0]["skip"], &listed["faults"][0]["action"]), (&json!(1), &json!("status")));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(simulator.get("/odata/12345/GLVatClient").await.status.as_u16());
    }
    assert_eq!(statuses, [200, 500, 500, 200]);
    order(&simulator, json!({"action": "drop-before"})).await;
    assert_eq!(simulator.sim(Method::DELETE, "faults", None).await.json(), json!({"faults": []}));
    assert_eq!(simulator.get("/odata/12345/GLVatClient").await.status, 200);
}

#[rstest]
#[case("faults", json!({"action": "explode"}), "drop-before")]
#[case("faults", json!({"action": "drop-after", "time": 1}), "unknown field `time`")]
#[case("faults", json!({"times": 0, "action": "drop-after"}), "times")]
#[case("faults", json!({}), "missing field `action`")]
#[case("clock", json!({}), "give one of")]
#[case("clock", json!({"now": "yesterday"}), "with its zone")]
#[case("clock", json!({"now": "2026-01-01T00:00:00Z", "advance_s": 5}), "give one of")]
#[case("clock", json!({"advance_s": u64::MAX}), "give one of")]
#[case("rows/DebtorClient", json!({"Account": "1"}), "unknown field `Account`")]
#[case("rows/DebtorClient", json!({"row": {"Account": "1", "CurBalance": 5}}), "CurBalance cannot be typed in")]
#[case("rows/DebtorClient", json!({"row": {"RowId": "x"}}), "RowId must be")]
#[case("rows/DebtorClient", json!({"row": {"Account": "1", "Group": "nope"}}), "FieldHasinvalidValue on property Group")]
#[case("rows/DebtorClient?nope=1", json!({"row": {"Account": "1"}}), "query parameter nope")]
#[case("rows/DebtorClient?company=x", json!({"row": {"Account": "1"}}), "whole number")]
#[tokio::test]
async fn wrong_input_is_told(#[case] path: &str, #[case] body: Value, #[case] expected: &str) {
    let reply = Simulator::start().await.sim(Method::POST, path, Some(body)).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.json()["error"].as_str().unwrap().contains(expected), "{reply:?}");
}

#[rstest]
#[case(Method::GET, "nope", None)]
#[case(Method::PUT, "faults", None)]
#[case(Method::GET, "rows/Nope", None)]
#[case(Method::GET, "rows/DebtorClient/4711", None)]
#[case(Method::GET, "rows/DebtorClient?company=77777", None)]
#[case(Method::DELETE, "rows/DebtorClient/4711", None)]
#[case(Method::POST, "rows/DebtorClient", Some(json!({"row": {"Account": "1", "Nope": 5}})))]
#[case(Method::POST, "rows/DebtorClient", Some(json!({"row": {"RowId": 4711}})))]
#[case(Method::POST, "change-events/4711/refresh", None)]
#[tokio::test]
async fn what_is_not_there_is_told(#[case] method: Method, #[case] path: &str, #[case] body: Option<Value>) {
    let reply = Simulator::start().await.sim(method, path, body).await;
    assert_eq!(reply.status, 404, "{reply:?}");
    assert!(reply.json()["error"].as_str().unwrap().starts_with("there is no "), "{reply:?}");
}

#[tokio::test]
async fn a_person_changes_only_what_is_touched() {
    let simulator = Simulator::start().await;
    let body = json!({"row": {"Account": "1000", "Phone": "00000009", "xBesøg": 42}});
    let typed = simulator.sim(Method::POST, "rows/DebtorClient", Some(body)).await.json();
    assert_eq!(typed["created"], false);
    assert_eq!((&typed["row"]["Phone"], &typed["row"]["xBesøg"]), (&json!("00000009"), &json!(42)));
    assert_eq!(typed["row"]["Name"], "Anna Åkjær-Øster");
    let body = json!({"row": {"Account": "7000", "Name": "Ny"}, "has_transactions": true});
    let typed = simulator.sim(Method::POST, "rows/DebtorClient", Some(body)).await.json();
    assert_eq!((&typed["created"], &typed["row"]["RowId"]), (&json!(true), &json!(1008)));
    let refused = simulator.sim(Method::DELETE, "rows/DebtorClient/1008", None).await;
    assert_eq!(refused.json()["code"], "CouldNotDeleteRecordThatHasTransactions");
    let body = json!({"row": {"RowId": 1008}, "has_transactions": false});
    simulator.sim(Method::POST, "rows/DebtorClient", Some(body)).await;
    assert_eq!(simulator.sim(Method::DELETE, "rows/DebtorClient/1008", None).await.json(), json!({"deleted": 1008}));
    let rows = simulator.sim(Method::GET, "rows/DebtorClient", None).await.json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 7);
    assert_eq!(simulator.sim(Method::GET, "rows/DebtorClient/1002", None).await.json()["Account"], "00042");
}

#[tokio::test]
async fn calls_are_recorded_without_passwords_and_counted_per_user() {
    let simulator = Simulator::of(Config { record_bodies: true, ..Config::example() }).await;
    simulator.token().await;
    simulator.log_in(json!({"Username": USER, "Password": "wrong", "apiKey": API_KEY})).await;
    simulator.get("/odata/12345/DebtorClient?$top=1").await;
    simulator.insert("DebtorClient", json!({"Account": "5000"})).await;
    let seen = simulator.sim(Method::GET, "calls", None).await;
    assert!(!seen.text.contains(PASSWORD) && !seen.text.contains(API_KEY) && !seen.text.contains("wrong"), "{seen:?}");
    let seen = seen.json();
    let line = |at: usize| {
        let call = &seen["calls"][at];
        format!("{} {} {} {} {}", call["method"], call["path"], call["query"], call["status"], call["user"])
    };
    assert_eq!(line(0), r#""POST" "/login" "" 200 "flexybox""#);
    assert_eq!(line(1), r#""POST" "/login" "" 200 null"#);
    assert_eq!(line(2), r#""GET" "/odata/12345/DebtorClient" "$top=1" 200 "flexybox""#);
    assert_eq!(seen["calls"][3]["body"], r#"{"Account":"5000"}"#);
    assert_eq!(seen["per_user"], json!({"": 1, "flexybox": 3}));
    assert_eq!(simulator.sim(Method::DELETE, "calls", None).await.json()["calls"], json!([]));
}

#[tokio::test]
async fn bodies_are_not_recorded_unless_asked_for() {
    let simulator = Simulator::start().await;
    simulator.insert("DebtorClient", json!({"Account": "5000"})).await;
    assert!(!simulator.sim(Method::GET, "calls", None).await.text.contains("5000"));
}

#[tokio::test]
async fn calls_past_the_quota_are_slower_and_the_next_day_but_one_is_free_again() {
    let simulator = Simulator::with(Switches { quota: 2, ..Switches::default() }).await;
    simulator.sim(Method::POST, "clock", Some(json!({"now": "2026-01-31T12:00:00Z"}))).await;
    let took = async || {
        let start = Instant::now();
        assert_eq!(simulator.get("/odata/12345/GLVatClient").await.status, 200);
        start.elapsed()
    };
    let second = Duration::from_secs(1);
    assert!(took().await < second && took().await < second);
    assert!(took().await >= second);
    simulator.sim(Method::POST, "clock", Some(json!({"now": "2026-02-01T00:00:00Z"}))).await;
    assert!(took().await >= second, "the delay stays a day longer");
    simulator.sim(Method::POST, "clock", Some(json!({"now": "2026-02-02T00:00:00Z"}))).await;
    assert!(took().await < second);
}

#[tokio::test]
async fn reset_starts_again() {
    let simulator = Simulator::start().await;
    let token = simulator.token().await;
    simulator.insert("DebtorClient", json!({"Account": "5000"})).await;
    order(&simulator, json!({"action": "drop-before"})).await;
    simulator.sim(Method::POST, "clock", Some(json!({"now": "2026-01-31T12:00:00Z"}))).await;
    assert_eq!(simulator.sim(Method::POST, "reset", None).await.json(), json!({"reset": true}));
    assert_eq!(simulator.running.core.rows("DebtorClient").len(), 7);
    assert_eq!(simulator.web_api(&token, "/Query/Get/GLVatClient", json!([{}])).await.status, 401);
    assert_eq!(simulator.sim(Method::GET, "clock", None).await.json()["system"], true);
    let calls = simulator.sim(Method::GET, "calls", None).await.json();
    assert_eq!(calls["calls"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_clock_can_follow_the_system_again() {
    let simulator = Simulator::start().await;
    let set = simulator.sim(Method::POST, "clock", Some(json!({"now": "2020-01-31T12:00:00Z"}))).await.json();
    assert_eq!((&set["now"], &set["system"]), (&json!("2020-01-31T12:00:00Z"), &json!(false)));
    let system = simulator.sim(Method::POST, "clock", Some(json!({"system": true}))).await.json();
    assert_eq!(system["system"], true);
}

#[tokio::test]
async fn the_index_lists_what_there_is() {
    let index = Simulator::start().await.sim(Method::GET, "", None).await.json();
    assert_eq!(index["reset"], json!(["POST /_sim/reset"]));
}

#[tokio::test]
async fn a_request_body_that_is_too_large_is_refused() {
    let simulator = Simulator::start().await;
    let large = vec![b' '; 17 * 1024 * 1024];
    let sent = simulator.odata(Method::POST, "/api/Entities/Insert/DebtorClient").body(large).send().await;
    // The server may close while the rest is still on its way; either way it does not read on.
    assert!(sent.is_err() || sent.is_ok_and(|response| response.status() == 413));
}

#[tokio::test]
async fn a_server_that_was_shut_down_does_not_answer() {
    let simulator = Simulator::start().await;
    let url = simulator.running.url();
    assert_eq!(simulator.client.get(format!("{url}/_sim")).send().await.unwrap().status(), 200);
    simulator.running.shutdown().await;
    assert!(simulator.client.get(format!("{url}/_sim")).send().await.unwrap_err().is_connect());
}

#[test]
fn the_core_says_what_a_fault_asks_of_the_shell() {
    let core = Uniconta::new(Config::example()).unwrap();
    let request = || http::Request::get("/odata/12345/DebtorClient").body(bytes::Bytes::new()).unwrap();
    core.add_fault(Fault::next(FaultAction::DropAfter));
    core.add_fault(Fault::next(FaultAction::TruncateAt(5)));
    core.add_fault(Fault::next(FaultAction::Delay(Duration::from_secs(9))));
    assert_eq!(core.answer(request()).cut, Cut::DropAfter);
    assert_eq!(core.answer(request()).cut, Cut::TruncateAt(5));
    assert_eq!(core.answer(request()).delay, Duration::from_secs(9));
    assert_eq!(core.answer(request()).cut, Cut::None);
}
