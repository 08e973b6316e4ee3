//! The binary `harness`: see `harness --help`.

mod answer;
mod commands;
mod configure;
mod dry_run;
mod inspect;
mod load;
mod record;
mod replay;
mod serve;

use clap::Parser as _;
use commands::Cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
