//! The ordinary way: rustup's own command.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::TARGET;
use crate::environment::on_path;
use crate::process::run_logged;
use crate::progress::Progress;

/// The target's library is some 20 MB: on a slow line it takes a minute, and beyond two nobody is answering.
const LIMIT: Duration = Duration::from_secs(120);

/// Asks rustup for the target. Not being able to is no error of the command: there is another way.
///
/// # Errors
/// When there is no rustup, it fails, or it takes longer than [`LIMIT`].
pub(super) fn add_target(progress: &Progress, folder: &Path) -> Result<()> {
    if on_path("rustup").is_none() {
        bail!("not on the path");
    }
    let mut step = progress.step(&format!("rustup target add {TARGET}"));
    let mut command = Command::new("rustup");
    // Its default of three retries, each with a wait, only delays the other way.
    command.args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "1").env("RUST_BACKTRACE", "0");
    match run_logged(&mut step, &mut command, &folder.join("logs/rustup.log"), Some(LIMIT)) {
        Ok(()) => {
            step.done("");
            Ok(())
        }
        Err(error) => {
            step.gave_up("not this way");
            Err(error)
        }
    }
}
