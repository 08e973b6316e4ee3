//! `docs/performance.md` says what its figures say, and whatever measures runs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test panics when it fails")]

use connector_bench::report;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

#[test]
fn the_document_says_what_its_figures_say() {
    report::check(&docs()).unwrap();
}

#[test]
fn a_table_changed_by_hand_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let figures: Value =
        serde_json::from_slice(&std::fs::read(docs().join("performance/figures.json")).unwrap()).unwrap();
    let document = folder.path().join("performance.md");
    std::fs::copy(docs().join("performance.md"), &document).unwrap();
    report::write(&figures, folder.path()).unwrap();
    report::check(folder.path()).unwrap();
    let text = std::fs::read_to_string(&document).unwrap();
    std::fs::write(&document, text.replacen("| fuel of the event | ", "| fuel of the event | 1", 1)).unwrap();
    assert!(report::check(folder.path()).unwrap_err().to_string().contains("says something else"));
    std::fs::write(&document, text.replacen("<!-- figures: live -->", "", 1)).unwrap();
    assert!(report::check(folder.path()).unwrap_err().to_string().contains("no place for the figures of live"));
}

/// All contenders do the same event, so that what is compared is comparable.
#[test]
fn every_contender_runs() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/uniconta/linked-debtor-changed");
    let output = Command::new(env!("CARGO_BIN_EXE_connector-bench"))
        .args(["event", "--times", "200", "--json", "--fixture"])
        .arg(fixture)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(figures["requests"], 2);
    let times = figures["times"].as_object().unwrap();
    assert_eq!(times.len(), 12);
    assert!(times.values().all(|spread| spread["count"].as_u64().unwrap() > 0), "{times:?}");
}

#[test]
fn instances_that_wait_are_counted_and_let_go() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/uniconta/linked-debtor-changed");
    let output = Command::new(env!("CARGO_BIN_EXE_connector-bench"))
        .args(["live", "--instances", "50", "--json", "--fixture"])
        .arg(fixture)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(figures["instances"], 50);
    assert!(figures["live_kib"].as_u64() > figures["before_kib"].as_u64());
}
