//! `cargo xtask check`: format, lints and the dependency policy. All of it runs, so that one run shows every finding.

mod dependencies;
mod policy;

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use self::policy::Policy;
use crate::Verdict;
use crate::environment::{cargo, on_path};
use crate::process::show;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// What cargo answers when a subcommand, or what it checked, is not in order. Anything else means it could not run.
const FINDINGS: [i32; 2] = [1, 101];

/// `cargo xtask check`.
///
/// # Errors
/// When a check could not run.
pub(crate) fn run(workspace: &Workspace, progress: &Progress) -> Result<Verdict> {
    let mut failed = Vec::new();
    let checks: [(&str, &[&str]); 2] = [
        ("format", &["fmt", "--all", "--check"]),
        ("lints", &["clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    ];
    for (name, arguments) in checks {
        if !passes(workspace, progress, name, arguments)? {
            failed.push(name);
        }
    }
    let dependencies = if on_path("cargo-deny").is_some() {
        passes(workspace, progress, "dependencies (cargo deny)", &["deny", "check"])?
    } else {
        read_dependencies(workspace, progress)?
    };
    if !dependencies {
        failed.push("dependencies");
    }
    if failed.is_empty() {
        println!("check: format, lints and dependencies are in order");
        return Ok(Verdict::Good);
    }
    println!("check failed: {}", failed.join(", "));
    Ok(Verdict::Failed)
}

fn passes(workspace: &Workspace, progress: &Progress, name: &str, arguments: &[&str]) -> Result<bool> {
    let step = progress.step_that_speaks(name);
    let mut command: Command = cargo();
    command.args(arguments).current_dir(&workspace.root).stdin(Stdio::null());
    let shown = show(&command);
    let status = command.status().with_context(|| format!("cannot run `{shown}`"))?;
    match status.code() {
        Some(0) => {
            step.done("in order");
            Ok(true)
        }
        Some(code) if FINDINGS.contains(&code) => {
            step.done("not in order");
            Ok(false)
        }
        _ => bail!("`{shown}` ended with {status}"),
    }
}

/// The part of the policy that can be read from cargo's own metadata.
fn read_dependencies(workspace: &Workspace, progress: &Progress) -> Result<bool> {
    let step = progress.step("dependencies (cargo deny is not installed: licences, sources, bans and wildcards only)");
    let path = workspace.root.join("deny.toml");
    let policy = Policy::read(&path)?;
    let metadata = MetadataCommand::new()
        .current_dir(&workspace.root)
        .other_options(["--locked".to_owned()])
        .exec()
        .context("cannot read the dependencies (is Cargo.lock up to date?)")?;
    let findings = dependencies::findings(&metadata, &policy);
    if findings.is_empty() {
        step.done(&format!(
            "{} packages in order; advisories and yanked releases were not checked",
            metadata.packages.len()
        ));
        return Ok(true);
    }
    step.done("not in order");
    for finding in findings {
        eprintln!("  {finding}");
    }
    Ok(false)
}
