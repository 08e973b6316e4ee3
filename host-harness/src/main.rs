//! The binary `harness`: see `harness --help`.

use clap::Parser as _;
use host_harness::cli::Cli;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    Cli::parse().run().await
}
