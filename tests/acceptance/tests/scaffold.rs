//! A connector begun with `harness new`, outside this repository: it compiles, and passes the suite against its own simulator.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn harness() -> PathBuf {
    std::env::var_os("HARNESS")
        .map(PathBuf::from)
        .unwrap_or_else(|| panic!("HARNESS is not set: run `cargo xtask test`"))
}

/// What a command printed, if it went well.
fn good(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{out}\n{err}", output.status);
    out.into_owned()
}

/// Cargo as a person would call it, not as a part of the cargo that runs this test.
fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") || name == "CARGO_CRATE_NAME" {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Every case of the suite stands in the new connector's README.
fn what_is_left_to_do_is_listed(folder: &Path) {
    let todo = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let listed = good(Command::new(harness()).args(["conformance", "--list", "--json"]));
    let listed: Value = serde_json::from_str(&listed).unwrap();
    for case in listed["cases"].as_array().unwrap() {
        let id = case["case"].as_str().unwrap();
        assert!(todo.contains(&format!("- [ ] `{id}`")), "{id} is not on the list of what is left to do");
    }
}

fn the_scaffolds_own_name_is_gone(folder: &Path, files: &[&str]) {
    for file in files {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(!text.to_lowercase().contains("toy"), "{file} still has the scaffold's own name in it");
    }
}

/// The new simulator compiles, and the component passes the suite against it; so many cases must hold at least.
fn passes(folder: &Path, component: &Path, at_least: u64) {
    // In a folder of the repository's, so that only what changed is compiled the next time.
    let target = repository().join("target/scaffolded");
    let simulator = ["build", "--release", "--package", "proeve-bog-sim", "--manifest-path"];
    let manifest = folder.join("Cargo.toml");
    good(cargo().args(simulator).arg(manifest).arg("--target-dir").arg(&target).current_dir(folder));
    let profile = folder.join("conformance.toml");
    let program = target.join("release/proeve-bog-sim");
    let text = std::fs::read_to_string(&profile).unwrap();
    std::fs::write(&profile, text.replace("target/release/proeve-bog-sim", program.to_str().unwrap())).unwrap();
    let suite = ["conformance", "--json", "--profile"];
    let ran = good(Command::new(harness()).args(suite).arg(profile).arg(component));
    let ran: Value = serde_json::from_str(&ran).unwrap();
    assert_eq!((ran["fail"].as_u64(), ran["skipped"].as_u64()), (Some(0), Some(0)), "{ran:#}");
    assert!(ran["hold"].as_u64().unwrap() >= at_least, "{ran:#}");
}

/// The same in another language. It needs npm and its registry, and a JavaScript engine is compiled: only where it is asked for.
#[test]
fn a_connector_in_javascript_passes_the_suite() {
    if std::env::var_os("WITH_JAVASCRIPT").is_none() {
        eprintln!("not tried: set WITH_JAVASCRIPT=1 where node and npm are, and npm reaches a registry");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let begin = ["new", "proeve-bog", "--language", "javascript", "--dir"];
    good(Command::new(harness()).args(begin).arg(place.path()).current_dir(repository()));
    let folder = place.path().join("proeve-bog");
    what_is_left_to_do_is_listed(&folder);
    the_scaffolds_own_name_is_gone(&folder, &["README.md", "connector.js", "package.json"]);
    good(Command::new("npm").arg("ci").current_dir(&folder));
    good(Command::new("npm").args(["run", "build"]).current_dir(&folder));
    passes(&folder, &folder.join("proeve-bog.wasm"), 40);
}

#[test]
fn a_connector_begun_anew_passes_the_suite() {
    let place = tempfile::tempdir().unwrap();
    let begun = good(
        Command::new(harness())
            .args(["new", "proeve-bog", "--json", "--dir"])
            .arg(place.path())
            .current_dir(repository()),
    );
    let begun: Value = serde_json::from_str(&begun).unwrap();
    let folder = place.path().join("proeve-bog");
    assert_eq!(Path::new(begun["folder"].as_str().unwrap()), folder.canonicalize().unwrap());

    what_is_left_to_do_is_listed(&folder);
    the_scaffolds_own_name_is_gone(&folder, &["README.md", "Cargo.toml", "src/describe.rs", "simulator/src/main.rs"]);

    let component = good(cargo().args(["xtask", "component", "--json"]).arg(&folder).current_dir(repository()));
    let component: Value = serde_json::from_str(&component).unwrap();
    passes(&folder, Path::new(component["connector"].as_str().unwrap()), 40);

    let again = Command::new(harness())
        .args(["new", "proeve-bog", "--dir"])
        .arg(place.path())
        .current_dir(repository())
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(2), "nothing that is there is written over");
}
