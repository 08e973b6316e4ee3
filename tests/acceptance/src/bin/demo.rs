//! The demo: a FlexyBox customer becomes a Uniconta debtor, a change typed into Uniconta comes back through the link.

use acceptance::demo;
use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;

/// Show the whole way of a customer, step by step, against the real simulator over HTTP.
///
/// Exit status: 0 every step as expected, 1 a step was not, 2 could not run.
#[derive(Parser)]
struct Arguments {
    /// The connector, a .wasm component.
    #[arg(long, value_name = "WASM", env = "CONNECTOR_UNICONTA")]
    connector: PathBuf,
    /// The simulator's program.
    #[arg(long, value_name = "PROGRAM", env = "UNICONTA_SIM")]
    simulator: PathBuf,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match demo::run(&arguments.connector, &arguments.simulator, arguments.json).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::from(2)
        }
    }
}
