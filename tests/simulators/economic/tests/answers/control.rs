//! The control surface, and faults as they are felt on the wire.

use economic_sim::switches::WebhookScheme;
use economic_sim::{Config, Running, Switches, serve};
use reqwest::{Client, Method, Response};
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

struct Simulator {
    running: Running,
    client: Client,
}

impl Simulator {
    async fn start() -> Self {
        let switches = Switches { webhook_scheme: WebhookScheme::Any, ..Switches::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = serve(Config { switches, ..Config::example() }, listener).await.unwrap();
        // No connection is used twice, so that a dropped one cannot be mistaken for an idle one that was closed.
        Self { running, client: Client::builder().pool_max_idle_per_host(0).build().unwrap() }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.running.url()));
        request.header("X-AppSecretToken", "example-app-secret").header("X-AgreementGrantToken", "example-grant")
    }

    async fn sim(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let response = self.request(method, &format!("/_sim{path}")).json(&body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn order(&self, rule: Value) {
        assert_eq!(self.sim(Method::POST, "/faults", rule).await.0, 200);
    }

    fn create(&self) -> reqwest::RequestBuilder {
        let customer = json!({
            "name": "Ny", "currency": "DKK", "customerGroup": {"customerGroupNumber": 1}, "paymentTerms": {"paymentTermsNumber": 1},
            "vatZone": {"vatZoneNumber": 1},
        });
        self.request(Method::POST, "/customers").json(&customer)
    }

    fn written(&self) -> bool {
        self.running.core.customer(121).is_some()
    }
}

#[tokio::test]
async fn links_lead_back_to_this_machine() {
    let simulator = Simulator::start().await;
    let body: Value = simulator.request(Method::GET, "/customers/1").send().await.unwrap().json().await.unwrap();
    assert_eq!(body["self"], format!("{}/customers/1", simulator.running.url()));
    let reference = json!({"self": format!("{}/customer-groups/2", simulator.running.url())});
    let mut changed = body.clone();
    changed["customerGroup"] = reference;
    let response = simulator.request(Method::PUT, "/customers/1").json(&changed).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["customerGroup"]["customerGroupNumber"], 2);
}

#[rstest]
#[case(json!("drop-before"), false)]
#[case(json!("drop-after"), true)]
#[tokio::test]
async fn a_dropped_connection_gives_no_answer(#[case] action: Value, #[case] writes: bool) {
    let simulator = Simulator::start().await;
    simulator.order(json!({"method": "POST", "action": action})).await;
    simulator.create().send().await.unwrap_err();
    assert_eq!(simulator.written(), writes);
}

#[tokio::test]
async fn a_cut_answer_promises_more_than_it_sends() {
    let simulator = Simulator::start().await;
    simulator.order(json!({"method": "POST", "action": "truncate-half"})).await;
    let response = simulator.create().send().await.unwrap();
    assert_eq!(response.status(), 201);
    assert!(response.bytes().await.is_err() && simulator.written());
}

#[rstest]
#[case(json!({"status": 503, "body": "{}"}), 503)]
#[case(json!({"limited_s": 7}), 429)]
#[case(json!({"delay_ms": 5}), 201)]
#[case(json!("unknown-fields"), 201)]
#[case(json!({"padded": 5000}), 201)]
#[tokio::test]
async fn other_faults_answer(#[case] action: Value, #[case] status: u16) {
    let simulator = Simulator::start().await;
    simulator.order(json!({"method": "POST", "action": action})).await;
    let response: Response = simulator.create().send().await.unwrap();
    assert_eq!((response.status().as_u16(), simulator.written()), (status, status == 201));
    assert_eq!(response.headers().get("retry-after").is_some(), status == 429);
    assert_eq!(simulator.create().send().await.unwrap().status(), 201, "the rule struck once");
}

#[rstest]
#[case(Method::POST, "/customers", json!({"name": "Ny", "nope": 1}), 200)]
#[case(Method::PATCH, "/customers/1", json!({"nope": 1}), 404)]
#[case(Method::PATCH, "/customers/77", json!({}), 404)]
#[case(Method::PATCH, "/customers/1", json!({"name": ""}), 400)]
#[case(Method::PATCH, "/customers/1", json!([]), 400)]
#[case(Method::DELETE, "/customers/3", json!({}), 400)]
#[case(Method::DELETE, "/customers/abc", json!({}), 400)]
#[case(Method::POST, "/customers/1/renumber", json!({"number": 2}), 400)]
#[case(Method::POST, "/customers/77/renumber", json!({"number": 78}), 404)]
#[case(Method::POST, "/customers/1/bookings", json!({"has_bookings": true}), 200)]
#[case(Method::GET, "/customers/1", json!({}), 200)]
#[case(Method::GET, "/customers?x=1", json!({}), 400)]
#[case(Method::GET, "/journals/1/entries", json!({}), 200)]
#[case(Method::GET, "/journals/77/entries", json!({}), 404)]
#[case(Method::POST, "/journals/1/book", json!({}), 200)]
#[case(Method::PATCH, "/entries/1", json!({}), 404)]
#[case(Method::DELETE, "/entries/1", json!({}), 404)]
#[case(Method::POST, "/entries/1/accrual", json!({"account": 6904, "from": "2026-03-01", "to": "2026-03-31"}), 404)]
#[case(Method::POST, "/entries/1/accrual", json!({"account": 6904, "from": "2026-03-31", "to": "2026-03-01"}), 400)]
#[case(Method::POST, "/draft-invoices", json!({}), 200)]
#[case(Method::GET, "/booked-entries", json!({}), 200)]
#[case(Method::POST, "/periods", json!({"date": "2026-03-01", "barred": true}), 200)]
#[case(Method::POST, "/periods", json!({"date": "2099-03-01", "barred": true}), 404)]
#[case(Method::POST, "/periods", json!({"date": "march", "barred": true}), 400)]
#[case(Method::POST, "/years/2025", json!({"closed": true}), 200)]
#[case(Method::POST, "/years/1999", json!({"closed": true}), 404)]
#[case(Method::POST, "/modules", json!({"missing": ["departments"]}), 200)]
#[case(Method::POST, "/modules", json!({"missin": []}), 400)]
#[case(Method::POST, "/webhook", json!({"url": "ftp://x"}), 400)]
#[case(Method::POST, "/faults", json!({"action": "explode"}), 400)]
#[case(Method::POST, "/clock", json!({"advance_s": 5}), 200)]
#[case(Method::GET, "/calls", json!({}), 200)]
#[case(Method::POST, "/settle", json!({}), 200)]
#[case(Method::POST, "/reset", json!({}), 200)]
#[case(Method::GET, "/shoes", json!({}), 404)]
#[tokio::test]
async fn requests_and_their_status(
    #[case] method: Method,
    #[case] path: &str,
    #[case] body: Value,
    #[case] status: u16,
) {
    let (got, answer) = Simulator::start().await.sim(method, path, body).await;
    assert_eq!((got, answer.get("error").is_some()), (status, status != 200), "{answer}");
}

#[tokio::test]
async fn the_index_names_what_there_is() {
    let (_, index) = Simulator::start().await.sim(Method::GET, "", json!({})).await;
    for group in [
        "customers",
        "journals",
        "draft-invoices",
        "years",
        "agreement",
        "webhooks",
        "faults",
        "calls",
        "clock",
        "reset",
    ] {
        assert!(index[group].is_array(), "{group}");
    }
}

#[tokio::test]
async fn calls_are_recorded_without_tokens() {
    let simulator = Simulator::start().await;
    simulator.create().send().await.unwrap();
    let (_, calls) = simulator.sim(Method::GET, "/calls", json!({})).await;
    let expected = json!({"number": 1, "method": "POST", "path": "/customers", "query": "", "status": 201, "user": "123456", "fault": null, "slowed_ms": 0});
    let mut call = calls["calls"][0].clone();
    call.as_object_mut().unwrap().remove("at");
    assert_eq!((call, calls["per_user"]["123456"].as_u64()), (expected, Some(1)));
    assert!(!calls.to_string().contains("example-"));
}

#[tokio::test]
async fn webhooks_are_really_called() {
    let simulator = Simulator::start().await;
    let receiver = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = receiver.local_addr().unwrap();
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let noted = Arc::clone(&seen);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = receiver.accept().await.unwrap();
            let mut text = vec![0; 4096];
            let read = tokio::io::AsyncReadExt::read(&mut stream, &mut text).await.unwrap();
            noted.lock().unwrap().push(String::from_utf8_lossy(&text[..read]).into_owned());
            let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
            tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await.unwrap();
        }
    });
    let url = format!("http://{address}/hook?n=[NEWNUMBER]");
    assert_eq!(simulator.sim(Method::POST, "/webhook", json!({"url": url})).await.0, 200);
    simulator.create().send().await.unwrap();
    let (_, settled) = simulator.sim(Method::POST, "/settle", json!({})).await;
    assert_eq!(settled["pending"], 0);
    let call = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            if let Some(call) = seen.lock().unwrap().first() {
                return call.clone();
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(call.await.unwrap().starts_with("POST /hook?n=121 HTTP/1.1"));
    let (_, deliveries) = simulator.sim(Method::GET, "/deliveries", json!({})).await;
    assert_eq!(
        (&deliveries["deliveries"][0]["outcome"], &deliveries["deliveries"][0]["status"]),
        (&json!("answered"), &json!(204))
    );
    simulator.running.shutdown().await;
}
