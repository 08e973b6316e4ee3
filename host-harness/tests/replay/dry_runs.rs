use super::books::{Books, TOKEN};
use super::driver::Small;
use super::stage::{API_KEY, PASSWORD, record_into, scenario, scenario_json};
use host_harness::replay::{DryRun, Fate, Fixture, Privacy, dry_run};
use host_harness::scenario::Scenario;
use serde_json::json;
use std::sync::Arc;

fn one_event() -> Scenario {
    let mut json = scenario_json();
    json["events"] = json!([{"customers-changed": {"customers": [{"id": "C1", "kind": "created"}]}}]);
    scenario(&json)
}

#[tokio::test]
async fn sends_nothing_and_shows_no_secret() {
    let events = dry_run(&DryRun { scenario: &one_event(), driver: &Small::default(), answers: None, reads: None })
        .await
        .unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.requests.len(), 1);
    assert_eq!(event.requests[0].fate, Fate::NotSent);
    assert!(event.incomplete);
    let shown = serde_json::to_string(&event).unwrap();
    assert!(!shown.contains(PASSWORD) && !shown.contains(API_KEY), "{shown}");
    assert!(shown.contains("https://books.example/login") && shown.contains("bogholder"), "{shown}");
}

#[tokio::test]
async fn answers_from_a_recording_lead_further() {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    let fixture = Fixture::read(folder.path()).unwrap();
    let mut again = one_event();
    again.settings = fixture.scenario.settings.clone();
    let run = DryRun { scenario: &again, driver: &Small::default(), answers: Some(fixture.exchanges), reads: None };
    let events = dry_run(&run).await.unwrap();
    let fates: Vec<&Fate> = events[0].requests.iter().map(|shown| &shown.fate).collect();
    assert_eq!(fates, [&Fate::AnsweredByExchange(1), &Fate::AnsweredByExchange(2), &Fate::AnsweredByExchange(3)]);
    assert_eq!(events[0].requests[2].request.method, "POST");
}

#[tokio::test]
async fn only_reads_go_out_and_only_when_asked_for() {
    let books = Arc::new(Books::default());
    let run = DryRun { scenario: &one_event(), driver: &Small::default(), answers: None, reads: Some(books.clone()) };
    let events = dry_run(&run).await.unwrap();
    // The login is a POST, so it does not go out, and nothing follows.
    assert_eq!(events[0].requests.iter().map(|shown| shown.fate.clone()).collect::<Vec<_>>(), [Fate::NotSent]);
    assert!(books.debtors.lock().unwrap().is_empty());
    assert!(!serde_json::to_string(&events).unwrap().contains(TOKEN));
}
