//! What cargo says it built, read from its own messages instead of guessed from names and folders.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Artifact, Message, Target};

use crate::process::show;

/// Runs a cargo build and returns the artifacts; its progress and its errors go to standard error as always.
///
/// `flags` are for the compiler, as `cargo rustc` takes them behind all that is its own.
///
/// # Errors
/// When it cannot be started or does not compile; the compiler's own words have been shown by then.
pub(crate) fn build(command: &mut Command, flags: &[&str]) -> Result<Vec<Artifact>> {
    command.arg("--message-format=json-render-diagnostics");
    if !flags.is_empty() {
        command.arg("--").args(flags);
    }
    let shown = show(command);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run `{shown}`"))?;
    let stdout = child.stdout.take().context("cargo has no standard output")?;
    let mut artifacts = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) =
            message.with_context(|| format!("cannot read the output of `{shown}`"))?
        {
            artifacts.push(artifact);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{shown}` ended with {status}");
    }
    Ok(artifacts)
}

/// The program of this name.
pub(super) fn executable(artifacts: &[Artifact], name: &str) -> Option<PathBuf> {
    program(artifacts, |target| target.is_bin() && target.name == name)
}

/// The program of the example of this name.
pub(crate) fn example(artifacts: &[Artifact], name: &str) -> Option<PathBuf> {
    program(artifacts, |target| target.is_example() && target.name == name)
}

fn program(artifacts: &[Artifact], is_it: impl Fn(&Target) -> bool) -> Option<PathBuf> {
    let of_it = artifacts.iter().filter(|artifact| is_it(&artifact.target));
    of_it.filter_map(|artifact| artifact.executable.clone()).next().map(Into::into)
}

/// The compiled library of this crate.
pub(crate) fn library(artifacts: &[Artifact], name: &str) -> Option<PathBuf> {
    artifacts
        .iter()
        .filter(|artifact| artifact.target.name == name)
        .flat_map(|artifact| &artifact.filenames)
        .find(|file| file.extension() == Some("rlib"))
        .map(|file| file.clone().into())
}

/// The core module among the files of the package's library.
pub(super) fn module(artifacts: &[Artifact], package_manifest: &Path) -> Option<PathBuf> {
    artifacts
        .iter()
        .filter(|artifact| artifact.manifest_path == package_manifest)
        .flat_map(|artifact| &artifact.filenames)
        .find(|file| file.extension() == Some("wasm"))
        .map(|file| file.clone().into())
}
