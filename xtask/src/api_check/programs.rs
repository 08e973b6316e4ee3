//! The programs under test, started, and stopped whatever happens.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::show;

/// A program that runs until this is dropped.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
    /// Kept open: a program that writes to nobody may end.
    _stdout: BufReader<ChildStdout>,
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// What it says beside.
    pub(super) log: PathBuf,
}

impl Running {
    /// Starts a program that prints `{"listening": ADDRESS}` as its first line.
    ///
    /// # Errors
    /// When it cannot be started, or ends before it listens.
    pub(super) fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let shown = show(command);
        let file = File::create(log).with_context(|| format!("cannot write the log {}", log.display()))?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot run `{shown}`"))?;
        let mut stdout = BufReader::new(child.stdout.take().context("the program has no standard output")?);
        let mut line = String::new();
        let read = stdout.read_line(&mut line);
        let address = read.ok().and_then(|_| listening(&line));
        // From here on it is stopped when anything fails.
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let running = Self { child, _stdout: stdout, address: address.unwrap_or(nowhere), log: log.to_path_buf() };
        if address.is_none() {
            let said = fs::read_to_string(log).unwrap_or_default();
            bail!("`{shown}` does not listen: {}", said.trim());
        }
        Ok(running)
    }

    /// Whether it still runs.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    // One that has ended by itself cannot be stopped, which is as good.
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn listening(line: &str) -> Option<SocketAddr> {
    let said: Value = serde_json::from_str(line).ok()?;
    let address = said.get("listening")?.as_str()?;
    address.strip_prefix("http://").unwrap_or(address).parse().ok()
}

/// An address on this machine that nobody uses now. The host must know its own before it listens.
///
/// # Errors
/// When there is none.
pub(super) fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot find a free port on 127.0.0.1")?;
    Ok(listener.local_addr()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_first_line_are_read() {
        let expected = SocketAddr::from(([127, 0, 0, 1], 81));
        assert_eq!(listening("{\"listening\":\"127.0.0.1:81\"}\n"), Some(expected));
        assert_eq!(listening("{\"listening\":\"http://127.0.0.1:81\"}\n"), Some(expected));
        assert_eq!(listening(""), None);
    }

    #[test]
    fn a_program_that_does_not_listen_is_an_error_with_what_it_said() {
        let log = std::env::temp_dir().join(format!("xtask-does-not-listen-{}", std::process::id()));
        let mut command = Command::new("sh");
        let error = Running::start(command.args(["-c", "echo no port >&2"]), &log).unwrap_err().to_string();
        fs::remove_file(log).unwrap();
        assert!(error.contains("no port"), "{error}");
    }
}
