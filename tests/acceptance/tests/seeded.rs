//! The suite on connectors with one seeded fault each: it must be able to fail, and each fault by the case meant for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_conformance::{Profile, Suite, Verdict, run};
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions, Metering};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// As many faults as the suite is held against at least.
const LEAST: usize = 12;

/// What the head of a patch says.
struct Fault {
    name: String,
    connector: String,
    caught_by: String,
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn faults() -> Vec<Fault> {
    let files =
        std::fs::read_dir(repository().join("tests/hostile/seeded")).unwrap().map(|entry| entry.unwrap().path());
    let patches = files.filter(|path| path.extension().is_some_and(|end| end == "patch"));
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let said = |what: &str| text.lines().find_map(|line| line.strip_prefix(what)).unwrap().trim().to_owned();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Fault { name, connector: said("connector: "), caught_by: said("caught by: ") }
    };
    patches.map(read).collect()
}

/// The cases that fail on the connector with this fault.
async fn failing(fault: &Fault, folder: &Path) -> Vec<String> {
    let component = folder.join(format!("{}.wasm", fault.name));
    let bytes = std::fs::read(&component).unwrap_or_else(|error| panic!("{}: {error}", component.display()));
    let options = EngineOptions { metering: Metering::Fuel, ..EngineOptions::default() };
    let connector = Connector::load(&Engine::new(options).unwrap(), &bytes).unwrap();
    let profile = Profile::read(&repository().join(format!("tests/conformance/{}.toml", fault.connector))).unwrap();
    let ran = run(Suite { connector, profile, only: BTreeSet::new(), at_once: 2 }, |_| {}).await.unwrap();
    let failing = ran.iter().filter(|one| matches!(one.verdict, Verdict::Fails { .. }));
    failing.map(|one| one.case.id.to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_seeded_fault_is_caught_by_the_case_meant_for_it() {
    let folder = std::env::var_os("SEEDED_CONNECTORS").map(PathBuf::from);
    let folder =
        folder.unwrap_or_else(|| panic!("SEEDED_CONNECTORS is not set: run `cargo xtask test -- --test seeded`"));
    let faults = faults();
    assert!(faults.len() >= LEAST, "{} faults", faults.len());
    let mut missed = Vec::new();
    for fault in &faults {
        let failing = failing(fault, &folder).await;
        println!("{}: caught by {}", fault.name, failing.join(", "));
        if !failing.contains(&fault.caught_by) {
            missed.push(format!("{} is not caught by {}, only by {failing:?}", fault.name, fault.caught_by));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
