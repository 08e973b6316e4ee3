//! Running other programs: their answer, or their output in a log file while a step shows life.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::progress::Step;

/// How often a running child is looked at.
const POLL: Duration = Duration::from_millis(50);
/// Bytes at the end of a log that are read to show its last lines.
const TAIL_BYTES: u64 = 8 * 1024;
/// Lines of the log that a failure shows: enough for a compiler's error, little enough to read.
const TAIL_LINES: usize = 12;

/// Runs a program that answers at once, and returns its standard output.
///
/// # Errors
/// When it cannot be started, or ends with another status than 0; its standard error is in the message.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run `{shown}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{shown}` ended with {}: {}", output.status, one_line(&said));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program with its output in `log`, showing the log's last line beside the step.
///
/// # Errors
/// When it cannot be started, ends with another status than 0, or runs longer than `limit`; the message has the path of
/// the log and its last lines.
pub(crate) fn run_logged(
    step: &mut Step<'_>,
    command: &mut Command,
    log: &Path,
    limit: Option<Duration>,
) -> Result<()> {
    let status = watch(step, command, log, limit, |line| line)?;
    if status.success() {
        return Ok(());
    }
    bail!("`{}` ended with {status}\n{}", show(command), log_ending(log));
}

/// Like [`run_logged`], however the program ends; of the log's last line, `shown` is shown.
///
/// # Errors
/// When it cannot be started, or runs longer than `limit`.
pub(crate) fn watch(
    step: &mut Step<'_>,
    command: &mut Command,
    log: &Path,
    limit: Option<Duration>,
    shown: impl Fn(String) -> String,
) -> Result<ExitStatus> {
    let said = show(command);
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    }
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .with_context(|| format!("cannot write the log {}", log.display()))?;
    writeln!(file, "$ {said}").with_context(|| format!("cannot write the log {}", log.display()))?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .with_context(|| format!("cannot run `{said}`"))?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if let Some(limit) = limit
            && started.elapsed() > limit
        {
            child.kill()?;
            child.wait()?;
            bail!("`{said}` did not end within {} s and was stopped\n{}", limit.as_secs(), log_ending(log));
        }
        step.tick(|| shown(tail(log, 1).pop().unwrap_or_default()));
        std::thread::sleep(POLL);
    }
}

/// A command as a person would type it, without its environment.
pub(crate) fn show(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|argument| argument.to_string_lossy().into_owned()));
    words.join(" ")
}

fn log_ending(log: &Path) -> String {
    let lines: Vec<String> = tail(log, TAIL_LINES).into_iter().map(|line| format!("  | {line}")).collect();
    format!("{}\n  (whole output: {})", lines.join("\n"), log.display())
}

/// The last lines of a file; nothing when it cannot be read, as this only decorates messages.
fn tail(path: &Path, lines: usize) -> Vec<String> {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let kept: Vec<&str> = text.split(['\n', '\r']).map(str::trim_end).filter(|line| !line.is_empty()).collect();
    kept.iter().skip(kept.len().saturating_sub(lines)).map(|line| (*line).to_owned()).collect()
}

fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() { "it said nothing".to_owned() } else { lines.join("; ") }
}
