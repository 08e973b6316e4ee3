//! The binary `harness`: see `harness --help`.

mod answer;
mod api_key;
mod backup;
mod bench;
mod commands;
mod compare;
mod compiled;
mod configure;
mod conformance;
mod diff;
mod doctor;
mod dry_run;
mod fixtures;
mod inspect;
mod installations;
mod keys;
mod load;
mod migrate;
mod new;
mod offline;
mod parked;
#[cfg(feature = "compiler")]
mod precompile;
mod record;
mod recording;
mod remote;
mod replay;
mod room;
mod serve;
mod shown;
mod switch_on;

use answer::CannotRun;
use clap::Parser as _;
use commands::{Cli, could_not_run};
use std::process::ExitCode;

/// Calls make and drop thousands of small things.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.runtime() {
        Ok(runtime) => runtime.block_on(cli.run()),
        Err(error) => could_not_run(&CannotRun(format!("the system gives no threads to run on: {error}"))),
    }
}
