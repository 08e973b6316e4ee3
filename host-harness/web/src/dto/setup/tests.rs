use super::*;
use crate::dto::{CustomerEvent, Resync, Rotation};
use crate::requests::parse;
use rstest::rstest;
use serde_json::{Value, json};

/// The field a problem is about, if there is one.
fn fault<T: Document>(document: &Value) -> Option<String> {
    let read = parse::<T>(document.to_string().as_bytes()).and_then(|read| Ok(read.check()?));
    read.err().map(|problem| {
        assert_eq!(problem.status.as_u16(), 422);
        problem.subject
    })
}

fn some(field: &str) -> Option<String> {
    (!field.is_empty()).then(|| field.to_owned())
}

#[rstest]
#[case(json!({}), "")]
#[case(json!({"name": "Klub", "locale": "en", "settings": {"a": "b", "c": null}, "hosts": ["api.example.com"]}), "")]
#[case(json!({"concurrency": 1}), "")]
#[case(json!({"concurrency": 16, "daily_calls": 4_294_967_295u64}), "")]
#[case(json!({"concurrency": 0}), "concurrency")]
#[case(json!({"concurrency": 17}), "concurrency")]
#[case(json!({"daily_calls": -1}), "daily_calls")]
#[case(json!({"daily_calls": 4_294_967_296u64}), "daily_calls")]
#[case(json!({"locale": "se"}), "locale")]
#[case(json!({"name": "x".repeat(201)}), "name")]
#[case(json!({"settings": {"key": "x".repeat(4_097)}}), "settings.key")]
#[case(json!({"settings": {"key": "\u{0}"}}), "settings.key")]
#[case(json!({"settings": {"": "x"}}), "settings")]
#[case(json!({"hosts": vec!["h"; 101]}), "hosts")]
#[case(json!({"hosts": ["h", ""]}), "hosts[1]")]
#[case(json!({"hosts": ["x".repeat(254)]}), "hosts[0]")]
#[case(json!({"catalogue": {"customer_tags": ["\u{0}"]}}), "catalogue.customer_tags[0]")]
#[case(json!({"catalogue": {"customer_fields": [{"name": ""}]}}), "catalogue.customer_fields[0].name")]
#[case(json!({"catalogue": {"dimensions": [{"dimension": 6, "value": "v", "name": "n"}]}}), "catalogue.dimensions[0].dimension")]
#[case(json!({"catalogue": {"dimensions": [{"dimension": 256, "value": "v", "name": "n"}]}}), "catalogue.dimensions[0].dimension")]
#[case(json!({"catalogue": {"accounts": []}}), "catalogue.accounts")]
#[case(json!({"connector": "other"}), "connector")]
fn changes(#[case] change: Value, #[case] field: &str) {
    assert_eq!(fault::<InstallationChange>(&change), some(field));
    // What is refused in a change is refused in a new installation.
    let mut new = json!({"id": "club-17", "connector": "books"});
    for (key, value) in change.as_object().unwrap().iter().filter(|(key, _)| *key != "connector") {
        new[key] = value.clone();
    }
    assert_eq!(fault::<NewInstallation>(&new), if field == "connector" { None } else { some(field) });
}

#[rstest]
#[case(json!({"id": "", "connector": "books"}), "id")]
#[case(json!({"id": "x".repeat(65), "connector": "books"}), "id")]
#[case(json!({"id": "club 17", "connector": "books"}), "id")]
#[case(json!({"id": "club", "connector": "a/b"}), "connector")]
fn new_installations(#[case] new: Value, #[case] field: &str) {
    assert_eq!(fault::<NewInstallation>(&new), some(field));
}

#[test]
fn a_new_installation_is_taken_apart_whole() {
    let new = json!({
        "id": "club-17", "connector": "books", "name": "Klub", "locale": "en", "settings": {"a": "b", "c": null},
        "hosts": ["h"], "catalogue": {"customer_tags": ["Tag"]}, "concurrency": 2, "daily_calls": 0,
    });
    let (id, connector, change) = parse::<NewInstallation>(new.to_string().as_bytes()).ok().unwrap().into_parts();
    let change = service::InstallationChange::from(change);
    assert_eq!((id.as_str(), connector.as_str(), change.name.as_deref()), ("club-17", "books", Some("Klub")));
    assert_eq!((change.locale.as_deref(), change.concurrency, change.daily_calls), (Some("en"), Some(2), Some(0)));
    assert_eq!((change.settings["a"].as_deref(), change.settings["c"].as_deref()), (Some("b"), None));
    assert_eq!((change.hosts.unwrap().len(), change.catalogue.unwrap().customer_tags.len()), (1, 1));
}

#[rstest]
#[case(json!({"id": ""}), "customer.id")]
#[case(json!({"id": "x".repeat(65)}), "customer.id")]
#[case(json!({"id": "C1\u{7}"}), "customer.id")]
#[case(json!({"id": "C1", "name": "\u{0}"}), "customer.name")]
#[case(json!({"id": "C1", "ean": "x".repeat(4_097)}), "customer.ean")]
#[case(json!({"id": "C1", "tags": ["a", "\u{0}"]}), "customer.tags[1]")]
#[case(json!({"id": "C1", "fields": [{"name": "", "value": "x"}]}), "customer.fields[0].name")]
#[case(json!({"id": "C1", "fields": [{"name": "a", "value": "x".repeat(4_097)}]}), "customer.fields[0].value")]
#[case(json!({"id": "C1", "fields": [{"name": "a", "kind": "colour"}]}), "customer.fields[0].kind")]
#[case(json!({"id": "C1", "revision": 0}), "customer.revision")]
#[case(json!({"id": "C1", "revision": 9_223_372_036_854_775_808u64}), "customer.revision")]
#[case(json!({"id": "C1", "name": null}), "customer.name")]
#[case(json!({"id": "C1", "number": 42}), "customer.number")]
#[case(json!({"id": "C1", "name": "æ".repeat(4_096), "revision": 9_223_372_036_854_775_807u64}), "")]
fn customers(#[case] customer: Value, #[case] field: &str) {
    assert_eq!(fault::<CustomerEvent>(&json!({"kind": "changed", "customer": customer})), some(field));
}

#[test]
fn the_rest() {
    assert_eq!(fault::<Pause>(&json!({"note": "x".repeat(1_001)})), some("note"));
    assert_eq!(fault::<BackupFile>(&json!({"file": ""})), some("file"));
    assert_eq!(fault::<BackupFile>(&json!({"file": "a\u{0}"})), some("file"));
    assert_eq!(fault::<Rotation>(&json!({"overlap_s": 2_592_000})), None);
    assert_eq!(fault::<Rotation>(&json!({"overlap_s": 2_592_001})), some("overlap_s"));
    assert_eq!(fault::<Resync>(&json!({"customers": ["C1", ""]})), some("customers[1]"));
    assert_eq!(fault::<Resync>(&json!({"customers": vec!["C"; 5_001]})), some("customers"));
    assert_eq!((Rotation::unsent().unwrap().overlap().as_secs(), Pause::unsent().unwrap().note.as_str()), (86_400, ""));
}
