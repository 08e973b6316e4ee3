//! Where the host's program and the connectors are.
//!
//! `cargo xtask test` names them by environment variables; without those they are looked for where `cargo xtask build` puts
//! them, in the target folder that this program is in.

use crate::error::CannotRun;
use std::path::{Path, PathBuf};

/// How many folders above this program the target folder may be: `target/release/deps` is three.
const FOLDERS_UP: usize = 4;

/// The host's program and the connectors.
#[derive(Debug, Clone)]
pub struct Programs {
    /// `harness`.
    pub harness: PathBuf,
    /// The connector under trial.
    pub uniconta: PathBuf,
    /// The connector that misbehaves, where it was asked for.
    pub hostile: Option<PathBuf>,
}

impl Programs {
    /// Find them.
    ///
    /// # Errors
    /// One is missing; the text says what to run.
    pub fn find(with_hostile: bool) -> Result<Self, CannotRun> {
        Ok(Self {
            harness: one("HARNESS", "release/harness")?,
            uniconta: one("CONNECTOR_UNICONTA", "connectors/uniconta.wasm")?,
            hostile: match with_hostile {
                true => Some(one("CONNECTOR_HOSTILE", "test-connectors/hostile.wasm")?),
                false => None,
            },
        })
    }

    /// A connector that only tests have, by name.
    ///
    /// # Errors
    /// It was not built; the text says what to run.
    pub fn component(name: &str) -> Result<PathBuf, CannotRun> {
        let variable = format!("CONNECTOR_{}", name.to_uppercase().replace('-', "_"));
        one(&variable, &format!("test-connectors/{name}.wasm"))
    }
}

fn one(variable: &str, in_target: &str) -> Result<PathBuf, CannotRun> {
    if let Some(path) = std::env::var_os(variable) {
        let path = PathBuf::from(path);
        return match path.is_file() {
            true => Ok(path),
            false => Err(CannotRun::because(
                format!("{variable}={}", path.display()),
                "there is no such file; run `cargo xtask test`, or `cargo xtask build` and leave the variable out",
            )),
        };
    }
    let program = std::env::current_exe().map_err(|error| CannotRun::because("where this program is", error))?;
    program
        .ancestors()
        .skip(1)
        .take(FOLDERS_UP)
        .map(|folder| folder.join(in_target))
        .find(|path| path.is_file())
        .ok_or_else(|| {
            let near = program.parent().unwrap_or(Path::new("")).display();
            CannotRun::because(
                format!("{in_target} is not in the target folder of {near}, and {variable} is not set"),
                "run `cargo xtask test`, or `cargo xtask build` first",
            )
        })
}
