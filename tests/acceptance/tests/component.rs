//! The component as it is shipped: its size, its imports and exports, what it says of itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use host_harness::component_info::ComponentInfo;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};

/// The component is loaded by the thousand; see docs/decisions.
const MOST_BYTES: usize = 400_000;

fn path(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test`"));
    PathBuf::from(path)
}

fn harness(arguments: &[&str]) -> Output {
    Command::new(path("HARNESS")).args(arguments).output().unwrap()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[test]
fn it_is_small_and_asks_for_nothing_but_what_the_sandbox_offers() {
    let bytes = std::fs::read(path("CONNECTOR_UNICONTA")).unwrap();
    let info = ComponentInfo::read(&bytes).unwrap();
    assert!(bytes.len() <= MOST_BYTES, "{} bytes, at most {MOST_BYTES}", bytes.len());
    assert_eq!(
        sorted(info.imports),
        [
            "flexybox:accounting/customers@0.1.0",
            "flexybox:accounting/links@0.1.0",
            "flexybox:accounting/log@0.1.0",
            "flexybox:accounting/types@0.1.0",
            "wasi:http/outgoing-handler@0.2.2",
            "wasi:http/types@0.2.2",
            "wasi:io/error@0.2.2",
            "wasi:io/poll@0.2.2",
            "wasi:io/streams@0.2.2",
        ]
    );
    assert_eq!(
        sorted(info.exports),
        [
            "flexybox:accounting/configure@0.1.0",
            "flexybox:accounting/on-customer-changed@0.1.0",
            "flexybox:accounting/on-day-closed@0.1.0",
            "flexybox:accounting/on-webhook@0.1.0",
            "flexybox:accounting/upkeep@0.1.0",
        ]
    );
}

/// An instance ends with its call: a function that takes a result down is room and time for nothing (decision 0003).
#[test]
fn it_gives_nothing_back() {
    let bytes = std::fs::read(path("CONNECTOR_UNICONTA")).unwrap();
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
    assert!(holds(b"cabi_realloc") && !holds(b"cabi_post_"));
}

/// For memory that is asked for the host changes its map, and changes it back before the next call: an event finds its own (decision 0003).
#[test]
fn an_event_needs_no_more_memory_than_it_starts_with() {
    let (connector, fixtures) =
        (path("CONNECTOR_UNICONTA"), concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/uniconta"));
    let event = format!("{fixtures}/linked-debtor-changed");
    let connector = connector.to_str().unwrap();
    let output = harness(&["bench", connector, "--fixtures", &event, "--times", "1", "--no-cache", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let peak = |at: &str| told.pointer(&format!("{at}/connector/used/peak_memory")).and_then(Value::as_u64).unwrap();
    assert_eq!(peak("/instantiate"), peak("/fixtures/0/events/0"));
}

#[test]
fn no_path_of_the_machine_that_built_it_stands_in_it() {
    let bytes = std::fs::read(path("CONNECTOR_UNICONTA")).unwrap();
    let home = std::env::home_dir().unwrap().into_os_string().into_encoded_bytes();
    let workspace = env!("CARGO_MANIFEST_DIR").strip_suffix("/tests/acceptance").unwrap();
    for place in [home.as_slice(), workspace.as_bytes()] {
        assert!(
            place.len() < 2 || !bytes.windows(place.len()).any(|window| window == place),
            "{}",
            String::from_utf8_lossy(place)
        );
    }
}

#[test]
fn inspect_tells_all_of_it() {
    let connector = path("CONNECTOR_UNICONTA");
    let output = harness(&["inspect", connector.to_str().unwrap(), "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = told.to_string();
    for word in [
        "uniconta",
        "customer-tag",
        "debtor-group",
        "odata.uniconta.com",
        "wasi:http/outgoing-handler",
        "on-day-closed",
        "Firma ID",
    ] {
        assert!(text.contains(word), "{word} is missing in {text}");
    }
    let people = String::from_utf8(harness(&["inspect", connector.to_str().unwrap()]).stdout).unwrap();
    assert!(people.contains("Kundetag") && people.contains("wasi:io/streams"), "{people}");
}

#[test]
fn a_file_that_is_no_component_is_told_and_exits_2() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let output = harness(&["inspect", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Cargo.toml"));
}
