//! `cargo xtask demo`: everything built, then the demo, which tells its own story.

use std::process::Command;

use anyhow::{Context, Result};

use crate::Verdict;
use crate::build;
use crate::cli::DemoArguments;
use crate::progress::Progress;
use crate::workspace::{DEMO, Workspace};

/// Status for a demo that was ended by a signal, and so has none of its own.
const KILLED: u8 = 2;

/// `cargo xtask demo`. The demo finds what was built by the same variables as the tests.
///
/// # Errors
/// When something cannot be built, or there is no demo.
pub(crate) fn run(workspace: &Workspace, progress: &Progress, arguments: &DemoArguments) -> Result<Verdict> {
    let built = build::all(workspace, progress)?;
    let program = built.demo.as_ref().with_context(|| format!("package acceptance has no binary `{DEMO}`"))?;
    let mut command = Command::new(program);
    command.args(&arguments.rest).envs(built.variables()).current_dir(&workspace.root);
    let status = command.status().with_context(|| format!("cannot run {}", program.display()))?;
    Ok(Verdict::Status(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(KILLED)))
}
