//! Compiling the fuzz targets: the engine by itself, then the targets with the workspace's own crates counting.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::instrument;
use crate::build::artifacts;
use crate::environment::{cargo, on_path};
use crate::progress::Progress;
use crate::workspace::{Workspace, XTASK};

/// The package that holds the engine, and nothing else.
const ENGINE: &str = "fuzz-engine";
/// The C++ compiler that is used unless `CXX` names one.
const CPP: &str = "c++";

/// Why there can be no fuzzing on this machine; none when there can be.
pub(super) fn hindrance() -> Option<String> {
    let chosen = std::env::var_os("CXX").is_some_and(|chosen| !chosen.is_empty());
    (!chosen && on_path(CPP).is_none()).then(|| {
        format!("no C++ compiler `{CPP}` on the path, and libFuzzer is written in C++; install one (Debian: apt install g++)")
    })
}

/// Compiles the engine and all targets, and returns the programs by the targets' names.
///
/// # Errors
/// When something does not compile.
pub(super) fn all(workspace: &Workspace, progress: &Progress) -> Result<BTreeMap<String, PathBuf>> {
    let step = progress.step_that_speaks("compiling libFuzzer");
    let mut command = cargo();
    command.args(["build", "--release", "--package", ENGINE, "--features", "libfuzzer"]).current_dir(&workspace.root);
    let built = artifacts::build(&mut command, &[]).context("libFuzzer does not compile")?;
    let engine = artifacts::library(&built, "libfuzzer_sys").context("cargo reports no library `libfuzzer_sys`")?;
    step.done("");

    let step = progress.step_that_speaks("compiling the fuzz targets");
    let mut command = cargo();
    command
        // The whole selection, so that features are as everywhere else and nothing is compiled once more for them.
        .args(["build", "--release", "--workspace", "--exclude", XTASK, "--features", "fuzz/fuzzing"])
        .current_dir(&workspace.root);
    for target in &workspace.fuzz_targets {
        command.arg("--example").arg(example(target));
    }
    instrument::ask_for(&mut command, &engine).context("cannot find this program")?;
    let built = artifacts::build(&mut command, &[]).context("the fuzz targets do not compile")?;
    step.done("");
    let find = |target: &String| {
        let program = artifacts::example(&built, &example(target));
        Ok((target.clone(), program.with_context(|| format!("cargo reports no example `{}`", example(target)))?))
    };
    workspace.fuzz_targets.iter().map(find).collect()
}

fn example(target: &str) -> String {
    format!("fuzz-{target}")
}
