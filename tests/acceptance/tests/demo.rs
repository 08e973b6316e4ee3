//! The demo as `cargo xtask demo` starts it: everything that was built is named by variables, however many connectors there are.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use serde_json::Value;
use std::process::Command;

#[test]
fn the_demo_tells_its_whole_story() {
    let output = Command::new(env!("CARGO_BIN_EXE_demo")).arg("--json").output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "run `cargo xtask test`: {told}");
    let story: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(story["steps"].as_array().unwrap().len() >= 18, "{story:#}");
}
