//! `cargo xtask bench`: everything built, then everything measured, and `docs/performance.md` written anew.

use std::process::Command;

use anyhow::{Context, Result};

use crate::Verdict;
use crate::build;
use crate::cli::BenchArguments;
use crate::progress::Progress;
use crate::workspace::{BENCH, Workspace};

/// Status for a run that was ended by a signal, and so has none of its own.
const KILLED: u8 = 2;

/// `cargo xtask bench`. What measures finds what was built by the same variables as the tests.
///
/// # Errors
/// When something cannot be built, or there is nothing to measure with.
pub(crate) fn run(workspace: &Workspace, progress: &Progress, arguments: &BenchArguments) -> Result<Verdict> {
    let built = build::all(workspace, progress)?;
    let program = built.bench.as_ref().with_context(|| format!("package {BENCH} has no binary `{BENCH}`"))?;
    let mut command = Command::new(program);
    command.arg("whole").envs(built.variables()).current_dir(&workspace.root);
    if arguments.json {
        command.arg("--json");
    }
    if arguments.quick {
        command.arg("--quick");
    } else {
        command.args(["--docs", "docs"]);
    }
    let status = command.status().with_context(|| format!("cannot run {}", program.display()))?;
    Ok(Verdict::Status(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(KILLED)))
}
