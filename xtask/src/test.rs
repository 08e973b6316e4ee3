//! `cargo xtask test`: everything built, every test run, and one line that says how it went.
//!
//! Plain `cargo test`, because a clean machine has it. xtask's own tests run in a call of their own: together with the
//! others they could change the features of shared dependencies, and the engine would be compiled again.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::Verdict;
use crate::build::{self, Built};
use crate::cli::TestArguments;
use crate::environment::cargo;
use crate::fuzz;
use crate::process::show;
use crate::progress::Progress;
use crate::test_totals::Totals;
use crate::workspace::{Workspace, XTASK};

/// The test that wants the connectors with seeded faults.
const SEEDED: &str = "seeded";

/// `cargo xtask test`.
///
/// # Errors
/// When something does not compile; then no numbers are claimed.
pub(crate) fn run(workspace: &Workspace, progress: &Progress, arguments: &TestArguments) -> Result<Verdict> {
    let wants_seeded = arguments.rest.is_empty() || arguments.rest.iter().any(|word| word == SEEDED);
    let built =
        if wants_seeded { build::all_and_seeded(workspace, progress)? } else { build::all(workspace, progress)? };
    let selections = selections(&arguments.rest);
    for selection in &selections {
        let step = progress.step_that_speaks("compiling tests");
        let mut command = test_command(workspace, &built, selection, &["--no-run"]);
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
        if !status.with_context(|| format!("cannot run `{}`", show(&command)))?.success() {
            bail!("the tests do not compile");
        }
        step.done("");
    }
    let mut totals = Totals::default();
    for selection in &selections {
        let failed_before = totals.failed;
        let good = stream(&mut test_command(workspace, &built, selection, &[]), &mut totals)?;
        if !good && totals.failed == failed_before {
            bail!("cargo test failed without a failed test; what it said stands above");
        }
    }
    // Whoever asks for some tests asks for no more.
    let laws_hold = !arguments.rest.is_empty() || fuzz::with_the_tests(workspace, progress)?;
    println!("{totals}");
    Ok(if totals.failed == 0 && laws_hold { Verdict::Good } else { Verdict::Failed })
}

/// The arguments of each call of cargo test.
pub(crate) fn selections(rest: &[String]) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let all_but_xtask = words(&["--workspace", "--exclude", XTASK]);
    if rest.is_empty() {
        return vec![all_but_xtask, words(&["--package", XTASK])];
    }
    let of_cargo = rest.iter().take_while(|word| *word != "--");
    let chooses_packages = of_cargo.into_iter().any(|word| {
        ["--package", "--workspace", "--all", "--exclude", "--manifest-path"]
            .iter()
            .any(|option| word == option || word.starts_with(&format!("{option}=")))
            || word.starts_with("-p")
    });
    let mut selection = if chooses_packages { Vec::new() } else { all_but_xtask };
    selection.extend_from_slice(rest);
    vec![selection]
}

/// A call of cargo test that finds everything that was built.
pub(crate) fn test_command(workspace: &Workspace, built: &Built, selection: &[String], options: &[&str]) -> Command {
    let mut command = cargo();
    command
        .args(["test", "--release", "--no-fail-fast"])
        .args(options)
        .args(selection)
        .envs(built.variables())
        .current_dir(&workspace.root);
    command
}

/// Runs tests, showing every line as it comes; says whether cargo was content.
fn stream(command: &mut Command, totals: &mut Totals) -> Result<bool> {
    let shown = show(command);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().with_context(|| format!("cannot run `{shown}`"))?;
    let mut output = BufReader::new(child.stdout.take().context("cargo has no standard output")?);
    let mut line = Vec::new();
    let mut stdout = std::io::stdout().lock();
    // Bytes, not text: a test may print anything.
    while output.read_until(b'\n', &mut line).with_context(|| format!("cannot read from `{shown}`"))? > 0 {
        stdout.write_all(&line).and_then(|()| stdout.flush()).context("cannot write to standard output")?;
        totals.line(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    totals.end_program();
    Ok(child.wait()?.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &str) -> Vec<String> {
        selections(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .into_iter()
            .map(|selection| selection.join(" "))
            .collect()
    }

    #[test]
    fn without_arguments_everything_runs_xtask_apart() {
        assert_eq!(given(""), ["--workspace --exclude xtask", "--package xtask"]);
    }

    #[test]
    fn arguments_narrow_the_tests_and_may_choose_the_packages() {
        assert_eq!(given("--test replay"), ["--workspace --exclude xtask --test replay"]);
        assert_eq!(given("-p xtask"), ["-p xtask"]);
        assert_eq!(given("--package=kit name"), ["--package=kit name"]);
        assert_eq!(given("-- -p"), ["--workspace --exclude xtask -- -p"]);
    }
}
