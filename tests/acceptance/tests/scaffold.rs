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

    let todo = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let listed = good(Command::new(harness()).args(["conformance", "--list", "--json"]));
    let listed: Value = serde_json::from_str(&listed).unwrap();
    for case in listed["cases"].as_array().unwrap() {
        let id = case["case"].as_str().unwrap();
        assert!(todo.contains(&format!("- [ ] `{id}`")), "{id} is not on the list of what is left to do");
    }
    for file in ["README.md", "Cargo.toml", "src/describe.rs", "simulator/src/main.rs", "conformance.toml"] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(!text.to_lowercase().contains("toy"), "{file} still has the scaffold's own name in it");
    }

    let component = good(cargo().args(["xtask", "component", "--json"]).arg(&folder).current_dir(repository()));
    let component: Value = serde_json::from_str(&component).unwrap();
    // In a folder of the repository's, so that only what changed is compiled the next time.
    let target = repository().join("target/scaffolded");
    let manifest = folder.join("Cargo.toml");
    let simulator = ["build", "--release", "--package", "proeve-bog-sim", "--manifest-path"];
    good(cargo().args(simulator).arg(manifest).arg("--target-dir").arg(&target).current_dir(&folder));
    let profile = std::fs::read_to_string(folder.join("conformance.toml")).unwrap();
    let program = target.join("release/proeve-bog-sim");
    let profile = profile.replace("target/release/proeve-bog-sim", program.to_str().unwrap());
    std::fs::write(folder.join("conformance.toml"), profile).unwrap();

    let ran = good(
        Command::new(harness())
            .args(["conformance", "--json"])
            .arg(component["connector"].as_str().unwrap())
            .arg("--profile")
            .arg(folder.join("conformance.toml")),
    );
    let ran: Value = serde_json::from_str(&ran).unwrap();
    assert_eq!((ran["fail"].as_u64(), ran["skipped"].as_u64()), (Some(0), Some(0)), "{ran:#}");
    assert!(ran["hold"].as_u64().unwrap() > 40, "{ran:#}");

    let again = Command::new(harness())
        .args(["new", "proeve-bog", "--dir"])
        .arg(place.path())
        .current_dir(repository())
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(2), "nothing that is there is written over");
}
