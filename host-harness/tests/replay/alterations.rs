//! A fixture altered in any one place fails, and the message names the place.

use super::driver::Small;
use super::stage::record_into;
use host_harness::replay::{Fixture, Privacy};
use serde_json::{Value, json};
use std::path::Path;

/// One change to a value: where it was made, and the value after it.
struct Altered {
    place: String,
    what: &'static str,
    value: Value,
}

/// Every scalar changed, every element and key removed, a key added to every object, an element to every list.
fn alterations(whole: &Value) -> Vec<Altered> {
    let mut found = Vec::new();
    let mut pointers = Vec::new();
    walk(whole, String::new(), &mut pointers);
    for place in pointers {
        let here = whole.pointer(&place).unwrap();
        let mut with = |what, value: Value| {
            let mut altered = whole.clone();
            *altered.pointer_mut(&place).unwrap() = value;
            found.push(Altered { place: place.clone(), what, value: altered });
        };
        match here {
            Value::Null => with("null became a text", json!("x")),
            Value::Bool(value) => with("the other truth", json!(!value)),
            Value::Number(number) => with("one more", json!(number.as_i64().unwrap() + 1)),
            Value::String(text) => {
                with("a character more", json!(format!("{text}x")));
                with("emptied", json!(if text.is_empty() { "y" } else { "" }));
            }
            Value::Array(elements) => {
                for at in 0..elements.len() {
                    let mut fewer = elements.clone();
                    fewer.remove(at);
                    with("an element removed", Value::Array(fewer));
                }
                let mut more = elements.clone();
                more.push(elements.last().cloned().unwrap_or(json!("added")));
                with("an element added", Value::Array(more));
            }
            Value::Object(members) => {
                for key in members.keys() {
                    let mut fewer = members.clone();
                    fewer.remove(key);
                    with("a key removed", Value::Object(fewer));
                }
                let mut more = members.clone();
                more.insert("zz_added".into(), json!("added"));
                with("a key added", Value::Object(more));
            }
        }
    }
    found
}

fn walk(value: &Value, at: String, found: &mut Vec<String>) {
    found.push(at.clone());
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| walk(value, format!("{at}/{}", key.replace('/', "~1")), found))
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(n, value)| walk(value, format!("{at}/{n}"), found))
        }
        _ => {}
    }
}

/// What a replay complains of; nothing when the fixture holds.
async fn complaints(folder: &Path) -> Vec<String> {
    match Fixture::read(folder) {
        Ok(fixture) => match fixture.replay(&Small::default()).await {
            Ok(replayed) => replayed.problems,
            Err(error) => vec![error.to_string()],
        },
        Err(error) => vec![error.to_string()],
    }
}

async fn every_alteration_of(name: &str, at_least: usize) {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    assert!(complaints(folder.path()).await.is_empty());
    let path = folder.path().join(name);
    let original: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let all = alterations(&original);
    assert!(all.len() >= at_least, "only {} alterations", all.len());
    for altered in all {
        std::fs::write(&path, altered.value.to_string()).unwrap();
        let found = complaints(folder.path()).await;
        let (place, what) = (&altered.place, altered.what);
        assert!(!found.is_empty(), "{name} {place}: {what}: not noticed");
        let named = found.iter().any(|text| text.contains(name));
        assert!(named, "{name} {place}: {what}: not named in {found:#?}");
    }
}

#[tokio::test]
async fn every_alteration_of_the_scenario_is_noticed() {
    every_alteration_of("scenario.json", 150).await;
}

#[tokio::test]
async fn every_alteration_of_the_exchanges_is_noticed() {
    every_alteration_of("exchanges.json", 200).await;
}

#[tokio::test]
async fn every_alteration_of_what_is_expected_is_noticed() {
    every_alteration_of("expected.json", 200).await;
}

#[tokio::test]
async fn the_message_shows_the_difference() {
    let folder = tempfile::tempdir().unwrap();
    record_into(folder.path(), Privacy::Fictional).await.unwrap();
    let alter = |name: &str, pointer: &str, value: Value| {
        let path = folder.path().join(name);
        let before = std::fs::read_to_string(&path).unwrap();
        let mut whole: Value = serde_json::from_str(&before).unwrap();
        *whole.pointer_mut(pointer).unwrap() = value;
        std::fs::write(&path, whole.to_string()).unwrap();
        move || std::fs::write(&path, &before).unwrap()
    };

    let restore = alter("scenario.json", "/customers/1/name", json!("En Anden"));
    let found = complaints(folder.path()).await;
    restore();
    assert!(
        found.contains(&"scenario.json: customers[1].name is \"En Anden\", which is not what was blessed".to_owned()),
        "{found:#?}"
    );

    let restore = alter("expected.json", "/events/1/result/customers/0/outcome", json!("created"));
    let found = complaints(folder.path()).await;
    restore();
    assert_eq!(found[0], "expected.json: events[1].result.customers[0].outcome\n  - \"created\"\n  + \"linked\"");
    assert!(found[1].contains("altered by hand"), "{found:#?}");

    let restore =
        alter("exchanges.json", "/exchanges/1/request/url", json!("https://books.example/debtors?number=00041"));
    let found = complaints(folder.path()).await;
    restore();
    let first = &found[0];
    assert!(first.starts_with("exchanges.json: event 2: a request that no exchange answers"), "{first}");
    assert!(first.contains("nearest is exchange 2 of"), "{first}");
    assert!(first.contains("-GET https://books.example/debtors?number=00041"), "{first}");
    assert!(first.contains("+GET https://books.example/debtors?number=00042"), "{first}");
    assert!(complaints(folder.path()).await.is_empty());
}
