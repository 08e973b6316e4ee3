//! Finding fixtures, for the commands that play many of them.

use crate::answer::CannotRun;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// The fixtures at or under these paths, by name.
pub(crate) fn at(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CannotRun> {
    let mut found = Vec::new();
    for path in paths {
        find(path, &mut found)?;
    }
    Ok(found)
}

/// What a fixture is called: its folder.
pub(crate) fn name(folder: &Path) -> String {
    folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into())
}

/// How many fixtures to play at once unless told.
pub(crate) fn processors() -> u32 {
    std::thread::available_parallelism().map_or(1, |number| u32::try_from(number.get()).unwrap_or(1))
}

fn find(path: &Path, found: &mut Vec<PathBuf>) -> Result<(), CannotRun> {
    let before = found.len();
    collect(path, found).map_err(|error| CannotRun(format!("cannot read {}: {error}", path.display())))?;
    if found.len() == before {
        return Err(CannotRun(format!(
            "there is no fixture in {}; a fixture is a folder with scenario.json",
            path.display()
        )));
    }
    Ok(())
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.join("scenario.json").is_file() {
        found.push(path.into());
        return Ok(());
    }
    let mut inner: Vec<PathBuf> =
        std::fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?;
    inner.sort();
    inner.iter().filter(|path| path.is_dir()).try_for_each(|path| collect(path, found))
}

/// How far it has come, on standard error: on one line of a terminal; elsewhere a line now and then.
pub(crate) struct Progress {
    doing: &'static str,
    total: usize,
    terminal: bool,
}

/// Fixtures between two lines where there is no terminal.
const NOW_AND_THEN: usize = 50;

impl Progress {
    pub(crate) fn new(doing: &'static str, total: usize) -> Self {
        Self { doing, total, terminal: std::io::stderr().is_terminal() }
    }

    /// So many are done.
    pub(crate) fn show(&self, done: usize) {
        let (doing, total) = (self.doing, self.total);
        if total < 2 {
            return;
        }
        if self.terminal {
            eprint!("\r{doing}: {done}/{total} ");
            if done == total {
                eprintln!();
            }
        } else if done.is_multiple_of(NOW_AND_THEN) {
            eprintln!("{doing}: {done}/{total}");
        }
    }
}
