//! Every fixture holds, twice, to the byte and to the instruction.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::replay::Fixture;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The issue behind the fixtures asks for this many; fewer would mean that one was lost.
const AT_LEAST: usize = 30;

fn connector() -> Connector {
    let path = std::env::var_os("CONNECTOR_UNICONTA").expect("CONNECTOR_UNICONTA is not set: run `cargo xtask test`");
    let engine = Engine::new(EngineOptions { metering: Metering::Fuel, ..EngineOptions::default() }).unwrap();
    Connector::load(&engine, &std::fs::read(path).unwrap()).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/uniconta")
}

fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("scenario.json").is_file());
    folders.sort();
    folders
}

#[tokio::test]
async fn every_fixture_holds_and_runs_alike_twice() {
    let connector = connector();
    let folders = folders();
    assert!(folders.len() >= AT_LEAST, "only {} fixtures", folders.len());
    let mut broken = Vec::new();
    for folder in folders {
        let fixture = Fixture::read(&folder).unwrap_or_else(|error| panic!("{error}"));
        let first = fixture.replay(&connector).await.unwrap();
        let second = fixture.replay(&connector).await.unwrap();
        if !first.holds() {
            broken.push(format!("{}:\n{}", first.name, first.problems.join("\n")));
        }
        assert_eq!(first.actual, second.actual, "{} gives something else the second time", first.name);
        assert_eq!(first.fuel, second.fuel, "{} takes other fuel the second time", first.name);
        assert!(first.fuel > 0, "{} was not metered", first.name);
    }
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}

/// Steps after which tokio makes a task stand back, wherever it is by then.
const STEPS_AT_ONCE: usize = 128;

#[tokio::test]
async fn what_ran_before_in_the_same_task_does_not_show() {
    let connector = connector();
    let fixture = Fixture::read(&root().join("new-customer")).unwrap();
    let lock = tokio::sync::Mutex::new(());
    let mut fuel = BTreeSet::new();
    for steps in 0..STEPS_AT_ONCE {
        tokio::task::yield_now().await;
        for _ in 0..steps {
            drop(lock.lock().await);
        }
        fuel.insert(fixture.replay(&connector).await.unwrap().fuel);
    }
    assert_eq!(fuel.len(), 1, "{fuel:?}");
}

/// What the scenarios hold for password and API key.
const SECRETS: [&str; 2] = ["replaced-password", "5ec2e75e-0000"];

#[test]
fn no_credential_stands_in_any_message_log_or_effect() {
    for folder in folders() {
        let expected = std::fs::read_to_string(folder.join("expected.json")).unwrap();
        for secret in SECRETS {
            assert!(!expected.contains(secret), "{}: {secret}", folder.display());
        }
    }
}
