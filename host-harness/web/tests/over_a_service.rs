//! The whole router over a real service and store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod host;

use accounting_web::{Rate, WebOptions};
use axum::body::Body;
use host::{CLUB, at, customer, hook, host};
use http::Request;
use serde_json::{Value, json};
use std::num::NonZeroU32;

#[tokio::test]
async fn a_call_of_the_link_is_kept_whatever_it_says() {
    let host = host(WebOptions::default()).await;
    let link = host.link().await;
    let broken = Request::post(&link).header("content-type", "application/json").body(Body::from("{\u{0}")).unwrap();
    for call in [hook("GET", &format!("{link}?a=%zz&b"), ""), hook("POST", &link, vec![0xff; 1 << 20]), broken] {
        let answer = host.send(call).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    }
    let events = host.ask("GET", &at("/events?kind=webhook&state=waiting")).await.json;
    assert_eq!(events["events"].as_array().unwrap().len(), 3);
    let seq = events["events"][0]["seq"].as_i64().unwrap();
    let event = host.ask("GET", &at(&format!("/events/{seq}"))).await.json;
    assert_eq!((&event["kind"], &event["attempts"]), (&json!("webhook"), &json!([])));
    assert!(!event.to_string().contains("changed\""), "no payload: {event}");
}

#[tokio::test]
async fn a_link_that_is_not_taken_is_refused_in_the_same_words() {
    let host = host(WebOptions::default()).await;
    let old = host.link().await;
    let ended = host.json("POST", &at("/link/rotate"), &json!({"overlap_s": 0})).await;
    assert_eq!(ended.status, 200);
    let mut told = Vec::new();
    let unknown = format!("/hooks/{}", "A".repeat(43));
    for path in [old.as_str(), unknown.as_str(), "/hooks/short", "/hooks/%FF%FE", "/hooks/%00"] {
        for method in ["GET", "POST"] {
            let mut answer = host.send(hook(method, path, "x")).await;
            assert_eq!(answer.status, 404, "{method} {path}");
            answer.json.as_object_mut().unwrap().remove("correlation");
            told.push(answer.json);
        }
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
}

#[tokio::test]
async fn a_link_takes_two_methods_and_a_mebibyte() {
    let host = host(WebOptions::default()).await;
    let link = host.link().await;
    for method in ["HEAD", "PUT", "DELETE", "OPTIONS"] {
        let answer = host.send(hook(method, &link, "")).await;
        assert_eq!(answer.status, 405, "{method}");
        assert!(answer.headers["allow"].to_str().unwrap().contains("POST"), "{method}");
    }
    let large = host.send(hook("POST", &link, vec![0; (1 << 20) + 1])).await;
    assert_eq!((large.status, &large.json["code"]), (413, &json!("too-large")));
    assert_eq!(host.ask("GET", &at("/events")).await.json["events"], json!([]));
}

#[tokio::test]
async fn a_link_that_is_called_too_often_says_when_to_come_back() {
    let hook_rate = Rate { per_second: NonZeroU32::MIN, burst: NonZeroU32::new(2).unwrap() };
    let host = host(WebOptions { hook_rate, ..WebOptions::default() }).await;
    let (link, other) = (host.link().await, host.link().await);
    // The first call proves that the link exists; those after it count.
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(host.send(hook("POST", &link, "x")).await.status);
    }
    assert_eq!(statuses, [204, 204, 204, 429]);
    let refused = host.send(hook("GET", &link, "")).await;
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    assert_eq!(host.send(hook("POST", &other, "x")).await.status, 204);
}

#[tokio::test]
async fn customers_come_in_one_by_one_and_many_at_once() {
    let host = host(WebOptions::default()).await;
    let first = host.json("POST", &at("/customers"), &customer("C1", 1)).await;
    assert_eq!((first.status, &first.json["accepted"]["result"]), (202, &json!("new")));
    assert!(first.json["accepted"]["seq"].as_i64().is_some());
    let lines = format!("{}\n\n{}\n{}\n", customer("C1", 1), customer("C2", 1), customer("C1", 2));
    let many = host.body("POST", &at("/customers"), "application/x-ndjson", lines).await;
    assert_eq!(many.status, 202, "{}", many.text);
    let results: Vec<_> =
        many.json["results"].as_array().unwrap().iter().map(|one| (&one["line"], &one["result"])).collect();
    let (one, three, four) = (json!(1), json!(3), json!(4));
    let (outdated, new, collapsed) = (json!("outdated"), json!("new"), json!("collapsed"));
    assert_eq!(results, [(&one, &outdated), (&three, &new), (&four, &collapsed)]);

    let page = host.ask("GET", &at("/customers?limit=1")).await.json;
    assert_eq!((&page["customers"][0]["id"], &page["customers"][0]["revision"]), (&json!("C1"), &json!(2)));
    let next = page["next"].as_str().unwrap();
    let page = host.ask("GET", &at(&format!("/customers?limit=1&after={next}"))).await.json;
    assert_eq!(page["customers"][0]["name"], json!("Maja Sørensen"));
    assert_eq!(host.ask("GET", &at("/customers/C2")).await.json["id"], json!("C2"));
    assert_eq!(host.ask("GET", &at("/customers/C3")).await.status, 404);
    let counts = host.ask("GET", &at("")).await.json["counts"].clone();
    assert_eq!((&counts["customers"], &counts["waiting"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn of_many_with_one_bad_line_none_is_taken() {
    let host = host(WebOptions::default()).await;
    let bad = customer("", 1);
    let lines = format!("{}\n{bad}\n", customer("C1", 1));
    let answer = host.body("POST", &at("/customers"), "application/x-ndjson", lines).await;
    assert_eq!((answer.status, &answer.json["subject"]), (422, &json!("line 2: customer.id")));
    assert_eq!(host.ask("GET", &at("/customers")).await.json["customers"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_read_is_the_senders_fault() {
    let host = host(WebOptions::default()).await;
    let good = customer("C1", 1).to_string();
    let path = at("/customers");
    let huge = format!(r#"{{"event_id":"{}"}}"#, "x".repeat(2 << 20));
    let cases = [
        ("application/json", good.trim_end_matches('}').to_owned(), 400),
        ("application/json", String::new(), 400),
        ("text/plain", good.clone(), 415),
        ("", good.clone(), 415),
        ("application/json", huge, 413),
        ("application/json", good.replace(":1", ":99999999999999999999"), 422),
        ("application/json", good.replace("name", "navn"), 422),
        ("application/json", good, 202),
    ];
    for (kind, body, status) in cases {
        let start: String = body.chars().take(60).collect();
        let answer = host.body("POST", &path, kind, body).await;
        assert_eq!(answer.status, status, "{kind} {start}: {}", answer.text);
        assert_eq!(answer.status >= 400, answer.headers["content-type"] == "application/problem+json");
    }
}

#[tokio::test]
async fn a_day_comes_in_once() {
    let host = host(WebOptions::default()).await;
    let line = |amount: i64| json!({"source": "payment-type", "source_name": "Kontant", "posting": {"ledger": "1010"}, "amount": amount});
    let report = json!({"id": "r-1", "date": "2026-11-24", "currency": "DKK", "lines": [line(5), line(-5)]});
    let day = json!({"event_id": "e-1", "report": report});
    let results = [
        host.json("POST", &at("/days"), &day).await.json["accepted"]["result"].clone(),
        host.json("POST", &at("/days"), &day).await.json["accepted"]["result"].clone(),
    ];
    assert_eq!(results, [json!("new"), json!("duplicate")]);
    assert_eq!(host.ask("GET", &at("/days/r-1/receipts")).await.json, json!({"receipts": []}));
    let events = host.ask("GET", &at("/events?kind=day")).await.json;
    assert_eq!((&events["events"][0]["key"], &events["events"][0]["priority"]), (&json!("d:r-1"), &json!("day")));
}

#[tokio::test]
async fn a_key_taken_back_is_refused_at_once() {
    let host = host(WebOptions::default()).await;
    let made = host.json("POST", "/api/v1/keys", &json!({"name": "host", "scopes": ["operate", "days:write"]})).await;
    assert_eq!((made.status, &made.json["key"]["scopes"]), (201, &json!(["days:write", "operate"])));
    let with = |key: &Value| {
        let bearer = format!("Bearer {}", key.as_str().unwrap());
        Request::get(at("/flags")).header("authorization", bearer).body(Body::empty()).unwrap()
    };
    let forbidden = host.send(with(&made.json["secret"])).await;
    assert_eq!((forbidden.status, &forbidden.json["subject"]), (403, &json!("installations:read")));
    let id = made.json["key"]["id"].as_str().unwrap();
    assert_eq!(host.ask("DELETE", &format!("/api/v1/keys/{id}")).await.status, 204);
    assert_eq!(host.send(with(&made.json["secret"])).await.status, 401);
    let keys = host.ask("GET", "/api/v1/keys").await;
    assert!(!keys.text.contains(made.json["secret"].as_str().unwrap()));
    assert_eq!(keys.json["keys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn every_documented_operation_asks_for_its_scope() {
    let host = host(WebOptions::default()).await;
    let document = host.send(Request::get("/openapi.json").body(Body::empty()).unwrap()).await.json;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(security) = operation.get("security") else { continue };
            let needed = security[0]["key"][0].as_str().unwrap();
            let mut others: Vec<_> = accounting_vault::Scope::ALL.to_vec();
            others.retain(|scope| scope.as_str() != needed && *scope != accounting_vault::Scope::Admin);
            let others: String = others.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(",");
            let (row, key) = host.service.new_api_key("test", &others.parse().unwrap()).await.unwrap();
            let path = path.replace("{id}", "1").replace("{seq}", "1").replace(['{', '}'], "");
            let request = || Request::builder().method(method.to_uppercase().as_str()).uri(&path);
            let refused = host.send(request().body(Body::empty()).unwrap()).await;
            assert_eq!(refused.status, 401, "{method} {path}");
            let refused = host
                .send(request().header("authorization", format!("Bearer {key}")).body(Body::empty()).unwrap())
                .await;
            assert_eq!((refused.status, &refused.json["subject"]), (403, &json!(needed)), "{method} {path}");
            host.service.revoke_api_key(&row.id).await.unwrap();
        }
    }
}

#[tokio::test]
async fn installations_are_shown_and_operated() {
    let host = host(WebOptions::default()).await;
    let list = host.ask("GET", "/api/v1/installations").await.json;
    assert_eq!((&list["installations"][0]["id"], &list["installations"][0]["counts"]), (&json!(CLUB), &Value::Null));
    let counted = host.ask("GET", "/api/v1/installations?counts=true").await.json;
    assert_eq!(counted["installations"][0]["counts"]["customers"], json!(0));
    assert_eq!(host.ask("POST", &at("/resume")).await.json["state"], json!("active"));
    let paused = host.json("POST", &at("/pause"), &json!({"note": "årsafslutning"})).await.json;
    assert_eq!((&paused["state"], &paused["pause"]["message"]), (&json!("paused"), &json!("årsafslutning")));
    let items = host.ask("GET", &format!("/api/v1/outbox?installation={CLUB}")).await.json;
    let kinds: Vec<_> = items["items"].as_array().unwrap().iter().map(|item| item["kind"].clone()).collect();
    assert_eq!(kinds, [json!("installation-resumed"), json!("installation-paused")]);
    let ack = format!("/api/v1/outbox/{}/ack", items["items"][0]["id"]);
    let done = host.json("POST", &ack, &json!({"outcome": "seen"})).await.json;
    let gone = host.json("POST", &ack, &json!({"outcome": "seen"})).await.json;
    assert_eq!((&done["result"], &gone["result"]), (&json!("done"), &json!("gone")));
    let unknown = host.json("POST", "/api/v1/installations", &json!({"id": "club-18", "connector": "none"})).await;
    assert_eq!((unknown.status, &unknown.json["subject"]), (422, &json!("connector")));
    assert_eq!(host.ask("DELETE", &at("")).await.status, 204);
    assert_eq!(host.ask("GET", &at("")).await.json["code"], json!("unknown-installation"));
}

#[tokio::test]
async fn a_backup_goes_to_a_new_file() {
    let host = host(WebOptions::default()).await;
    let file = host.folder.path().join("copy.sqlite");
    let wish = json!({"file": file.to_str().unwrap()});
    let first = host.json("POST", "/api/v1/backup", &wish).await;
    assert_eq!((first.status, &first.json), (200, &wish));
    assert!(file.is_file());
    let again = host.json("POST", "/api/v1/backup", &wish).await;
    assert_eq!((again.status, &again.json["subject"]), (409, &json!("file")));
    let nowhere = json!({"file": file.join("no").join("folder").to_str().unwrap()});
    let nowhere = host.json("POST", "/api/v1/backup", &nowhere).await;
    assert_eq!((nowhere.status, &nowhere.json["subject"]), (422, &json!("file")));
}

#[tokio::test]
async fn the_host_says_how_it_is() {
    let metering = accounting_web::install_metrics().unwrap();
    let host = host(WebOptions { metering: Some(metering), ..WebOptions::default() }).await;
    let open = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    assert_eq!(host.send(open("/healthz")).await.json, json!({"status": "alive"}));
    // No connector is loaded.
    assert_eq!(host.send(open("/readyz")).await.status, 503);
    assert_eq!(host.send(open("/metrics")).await.status, 401);
    host.send(hook("POST", &host.link().await, "x")).await;
    let figures = host.ask("GET", "/metrics").await.text;
    for figure in [
        r#"accounting_http_requests_total{method="GET",route="/healthz",status="200"}"#,
        r#"accounting_http_request_seconds_bucket{route="/readyz",le="#,
        "accounting_hook_acknowledged_seconds_count",
    ] {
        assert!(figures.contains(figure), "{figure} is not in\n{figures}");
    }
}

#[tokio::test]
async fn an_id_that_is_too_long_names_nothing() {
    let host = host(WebOptions::default()).await;
    let long = "0".repeat(65);
    for (method, path) in [
        ("DELETE", at(&format!("/flags/{long}/code"))),
        ("GET", at(&format!("/days/{long}/receipts"))),
        ("GET", at(&format!("/days/{}/receipts", "a%0Ab"))),
        ("GET", at(&format!("/customers/{long}"))),
    ] {
        assert_eq!(host.ask(method, &path).await.status, 404, "{method} {path}");
    }
    let longest = "0".repeat(64);
    assert_eq!(host.ask("GET", &at(&format!("/days/{longest}/receipts"))).await.status, 200);
}

#[tokio::test]
async fn null_is_a_body_left_out() {
    let host = host(WebOptions::default()).await;
    for (path, status) in [("/link/rotate", 200), ("/pause", 200), ("/resync", 202)] {
        let answer = host.json("POST", &at(path), &Value::Null).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
    let wrong = host.json("POST", &at("/pause"), &json!([])).await;
    assert!(wrong.status == 422 && !wrong.text.contains("struct"), "{}", wrong.text);
}

#[tokio::test]
async fn a_list_is_no_object() {
    let host = host(WebOptions::default()).await;
    let mut sent = json!({"kind": "created", "customer": ["C1"]});
    let answer = host.json("POST", &at("/customers"), &sent).await;
    assert_eq!((answer.status, &answer.json["subject"]), (422, &json!("customer")));
    sent["customer"] = json!({"id": "C1"});
    assert_eq!(host.json("POST", &at("/customers"), &sent).await.status, 202);
}

#[tokio::test]
async fn a_move_is_refused_with_what_is_wrong_about_it() {
    let host = host(WebOptions::default()).await;
    let none = host.ask("GET", &at("/migration")).await;
    assert_eq!((none.status, &none.json["code"]), (404, &json!("no-migration")));
    assert_eq!(host.ask("GET", &at("/migration/customers")).await.json["code"], json!("no-migration"));
    assert_eq!(host.ask("GET", &at("/migration/customers?class=everybody")).await.status, 422);
    let itself = host.json("POST", &at("/migration/preview"), &json!({"from": CLUB})).await;
    assert_eq!((itself.status, &itself.json["code"]), (422, &json!("same-installation")));
    assert_eq!(itself.json["subject"], json!("from"));
    for step in ["preview", "apply", "undo"] {
        let path = at(&format!("/migration/{step}"));
        let unknown = host.json("POST", &path, &json!({"from": "nobody"})).await;
        assert_eq!((unknown.status, &unknown.json["code"]), (404, &json!("unknown-installation")), "{step}");
        for body in [json!({}), json!({"from": "a/b"}), json!({"from": "a", "to": "b"})] {
            assert_eq!(host.json("POST", &path, &body).await.status, 422, "{step} {body}");
        }
    }
}
