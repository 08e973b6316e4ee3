//! Who may name whom: the host names no accounting system, the kit neither, and no connector names another.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use std::path::{Path, PathBuf};

/// Each accounting system with the spellings it goes by, in lower case; the first is also its connector's folder.
const SYSTEMS: [&[&str]; 2] = [&["uniconta"], &["economic", "e-conomic", "e_conomic"]];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file under a folder that is text.
fn texts(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" {
            texts(&path, found);
        } else if path.is_file()
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.push((path, text));
        }
    }
}

/// Whether a text names it: as a word of its own, so that `economical` does not.
fn names(text: &str, spelling: &str) -> bool {
    text.match_indices(spelling).any(|(at, _)| {
        let letter = |sign: Option<char>| sign.is_some_and(char::is_alphabetic);
        !letter(text[..at].chars().next_back()) && !letter(text[at + spelling.len()..].chars().next())
    })
}

/// Where a folder names one of these.
fn named_in(folder: &str, systems: &[&[&str]]) -> Vec<String> {
    let mut all = Vec::new();
    texts(&root().join(folder), &mut all);
    assert!(!all.is_empty(), "{folder} is empty");
    let mut found = Vec::new();
    for (path, text) in all {
        let path = path.strip_prefix(root()).unwrap().display().to_string();
        let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
        for (number, line) in lines.chain([(0, path.as_str())]) {
            let line = line.to_lowercase();
            for spelling in systems.iter().flat_map(|spellings| spellings.iter()) {
                if names(&line, spelling) {
                    found.push(format!("{path}:{number} names {spelling}"));
                }
            }
        }
    }
    found
}

#[test]
fn the_host_and_the_kit_name_no_accounting_system() {
    for folder in ["host-harness", "plugin/kit"] {
        let found = named_in(folder, &SYSTEMS);
        assert!(found.is_empty(), "a connector is any connector there:\n{}", found.join("\n"));
    }
}

#[test]
fn no_connector_names_another() {
    let mut connectors = 0;
    for entry in std::fs::read_dir(root().join("plugin")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if name == "kit" {
            continue;
        }
        assert!(SYSTEMS.iter().any(|system| system[0] == name), "add plugin/{name} to SYSTEMS, with its spellings");
        let others: Vec<&[&str]> = SYSTEMS.into_iter().filter(|system| system[0] != name).collect();
        let found = named_in(&format!("plugin/{name}"), &others);
        assert!(found.is_empty(), "{}", found.join("\n"));
        connectors += 1;
    }
    assert!(connectors > 0);
}

#[test]
fn a_name_is_found_in_whatever_spelling_and_no_other_word_is() {
    let uniconta = [["uniconta"].as_slice()];
    assert!(!named_in("plugin/uniconta", &uniconta).is_empty());
    assert!(names("the uniconta-connector", "uniconta") && names("an e-conomic book", "e-conomic"));
    assert!(names("economic_sim", "economic") && !names("economical", "economic") && !names("uneconomic", "economic"));
}
