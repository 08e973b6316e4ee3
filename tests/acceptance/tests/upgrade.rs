//! `harness diff` over real components: the check before a connector is upgraded or swapped.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn path(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test`"));
    PathBuf::from(path)
}

fn diff(old: &str, new: &str, fixtures: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(path("HARNESS"));
    command.arg("diff").arg(path(old)).arg(path(new)).arg("--fixtures").arg(fixtures).args(more);
    command.output().unwrap()
}

#[test]
fn a_connector_in_its_own_place_changes_nothing_for_anybody() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/uniconta");
    let output = diff("CONNECTOR_UNICONTA", "CONNECTOR_UNICONTA", &fixtures, &["--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["differences"], json!([]));
    assert_eq!(told["described"], json!([]));
    assert_eq!(told["totals"]["differ"], 0);
    assert_eq!(told["totals"]["could_not_run"], 0);
    assert_eq!(told["totals"]["fuel_ratio"], "1.00");
    assert_eq!(told["totals"]["old"], told["totals"]["new"]);
    assert!(told["totals"]["old"]["peak_memory"].as_u64().unwrap() > 0);
    assert!(told["fixtures"].as_array().unwrap().iter().all(|one| one["compared"]["old_strays"] == false));
    assert_eq!(output.status.code(), Some(0));
}

/// Two fixtures without exchanges, in which a tagged customer comes in.
fn two_fixtures(folder: &Path) {
    for name in ["one", "two"] {
        let scenario = json!({
            "title": "A customer comes in", "now": "2026-11-24T08:00:00Z", "settings": {"customer-tag": "Bog"},
            "customers": [{"id": "C1", "number": "0001", "name": "Anna Eksempel", "tags": ["Bog"]}],
            "events": [{"customers-changed": {"customers": [{"id": "C1", "kind": "created"}]}}]
        });
        std::fs::create_dir(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("scenario.json"), scenario.to_string()).unwrap();
        std::fs::write(folder.join(name).join("exchanges.json"), r#"{"exchanges": []}"#).unwrap();
    }
}

#[test]
fn another_connector_in_its_place_is_told_once_for_all_fixtures() {
    let folder = tempfile::tempdir().unwrap();
    two_fixtures(folder.path());
    let output = diff("CONNECTOR_FROZEN_0_1_0", "CONNECTOR_HOSTILE", folder.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    for line in [
        "old  Frozen 0.1.0 (frozen), contract 0.1.0",
        "  setting `customer-tag` is gone",
        "  capability `bookkeeping` is gone",
        "  approve the host approved.example",
        "  this is another connector: set up every installation anew for `hostile`",
        "differs in outcomes, effects, links, log lines",
        "  customers-changed: nobody-concerned\n    true is new\n      in 2 fixtures: one, two\n",
        "diff: 2 fixtures: 0 same, 2 differ, 0 could not run; fuel ",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert_eq!(text.matches("true is new").count(), 1, "{text}");
}

#[test]
fn a_fixture_that_cannot_be_read_is_told_beside_the_others() {
    let folder = tempfile::tempdir().unwrap();
    two_fixtures(folder.path());
    std::fs::write(folder.path().join("two/exchanges.json"), "{").unwrap();
    let output = diff("CONNECTOR_FROZEN_0_1_0", "CONNECTOR_FROZEN_0_1_0", folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("1 same, 0 differ, 1 could not run") && text.contains("two: could not run:"), "{text}");
}
