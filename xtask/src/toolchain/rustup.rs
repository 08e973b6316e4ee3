//! The ordinary way: rustup's own command.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::environment::on_path;
use crate::process::run_logged;
use crate::progress::Progress;

/// The sources are a few MB: beyond two minutes nobody is answering.
const LIMIT: Duration = Duration::from_secs(120);

/// Asks rustup for the compiler's sources. Not being able to is no error of the command: there is another way.
///
/// # Errors
/// When there is no rustup, it fails, or it takes longer than [`LIMIT`].
pub(super) fn add_sources(progress: &Progress, folder: &Path) -> Result<()> {
    if on_path("rustup").is_none() {
        bail!("not on the path");
    }
    let mut step = progress.step("rustup component add rust-src");
    let mut command = Command::new("rustup");
    // Its default of three retries, each with a wait, only delays the other way.
    command.args(["component", "add", "rust-src"]).env("RUSTUP_MAX_RETRIES", "1").env("RUST_BACKTRACE", "0");
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
