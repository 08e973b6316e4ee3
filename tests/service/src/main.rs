//! `service-trial`: see `service-trial --help`.

use clap::{Parser, Subcommand};
use service_trials::error::{CannotRun, Outcome};
use service_trials::trials::bulk::{Bulk, bulk};
use service_trials::trials::down::{Down, down};
use service_trials::trials::hooks::{Broken, Hooks, hooks};
use service_trials::trials::hostile::{Hostile, hostile};
use service_trials::trials::kill::{Kill, kill};
use service_trials::trials::many::{Many, many};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// Trials of the running host: `harness serve` as a child process between a model of FlexyBox and the simulator.
///
/// The programs are named by HARNESS, CONNECTOR_UNICONTA and CONNECTOR_HOSTILE, or found where `cargo xtask build` puts them.
/// Exit status: 0 the host stood the trial, 1 it did not, 2 the trial could not be held.
#[derive(Debug, Parser)]
struct Cli {
    #[command(subcommand)]
    trial: Trial,
    /// Print one JSON object: good, wrong, figures. Times are in microseconds.
    #[arg(long, global = true)]
    json: bool,
    /// Of everything by chance. It repeats what is done, not when. Without it one is chosen, and told.
    #[arg(long, global = true, value_name = "N")]
    seed: Option<u64>,
    /// An empty folder for the host's data; it stays. Without it a temporary one, which stays only if something is wrong.
    #[arg(long, global = true, value_name = "DIR")]
    folder: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Trial {
    /// Kill the host at random moments under load and faults; then both sides, the books and the links must agree.
    Kill {
        /// How often.
        #[arg(long, default_value_t = 200)]
        times: u32,
    },
    /// Flood the links; every call must be answered 2xx or 429, and everything taken must be handled.
    Hooks {
        /// Calls a second, all links together.
        #[arg(long, default_value_t = 1_000)]
        rate: u64,
        /// For how long.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Installations, each with a link of its own.
        #[arg(long, default_value_t = 20)]
        installations: u32,
        /// One more installation, whose connector misbehaves so.
        #[arg(long, value_enum)]
        broken: Option<Broken>,
    },
    /// Stop the host while the simulator's clock runs on and its link is marked Has errors; catch-up and doctor must do the rest.
    Down {
        /// For how long, by the simulator's clock.
        #[arg(long, default_value_t = 1)]
        hours: u64,
    },
    /// Thousands of installations in one process: memory, time from event to call, and whether one that hangs is noticed.
    Many {
        /// Installations.
        #[arg(long, default_value_t = 2_000)]
        installations: u32,
        /// Customers of each.
        #[arg(long, default_value_t = 50)]
        customers: usize,
        /// Changes a second while the time to the call is measured.
        #[arg(long, default_value_t = 20)]
        rate: u64,
        /// For how long, twice.
        #[arg(long, default_value_t = 30)]
        seconds: u64,
        /// Events that wait for the server that hangs.
        #[arg(long, default_value_t = 10_000)]
        pending: usize,
        /// The most that the others' median may be then, in thousandths of before.
        #[arg(long, default_value_t = 3_000)]
        most_per_mille: u64,
    },
    /// Two dozen connectors that misbehave, each in its own way: what honest ones notice, whether anything is lost, and memory.
    Hostile {
        /// Honest installations.
        #[arg(long, default_value_t = 20)]
        installations: u32,
        /// Customers of each.
        #[arg(long, default_value_t = 20)]
        customers: usize,
        /// Changes a second while the time to the call is measured.
        #[arg(long, default_value_t = 20)]
        rate: u64,
        /// For how long, twice.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Installations that misbehave.
        #[arg(long, default_value_t = 24)]
        hostile: u32,
        /// Events a second that come for each of them.
        #[arg(long, default_value_t = 2)]
        hostile_rate: u64,
        /// Misbehave in this way only; may be repeated. Without it each in another.
        #[arg(long = "way", value_name = "BEHAVIOUR")]
        ways: Vec<String>,
        /// The most that the honest ones' p99 may be beside them, in thousandths of without.
        #[arg(long, default_value_t = 2_000)]
        most_per_mille: u64,
    },
    /// Switch the integration on for an existing club: calls, time, memory, and who is linked to whom.
    Bulk {
        /// Customers.
        #[arg(long, default_value_t = 10_000)]
        customers: usize,
        /// Debtors that are there.
        #[arg(long, default_value_t = 9_000)]
        debtors: usize,
        /// Of a hundred customers, how many have a debtor: 10 to 90.
        #[arg(long = "match", default_value_t = 70)]
        matching: usize,
        /// Of a hundred customers, how many fit several: 0 to 5.
        #[arg(long, default_value_t = 1)]
        ambiguous: usize,
        /// Kill the host when so many per cent are done, and start it again.
        #[arg(long, value_name = "PER CENT")]
        kill_at: Option<u64>,
        /// Press OK instead: each customer is looked up as it goes through.
        #[arg(long)]
        plain: bool,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    let ended = tokio::select! {
        ended = run(cli) => ended,
        // What is dropped with the trial is the host's process, too.
        () = told_to_stop() => Err(CannotRun::new("stopped before the end")),
    };
    match ended {
        Ok(outcome) => {
            if json {
                println!("{}", outcome.json());
            } else {
                print!("{}", outcome.text());
            }
            if outcome.is_good() { ExitCode::SUCCESS } else { ExitCode::from(1) }
        }
        Err(error) => {
            eprintln!("service-trial: {error}");
            ExitCode::from(2)
        }
    }
}

/// Until somebody presses Ctrl-C or asks the process to stop.
async fn told_to_stop() {
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        // Without it only a kill ends the trial before its time.
        Err(_) => std::future::pending().await,
    }
}

async fn run(cli: Cli) -> Result<Outcome, CannotRun> {
    let seed = cli.seed.unwrap_or_else(|| fastrand::u64(..1_000_000));
    let folder = cli.folder;
    let mut outcome = match cli.trial {
        Trial::Kill { times } => kill(Kill { times, seed, folder }).await,
        Trial::Hooks { rate, seconds, installations, broken } => {
            hooks(Hooks { rate, seconds, installations, broken, seed, folder }).await
        }
        Trial::Down { hours } => down(Down { hours, seed, folder }).await,
        Trial::Many { installations, customers, rate, seconds, pending, most_per_mille } => {
            let most_per_mille = Some(most_per_mille);
            many(Many { installations, customers, rate, seconds, pending, most_per_mille, seed, folder }).await
        }
        Trial::Hostile {
            installations,
            customers,
            rate,
            seconds,
            hostile: attackers,
            hostile_rate,
            ways,
            most_per_mille,
        } => {
            let most_per_mille = Some(most_per_mille);
            hostile(Hostile {
                installations,
                customers,
                rate,
                seconds,
                hostile: attackers,
                hostile_rate,
                ways,
                most_per_mille,
                seed,
                folder,
            })
            .await
        }
        Trial::Bulk { customers, debtors, matching, ambiguous, kill_at, plain } => {
            bulk(Bulk { customers, debtors, matching, ambiguous, kill_at, plain, seed, folder }).await
        }
    }?;
    outcome.figure("seed", seed);
    Ok(outcome)
}
