//! The host's end: a program that is kept running, or one for every event.

use super::{FromConnector, ToConnector, read, write};
use crate::error::CannotRun;
use crate::event::Event;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The connector as a program.
pub struct Program {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    line: String,
}

/// The command line that makes a program of this kind the connector's end.
pub const CHILD: &str = "json-lines";

impl Program {
    /// Start it: the program at `path`, told to be the connector.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(path: &Path) -> Result<Self, CannotRun> {
        let mut child = Command::new(path).arg(CHILD).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (to, from) = (child.stdin.take(), child.stdout.take());
        let from = from.ok_or_else(|| CannotRun::new("the program has no output"))?;
        Ok(Self { child, to, from: BufReader::new(from), line: String::new() })
    }

    /// Run the event once; how many requests it made.
    ///
    /// # Errors
    /// It made other requests than were recorded, or did not end well.
    pub fn run(&mut self, event: &Event) -> Result<u64, CannotRun> {
        let gone = || CannotRun::new("the program is gone");
        let to = self.to.as_mut().ok_or_else(gone)?;
        write(
            to,
            &ToConnector::Event {
                context: event.context.clone(),
                changes: event.changes.clone(),
                customers: event.customers.clone(),
                links: event.installation.links(),
            },
        )?;
        let mut requests = 0;
        for one in &event.round_trips {
            match read(&mut self.from, &mut self.line)?.ok_or_else(gone)? {
                FromConnector::Request { method, url, .. } if method == one.method && url == one.url => {}
                other => return Err(CannotRun::new(format!("this was not recorded: {other:?}"))),
            }
            requests += 1;
            write(
                to,
                &ToConnector::Answer {
                    status: one.answer.status,
                    body: String::from_utf8_lossy(&one.answer.body).into_owned(),
                },
            )?;
        }
        match read(&mut self.from, &mut self.line)?.ok_or_else(gone)? {
            FromConnector::Ended(ended) if ended.len() == event.changes.len() => Ok(requests),
            other => Err(CannotRun::new(format!("the event did not end well: {other:?}"))),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Without input it ends by itself; what it ended with is of no interest.
        drop(self.to.take());
        let _ = self.child.wait();
    }
}

/// One event in a program of its own, started and ended for it.
///
/// # Errors
/// See [`Program::run`].
pub fn once(path: &Path, event: &Event) -> Result<u64, CannotRun> {
    Program::start(path)?.run(event)
}

/// The program that is running now, which can be either end.
///
/// # Errors
/// The system does not say where it is.
pub fn this_program() -> Result<PathBuf, CannotRun> {
    Ok(std::env::current_exe()?)
}
