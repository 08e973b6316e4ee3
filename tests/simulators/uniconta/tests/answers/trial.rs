//! The trial surface over a socket: what a suite that knows no accounting system asks for.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uniconta_sim::{Config, Running, serve};

struct Suite {
    running: Running,
    client: Client,
}

impl Suite {
    async fn begin() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let running = serve(Config::example(), listener).await.unwrap();
        Self { running, client: Client::new() }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let url = format!("{}/_trial{path}", self.running.url());
        let answer = self.client.request(method, url).json(&body).send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }
}

#[tokio::test]
async fn a_debtor_is_typed_in_edited_and_deleted() {
    let suite = Suite::begin().await;
    let before = suite.ask(Method::GET, "/debtors", json!({})).await.as_array().unwrap().len();
    let typed =
        json!({"external_key": "90001", "attributes": {"name": "Åse Prøvesen", "city": "Aarhus"}, "unmodelled": true});
    let debtor = suite.ask(Method::POST, "/debtors", typed).await;
    assert_eq!((&debtor["external_key"], &debtor["attributes"]["city"]), (&json!("90001"), &json!("Aarhus")));
    assert!(debtor["unmodelled"].as_object().unwrap().len() > 20, "{debtor}");
    let id = debtor["external_id"].as_str().unwrap().to_owned();
    let edited = suite.ask(Method::PATCH, &format!("/debtors/{id}"), json!({"attributes": {"city": "Odense"}})).await;
    assert_eq!((&edited["attributes"]["city"], &edited["unmodelled"]), (&json!("Odense"), &debtor["unmodelled"]));
    suite.ask(Method::DELETE, &format!("/debtors/{id}"), json!({})).await;
    assert_eq!(suite.ask(Method::GET, "/debtors", json!({})).await.as_array().unwrap().len(), before);
}

#[tokio::test]
async fn calls_of_a_link_wait_to_be_taken_also_of_one_that_nobody_could_call() {
    let suite = Suite::begin().await;
    suite.ask(Method::POST, "/clock", json!({"now": "2026-03-02T08:00:00Z"})).await;
    suite.ask(Method::POST, "/link", json!({"url": "https://flexybox.example/hooks/secret"})).await;
    suite.ask(Method::POST, "/debtors", json!({"external_key": "90001"})).await;
    let taken = suite.ask(Method::POST, "/deliveries/take", json!({})).await;
    assert_eq!(taken.as_array().unwrap().len(), 1);
    assert!(taken[0]["query"].as_str().unwrap().contains("Key=90001"), "{taken}");
    suite.ask(Method::POST, "/reset", json!({})).await;
    suite.ask(Method::POST, "/debtors", json!({"external_key": "90001"})).await;
    assert_eq!(suite.ask(Method::POST, "/deliveries/take", json!({})).await, json!([]));
    assert_eq!(suite.running.core.now().to_string(), "2026-03-02T08:00:00Z");
}

#[tokio::test]
async fn faults_strike_reads_or_writes() {
    let suite = Suite::begin().await;
    suite
        .ask(Method::POST, "/faults", json!({"on": "read", "times": 1, "how": {"rate-limited": {"retry_after_s": 7}}}))
        .await;
    let odata = format!("{}/odata/12345/DebtorClient", suite.running.url());
    let user = "12345/flexybox";
    let get = || suite.client.get(&odata).basic_auth(user, Some("example-password"));
    let limited = get().send().await.unwrap();
    assert_eq!((limited.status().as_u16(), limited.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(get().send().await.unwrap().status().as_u16(), 200);
    let calls = suite.ask(Method::GET, "/calls", json!({})).await;
    assert_eq!((calls[0]["status"].clone(), calls[0]["write"].clone()), (json!(429), json!(false)));
}
