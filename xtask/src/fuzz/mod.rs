//! `cargo xtask fuzz`: bytes that break a law of what reads outside input, looked for by what the code does with them.
//!
//! libFuzzer on the stable compiler (decision 0030). A short run is part of `cargo xtask test`, from the committed corpus, with
//! nothing kept; a long one goes on from what earlier ones found.

mod compile;
pub(crate) mod instrument;
mod report;
mod target;

use std::path::Path;

use anyhow::{Result, ensure};

use self::report::Ran;
use self::target::Run;
use crate::Verdict;
use crate::cli::FuzzArguments;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// How long each target runs as a part of the tests, in seconds: what it has found by then is found again on every
/// machine, and all targets together take no longer than one test does.
const SECONDS_OF_A_TEST: u32 = 5;

/// `cargo xtask fuzz`.
///
/// # Errors
/// When there is no C++ compiler, no such target, or something does not compile.
pub(crate) fn run(workspace: &Workspace, progress: &Progress, arguments: &FuzzArguments) -> Result<Verdict> {
    if let Some(hindrance) = compile::hindrance() {
        anyhow::bail!(hindrance);
    }
    let known: Vec<&str> = workspace.fuzz_targets.iter().map(String::as_str).collect();
    for target in &arguments.targets {
        ensure!(known.contains(&target.as_str()), "there is no target `{target}`; targets are: {}", known.join(", "));
    }
    let wanted = |target: &&String| arguments.targets.is_empty() || arguments.targets.contains(target);
    let programs = compile::all(workspace, progress)?;
    let mut ran = Vec::new();
    for (target, program) in programs.iter().filter(|(target, _)| wanted(target)) {
        let run = Run::new(workspace, target, program, arguments.seconds);
        ran.push(run.going_on()?.run(progress)?);
    }
    if arguments.json {
        println!("{}", report::json(&ran));
    } else {
        print!("{}", report::table(&ran));
    }
    Ok(verdict(&ran, &workspace.root))
}

/// The short run that belongs to the tests: whether no law was broken. Where there is no C++ compiler it is left out, and
/// said so.
///
/// # Errors
/// When something does not compile.
pub(crate) fn with_the_tests(workspace: &Workspace, progress: &Progress) -> Result<bool> {
    if workspace.fuzz_targets.is_empty() {
        return Ok(true);
    }
    if let Some(hindrance) = compile::hindrance() {
        progress.note(&format!("fuzzing was left out, only the kept inputs were tried: {hindrance}"));
        return Ok(true);
    }
    let mut ran = Vec::new();
    for (target, program) in &compile::all(workspace, progress)? {
        ran.push(Run::new(workspace, target, program, SECONDS_OF_A_TEST).afresh()?.run(progress)?);
    }
    print!("{}", report::table(&ran));
    Ok(matches!(verdict(&ran, &workspace.root), Verdict::Good))
}

fn verdict(ran: &[Ran], root: &Path) -> Verdict {
    let mut verdict = Verdict::Good;
    for one in ran.iter().filter(|one| !one.holds()) {
        verdict = Verdict::Failed;
        eprint!("{}", one.how_to_go_on(root));
    }
    verdict
}
