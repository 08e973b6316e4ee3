//! One run of one target.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::report::Ran;
use crate::process::watch;
use crate::progress::Progress;
use crate::workspace::Workspace;

/// The longest input that is made up, in bytes: the largest kept ones are half as long, and what is longer only runs slower.
const LONGEST_INPUT: u32 = 16 * 1024;
/// One input may take so long, in seconds; they take a thousandth, and a machine may be busy.
const LONGEST_TIME: u32 = 25;
/// Memory of the whole program, in MiB: a body that is written out may take 64 MiB, several times over.
const MOST_MEMORY: u32 = 2048;
/// What chance begins with, the same on every run.
const SEED: u32 = 1;
/// What a run may take beyond its time, in seconds: for reading the kept inputs, and for the last one.
const GRACE: u32 = 120;

/// One run, to be begun.
#[derive(Debug)]
pub(super) struct Run<'a> {
    target: &'a str,
    program: &'a Path,
    seconds: u32,
    /// `tests/fuzz`.
    kept: PathBuf,
    /// `target/fuzz/TARGET`.
    work: PathBuf,
    /// Where finds go.
    found: PathBuf,
}

impl<'a> Run<'a> {
    pub(super) fn new(workspace: &Workspace, target: &'a str, program: &'a Path, seconds: u32) -> Self {
        let work = workspace.target.join("fuzz").join(target);
        let kept = workspace.root.join("tests/fuzz");
        Self { target, program, seconds, kept, found: work.join("found"), work }
    }

    /// Goes on from what earlier runs found, and adds to it.
    pub(super) fn going_on(self) -> Result<Self> {
        fs::create_dir_all(&self.found).with_context(|| format!("cannot create {}", self.found.display()))?;
        Ok(self)
    }

    /// Begins with the committed corpus alone, so that the run is alike everywhere.
    pub(super) fn afresh(mut self) -> Result<Self> {
        self.found = self.work.join("short");
        if self.found.exists() {
            fs::remove_dir_all(&self.found).with_context(|| format!("cannot empty {}", self.found.display()))?;
        }
        self.going_on()
    }

    /// Runs it to its end, or to the first input that breaks a law.
    ///
    /// # Errors
    /// When it cannot be started, or does not end.
    pub(super) fn run(self, progress: &Progress) -> Result<Ran> {
        // Beside what it finds, so that a short run writes over nothing of a long one beside it.
        let log = self.found.with_extension("log");
        if log.exists() {
            fs::remove_file(&log).with_context(|| format!("cannot empty {}", log.display()))?;
        }
        let mut step = progress.step(&format!("fuzzing {} for {} s", self.target, self.seconds));
        let limit = Duration::from_secs(u64::from(self.seconds + GRACE));
        let shown = |line: String| shown(&line);
        let status = watch(&mut step, &mut self.command(), &log, Some(limit), shown)?;
        let text = fs::read(&log).with_context(|| format!("cannot read {}", log.display()))?;
        let ran = Ran::read(self.target, self.program, status.success(), &String::from_utf8_lossy(&text), &log);
        step.done(&ran.in_short());
        Ok(ran)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command.arg(&self.found);
        for kept in ["corpus", "regressions"].map(|folder| self.kept.join(folder).join(self.target)) {
            if kept.is_dir() {
                command.arg(kept);
            }
        }
        let words = self.kept.join("dictionaries").join(format!("{}.txt", self.target));
        if words.is_file() {
            command.arg(joined("-dict=", &words));
        }
        command
            .arg(format!("-max_total_time={}", self.seconds))
            .arg(format!("-max_len={LONGEST_INPUT}"))
            .arg(format!("-timeout={LONGEST_TIME}"))
            .arg(format!("-rss_limit_mb={MOST_MEMORY}"))
            .arg(format!("-seed={SEED}"))
            .arg("-print_final_stats=1")
            .arg(joined("-artifact_prefix=", &self.work.join("broken-")));
        command
    }
}

fn joined(option: &str, path: &Path) -> std::ffi::OsString {
    let mut both = std::ffi::OsString::from(option);
    both.push(path);
    both
}

/// A line of libFuzzer's without what does not matter: `#262144 pulse cov: 2719 ft: 9187 corp: 871/312Kb`.
fn shown(line: &str) -> String {
    let short = line.split(" lim:").next().unwrap_or(line);
    short.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_progress_is_short() {
        let line = "#262144\tpulse  cov: 2719 ft: 9187 corp: 871/312Kb lim: 1290 exec/s: 6553 rss: 61Mb";
        assert_eq!(shown(line), "#262144 pulse cov: 2719 ft: 9187 corp: 871/312Kb");
    }
}
