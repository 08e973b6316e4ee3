//! The binary `harness`: see `harness --help`.

mod answer;
mod api_key;
mod backup;
mod commands;
mod configure;
mod conformance;
mod doctor;
mod dry_run;
mod inspect;
mod installations;
mod keys;
mod load;
mod new;
mod offline;
mod parked;
mod record;
mod remote;
mod replay;
mod serve;
mod shown;

use clap::Parser as _;
use commands::Cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
