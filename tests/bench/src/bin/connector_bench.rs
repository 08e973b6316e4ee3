//! `connector-bench`: what a connector in the sandbox costs, beside what else a host could do.

use clap::{Args, Parser, Subcommand};
use connector_bench::count::{What, count};
use connector_bench::error::CannotRun;
use connector_bench::lines::child;
use connector_bench::live::live;
use connector_bench::report;
use connector_bench::side_by_side::{Order, side_by_side};
use connector_bench::whole::{Extent, event, growth};
use serde_json::Value;
use service_trials::programs::Programs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measure what the Uniconta connector costs in the sandbox, beside what else a host could do
///
/// The programs and components are named by HARNESS, CONNECTOR_UNICONTA and CONNECTOR_PLUMBING, or found where `cargo xtask build`
/// puts them.
#[derive(Debug, Parser)]
#[command(after_help = "\
Times say something only on a machine with nothing else to do; ratios say something everywhere.
Exit status: 0 measured, 2 could not run.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One event with two requests, turn by turn: native, in the sandbox, parts of it, and as a program of its own
    Event {
        #[command(flatten)]
        of: Of,
        /// How often each is run; what takes milliseconds a hundredth of it
        #[arg(long, value_name = "N", default_value_t = 3_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        times: u32,
    },
    /// The memory of instances that are all alive, each waiting for an answer
    Live {
        #[command(flatten)]
        of: Of,
        /// How many
        #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=4_000))]
        instances: u32,
    },
    /// Everything there is to measure, with how cost grows; progress goes to standard error
    Whole {
        #[command(flatten)]
        of: Of,
        /// A little of everything, in about a minute
        #[arg(long)]
        quick: bool,
        /// Write tables, plots and figures into this folder's performance.md and what belongs to it
        #[arg(long, value_name = "FOLDER", conflicts_with = "quick")]
        docs: Option<PathBuf>,
    },
    /// Write tables and plots anew from figures that `whole --json` printed before
    Report {
        /// The figures, one JSON object
        figures: PathBuf,
        /// The folder with performance.md
        #[arg(long, value_name = "FOLDER", default_value = "docs")]
        docs: PathBuf,
    },
    /// The same again and again with no look at the clock, for whoever counts instructions
    Count {
        /// What
        #[arg(value_enum)]
        what: What,
        #[command(flatten)]
        of: Of,
        /// Where compiled components are kept
        #[arg(long)]
        cache: PathBuf,
        /// How often
        #[arg(long, value_name = "N", default_value_t = 100)]
        times: u32,
    },
    /// Be the connector as a program of its own: JSON on standard input and output, a line a message
    #[command(hide = true)]
    JsonLines,
}

#[derive(Debug, Args)]
struct Of {
    /// A fixture of one change of customers
    #[arg(long, value_name = "FOLDER", default_value = "tests/fixtures/uniconta/linked-debtor-changed")]
    fixture: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("connector-bench: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<(), CannotRun> {
    if matches!(command, Command::JsonLines) {
        return child::serve();
    }
    if let Command::Report { figures, docs } = command {
        let figures = serde_json::from_slice(&std::fs::read(figures)?).map_err(CannotRun::because)?;
        return report::write(&figures, &docs);
    }
    let programs = Programs::find(false).map_err(CannotRun::because)?;
    // One thread: what is timed is one core's work.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    if let Command::Whole { of, quick, docs } = command {
        return whole(&runtime, programs, of, quick, docs.as_deref());
    }
    runtime.block_on(async {
        match command {
            Command::Event { of, times } => {
                show(&side_by_side(&order(programs, of.fixture, times)?).await?, of.json);
            }
            Command::Live { of, instances } => show(&live(&programs.uniconta, &of.fixture, instances).await?, of.json),
            Command::Count { what, of, cache, times } => {
                count(what, &programs.uniconta, &of.fixture, &cache, times).await?;
            }
            Command::Whole { .. } | Command::Report { .. } | Command::JsonLines => {}
        }
        Ok(())
    })
}

fn order(programs: Programs, fixture: PathBuf, times: u32) -> Result<Order, CannotRun> {
    let plumbing = Programs::component("plumbing").map_err(CannotRun::because)?;
    Ok(Order { connector: programs.uniconta, plumbing, harness: programs.harness, fixture, times })
}

fn whole(
    one_thread: &tokio::runtime::Runtime,
    programs: Programs,
    of: Of,
    quick: bool,
    docs: Option<&Path>,
) -> Result<(), CannotRun> {
    let extent = if quick { Extent::quick() } else { Extent::full() };
    let order = order(programs, of.fixture, extent.times)?;
    let mut figures = one_thread.block_on(event(&order, &extent))?;
    let threads = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let grown = threads.block_on(growth(&extent))?;
    if let (Some(figures), Value::Object(grown)) = (figures.as_object_mut(), grown) {
        figures.extend(grown);
    }
    if let Some(docs) = docs {
        report::write(&figures, docs)?;
    }
    show(&figures, of.json);
    Ok(())
}

/// One object, or a line for each figure.
fn show(figures: &Value, json: bool) {
    if json {
        println!("{figures:#}");
        return;
    }
    for (name, value) in figures.as_object().into_iter().flatten() {
        match value {
            Value::Object(parts) => parts.iter().for_each(|(part, value)| println!("{part:<36} {value}")),
            value => println!("{name:<36} {value}"),
        }
    }
}
