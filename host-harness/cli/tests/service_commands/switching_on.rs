//! Switching a club on: told beforehand, asked, and looked on until it is done.

use crate::host::host;
use crate::run::{KEY_VARIABLE, cannot, harness_with, new_key, said, told};
use serde_json::{Value, json};

fn view(phase: &str, waiting: u64, parked: u64) -> Value {
    json!({
        "phase": phase, "customers": 100, "debtors": 90, "read": 90, "found": 70, "due": 7, "waiting": waiting, "waited": 100,
        "parked": parked, "daily_calls": 5000, "left_today": 4500, "goes_on_ms": null, "paused": "",
        "plan": {"calls_least": 1, "calls_most": 9, "days_least": 1, "days_most": 1},
    })
}

fn switch_on(url: &str, more: &[&str]) -> std::process::Output {
    let mut arguments =
        vec!["switch-on", "club-17", "--url", url, "--api-key-env", KEY_VARIABLE, "--locale", "en", "--debtors", "90"];
    arguments.extend(more);
    harness_with(&arguments, Some(&new_key()))
}

#[test]
fn where_nobody_can_be_asked_the_plan_is_told_and_nothing_is_begun() {
    let (url, asked) = host(vec![(200, view("not-begun", 100, 0))]);
    let output = switch_on(&url, &[]);
    cannot(&output, "say yes with --yes");
    assert!(said(&output).contains("calls: 1 to 9 (5000 a day, 4500 of them for this today), days: 1"));
    let lines: Vec<String> = asked.join().unwrap().into_iter().map(|(line, _, _)| line).collect();
    assert_eq!(lines, ["GET /api/v1/installations/club-17/switch-on?debtors=90 HTTP/1.1"]);
}

#[test]
fn with_yes_it_goes_on_to_the_end_and_says_who_waits_for_a_person() {
    let (url, asked) = host(vec![
        (200, view("not-begun", 100, 0)),
        (200, view("looking", 100, 0)),
        (200, view("looked", 100, 0)),
        (200, view("going", 60, 0)),
        (200, view("done", 0, 2)),
    ]);
    let output = switch_on(&url, &["--yes"]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(
        told(&output),
        "switched on: 100 customers, 90 debtors read, 2 customers wait for a person (harness parked list)\n"
    );
    assert!(said(&output).contains("70 customers may have a debtor, and 7 of those change; 30 are created"));
    let asked = asked.join().unwrap();
    let steps: Vec<&str> = asked.iter().map(|(line, _, _)| line.split(' ').next().unwrap()).collect();
    assert_eq!(steps, ["GET", "POST", "GET", "POST", "GET"]);
    assert!(asked[1].0.contains("/switch-on/look ") && asked[3].0.contains("/switch-on/go "));
    assert_eq!(serde_json::from_str::<Value>(&asked[1].2).unwrap(), json!({"debtors": 90}));
}

#[test]
fn it_can_be_looked_on_again_and_a_pause_is_told() {
    let mut paused = view("going", 60, 0);
    paused["paused"] = json!("toy.unauthorized");
    let (url, asked) = host(vec![(200, paused)]);
    cannot(&switch_on(&url, &[]), "the installation waits (toy.unauthorized)");
    assert_eq!(asked.join().unwrap().len(), 1);
}
