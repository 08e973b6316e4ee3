//! What cargo says it built, read from its own messages instead of guessed from names and folders.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Artifact, Message};

use crate::process::show;

/// Runs a cargo build and returns the artifacts; its progress and its errors go to standard error as always.
///
/// # Errors
/// When it cannot be started or does not compile; the compiler's own words have been shown by then.
pub(super) fn build(command: &mut Command) -> Result<Vec<Artifact>> {
    command.arg("--message-format=json-render-diagnostics");
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
    artifacts
        .iter()
        .filter(|artifact| artifact.target.is_bin() && artifact.target.name == name)
        .find_map(|artifact| artifact.executable.clone())
        .map(Into::into)
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
