//! The outbox pushed to a receiver over HTTP: signed, in order, again while nobody is there, acknowledged by the answer.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_service::{Push, Service, ServiceOptions, SystemClock, Timers};
use accounting_store::{Change, CustomerRow, Installation, NewOutboxItem, SqliteOptions, SqliteStore, Store, Write};
use accounting_vault::{KeySource, Keyring, PushSecret, PushSignature};
use host_harness::egress::{LiveOptions, LiveTransport};
use host_harness::engine::{Engine, EngineOptions};
use host_harness::sandbox::Limits;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

/// What a receiver answers, one after the other; the last again and again.
type Answers = Arc<Mutex<VecDeque<(u16, Value)>>>;
type Received = Arc<Mutex<Vec<(http::HeaderMap, Vec<u8>)>>>;

/// The header that says over which connection something came.
const OVER: &str = "over-connection";

/// A receiver on loopback: its address, and what came.
async fn receiver(answers: impl IntoIterator<Item = (u16, Value)>) -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/from-the-host", listener.local_addr().unwrap());
    let (answers, received): (Answers, Received) =
        (Arc::new(Mutex::new(answers.into_iter().collect())), Arc::default());
    let came = Arc::clone(&received);
    tokio::spawn(async move {
        while let Ok((stream, peer)) = listener.accept().await {
            let (answers, came) = (Arc::clone(&answers), Arc::clone(&came));
            let service = service_fn(move |request: http::Request<Incoming>| {
                let (answers, came) = (Arc::clone(&answers), Arc::clone(&came));
                async move {
                    let (mut parts, body) = request.into_parts();
                    parts.headers.insert(OVER, peer.to_string().parse().unwrap());
                    assert_eq!((parts.method.as_str(), parts.uri.path()), ("POST", "/from-the-host"));
                    let body = body.collect().await.unwrap().to_bytes().to_vec();
                    came.lock().unwrap().push((parts.headers, body));
                    let mut answers = answers.lock().unwrap();
                    let (status, body) =
                        if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }.unwrap();
                    let answer = http::Response::builder().status(status);
                    Ok::<_, Infallible>(answer.body(Full::new(Bytes::from(body.to_string()))).unwrap())
                }
            });
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (url, received)
}

async fn host(folder: &std::path::Path) -> (Service, Arc<SqliteStore>) {
    let store = Arc::new(SqliteStore::open(&folder.join("data"), SqliteOptions::default()).await.unwrap());
    let keys = folder.join("keys");
    std::fs::write(&keys, Keyring::generate_line().unwrap().expose()).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let options = ServiceOptions {
        store: Arc::clone(&store) as _,
        keyring: Keyring::from_source(&KeySource::File(keys)).unwrap(),
        engine: Engine::new(EngineOptions { concurrent_calls: 4, ..EngineOptions::default() }).unwrap(),
        transport: Arc::new(LiveTransport::new(LiveOptions::default()).unwrap()),
        limits: Limits::default(),
        public_url: String::new(),
        clock: Arc::new(SystemClock),
        calls_at_once: 2,
        timers: Timers::default(),
    };
    let service = Service::start(options, Vec::new()).await.unwrap();
    let catalogue_json = r#"{"customer_tags":[],"customer_fields":[],"account_plan":[],"dimensions":[]}"#.to_owned();
    let next = i64::MAX;
    let installation =
        Installation { catalogue_json, next_check: next, next_catch_up: next, ..Installation::new("club", "none", 0) };
    let writes = vec![Write::CreateInstallation(Box::new(installation))];
    commit(&store, writes).await;
    (service, store)
}

async fn commit(store: &SqliteStore, writes: Vec<Write>) {
    store.commit(Change { installation: "club".to_owned(), guards: Vec::new(), writes }).await.unwrap().unwrap();
}

fn item(kind: &str, customer_id: &str, revision: i64, body: &Value) -> Write {
    Write::PutOutbox(NewOutboxItem {
        kind: kind.to_owned(),
        customer_id: customer_id.to_owned(),
        revision,
        body_json: body.to_string(),
        at: 1,
    })
}

/// Until the outbox is as long as it should be.
async fn outbox_of(store: &SqliteStore, wanted: usize) {
    tokio::time::timeout(Duration::from_secs(60), async {
        while store.outbox(None, 0, 100).await.unwrap().len() != wanted {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the outbox does not come to the length it should have");
}

#[tokio::test]
async fn what_is_pushed_is_signed_comes_in_order_and_again_until_somebody_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let (service, store) = host(folder.path()).await;
    let (url, received) = receiver([(503, json!({})), (500, json!({})), (200, json!({}))]).await;
    let secret = PushSecret::new().unwrap();
    commit(&store, vec![item("notice", "C1", 0, &json!({"n": 1})), item("notice", "C2", 0, &json!({"n": 2}))]).await;
    service.push_to(Push::new(&url, PushSecret::parse(secret.text().expose()).unwrap()).unwrap());
    outbox_of(&store, 0).await;
    let received = received.lock().unwrap();
    let ids: Vec<i64> = received
        .iter()
        .map(|(_, body)| serde_json::from_slice::<Value>(body).unwrap()["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [1, 1, 1, 2], "the first until it is taken, then the second");
    assert!(received.iter().all(|(headers, _)| headers[OVER] == received[0].0[OVER]), "all over one connection");
    let now = jiff::Timestamp::now().as_second();
    for (headers, body) in received.iter() {
        let header = |name: &str| headers[name].to_str().unwrap();
        let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
        let signature = PushSignature::from_headers(id, at, header("webhook-signature")).unwrap();
        signature.verify(&secret, body, now, Duration::from_secs(60)).unwrap();
        let other = PushSecret::new().unwrap();
        assert!(signature.verify(&other, body, now, Duration::from_secs(60)).is_err());
    }
}

#[tokio::test]
async fn an_update_is_acknowledged_by_the_answer_and_a_refused_item_holds_up_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (service, store) = host(folder.path()).await;
    let customer = json!({
        "id": "C1", "number": "1", "name": "N", "address": "", "zip": "", "city": "", "country": "DK", "phone": "", "mobile": "",
        "email": "", "cvr": "", "ean": "", "tags": [], "fields": [], "deleted": false, "revision": 7,
    });
    let change = json!([{"property": {"Attribute": "Phone"}, "value": "00000001"}]);
    let before = json!([{"property": {"Attribute": "Phone"}, "value": ""}]);
    let update = json!({
        "changes": [{"property": {"attribute": "phone"}, "value": "00000001"}], "conflicts": [],
        "kept": {"changes": change, "agreed": [], "before": before},
    });
    let row = CustomerRow {
        id: "C1".to_owned(),
        revision: 7,
        number: "1".to_owned(),
        cvr_digits: String::new(),
        email_lower: String::new(),
        tagged: false,
        deleted: false,
        body_json: customer.to_string(),
        changed: 0,
    };
    let first = item("notice", "C9", 0, &json!({"refused": true}));
    commit(&store, vec![Write::PutCustomer(row), first, item("customer-update", "C1", 7, &update)]).await;
    let (url, received) = receiver([(422, json!({})), (200, json!({"outcome": "applied", "revision": 9}))]).await;
    service.push_to(Push::new(&url, PushSecret::new().unwrap()).unwrap());
    outbox_of(&store, 0).await;
    let held = store.customer("club", "C1").await.unwrap().unwrap();
    let held_now: Value = serde_json::from_str(&held.body_json).unwrap();
    assert_eq!((held.revision, &held_now["phone"]), (9, &json!("00000001")), "the copy follows what FlexyBox says");
    let received = received.lock().unwrap();
    let bodies: Vec<Value> = received.iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect();
    assert_eq!(bodies[1]["kind"], "customer-update", "the refused one waits, the next goes on");
    assert_eq!(
        bodies[1]["body"],
        json!({"changes": [{"property": {"attribute": "phone"}, "value": "00000001"}], "conflicts": []})
    );
    assert_eq!(bodies[2]["id"], bodies[0]["id"], "and comes again");
}

#[test]
fn only_addresses_that_can_be_pushed_to_are_taken() {
    for wrong in ["", "ftp://flexybox.example/", "flexybox.example/hooks", "https:///x"] {
        let refused = Push::new(wrong, PushSecret::new().unwrap()).err().expect(wrong);
        assert_eq!(refused.code, "wrong-push-url", "{wrong}");
    }
    for right in ["https://flexybox.example/hooks", "http://10.0.0.7:8080/hooks?of=accounting"] {
        assert!(Push::new(right, PushSecret::new().unwrap()).is_ok(), "{right}");
    }
}
