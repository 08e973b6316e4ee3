//! A connector of the contract's first version on the host of today, and the same connector in other versions.
//!
//! Reads the component from the file that the environment variable `CONNECTOR_FROZEN_0_1_0` names, as `cargo xtask test`
//! sets it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use host_harness::connector::{CONTRACT, Connector, LoadError, made_for};
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::replay::{Exchanges, ReplayTransport, Stage, outcome, play};
use host_harness::scenario::Scenario;
use rstest::rstest;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

fn frozen() -> Vec<u8> {
    let path = std::env::var("CONNECTOR_FROZEN_0_1_0")
        .expect("CONNECTOR_FROZEN_0_1_0 names no component: run these tests with `cargo xtask test`");
    std::fs::read(&path).unwrap_or_else(|error| panic!("CONNECTOR_FROZEN_0_1_0={path}: {error}"))
}

/// The component as a build for another version of the contract would be, were the contract the same.
fn as_version(version: &str) -> Vec<u8> {
    let mut bytes = frozen();
    let package = format!("{CONTRACT}/");
    let mut renamed = 0;
    for start in 0..bytes.len() {
        if !bytes[start..].starts_with(package.as_bytes()) {
            continue;
        }
        let name = bytes[start..].iter().take(64).position(|byte| *byte == b'@');
        let Some(at) = name.map(|length| start + length + 1) else { continue };
        if bytes[at..].starts_with(b"0.1.0") {
            bytes[at..at + 5].copy_from_slice(version.as_bytes());
            renamed += 1;
        }
    }
    assert!(renamed >= 8, "only {renamed} names of the contract were found");
    bytes
}

fn load(bytes: &[u8]) -> Result<Connector, LoadError> {
    let engine = Engine::new(EngineOptions { metering: Metering::Fuel, concurrent_calls: 1 }).unwrap();
    Connector::load(&engine, bytes)
}

/// Every function of the contract, and every interface of the host.
fn scenario() -> Scenario {
    let day = json!({"id": "Z1", "date": "2026-11-23", "currency": "DKK", "lines": [
        {"source": "item-group", "source_name": "Hold", "posting": {"ledger": "1040"}, "amount": -10_000, "text": "Hold"},
        {"source": "payment-type", "source_name": "Dankort", "posting": {"ledger": "5820"}, "amount": 10_000, "text": "Dankort"}
    ]});
    let scenario = json!({
        "title": "Everything a connector of 0.1.0 does",
        "now": "2026-11-24T08:00:00Z",
        "webhook_link": "https://flexybox.example/in/abc",
        "settings": {"customer-tag": "Bog"},
        "catalogue": {"tags": ["Bog"]},
        "customers": [
            {"id": "C1", "number": "0001", "name": "Anna Eksempel", "tags": ["Bog"]},
            {"id": "C2", "number": "0002", "name": "Bo Eksempel"}
        ],
        "events": [
            {"configure": {}},
            {"customers-changed": {"customers": [{"id": "C1", "kind": "created"}, {"id": "C2", "force": true}]}},
            {"webhook": {"method": "POST", "body": {"text": "D-C1=Anna Ny"}}},
            {"customers-changed": {"customers": [{"id": "C1"}]}},
            {"day-closed": day},
            {"check": {}},
            {"catch-up": {}}
        ]
    });
    Scenario::parse(&scenario.to_string(), Path::new("scenario.json")).unwrap()
}

async fn run(connector: &Connector) -> Value {
    let scenario = scenario();
    let transport = Arc::new(ReplayTransport::new(Exchanges::default()));
    let stage = Stage { driver: connector, transport, control: None, progress: None };
    let played = play(&scenario, &stage).await.unwrap();
    outcome(&played, &scenario, None)
}

#[rstest]
#[case::its_own("0.1.0")]
#[case::a_later_one_that_goes_with_it("0.1.1")]
#[tokio::test]
async fn a_connector_of_the_first_version_does_all_it_can(#[case] version: &str) {
    let connector = load(&as_version(version)).unwrap();
    assert_eq!(made_for(connector.info()).unwrap().to_string(), version);
    let whole = run(&connector).await;
    let results: Vec<&Value> = whole["events"].as_array().unwrap().iter().map(|event| &event["result"]).collect();
    assert_eq!(results.len(), 7, "{whole:#}");
    assert_eq!(results[0]["configured"]["ready"], true);
    assert_eq!(results[0]["configured"]["findings"][0]["message"], "1 tags");
    assert_eq!(results[1]["customers"][0]["outcome"], "created");
    assert_eq!(results[1]["customers"][0]["effects"][0]["put-link"]["external_id"], "D-C1");
    assert_eq!(results[2]["webhook"]["outcome"], "updated");
    assert_eq!(results[3]["customers"][0]["outcome"], "updated");
    assert_eq!(results[4]["receipt"]["total_debit"], 10_000);
    assert_eq!(results[5]["health"]["days"][0]["state"], "posted");
    assert_eq!(results[6]["complete"], true);
    assert_eq!(whole["customers"][0]["name"], "Anna Ny");
    assert_eq!(whole["links"][0]["base"][0]["value"], "Anna Ny");
    assert_eq!(whole["cursor"], "1");
}

#[rstest]
#[case("0.2.0")]
#[case("1.0.0")]
#[case("0.0.1")]
fn another_contract_is_refused_with_both_versions_and_what_to_do(#[case] version: &str) {
    let error = load(&as_version(version)).unwrap_err();
    assert!(matches!(error, LoadError::OtherContract { .. }), "{error}");
    let advice = if version == "0.0.1" { "" } else { "update the host, or " };
    assert_eq!(
        error.to_string(),
        format!(
            "the component was made for flexybox:accounting@{version}; this host speaks 0.1.0: {advice}use a build of the \
             connector for 0.1.0"
        )
    );
}

/// What a host of 0.1.1 will rely on: the engine finds an interface of 0.1.0 where 0.1.1 is offered, and the other way.
#[test]
fn the_engine_takes_versions_that_go_together_for_the_same() {
    use wasmtime::component::{Component, Linker};
    let engine = wasmtime::Engine::default();
    let old = Component::new(
        &engine,
        r#"(component
             (import "flexybox:accounting/log@0.1.0" (instance $log (export "flush" (func))))
             (instance $empty)
             (export "flexybox:accounting/upkeep@0.1.0" (instance $empty)))"#,
    )
    .unwrap();
    for (offered, works) in [("0.1.0", true), ("0.1.1", true), ("0.2.0", false)] {
        let mut linker = Linker::<()>::new(&engine);
        let mut instance = linker.instance(&format!("{CONTRACT}/log@{offered}")).unwrap();
        instance.func_wrap("flush", |_, (): ()| Ok(())).unwrap();
        instance.func_wrap("new-in-this-version", |_, (): ()| Ok(())).unwrap();
        assert_eq!(linker.instantiate_pre(&old).is_ok(), works, "{offered}");
        assert_eq!(old.get_export_index(None, format!("{CONTRACT}/upkeep@{offered}")).is_some(), works, "{offered}");
    }
}

#[test]
fn the_frozen_contract_of_the_frozen_connector_is_the_frozen_contract() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let of = |folder: &str| -> Vec<(String, String)> {
        let entries = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = entries
            .map(|path| {
                (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        files
    };
    assert_eq!(of("tests/frozen-0.1.0/wit"), of("wit/since-0.1.0"));
}
