//! How far it is: a bar with the time left on a terminal, a line now and then elsewhere.

use host_harness::bench::Phase;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// The bar of the part that is under way.
pub(super) struct Bar {
    terminal: bool,
    state: Mutex<State>,
}

struct State {
    shown: Option<(Phase, ProgressBar)>,
    said: Instant,
}

impl Bar {
    pub(super) fn new() -> Self {
        let state = State { shown: None, said: Instant::now() };
        Self { terminal: std::io::stderr().is_terminal(), state: Mutex::new(state) }
    }

    /// Show how far it is.
    pub(super) fn show(&self, phase: Phase, done: u64, all: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.terminal {
            return state.say(phase, done, all);
        }
        if state.shown.as_ref().is_none_or(|(shown, _)| *shown != phase) {
            state.end();
            let bar = ProgressBar::new(all);
            if let Ok(style) = ProgressStyle::with_template(template(phase)) {
                bar.set_style(style);
            }
            state.shown = Some((phase, bar));
        }
        if let Some((_, bar)) = &state.shown {
            bar.set_position(done);
        }
    }

    /// Nothing more is shown.
    pub(super) fn end(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).end();
    }
}

impl State {
    fn say(&mut self, phase: Phase, done: u64, all: u64) {
        if self.said.elapsed() < BETWEEN_LINES {
            return;
        }
        self.said = Instant::now();
        let what = match phase {
            Phase::Proving => "fixtures proved",
            Phase::Measuring => "turns",
        };
        eprintln!("harness: bench: {what} {done} / {all}");
    }

    fn end(&mut self) {
        if let Some((_, bar)) = self.shown.take() {
            bar.finish_and_clear();
        }
    }
}

fn template(phase: Phase) -> &'static str {
    match phase {
        Phase::Proving => "proving fixtures {bar:30} {pos}/{len}",
        Phase::Measuring => "measuring {bar:30} {pos}/{len} turns, {eta} left",
    }
}
