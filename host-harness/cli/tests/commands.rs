//! What `harness` says and how it ends when it cannot run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use rstest::rstest;
use std::process::{Command, Output};

fn harness(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_harness")).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[rstest]
#[case(&["inspect", "no-such.wasm"], "cannot read no-such.wasm")]
#[case(&["inspect", "Cargo.toml"], "Cargo.toml: not a WebAssembly file")]
#[case(&["replay", "no-such.wasm", "no-such-folder"], "cannot read no-such-folder")]
#[case(&["replay", "no-such.wasm", "src"], "there is no fixture in src")]
#[case(&["replay", "connector.wasm"], "<FIXTURE>")]
#[case(&["configure", "Cargo.toml", "--scenario", "s.json", "--route", "nonsense"], "nonsense")]
#[case(&["dry-run", "Cargo.toml", "--scenario", "s.json", "--route", "a.example=http://127.0.0.1:1"], "--reads-live")]
#[case(&["diff", "no-such.wasm", "other.wasm"], "--fixtures <DIR>")]
#[case(&["diff", "no-such.wasm", "other.wasm", "--fixtures", "src"], "there is no fixture in src")]
#[case(&["compare", "no-such.wasm"], "cannot read no-such.wasm")]
#[case(&["bench", "no-such.wasm"], "cannot read no-such.wasm")]
#[case(&["bench", "Cargo.toml"], "Cargo.toml: not a WebAssembly file")]
#[case(&["bench", "Cargo.toml", "--baseline", "no-such.wasm"], "cannot read no-such.wasm")]
#[case(&["bench", "Cargo.toml", "--fixtures", "no-such-folder"], "cannot read no-such-folder")]
#[case(&["bench", "Cargo.toml", "--fixtures", "src"], "there is no fixture in src")]
#[case(&["bench", "Cargo.toml", "--times", "0"], "0 is not in 1..=100000")]
#[case(&["compare", "a.wasm", "--markdown", "--json"], "'--markdown' cannot be used with '--json'")]
#[case(&["dry-run", "Cargo.toml", "--scenario", "s.json", "--csv", "--json"], "'--csv' cannot be used with '--json'")]
#[case(&["record", "Cargo.toml", "--scenario", "s.json", "--out", "x", "--secret-env", "password"], "KEY=VARIABLE")]
#[case(&["record", "Cargo.toml", "--scenario", "s.json", "--out", "x", "--simulator-control", "ftp://a"], "is not a URL like")]
fn what_cannot_run_ends_with_2_and_says_why(#[case] arguments: &[&str], #[case] why: &str) {
    let output = harness(arguments);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains(why), "{}", said(&output));
}

#[test]
fn json_is_one_object_even_when_it_cannot_run() {
    let output = harness(&["inspect", "no-such.wasm", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(value["error"].as_str().unwrap().contains("no-such.wasm"));
}

#[rstest]
#[case("inspect")]
#[case("configure")]
#[case("replay")]
#[case("record")]
#[case("dry-run")]
#[case("diff")]
#[case("compare")]
#[case("bench")]
fn help_has_examples(#[case] command: &str) {
    let output = harness(&[command, "--help"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains(&format!("harness {command} connector.wasm")), "{text}");
}
