//! The binary `toy-ledger-sim`: the simulator on a loopback port, until it is ended.

use clap::Parser;
use serde_json::json;
use std::io::{Error, Write as _};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use toy_ledger_sim::{Simulated, serve};

/// A local server that answers as Toy Ledger does. It listens on 127.0.0.1 only; GET /_trial shows the trial surface.
#[derive(Debug, Parser)]
#[command(version, after_help = "Exit status: 2 could not start.")]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The API key that is accepted
    #[arg(long, env = "TOY_LEDGER_SIM_API_KEY", hide_env_values = true, default_value = "example-key")]
    api_key: String,
    /// Print the address as one JSON object
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to be done where even that cannot be written.
            let _unseen = writeln!(std::io::stderr(), "toy-ledger-sim: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let line =
        if arguments.json { json!({"listening": url}).to_string() } else { format!("toy-ledger-sim listens on {url}") };
    let mut out = std::io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush())?;
    serve(Arc::new(Simulated::new(&arguments.api_key)), listener).await
}
