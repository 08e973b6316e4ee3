//! How far it is: a bar with rate and time left on a terminal, a line now and then elsewhere.

use super::told::{Phase, SwitchOn};
use crate::commands::Language;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// The bar of the part that is under way.
pub(super) struct Bar {
    locale: Language,
    shown: Option<(Phase, ProgressBar)>,
    said: Option<Instant>,
}

impl Bar {
    pub(super) fn new(locale: Language) -> Self {
        Self { locale, shown: None, said: None }
    }

    /// Show how far it is. Nothing is shown of a part that is not under way.
    pub(super) fn show(&mut self, view: &SwitchOn) {
        let Some((done, all)) = view.progress() else { return self.end() };
        if !std::io::stderr().is_terminal() {
            return self.say(view, done, all);
        }
        let (locale, phase) = (self.locale, view.phase);
        let other = self.shown.as_ref().is_none_or(|(shown, _)| *shown != phase);
        if other {
            self.end();
            let bar = ProgressBar::new(all);
            if let Ok(style) = ProgressStyle::with_template(phase.bar(locale)) {
                bar.set_style(style);
            }
            // Its rate is that of what it sees, not of what was done before.
            bar.set_position(done);
            bar.reset_eta();
            self.shown = Some((phase, bar));
        }
        if let Some((_, bar)) = &self.shown {
            bar.set_length(all.max(done));
            bar.set_position(done);
            bar.set_message(view.waits(locale));
        }
    }

    fn say(&mut self, view: &SwitchOn, done: u64, all: u64) {
        if self.said.is_some_and(|said| said.elapsed() < BETWEEN_LINES) {
            return;
        }
        self.said = Some(Instant::now());
        let (of, waits) = (view.phase.part(self.locale), view.waits(self.locale));
        eprintln!("harness: switch-on: {of} {done} / {all} {waits}");
    }

    /// Nothing more is shown of this part.
    pub(super) fn end(&mut self) {
        if let Some((_, bar)) = self.shown.take() {
            bar.finish_and_clear();
        }
    }
}
