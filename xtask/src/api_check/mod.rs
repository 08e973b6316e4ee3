//! `cargo xtask api-check`: the served API, called in every way its own description allows, and in many that it does not.
//!
//! The description and the handlers are written apart, so only calls show where one says more than the other. The calls are
//! made up by schemathesis, a program from PyPI: it finds what nobody thought of, at the price of a Python environment and of
//! runs that differ, which is why `cargo xtask test` goes without it. A run is made again by its seed.

mod found;
mod ground;
mod http;
mod plan;
mod programs;
mod python;

use std::fs;
use std::io::{IsTerminal, stdin};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use self::found::{Failure, Report};
use self::ground::{Ground, empty};
use self::plan::{CALLED_LAST, HOOKS, KEY_VARIABLE, NOT_CALLED};
use crate::Verdict;
use crate::build;
use crate::cli::ApiCheckArguments;
use crate::process::run_logged;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// Made-up calls of each operation that takes something away: few are enough to see it go and be gone.
const LAST_EXAMPLES: u32 = 10;

/// One run of schemathesis.
struct Run<'a> {
    program: &'a Path,
    folder: &'a Path,
    ground: &'a Ground,
    name: &'static str,
    log: PathBuf,
}

/// What both runs found.
#[derive(Default)]
struct Findings {
    total: u64,
    tested: u64,
    cases: u64,
    failures: Vec<Failure>,
    /// Operations that never answered with success: no fault, but little was seen of them.
    never_reached: Vec<String>,
    /// What stands against the API beside the failures.
    others: Vec<String>,
}

/// `cargo xtask api-check`.
///
/// # Errors
/// When there is no usable Python, something cannot be built or started, or schemathesis does not run to its end.
pub(crate) fn run(workspace: &Workspace, progress: &Progress, arguments: &ApiCheckArguments) -> Result<Verdict> {
    let home = workspace.target.join("api-check");
    fs::create_dir_all(&home).with_context(|| format!("cannot create {}", home.display()))?;
    let program = python::schemathesis(&home, progress)?;
    let built = build::all(workspace, progress)?;
    let folder = home.join("run");
    empty(&folder)?;

    let step = progress.step("starting the host and filling it");
    let mut ground = Ground::prepare(&built, &folder)?;
    plan::check_names(&ground.document)?;
    let configuration = toml::to_string(&plan::configuration(&ground)).context("the configuration is no TOML")?;
    fs::write(folder.join("schemathesis.toml"), configuration).context("cannot write schemathesis.toml")?;
    fs::write(folder.join(HOOKS), include_str!("hooks.py")).context("cannot write hooks.py")?;
    step.done(&format!("it listens on {}", ground.host.address));

    let of = |name: &'static str| Run {
        program: &program,
        folder: &folder,
        ground: &ground,
        name,
        log: folder.join(format!("{name}.log")),
    };
    let mut findings = Findings::default();
    let main = of("calls").main(progress, arguments, &mut findings)?;
    of("last-calls").last(progress, main.seed, &mut findings)?;
    let apart = NOT_CALLED.len() as u64;
    ensure!(
        findings.tested.saturating_add(apart) == findings.total,
        "of {} operations {} were called, {apart} are left out by name; the rest was lost",
        findings.total,
        findings.tested
    );
    if !ground.is_alive() {
        findings.others.push(format!("the host did not survive; see {}", ground.host.log.display()));
    }
    let said = fs::read_to_string(&ground.host.log).unwrap_or_default();
    if let Some(panic) = said.lines().find(|line| line.contains("panicked")) {
        findings.others.push(format!("the host panicked: {panic}; see {}", ground.host.log.display()));
    }
    let good = findings.failures.is_empty() && findings.others.is_empty();
    if arguments.json {
        println!("{}", findings.as_json(main.seed, &folder));
    } else {
        print!("{}", findings.as_text(main.seed, &folder));
    }
    if arguments.stay {
        stay(&ground)?;
    }
    Ok(if good { Verdict::Good } else { Verdict::Failed })
}

impl Run<'_> {
    /// Everything that may be called in any order.
    fn main(&self, progress: &Progress, arguments: &ApiCheckArguments, findings: &mut Findings) -> Result<Report> {
        let mut command = self.command();
        for apart in NOT_CALLED.iter().chain(&CALLED_LAST) {
            command.args(["--exclude-operation-id", apart.operation]);
        }
        match arguments.seconds {
            Some(seconds) => command.args(["--max-time", &seconds.to_string()]),
            None => command.args(["--max-examples", &arguments.max_examples.to_string()]),
        };
        if let Some(seed) = arguments.seed {
            command.args(["--seed", &seed.to_string()]);
        }
        let report = self.finish(progress, "calling the API", &mut command, findings)?;
        findings.total = report.operations.total;
        if arguments.seconds.is_some() {
            // Then the report tells of its last round only.
            findings.never_reached.clear();
        }
        Ok(report)
    }

    /// What takes away the others' ground.
    fn last(&self, progress: &Progress, seed: u64, findings: &mut Findings) -> Result<Report> {
        let mut command = self.command();
        for apart in &CALLED_LAST {
            command.args(["--include-operation-id", apart.operation]);
        }
        command.args(["--phases", "examples,coverage,fuzzing", "--seed", &seed.to_string()]);
        command.args(["--max-examples", &LAST_EXAMPLES.to_string()]);
        self.finish(progress, "calling what takes things away", &mut command, findings)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        let document = format!("http://{}/openapi.json", self.ground.host.address);
        command.args(["--config-file", "schemathesis.toml", "run", &document, "--no-color", "--report", "json"]);
        command.arg("--report-json-path").arg(self.report());
        // In its folder, as it leaves a cache where it stands.
        command.env(KEY_VARIABLE, &self.ground.key).current_dir(self.folder);
        command
    }

    fn report(&self) -> PathBuf {
        self.folder.join(format!("{}.json", self.name))
    }

    fn finish(
        &self,
        progress: &Progress,
        what: &str,
        command: &mut Command,
        findings: &mut Findings,
    ) -> Result<Report> {
        let mut step = progress.step(what);
        // It ends with status 1 when it found something; whether it came to its end stands in its report.
        let ended = run_logged(&mut step, command, &self.log, None);
        let report = match (Report::read(&self.report()), ended) {
            (Ok(report), _) if report.complete => report,
            (_, Err(error)) => return Err(error),
            (Err(error), Ok(())) => return Err(error),
            (Ok(_), Ok(())) => bail!("schemathesis did not come to its end; see {}", self.log.display()),
        };
        ensure!(report.operations.tested == report.operations.selected, "not all operations were called");
        step.done(&format!("{} calls, {} failures", report.test_cases.generated, report.failures()));
        let said = fs::read_to_string(&self.log).with_context(|| format!("cannot read {}", self.log.display()))?;
        let failures = found::failures(&said);
        if (failures.len() as u64) < report.failures() {
            let missing = report.failures().saturating_sub(failures.len() as u64);
            findings.others.push(format!("{missing} more failures; see {}", self.log.display()));
        }
        for error in report.errors() {
            findings.others.push(format!("could not be tried: {error}; see {}", self.log.display()));
        }
        findings.never_reached.extend(report.never_reached());
        findings.failures.extend(failures);
        findings.tested = findings.tested.saturating_add(report.operations.tested);
        findings.cases = findings.cases.saturating_add(report.test_cases.generated);
        Ok(report)
    }
}

impl Findings {
    fn as_text(&self, seed: u64, folder: &Path) -> String {
        let mut text: String = self.failures.iter().map(Failure::text).collect();
        for other in &self.others {
            text.push_str(&format!("{other}\n"));
        }
        for operation in &self.never_reached {
            text.push_str(&format!("never answered with success: {operation}\n"));
        }
        for apart in &NOT_CALLED {
            text.push_str(&format!("not called: {} {}\n", apart.operation, apart.reason));
        }
        text.push_str(&format!(
            "api-check: {} of {} operations, {} calls, {} failures (seed {seed}, everything in {})\n",
            self.tested,
            self.total,
            self.cases,
            self.failures.len(),
            folder.display()
        ));
        text
    }

    fn as_json(&self, seed: u64, folder: &Path) -> serde_json::Value {
        let apart: Vec<_> =
            NOT_CALLED.iter().map(|apart| json!({"operation": apart.operation, "reason": apart.reason})).collect();
        json!({
            "seed": seed,
            "operations": self.total,
            "called": self.tested,
            "not_called": apart,
            "calls": self.cases,
            "failures": self.failures,
            "others": self.others,
            "never_reached": self.never_reached,
            "folder": folder,
        })
    }
}

/// Lets the host run on, so that a person can make a call again.
fn stay(ground: &Ground) -> Result<()> {
    eprintln!("the host goes on; in another shell: export {KEY_VARIABLE}={}", ground.key);
    if stdin().is_terminal() {
        eprintln!("press Enter to stop it");
    }
    stdin().read_line(&mut String::new()).context("cannot read from standard input")?;
    Ok(())
}
