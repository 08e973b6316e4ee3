//! A simulator's binary as whoever tries it has it: started, known by the first line it prints, ended.

use std::io::{BufRead, BufReader, Result};
use std::process::{Child, Command, Stdio};

/// A simulator that runs; killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    process: Child,
    first_line: String,
}

impl Program {
    /// Start it, and wait for its first line. That is empty where it ended without one.
    ///
    /// # Errors
    /// It cannot be started or read from.
    pub fn start(command: &mut Command) -> Result<Self> {
        let mut started = Self { process: command.stdout(Stdio::piped()).spawn()?, first_line: String::new() };
        if let Some(out) = started.process.stdout.take() {
            BufReader::new(out).read_line(&mut started.first_line)?;
        }
        Ok(started)
    }

    /// What it printed first, without the end of the line.
    pub fn first_line(&self) -> &str {
        self.first_line.trim_end()
    }

    /// End it by a signal, e.g. `TERM`; how it ended.
    ///
    /// # Errors
    /// The signal cannot be sent, or the end not be waited for.
    #[cfg(unix)]
    pub fn end_by(mut self, signal: &str) -> Result<std::process::ExitStatus> {
        match Command::new("kill").args(["-s", signal, &self.process.id().to_string()]).status()?.success() {
            true => self.process.wait(),
            false => Err(std::io::Error::other(format!("the signal {signal} was not sent"))),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already, which is as good.
        let _ended = self.process.kill();
        let _ended = self.process.wait();
    }
}
