//! Every input that is kept, on every run of the tests, without any fuzzer: what once broke a law does not again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test panics when it fails")]

use std::fs;
use std::path::{Path, PathBuf};

/// The most the committed inputs may take, in bytes: they are read on every run, by people too.
const MOST_BYTES: usize = 200_000;

fn files(folder: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(target);
    let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_kept_input_holds() {
    let mut bytes = 0;
    for (target, check) in fuzz::TARGETS {
        let corpus = files("corpus", target);
        assert!(!corpus.is_empty(), "no corpus for the target {target}");
        for file in corpus.iter().chain(&files("regressions", target)) {
            let input = fs::read(file).unwrap();
            bytes += input.len();
            let held = std::panic::catch_unwind(|| check(&input));
            assert!(held.is_ok(), "{} breaks a law of {target}; what it is stands above", file.display());
        }
    }
    assert!(
        bytes <= MOST_BYTES,
        "the kept inputs are {bytes} bytes, at most {MOST_BYTES}; let libFuzzer choose fewer (decision 0030)"
    );
}

#[test]
fn every_target_has_a_program() {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    for (target, _) in fuzz::TARGETS {
        assert!(manifest.contains(&format!("name = \"fuzz-{target}\"")), "no [[example]] for the target {target}");
    }
}
