//! The commands of `harness`.
//!
//! Exit status: 0 good, 1 the check failed, 2 could not run (a file or a connector that cannot be used).

use crate::answer::{self, CannotRun, Verdict};
#[cfg(feature = "compiler")]
use crate::precompile;
use crate::{
    api_key, backup, bench, compare, configure, conformance, diff, doctor, dry_run, inspect, installations, keys,
    migrate, new, parked, record, recording, replay, serve, switch_on,
};
use clap::{Parser, Subcommand, ValueEnum};
use std::process::ExitCode;
use tokio::runtime::{Builder, Runtime};

/// Look at accounting connectors, run them in the sandbox, record and replay what they do.
#[derive(Debug, Parser)]
#[command(name = "harness", version, about, after_help = "Exit status: 0 good, 1 the check failed, 2 could not run.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Args),
    Inspect(inspect::Args),
    Configure(configure::Args),
    Replay(replay::Args),
    Record(record::Args),
    Diff(diff::Args),
    Compare(compare::Args),
    Bench(bench::Args),
    DryRun(dry_run::Args),
    Conformance(conformance::Args),
    #[cfg(feature = "compiler")]
    Precompile(precompile::Args),
    Serve(serve::Args),
    Keys(keys::Args),
    ApiKey(api_key::Args),
    Backup(backup::Args),
    Restore(backup::RestoreArgs),
    Installations(installations::Args),
    Doctor(doctor::Args),
    Parked(parked::Args),
    Recording(recording::Args),
    Migrate(migrate::Args),
    SwitchOn(switch_on::Args),
    Pause(installations::PauseArgs),
    Resume(installations::ResumeArgs),
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Danish
    Da,
    /// English
    En,
}

impl Cli {
    /// What the command runs on: as many threads as the machine has processors. What is measured has one, since among several each call that
    /// sets an alarm wakes another thread.
    pub(crate) fn runtime(&self) -> std::io::Result<Runtime> {
        let mut runtime = match self.command {
            Command::Bench(_) => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        runtime.enable_all().build()
    }

    /// Run the command; its answer goes to standard output, trouble to standard error.
    pub(crate) async fn run(self) -> ExitCode {
        let (json, outcome) = match self.command {
            Command::New(args) => (args.json, new::run(&args)),
            Command::Inspect(args) => (args.json, inspect::run(&args).await),
            Command::Configure(args) => (args.json, configure::run(&args).await),
            Command::Replay(args) => (args.json, replay::run(&args).await),
            Command::Record(args) => (args.json, record::run(&args).await),
            Command::Diff(args) => (args.json, diff::run(&args).await),
            Command::Compare(args) => (args.json, compare::run(&args).await),
            Command::Bench(args) => (args.json, bench::run(&args).await),
            Command::DryRun(args) => (args.json, dry_run::run(&args).await),
            Command::Conformance(args) => (args.json, conformance::run(&args).await),
            #[cfg(feature = "compiler")]
            Command::Precompile(args) => (args.json, precompile::run(&args)),
            Command::Serve(args) => (args.json, serve::run(&args).await),
            Command::Keys(args) => (args.json(), keys::run(&args).await),
            Command::ApiKey(args) => (args.json(), api_key::run(&args).await),
            Command::Backup(args) => (args.json, backup::run(&args).await),
            Command::Restore(args) => (args.json, backup::restore(&args).await),
            Command::Installations(args) => (args.json, installations::run(&args).await),
            Command::Doctor(args) => (args.json, doctor::run(&args).await),
            Command::Parked(args) => (args.json(), parked::run(&args).await),
            Command::Recording(args) => (args.json(), recording::run(&args).await),
            Command::Migrate(args) => (args.json(), migrate::run(&args).await),
            Command::SwitchOn(args) => (args.json, switch_on::run(&args).await),
            Command::Pause(args) => (args.json, installations::pause(&args).await),
            Command::Resume(args) => (args.json, installations::resume(&args).await),
        };
        match outcome {
            Ok(Verdict::Good) => ExitCode::SUCCESS,
            Ok(Verdict::Failed) => ExitCode::from(1),
            Ok(Verdict::PartlyUnusable) => ExitCode::from(2),
            Err(cannot) => {
                if json {
                    answer::print(&format!("{:#}\n", serde_json::json!({"error": cannot.0})));
                }
                could_not_run(&cannot)
            }
        }
    }
}

/// Say why on standard error.
pub(crate) fn could_not_run(CannotRun(reason): &CannotRun) -> ExitCode {
    eprintln!("harness: {reason}");
    ExitCode::from(2)
}
