//! Scenario files that cannot be used say where and why.

use super::stage::scenario_json;
use host_harness::scenario::Scenario;
use rstest::rstest;
use serde_json::{Value, json};
use std::path::Path;

fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut json = scenario_json();
    change(&mut json);
    let text = serde_json::to_string_pretty(&json).unwrap();
    Scenario::parse(&text, Path::new("s.json")).unwrap_err().to_string()
}

#[rstest]
#[case("/custommers", json!([]), "s.json: line", "unknown field `custommers`, expected one of `title`")]
#[case("/customers/0/nmae", json!("x"), "s.json: line", "unknown field `nmae`, expected one of `id`")]
#[case("/events/1", json!({"customer-changed": {}}), "s.json: line", "unknown variant `customer-changed`, expected one of `customers-changed`")]
#[case("/now", json!("today"), "s.json: line", "now")]
#[case("/events/1/customers-changed/customers/0/id", json!("C9"), "events[1].customers-changed.customers[0].id", "no customer \"C9\"; customers are: C1, C2")]
#[case("/events/1/customers-changed/customers/0/kind", json!("made"), "s.json: line", "unknown variant `made`, expected one of `created`, `changed`, `deleted`, `resync`")]
#[case("/events/8/edit/set/tags", json!("x"), "events[8].edit.set", "no attribute \"tags\"; attributes are: number, name")]
#[case("/events/0", json!({"retry": true}), "events[0].retry", "no event before it")]
#[case("/events/3", json!({"retry": false}), "events[3].retry", "write true")]
#[case("/events/7/webhook/method", json!("PUT"), "events[7].webhook.method", "neither GET nor POST")]
#[case("/customers/1/id", json!("C1"), "customers[1].id", "stands there twice")]
#[case("/links", json!([{"customer_id": "C1", "external_id": "7"}, {"customer_id": "C2", "external_id": "7"}]), "links[1].external_id", "at most one each")]
#[case("/links", json!([{"customer_id": "C3", "external_id": "7"}]), "links[0].customer_id", "no customer \"C3\"")]
fn says_where_and_why(#[case] place: &str, #[case] value: Value, #[case] at: &str, #[case] why: &str) {
    let error = refused(|json| {
        let (parent, key) = place.rsplit_once('/').unwrap();
        match json.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.insert(key.to_owned(), value)),
            Value::Array(elements) => elements[key.parse::<usize>().unwrap()] = value,
            other => panic!("{other}"),
        }
    });
    assert!(error.contains(at) && error.contains(why), "{error}");
}

#[test]
fn is_written_as_short_as_it_was() {
    let json = scenario_json();
    let scenario = Scenario::parse(&json.to_string(), Path::new("s.json")).unwrap();
    let again = serde_json::to_value(&scenario).unwrap();
    assert_eq!(again["customers"], json["customers"]);
    assert_eq!(again["settings"], json["settings"]);
    assert_eq!(again["events"][1], json["events"][1]);
    assert!(again.get("limits").is_none() && again.get("catalogue").is_none(), "{again}");
}
