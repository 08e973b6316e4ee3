//! Progress on standard error, so that standard output stays free for results.
//!
//! On a terminal the line of the running step is rewritten every second; elsewhere (a log of a CI run) a line is written
//! when a step starts and ends, and now and then between, so that a step of minutes never looks dead.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often a running step is shown again on a terminal.
const TERMINAL_INTERVAL: Duration = Duration::from_secs(1);
/// How often a running step is shown again in a log: often enough to see life, seldom enough to read.
const LOG_INTERVAL: Duration = Duration::from_secs(15);
/// Characters of a child's last line that are shown beside the step.
const DETAIL_WIDTH: usize = 60;

/// The clock of one command, from which every line counts.
#[derive(Debug)]
pub(crate) struct Progress {
    started: Instant,
    terminal: bool,
}

/// A step that is under way.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    progress: &'a Progress,
    what: String,
    started: Instant,
    shown: Instant,
}

impl Progress {
    /// Starts the clock.
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), terminal: std::io::stderr().is_terminal() }
    }

    /// Says one thing that takes no time.
    pub(crate) fn note(&self, text: &str) {
        self.line(&format!("{} {text}", self.stamp()));
    }

    /// Begins a step; `what` says what is being done, as in "building the standard library".
    pub(crate) fn step(&self, what: &str) -> Step<'_> {
        let text = format!("{} {what} …", self.stamp());
        if self.terminal {
            self.rewrite(&text);
        } else {
            self.line(&text);
        }
        self.started(what)
    }

    /// Begins a step whose program shows its own progress below.
    pub(crate) fn step_that_speaks(&self, what: &str) -> Step<'_> {
        self.line(&format!("{} {what} …", self.stamp()));
        self.started(what)
    }

    fn started(&self, what: &str) -> Step<'_> {
        let now = Instant::now();
        Step { progress: self, what: what.to_owned(), started: now, shown: now }
    }

    fn stamp(&self) -> String {
        format!("[{:>4} s]", self.started.elapsed().as_secs())
    }

    // A broken standard error is no reason to stop building, so what cannot be written is dropped.
    fn rewrite(&self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        drop(write!(stderr, "\r\x1b[2K{text}").and_then(|()| stderr.flush()));
    }

    fn line(&self, text: &str) {
        let clear = if self.terminal { "\r\x1b[2K" } else { "" };
        let mut stderr = std::io::stderr().lock();
        drop(writeln!(stderr, "{clear}{text}"));
    }
}

impl Step<'_> {
    /// Shows the step again when it is time to; `detail` is asked only then.
    pub(crate) fn tick(&mut self, detail: impl FnOnce() -> String) {
        let interval = if self.progress.terminal { TERMINAL_INTERVAL } else { LOG_INTERVAL };
        if self.shown.elapsed() < interval {
            return;
        }
        self.shown = Instant::now();
        let detail: String = detail().chars().take(DETAIL_WIDTH).collect();
        let text =
            format!("{} {} … {} s: {detail}", self.progress.stamp(), self.what, self.started.elapsed().as_secs());
        if self.progress.terminal {
            self.progress.rewrite(&text);
        } else {
            self.progress.line(&text);
        }
    }

    /// Ends the step well.
    pub(crate) fn done(self, result: &str) {
        self.end(if result.is_empty() { "done" } else { result });
    }

    /// Ends the step without success, in a way that does not end the command.
    pub(crate) fn gave_up(self, why: &str) {
        self.end(why);
    }

    fn end(self, how: &str) {
        let seconds = self.started.elapsed().as_secs_f32();
        self.progress.line(&format!("{} {}: {how} ({seconds:.1} s)", self.progress.stamp(), self.what));
    }
}
