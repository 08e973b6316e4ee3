use super::books::{Books, TOKEN};
use super::driver::Small;
use super::stage::{API_KEY, PASSWORD, everything_in, record_into, record_with, scenario, scenario_json};
use host_harness::replay::{Fixture, Privacy, RecordError};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn a_recording_holds_and_is_the_same_bytes_every_time() {
    let one = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let recorded = record_into(one.path(), Privacy::Fictional).await.unwrap();
    assert!(recorded.replayed.holds(), "{:#?}", recorded.replayed.problems);
    assert_eq!((recorded.replayed.events, recorded.words_replaced), (8, 0));
    record_into(other.path(), Privacy::Fictional).await.unwrap();
    assert_eq!(everything_in(one.path()), everything_in(other.path()));
    let again = Fixture::read(one.path()).unwrap().replay(&Small::default()).await.unwrap();
    assert_eq!(again.fuel, recorded.replayed.fuel);
}

#[tokio::test]
async fn the_retry_after_a_dropped_write_links_instead_of_making_another() {
    let folder = tempfile::tempdir().unwrap();
    let driver = Small::default();
    let books = Arc::new(Books::default());
    record_with(&driver, &books, &scenario(&scenario_json()), folder.path(), Privacy::Fictional).await.unwrap();
    assert_eq!(books.debtors.lock().unwrap().len(), 1);
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("expected.json")).unwrap()).unwrap();
    assert_eq!(expected["events"][0]["result"]["customers"][0]["outcome"]["failed"]["kind"], "uncertain");
    assert_eq!(expected["events"][0]["logs"], json!([{"level": "warn", "message": "no answer"}]));
    assert_eq!(expected["events"][1]["kind"], "retry");
    assert_eq!(expected["events"][1]["result"]["customers"][0]["outcome"], "linked");
    assert_eq!(expected["events"][2]["result"]["customers"][0]["outcome"], json!({"skipped": "not-tagged"}));
    assert_eq!(expected["events"][3]["result"], json!({"nobody-concerned": true}));
    assert_eq!(expected["events"][4]["applied"], json!([[{"customer-updated": 2}]]));
    assert_eq!(expected["customers"][0]["revision"], 3);
    assert_eq!(expected["links"][0]["base"], json!([{"name": "name", "value": "Søren Ærlig & Søn"}]));
    assert_eq!(expected["remembered"], json!([{"key": "server", "value": "7"}]));

    // The first two calls of the first run: same key, same input, next attempt, later clock.
    let contexts = driver.contexts.lock().unwrap();
    assert_eq!((contexts[0].attempt, contexts[1].attempt), (1, 2));
    assert_eq!(contexts[0].idempotency_key, contexts[1].idempotency_key);
    assert_ne!(contexts[1].idempotency_key, contexts[2].idempotency_key);
    assert_eq!(contexts[1].now - contexts[0].now, 60_000);
    let changes = driver.changes.lock().unwrap();
    assert_eq!(changes[0], changes[1]);
}

#[tokio::test]
async fn no_secret_is_written() {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    let all = everything_in(folder.path());
    for secret in [PASSWORD, API_KEY, TOKEN] {
        assert!(!all.contains(secret), "{secret} is in the recording");
    }
    assert!(all.contains("\"authorization\": \"Bearer …\""));
    assert!(all.contains("\"password\": \"replaced-password\""));
    assert!(all.contains("5ec2e75e-0000-4000-8000-0000000000"));
}

#[tokio::test]
async fn no_personal_word_is_written_and_the_recording_still_works() {
    let folder = tempfile::tempdir().unwrap();
    let privacy = Privacy::Pseudonyms { keep: vec!["accepted".to_owned()] };
    let recorded = record_into(folder.path(), privacy).await.unwrap();
    assert!(recorded.replayed.holds() && recorded.words_replaced > 8);
    let all = everything_in(folder.path()).to_lowercase();
    for word in ["søren", "ærlig", "aerlig", "00042", "00043", "uden"] {
        assert!(!all.contains(word), "{word} is in the recording");
    }
    let written: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.path().join("scenario.json")).unwrap()).unwrap();
    let customer = &written["customers"][0];
    let number = customer["number"].as_str().unwrap();
    assert!(number.starts_with("000") && number.len() == 5, "{number}");
    let name = customer["name"].as_str().unwrap();
    assert_eq!(name.chars().count(), "Søren Ærlig".chars().count());
    assert!(name.chars().nth(1).is_some_and(|letter| "æøå".contains(letter)), "{name}");
    assert!(name.chars().nth(6).is_some_and(|letter| "ÆØÅ".contains(letter)), "{name}");
    assert_eq!(written["settings"]["user"], "bogholder");
    assert_eq!(customer["tags"], json!(["Erhverv"]));
    assert_eq!(customer["fields"][0]["value"], "1.250,50", "amounts stay, as fractions in answers do");
}

#[tokio::test]
async fn a_word_that_means_something_must_be_kept_or_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new");
    let error = record_into(&target, Privacy::Pseudonyms { keep: vec![] }).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, RecordError::ActsOtherwise(_)), "{text}");
    assert!(text.contains("--keep"), "{text}");
    assert!(!text.contains("Søren") && !text.contains(PASSWORD), "{text}");
    assert!(!target.exists());
}

#[tokio::test]
async fn a_short_secret_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut json = scenario_json();
    json["settings"]["password"] = json!("abc");
    let books = Arc::new(Books::default());
    let error =
        record_with(&Small::default(), &books, &scenario(&json), folder.path(), Privacy::Fictional).await.unwrap_err();
    assert!(books.debtors.lock().unwrap().is_empty(), "nothing is run before that is known");
    assert!(error.to_string().contains("the secret setting \"password\" is shorter than 4"), "{error}");
}

#[tokio::test]
async fn an_answer_of_megabytes_takes_little_room() {
    let folder = tempfile::tempdir().unwrap();
    let books = Arc::new(Books::default());
    *books.rows_in_lists.lock().unwrap() = 70_000;
    let mut json = scenario_json();
    json["events"] = json!([{"customers-changed": {"customers": [{"id": "C1"}]}}]);
    record_with(&Small::default(), &books, &scenario(&json), folder.path(), Privacy::Fictional).await.unwrap();
    let exchanges = std::fs::read_to_string(folder.path().join("exchanges.json")).unwrap();
    assert!(exchanges.len() < 3_000, "{}", exchanges.len());
    let replayed = Fixture::read(folder.path()).unwrap().replay(&Small::default()).await.unwrap();
    assert!(replayed.holds(), "{:?}", replayed.problems);
    assert!(replayed.fuel > 3_000_000, "the connector reads all of it: {}", replayed.fuel);
}

#[tokio::test]
async fn fuel_must_be_the_same_to_the_unit_for_the_same_compiler() {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    let fixture = Fixture::read(folder.path()).unwrap();
    let driver = Small::default();
    driver.extra_fuel.store(1, Ordering::Relaxed);
    let replayed = fixture.replay(&driver).await.unwrap();
    assert_eq!(replayed.problems.len(), 7, "{:#?}", replayed.problems);
    assert!(replayed.problems[0].starts_with("expected.json: events[0].fuel.units\n  - "));
    let other = Small { compiler: Some("rustc 1.99.0".to_owned()), ..Small::default() };
    other.extra_fuel.store(1, Ordering::Relaxed);
    let replayed = fixture.replay(&other).await.unwrap();
    assert!(replayed.holds(), "{:#?}", replayed.problems);
    assert_eq!(replayed.notes.len(), 7);
}
