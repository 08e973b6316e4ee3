//! `cargo xtask docs`: the tables of docs/ that are made from the connectors, written anew.
//!
//! The test that finds a stale table also writes it when asked, so that there is one way to make it.

use crate::Verdict;
use crate::build;
use crate::progress::Progress;
use crate::test;
use crate::workspace::Workspace;

use anyhow::{Context, Result, ensure};

/// Tells the test to write.
const REFRESH: &str = "REFRESH_DOCS";
/// The test that compares and writes.
const TEST: &str = "accounting_systems";

/// `cargo xtask docs`.
///
/// # Errors
/// When something cannot be built, or a document lacks the marks of its tables.
pub(crate) fn run(workspace: &Workspace, progress: &Progress) -> Result<Verdict> {
    let built = build::all(workspace, progress)?;
    let step = progress.step_that_speaks("writing docs/accounting-systems.md");
    let selection = test::selections(&["--test".to_owned(), TEST.to_owned()]).concat();
    let mut command = test::test_command(workspace, &built, &selection, &[]);
    let status = command.env(REFRESH, "1").status().context("cannot run cargo test")?;
    ensure!(status.success(), "the test {TEST} failed; what it said stands above");
    step.done("look at the difference, and commit it");
    Ok(Verdict::Good)
}
