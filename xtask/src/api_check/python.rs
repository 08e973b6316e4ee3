//! A Python environment of our own with schemathesis in it, made once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::environment::on_path;
use crate::process::{capture, run_logged};
use crate::progress::Progress;

/// The version all results are of. Its command line, its configuration and its output are read as this version has them.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";
/// What schemathesis asks of Python.
const OLDEST_PYTHON: (u32, u32) = (3, 10);
/// Longest installation: some 20 MB from a slow network.
const LONGEST_INSTALLATION: Duration = Duration::from_secs(900);
/// Prints the version, or fails where venv or pip are missing.
const ASK: &str = "import venv, ensurepip, sys; print(sys.version_info[0], sys.version_info[1])";

/// Makes the environment unless it is there, and returns the program.
///
/// # Errors
/// When there is no Python, an old one, or one without pip, or when the installation fails.
pub(super) fn schemathesis(folder: &Path, progress: &Progress) -> Result<PathBuf> {
    let environment = folder.join("python");
    let made = environment.join("made");
    let python = find()?;
    let description = format!("{SCHEMATHESIS} {}", python.display());
    let program = environment.join("bin").join("schemathesis");
    if program.is_file() && fs::read_to_string(&made).is_ok_and(|found| found == description) {
        return Ok(program);
    }
    let mut step = progress.step(&format!("installing {SCHEMATHESIS} for {}", python.display()));
    if environment.exists() {
        fs::remove_dir_all(&environment).with_context(|| format!("cannot remove {}", environment.display()))?;
    }
    let log = folder.join("install.log");
    let mut make = Command::new(&python);
    run_logged(&mut step, make.args(["-m", "venv"]).arg(&environment), &log, Some(LONGEST_INSTALLATION))
        .context("cannot make a Python environment; on Debian, python3-venv is missing")?;
    let mut install = Command::new(environment.join("bin").join("python"));
    install.args(["-m", "pip", "install", "--no-cache-dir", "--disable-pip-version-check", SCHEMATHESIS]);
    run_logged(&mut step, &mut install, &log, Some(LONGEST_INSTALLATION))
        .with_context(|| format!("cannot install {SCHEMATHESIS} with pip"))?;
    fs::write(&made, description).with_context(|| format!("cannot write {}", made.display()))?;
    step.done("");
    Ok(program)
}

fn find() -> Result<PathBuf> {
    let Some(python) = on_path("python3").or_else(|| on_path("python")) else {
        bail!("there is no python3 on the path; install Python {}.{} or newer", OLDEST_PYTHON.0, OLDEST_PYTHON.1);
    };
    let said = capture(Command::new(&python).args(["-c", ASK]))
        .with_context(|| format!("{} has no venv or no pip; on Debian, python3-venv is missing", python.display()))?;
    match version(&said) {
        Some(found) if found >= OLDEST_PYTHON => Ok(python),
        _ => bail!(
            "{} is Python {}; {SCHEMATHESIS} needs {}.{} or newer",
            python.display(),
            said.trim().replace(' ', "."),
            OLDEST_PYTHON.0,
            OLDEST_PYTHON.1
        ),
    }
}

fn version(said: &str) -> Option<(u32, u32)> {
    let (major, minor) = said.trim().split_once(' ')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version("3 9\n").unwrap() < OLDEST_PYTHON);
        assert!(version("3 11\n").unwrap() > OLDEST_PYTHON);
        assert_eq!(version("Python"), None);
    }
}
