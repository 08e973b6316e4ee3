//! A connector's log: kept for the report, cut off at its limit, one line each.
//!
//! The host decides where it goes and adds installation and correlation; here it is only held. Control characters become
//! spaces, so that a connector cannot forge a line of somebody else's.

use crate::bindings::imports::log::Level;
use serde::Serialize;

/// Who wrote a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogSource {
    /// The connector.
    Connector,
    /// The sandbox, about the connector: what it refused, and where the log was cut off.
    Sandbox,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// Who wrote it.
    pub source: LogSource,
    /// One line, without control characters.
    pub message: String,
}

/// The lines of one call.
#[derive(Debug)]
pub(crate) struct Log {
    lines: Vec<LogLine>,
    left: u64,
    limit: u64,
    cut: bool,
}

/// Beside its text, what a line costs of the limit: a flood of empty lines is a flood all the same.
const LINE_COST: u64 = 16;

impl Log {
    pub(crate) fn new(limit: u64) -> Self {
        Self { lines: Vec::new(), left: limit, limit, cut: false }
    }

    /// Write one line; true when this line was the first that did not fit.
    pub(crate) fn write(&mut self, level: Level, source: LogSource, message: &str) -> bool {
        if self.cut {
            return false;
        }
        let room = usize::try_from(self.left.saturating_sub(LINE_COST)).unwrap_or(usize::MAX);
        let kept = message.floor_char_boundary(room.min(message.len()));
        let text = message.get(..kept).unwrap_or_default();
        let fits = text.len() == message.len() && self.left >= LINE_COST;
        if fits || !text.is_empty() {
            self.lines.push(LogLine { level, source, message: one_line(text) });
        }
        self.left = self.left.saturating_sub(LINE_COST).saturating_sub(text.len() as u64);
        if !fits {
            self.cut = true;
            let message = format!("the log was cut off here: more than {} bytes", self.limit);
            self.lines.push(LogLine { level: Level::Warn, source: LogSource::Sandbox, message });
        }
        !fits
    }

    pub(crate) fn into_lines(self) -> Vec<LogLine> {
        self.lines
    }
}

/// Text without control characters.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_cut_off_once_and_never_inside_a_character() {
        let mut log = Log::new(40);
        assert!(!log.write(Level::Info, LogSource::Connector, "one"));
        assert!(log.write(Level::Info, LogSource::Connector, "æøåæøå"));
        assert!(!log.write(Level::Info, LogSource::Connector, "never seen"));
        let lines: Vec<_> = log.into_lines().into_iter().map(|line| line.message).collect();
        assert_eq!(lines, ["one", "æø", "the log was cut off here: more than 40 bytes"]);
    }

    #[test]
    fn empty_lines_count() {
        let mut log = Log::new(64);
        for _ in 0..1_000 {
            log.write(Level::Debug, LogSource::Connector, "");
        }
        assert_eq!(log.into_lines().len(), 5);
    }

    #[test]
    fn a_line_stays_one_line() {
        let mut log = Log::new(100);
        log.write(Level::Info, LogSource::Connector, "a\nb\r\tc\u{1b}[0m");
        assert_eq!(log.into_lines()[0].message, "a b  c [0m");
    }
}
