//! Scenario files that cannot be used say where and why.

use super::driver::{Small, description};
use super::installation::{host, moment};
use super::stage::scenario_json;
use host_harness::bindings::exports::configure::{AccountEntry, AccountSource, DimensionEntry};
use host_harness::scenario::{Scenario, build_installation};
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
#[case("/catalogue", json!({"dimensions": [{"dimension": 6, "value": "1", "name": "Sal"}]}), "catalogue.dimensions[0].dimension", "is 6; dimensions are 1 to 5")]
#[case("/catalogue", json!({"dimensions": [{"dimension": 0, "value": "1", "name": "Sal"}]}), "catalogue.dimensions[0].dimension", "is 0; dimensions are 1 to 5")]
#[case("/catalogue", json!({"dimensions": [{"dimension": 1, "value": "", "name": "Sal"}]}), "catalogue.dimensions[0].value", "is empty")]
#[case("/catalogue", json!({"dimensions": [{"dimension": 1, "value": "1", "name": "Sal"}, {"dimension": 1, "value": "1", "name": "Sal"}]}), "catalogue.dimensions[1]", "stands there twice")]
#[case("/catalogue", json!({"dimensions": [{"dimention": 1, "value": "1", "name": "Sal"}]}), "s.json: line", "unknown field `dimention`, expected one of `dimension`, `value`, `name`")]
#[case("/events/1", json!({"day-closed": {"id": "R1", "date": "2026-11-23", "currency": "DKK", "revision": 0, "lines": []}}), "events[1].day-closed.revision", "the first revision is 1")]
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

#[tokio::test]
async fn the_catalogue_reaches_configure() {
    let mut json = scenario_json();
    json["catalogue"] = json!({
        "tags": ["Medlem"],
        "account_plan": [{"source": "payment-type", "name": "Kontant", "account": "55000"}],
        "dimensions": [{"dimension": 2, "value": "SAL1", "name": "Sal 1"}],
    });
    let scenario = Scenario::parse(&json.to_string(), Path::new("s.json")).unwrap();
    let installation = build_installation(&scenario, description().settings).unwrap();
    let driver = Small::default();
    host(&driver, &installation).configure(scenario.catalogue(&installation), &moment("1")).await;
    host(&driver, &installation).configure(installation.catalogue(), &moment("2")).await;
    let seen = driver.catalogues.lock().unwrap();
    let plan = AccountEntry {
        source: AccountSource::PaymentType,
        name: "Kontant".into(),
        account: "55000".into(),
        vat_code: String::new(),
    };
    let dimension = DimensionEntry { dimension: 2, value: "SAL1".into(), name: "Sal 1".into() };
    for catalogue in seen.iter() {
        assert_eq!(
            (catalogue.account_plan.as_slice(), catalogue.dimensions.as_slice()),
            (&[plan.clone()][..], &[dimension.clone()][..])
        );
    }
    // Tags the scenario names stand in place of those its customers carry.
    assert_eq!(seen[0].customer_tags, ["Medlem"]);
    assert_eq!(seen[1].customer_tags, ["Erhverv"]);
}
