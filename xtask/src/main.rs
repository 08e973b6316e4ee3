//! `cargo xtask`: from a clean clone to built components, a demo and a verdict, with one command each.
//!
//! Plain Rust in place of shell scripts, so that it behaves alike on every machine and its decisions can be tested.
//! It is the first thing a newcomer compiles and it runs before everything else, so it has few dependencies and none
//! of the workspace's own crates: what it knows of connectors and simulators it reads from their `Cargo.toml`.

mod api_check;
mod bench;
mod build;
mod check;
mod cli;
mod demo;
mod docs;
mod environment;
mod fuzz;
mod process;
mod progress;
mod test;
mod test_totals;
mod toolchain;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::cli::{Cli, Command};
use crate::progress::Progress;
use crate::workspace::Workspace;

/// How a command ended, when it could run at all. What could not run is an error, and ends with status 2.
enum Verdict {
    /// Everything is as it should be: status 0.
    Good,
    /// The command ran and found something wrong: status 1.
    Failed,
    /// The status of the program that was run, passed on as it came.
    Status(u8),
}

fn main() -> ExitCode {
    if let Some(code) = build::stand_in::run().or_else(fuzz::instrument::compiler) {
        return code;
    }
    let cli = Cli::parse();
    match run(cli.command) {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::from(1),
        Ok(Verdict::Status(code)) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<Verdict> {
    let progress = Progress::start();
    let workspace = Workspace::discover()?;
    match command {
        Command::Toolchain(arguments) => toolchain::run(&workspace, &progress, &arguments),
        Command::Build(arguments) => build::run(&workspace, &progress, &arguments),
        Command::Component(arguments) => build::one(&workspace, &progress, &arguments),
        Command::Demo(arguments) => demo::run(&workspace, &progress, &arguments),
        Command::Test(arguments) => test::run(&workspace, &progress, &arguments),
        Command::Fuzz(arguments) => fuzz::run(&workspace, &progress, &arguments),
        Command::Bench(arguments) => bench::run(&workspace, &progress, &arguments),
        Command::Check => check::run(&workspace, &progress),
        Command::Docs => docs::run(&workspace, &progress),
        Command::ApiCheck(arguments) => api_check::run(&workspace, &progress, &arguments),
    }
}
