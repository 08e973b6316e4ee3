//! Calls to Modification URLs (ændrings-URL), to a real receiver and in process: their form, HasError, and pressing Opdater.

use crate::simulator::Simulator;
use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use uniconta_sim::switches::{Deliver, HasError};
use uniconta_sim::{Config, Switches, Uniconta};

/// A receiver that answers with a status that can be changed, and keeps what it was sent.
struct Receiver {
    url: String,
    status: Arc<Mutex<u16>>,
    /// Request line, and body.
    seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (status, seen) = (Arc::new(Mutex::new(200)), Arc::new(Mutex::new(Vec::new())));
        let (answer, record) = (Arc::clone(&status), Arc::clone(&seen));
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut bytes = Vec::new();
                let request = loop {
                    let mut part = [0; 4096];
                    let read = stream.read(&mut part).await.unwrap();
                    bytes.extend_from_slice(&part[..read]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    if let Some((head, body)) = text.split_once("\r\n\r\n") {
                        let lower = head.to_lowercase();
                        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: "));
                        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                            break (head.lines().next().unwrap().to_owned(), body.to_owned());
                        }
                    }
                };
                record.lock().unwrap().push(request);
                let status = *answer.lock().unwrap();
                let head = format!(
                    "HTTP/1.1 {status} X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                );
                stream.write_all(head.as_bytes()).await.unwrap();
            }
        });
        Self { url, status, seen }
    }

    fn answers(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    fn seen(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

async fn watch(simulator: &Simulator, url: &str, post: bool) -> u64 {
    let row = json!({"TableId": 50, "Url": url, "UsePost": post});
    let created = simulator.insert("TableChangeEventClient", row).await.json();
    assert_eq!(created["Table"], "Debtor");
    created["RowId"].as_u64().unwrap()
}

async fn settle(simulator: &Simulator) {
    assert_eq!(simulator.sim(Method::POST, "settle", None).await.json(), json!({"pending": 0}));
}

async fn type_in(simulator: &Simulator, row: Value) {
    let reply = simulator.sim(Method::POST, "rows/DebtorClient", Some(json!({ "row": row }))).await;
    assert_eq!(reply.status, 200, "{reply:?}");
}

#[tokio::test]
async fn every_change_of_a_debtor_calls_the_link_by_get() {
    let (simulator, receiver) = (Simulator::start().await, Receiver::start().await);
    watch(&simulator, &format!("{}?token=abc", receiver.url), false).await;
    simulator.insert("DebtorClient", json!({"Account": "00099", "Name": "Æ"})).await;
    type_in(&simulator, json!({"RowId": 1008, "Name": "Ø"})).await;
    simulator.delete("DebtorClient", json!({"RowId": 1008})).await;
    settle(&simulator).await;
    let line = |action: &str| {
        format!("GET /hook?token=abc&CompanyId=12345&Table=Debtor&RowId=1008&Key=00099&Action={action} HTTP/1.1")
    };
    let lines: Vec<String> = receiver.seen().into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [line("add"), line("update"), line("delete")]);
}

#[tokio::test]
async fn a_post_carries_the_record_with_its_user_defined_fields() {
    let (simulator, receiver) = (Simulator::start().await, Receiver::start().await);
    watch(&simulator, &receiver.url, true).await;
    type_in(&simulator, json!({"Account": "1000", "xNote": "hej"})).await;
    simulator.delete("DebtorClient", json!({"Account": "9"})).await;
    settle(&simulator).await;
    let seen = receiver.seen();
    assert_eq!(seen[0].0, "POST /hook?CompanyId=12345&Table=Debtor&RowId=1001&Key=1000&Action=update HTTP/1.1");
    let body: Value = serde_json::from_str(&seen[0].1).unwrap();
    assert_eq!(
        (&body["Account"], &body["xNote"], &body["CountryName"]),
        (&json!("1000"), &json!("hej"), &json!("Denmark"))
    );
    assert!(body.get("KeyStr").is_none() && body.get("Country").is_none());
    assert_eq!(seen[1].1, "{}", "of a deleted row nothing is left");
}

#[tokio::test]
async fn a_link_in_error_is_not_called_until_it_is_refreshed_and_what_changed_meanwhile_is_lost() {
    let (simulator, receiver) = (Simulator::start().await, Receiver::start().await);
    let link = watch(&simulator, &receiver.url, false).await;
    receiver.answers(500);
    type_in(&simulator, json!({"Account": "1000", "Phone": "1"})).await;
    settle(&simulator).await;
    let events = simulator.sim(Method::GET, "change-events", None).await.json();
    let row = &events["change_events"][0];
    assert_eq!((&row["HasError"], &row["ErrorMessage"]), (&json!(true), &json!("the receiver answered 500")));
    assert_ne!(row["LastEvent"], "0001-01-01T00:00:00");
    let read = simulator.get("/odata/12345/TableChangeEventClient").await.json();
    assert_eq!(&read["value"][0], row, "the API shows the same");
    receiver.answers(200);
    type_in(&simulator, json!({"Account": "1000", "Phone": "2"})).await;
    settle(&simulator).await;
    assert_eq!(receiver.seen().len(), 1, "the second change called nobody");
    let refreshed = simulator.sim(Method::POST, &format!("change-events/{link}/refresh"), None).await.json();
    assert_eq!(refreshed["HasError"], false);
    settle(&simulator).await;
    assert_eq!(receiver.seen().len(), 0, "refreshing brings nothing back");
    type_in(&simulator, json!({"Account": "1000", "Phone": "3"})).await;
    settle(&simulator).await;
    assert_eq!(receiver.seen().len(), 1);
    let deliveries = simulator.sim(Method::GET, "deliveries", None).await.json();
    let outcomes: Vec<(&Value, &Value)> =
        deliveries["deliveries"].as_array().unwrap().iter().map(|one| (&one["outcome"], &one["status"])).collect();
    assert_eq!(outcomes, [(&json!("answered"), &json!(500)), (&json!("answered"), &json!(200))]);
}

#[rstest]
#[case::redirect(302, "the receiver answered 302")]
#[case::not_found(404, "the receiver answered 404")]
#[tokio::test]
async fn anything_but_2xx_is_an_error_and_no_redirect_is_followed(#[case] status: u16, #[case] message: &str) {
    let (simulator, receiver) = (Simulator::start().await, Receiver::start().await);
    let link = watch(&simulator, &receiver.url, false).await;
    receiver.answers(status);
    type_in(&simulator, json!({"Account": "1000", "Phone": "1"})).await;
    settle(&simulator).await;
    assert_eq!(receiver.seen().len(), 1);
    let row = simulator.running.core.row("TableChangeEventClient", u32::try_from(link).unwrap()).unwrap();
    assert_eq!(row["ErrorMessage"], message);
}

#[tokio::test]
async fn a_receiver_that_is_away_or_silent_is_an_error() {
    let switches = Switches { hook_timeout_ms: 100, ..Switches::default() };
    let simulator = Simulator::with(switches).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    watch(&simulator, &format!("http://{closed}/"), false).await;
    watch(&simulator, &format!("http://{}/", silent.local_addr().unwrap()), false).await;
    watch(&simulator, "https://example.com/", false).await;
    type_in(&simulator, json!({"Account": "1000", "Phone": "1"})).await;
    settle(&simulator).await;
    let messages: Vec<Value> =
        simulator.running.core.rows("TableChangeEventClient").iter().map(|row| row["ErrorMessage"].clone()).collect();
    assert_eq!(
        messages,
        [
            "the receiver cannot be reached",
            "the receiver did not answer within 100 ms",
            "the simulator only calls http:// addresses",
        ]
    );
}

#[rstest]
#[case(json!({"TableId": 50}), "FieldCannotBeBlank")]
#[case(json!({"Url": "http://h/"}), "FieldCannotBeBlank")]
#[case(json!({"TableId": 4711, "Url": "http://h/"}), "FieldHasinvalidValue")]
#[case(json!({"_TableId": 50, "_Url": "http://h/"}), "FieldCannotBeBlank")]
#[tokio::test]
async fn a_link_that_watches_nothing_is_refused(#[case] row: Value, #[case] expected: &str) {
    assert_eq!(Simulator::start().await.insert("TableChangeEventClient", row).await.json(), json!(expected));
}

fn core(switches: Switches) -> Uniconta {
    let core = Uniconta::new(Config { switches, ..Config::example() }).unwrap();
    core.type_in("TableChangeEventClient", json!({"TableId": 50, "Url": "http://h/"})).unwrap();
    core
}

fn change(core: &Uniconta, accounts: &[&str]) {
    for account in accounts {
        core.type_in("DebtorClient", json!({"Account": account, "Phone": "1"})).unwrap();
    }
}

fn keys(core: &Uniconta) -> Vec<String> {
    let key = |url: &str| url.split("Key=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    core.take_deliveries().iter().map(|delivery| key(&delivery.url)).collect()
}

#[rstest]
#[case(Deliver::InOrder, &["1000", "2000"])]
#[case(Deliver::Reversed, &["2000", "1000"])]
#[case(Deliver::Twice, &["1000", "1000", "2000", "2000"])]
fn calls_can_be_reordered_and_doubled(#[case] deliver: Deliver, #[case] expected: &[&str]) {
    let core = core(Switches { deliver, ..Switches::default() });
    change(&core, &["1000", "2000"]);
    assert_eq!(keys(&core), expected);
    assert_eq!(keys(&core), [""; 0]);
}

#[test]
fn a_failed_call_is_tried_again_as_often_as_set() {
    let core = core(Switches { hook_retries: 2, ..Switches::default() });
    change(&core, &["1000"]);
    for attempt in 1..=3 {
        let delivery = core.next_delivery().unwrap();
        assert_eq!(delivery.attempt, attempt);
        assert_eq!(core.row("TableChangeEventClient", 900).unwrap()["HasError"], false);
        core.delivery_done(delivery.id, Err("gone".to_owned()));
    }
    assert!(core.next_delivery().is_none());
    assert_eq!(core.row("TableChangeEventClient", 900).unwrap()["HasError"], true);
}

#[test]
fn a_failure_loses_the_calls_behind_it_unless_errors_do_not_stop() {
    for (has_error, left) in [(HasError::Stops, 0), (HasError::Continues, 1)] {
        let core = core(Switches { has_error, ..Switches::default() });
        change(&core, &["1000", "2000"]);
        core.delivery_done(core.next_delivery().unwrap().id, Ok(500));
        let rest = core.take_deliveries();
        assert_eq!(rest.len(), left);
        for delivery in rest {
            core.delivery_done(delivery.id, Ok(204));
            assert_eq!(core.row("TableChangeEventClient", 900).unwrap()["HasError"], false);
        }
        assert_eq!(core.pending_deliveries(), 0);
    }
}

#[test]
fn an_outcome_counts_once() {
    let core = core(Switches::default());
    change(&core, &["1000"]);
    let delivery = core.next_delivery().unwrap();
    core.delivery_done(delivery.id, Ok(200));
    core.delivery_done(delivery.id, Ok(500));
    core.delivery_done(4711, Ok(500));
    assert_eq!(core.row("TableChangeEventClient", 900).unwrap()["HasError"], false);
}

#[test]
fn a_refused_list_calls_nobody() {
    let core = core(Switches::default());
    let request = http::Request::post("/api/Entities/InsertList/DebtorClient")
        .header("Authorization", "Basic MDAxMjM0NS9mbGV4eWJveDpleGFtcGxlLXBhc3N3b3Jk")
        .body(bytes::Bytes::from(r#"[{"Account":"a"},{"Account":"1000"}]"#))
        .unwrap();
    assert_eq!(core.answer(request).response.status(), 400);
    assert!(core.take_deliveries().is_empty());
}
