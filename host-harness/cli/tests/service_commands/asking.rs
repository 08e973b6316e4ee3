//! What is asked of a running host, and how its answers are shown.

use crate::host::host;
use crate::run::{KEY_VARIABLE, cannot, good, harness_with, new_key, said, told};
use rstest::rstest;
use serde_json::{Value, json};
use std::net::TcpListener;

fn diagnosis(verdict: &str) -> Value {
    json!({"installation": "club-17", "verdict": verdict, "examined": [
        {"code": "connector-loaded", "verdict": "good", "message": "Forbindelsen er indlæst.", "steps": []},
        {"code": "link-registered", "verdict": verdict, "message": "Linket\u{1b}[31m mangler.", "steps": ["Åbn siden.", "Indsæt linket."]},
    ]})
}

#[rstest]
#[case("good", 0, "club-17: Alt ser ud til at være i orden.", "ok link-registered")]
#[case("warning", 0, "club-17: Linket [31m mangler.", "!  link-registered")]
#[case("bad", 1, "club-17: Linket [31m mangler.", "!! link-registered")]
#[case("unknown", 0, "club-17: Der er ikke fundet noget galt, men", "?? link-registered")]
fn the_doctor_says_what_the_host_saw(
    #[case] verdict: &str,
    #[case] status: i32,
    #[case] first: &str,
    #[case] mark: &str,
) {
    let key = new_key();
    let (url, asked) = host(vec![(200, diagnosis(verdict))]);
    let output =
        harness_with(&["doctor", "club-17", "--url", &url, "--api-key-env", KEY_VARIABLE, "--no-ask"], Some(&key));
    assert_eq!(output.status.code(), Some(status), "{}", said(&output));
    let told = told(&output);
    assert!(told.starts_with(first), "{told}");
    assert!(told.contains(mark) && told.contains("ok connector-loaded"), "{told}");
    assert!(told.contains("     1. Åbn siden.\n     2. Indsæt linket.\n"), "{told}");
    let expected = "GET /api/v1/installations/club-17/doctor?locale=da&ask=false HTTP/1.1";
    assert_eq!(asked.join().unwrap(), [(expected.to_owned(), format!("Bearer {key}"), String::new())]);
}

#[rstest]
#[case(404, json!({"detail": "there is no installation x", "code": "unknown-installation", "correlation": "c"}),
    "there is no installation x (unknown-installation)")]
#[case(403, json!({"detail": "this needs the scope operate", "code": "scope-missing"}), "this needs the scope operate (scope-missing)")]
#[case(500, json!({"detail": "something went wrong", "code": "internal", "correlation": "abc"}), "(internal, correlation abc)")]
#[case(502, json!("<html>"), "answered 502 and did not say why")]
#[case(301, json!({}), "answered 301 and did not say why")]
#[case(200, json!({"unheard": 1}), "otherwise than this version expects")]
fn what_the_host_refuses_is_told_in_its_words(#[case] status: u16, #[case] answer: Value, #[case] why: &str) {
    let key = new_key();
    let (url, asked) = host(vec![(status, answer)]);
    let arguments = ["doctor", "x", "--url", &url, "--api-key-env", KEY_VARIABLE, "--locale", "en", "--json"];
    let output = harness_with(&arguments, Some(&key));
    cannot(&output, why);
    assert!(!said(&output).contains(&key));
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(printed["error"].as_str().unwrap().contains(why));
    assert!(asked.join().unwrap()[0].0.ends_with("?locale=en&ask=true HTTP/1.1"));
}

#[test]
fn a_host_that_is_away_is_said_to_be() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let arguments = ["installations", "--url", &url, "--api-key-env", KEY_VARIABLE];
    cannot(&harness_with(&arguments, Some(&new_key())), "is the host running, and is --url its address?");
}

fn event(seq: i64) -> Value {
    json!({"seq": seq, "kind": "customer", "key": "c:C1", "state": "parked", "attempt": 2, "reason_code": "wrong-vat",
        "reason": "Momskoden findes ikke.", "received_ms": 1_780_000_000_000_i64, "not_before_ms": 0, "correlation": "c1",
        "priority": "change"})
}

#[test]
fn parked_events_of_all_installations_are_listed_page_by_page() {
    let (url, asked) = host(vec![
        (200, json!({"installations": [{"id": "club-1"}, {"id": "club-2"}]})),
        (200, json!({"events": [event(1)], "next": "1 &"})),
        (200, json!({"events": [event(2)], "next": null})),
        (200, json!({"events": [event(9)], "next": null})),
    ]);
    let output = harness_with(&["parked", "list", "--url", &url, "--api-key-env", KEY_VARIABLE], Some(&new_key()));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let rows: Vec<Vec<String>> =
        told(&output).lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0][..3], ["INSTALLATION", "SEQ", "KIND"]);
    assert_eq!(rows[1][..8], ["club-1", "1", "customer", "c:C1", "2", "2026-05-28", "20:26:40Z", "wrong-vat"]);
    assert_eq!((rows[2][1].as_str(), rows[3][0].as_str()), ("2", "club-2"));
    let paths: Vec<String> = asked.join().unwrap().into_iter().map(|(line, _, _)| line).collect();
    assert_eq!(paths[1], "GET /api/v1/installations/club-1/parked?limit=500 HTTP/1.1");
    assert_eq!(paths[2], "GET /api/v1/installations/club-1/parked?limit=500&after=1%20%26 HTTP/1.1");
    assert_eq!(paths[3], "GET /api/v1/installations/club-2/parked?limit=500 HTTP/1.1");
}

#[test]
fn a_parked_event_is_shown_with_its_attempts() {
    let mut shown = event(7);
    shown["attempts"] = json!([{"attempt": 1, "at_ms": 1_780_000_000_000_i64, "trouble": "rejected", "code": "wrong-vat",
        "message": "Momskoden findes ikke.", "detail": "400", "followed": "parked"}]);
    let (url, asked) = host(vec![(200, shown)]);
    let arguments = ["parked", "show", "7", "--installation", "club-1", "--url", &url, "--api-key-env", KEY_VARIABLE];
    let output = harness_with(&arguments, Some(&new_key()));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = told(&output);
    assert!(told.contains("reason        Momskoden findes ikke. (wrong-vat)"), "{told}");
    assert!(told.lines().last().unwrap().starts_with("1"), "{told}");
    assert_eq!(asked.join().unwrap()[0].0, "GET /api/v1/installations/club-1/events/7 HTTP/1.1");
}

#[test]
fn events_are_retried_and_dropped_one_after_the_other_until_one_is_refused() {
    let at = |url: &str| {
        let rest = ["--installation", "club-1", "--url", url, "--api-key-env", KEY_VARIABLE];
        rest.map(str::to_owned).to_vec()
    };
    let run = |command: &[&str], url: &str| {
        let rest = at(url);
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        harness_with(&[command, &rest[..]].concat(), Some(&new_key()))
    };
    let (url, asked) = host(vec![(204, Value::Null), (204, Value::Null)]);
    assert_eq!(good(&run(&["parked", "retry", "4", "5", "--json"], &url)), json!({"retried": [4, 5]}));
    assert_eq!(asked.join().unwrap()[1].0, "POST /api/v1/installations/club-1/parked/5/retry HTTP/1.1");

    let (url, asked) =
        host(vec![(204, Value::Null), (404, json!({"detail": "event 5 is not parked", "code": "not-parked"}))]);
    let output = run(&["parked", "drop", "4", "5", "6"], &url);
    cannot(&output, "event 5: event 5 is not parked (not-parked); done before that: 4");
    assert_eq!(asked.join().unwrap()[0].0, "DELETE /api/v1/installations/club-1/parked/4 HTTP/1.1");
}

fn installation_view(pause: &Value) -> Value {
    let state = if pause.is_null() { "active" } else { "paused" };
    json!({"id": "club-1", "connector": "books", "name": "Klub", "locale": "da", "state": state, "pause": pause,
        "calls_today": 41, "last_hook_ms": 1_780_000_000_000_i64,
        "counts": {"waiting": 3, "parked": 1, "outbox": 2}})
}

#[test]
fn installations_are_told_in_a_table() {
    let pause = json!({"code": "credentials", "message": "Koden er forkert.", "subject": "password", "at_ms": 1});
    let (url, asked) = host(vec![(200, json!({"installations": [installation_view(&pause)]}))]);
    let output = harness_with(&["installations", "--url", &url, "--api-key-env", KEY_VARIABLE], Some(&new_key()));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = told(&output);
    let row: Vec<&str> = told.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(row, ["club-1", "books", "paused:", "credentials", "3", "1", "2", "41", "2026-05-28", "20:26:40Z"]);
    assert_eq!(asked.join().unwrap()[0].0, "GET /api/v1/installations?counts=true HTTP/1.1");
}

#[test]
fn an_installation_is_paused_and_resumed() {
    let pause = json!({"code": "person", "message": "status", "subject": "", "at_ms": 1});
    let (url, asked) = host(vec![
        (200, installation_view(&pause)),
        (200, installation_view(&Value::Null)),
        (200, installation_view(&pause)),
    ]);
    let run = |arguments: &[&str]| {
        harness_with(&[arguments, &["club-1", "--url", &url, "--api-key-env", KEY_VARIABLE]].concat(), Some(&new_key()))
    };
    let paused = run(&["pause", "--note", "status"]);
    assert_eq!((paused.status.code(), told(&paused).as_str()), (Some(0), "club-1 is paused: person (status)\n"));
    let resumed = run(&["resume"]);
    assert_eq!((resumed.status.code(), told(&resumed).as_str()), (Some(0), "club-1 is active\n"));
    assert_eq!(run(&["resume"]).status.code(), Some(1), "still paused is no success");
    let asked = asked.join().unwrap();
    assert_eq!(
        (asked[0].0.as_str(), asked[0].2.as_str()),
        ("POST /api/v1/installations/club-1/pause HTTP/1.1", r#"{"note":"status"}"#)
    );
}

#[test]
fn a_recording_is_begun_and_shown() {
    let state = json!({"running": true, "wanted": 5, "written": 2, "left_out": {"earlier-days": 1}, "folder": "/data/r/club-1"});
    let (url, asked) = host(vec![(200, state.clone()), (200, state)]);
    let access = ["--installation", "club-1", "--url", &url, "--api-key-env", KEY_VARIABLE];
    let start = [&["recording", "start", "--calls", "5", "--keep", "Erhverv"], access.as_slice()].concat();
    let output = harness_with(&start, Some(&new_key()));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(
        told(&output),
        "recording     listening: 2 of 5 calls written\nfolder        /data/r/club-1\nleft out      1 (earlier-days)\n"
    );
    let show = [&["recording", "show", "--json"], access.as_slice()].concat();
    let shown: Value = serde_json::from_str(&told(&harness_with(&show, Some(&new_key())))).unwrap();
    assert_eq!(shown["written"], 2);
    let asked = asked.join().unwrap();
    assert_eq!(asked[0].0, "POST /api/v1/installations/club-1/recording HTTP/1.1");
    assert!(asked[0].2.contains("Erhverv"), "{}", asked[0].2);
    assert_eq!(asked[1].0, "GET /api/v1/installations/club-1/recording HTTP/1.1");
}
