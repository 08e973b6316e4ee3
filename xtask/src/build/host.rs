//! Compiling the programs that run on this machine.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::{Built, artifacts};
use crate::environment::cargo;
use crate::progress::Progress;
use crate::workspace::{HARNESS, Workspace, XTASK};

/// Compiles every program of the workspace but xtask.
///
/// `--examples` is there for what it implies: cargo then chooses dependencies' features as it does for the tests. Without
/// it a feature that only a test asks for would have the engine compiled a second time.
///
/// # Errors
/// When something does not compile, or the harness is missing.
pub(super) fn compile(workspace: &Workspace, progress: &Progress) -> Result<Built> {
    let harness = workspace.harness.as_ref().context("package host-harness has no binary `harness`")?;
    let step = progress.step_that_speaks("compiling harness and simulators (minutes the first time)");
    let mut command = cargo();
    command
        .args(["build", "--release", "--workspace", "--exclude", XTASK, "--bins", "--examples"])
        .current_dir(&workspace.root);
    let built = artifacts::build(&mut command, &[]).context("the host's programs do not compile")?;
    let find =
        |name: &str| artifacts::executable(&built, name).with_context(|| format!("cargo reports no program `{name}`"));
    let mut simulators = BTreeMap::new();
    for (key, binary) in &workspace.simulators {
        simulators.insert(key.clone(), find(&binary.name)?);
    }
    let result = Built {
        harness: find(&harness.name).with_context(|| format!("no {HARNESS}"))?,
        simulators,
        demo: workspace.demo.as_ref().map(|demo| find(&demo.name)).transpose()?,
        bench: workspace.bench.as_ref().map(|bench| find(&bench.name)).transpose()?,
        ..Built::default()
    };
    step.done("");
    Ok(result)
}
