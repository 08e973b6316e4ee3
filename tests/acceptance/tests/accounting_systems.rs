//! `docs/accounting-systems.md` says what the connectors of today can do. `cargo xtask docs` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

/// Set by `cargo xtask docs`: write the tables instead of comparing them.
const REFRESH: &str = "REFRESH_DOCS";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn from_environment(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test`"));
    PathBuf::from(path)
}

/// The components of all packages under `plugin/` that are connectors, by name.
fn connectors() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("plugin")).unwrap().map(|entry| entry.unwrap().path());
    let manifests = entries.filter_map(|folder| std::fs::read_to_string(folder.join("Cargo.toml")).ok());
    let mut names: Vec<String> = manifests
        .filter_map(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("connector = \""))?;
            Some(line.split('"').next().unwrap().to_owned())
        })
        .collect();
    names.sort();
    assert!(!names.is_empty());
    let variable = |name: &String| format!("CONNECTOR_{}", name.to_ascii_uppercase().replace('-', "_"));
    names.iter().map(|name| from_environment(&variable(name))).collect()
}

fn table(locale: &str) -> String {
    let mut command = Command::new(from_environment("HARNESS"));
    command.arg("compare").args(connectors()).args(["--markdown", "--locale", locale]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The document with the table between its two marks replaced.
fn with_table(document: &str, locale: &str) -> String {
    let (begin, end) = (format!("<!-- harness compare --locale {locale} -->\n"), "<!-- end -->");
    let (before, rest) = document.split_once(&begin).unwrap_or_else(|| panic!("there is no {begin}"));
    let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("there is no {end} after {begin}"));
    format!("{before}{begin}\n{}\n{end}{after}", table(locale))
}

#[test]
fn the_document_shows_what_the_connectors_can_do() {
    let path = root().join("docs/accounting-systems.md");
    let document = std::fs::read_to_string(&path).unwrap();
    let fresh = ["en", "da"].iter().fold(document.clone(), |text, locale| with_table(&text, locale));
    if std::env::var_os(REFRESH).is_some() {
        std::fs::write(&path, fresh).unwrap();
        return;
    }
    assert!(document == fresh, "docs/accounting-systems.md is stale; run `cargo xtask docs` and commit what it writes");
}
