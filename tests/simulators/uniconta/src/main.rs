//! The binary `uniconta-sim`: the simulator on a loopback port, until Ctrl-C.

use clap::Parser;
use serde_json::json;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::net::TcpListener;
use uniconta_sim::{Config, Data, EXAMPLE, Password, Switches, serve};
use uuid::Uuid;

/// A local server that answers as Uniconta's two web interfaces do: the Web API and the OData surface, on one port.
///
/// It listens on 127.0.0.1 only. GET /_sim lists the control surface: rows, faults, calls, Modification URLs, the clock.
///
/// Evidence marks: doc = vendor documentation, code = public client code, meta = type metadata, inf = inferred.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit status: 0 stopped by Ctrl-C, 2 could not start.\n\nExample:\n  UNICONTA_SIM_PASSWORD=example-password uniconta-sim --port 8123 --company 12345 \\\n    --user flexybox --api-key 11111111-2222-4333-8444-555555555555"
)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Number of the company
    #[arg(long, value_name = "ID", value_parser = clap::value_parser!(u32).range(1..), required_unless_present = "print_example_data")]
    company: Option<u32>,
    /// Login name, without the company
    #[arg(long, required_unless_present = "print_example_data")]
    user: Option<String>,
    /// Password; better given by the environment, where the process list does not show it
    #[arg(long, env = "UNICONTA_SIM_PASSWORD", hide_env_values = true, required_unless_present = "print_example_data")]
    password: Option<String>,
    /// API key that the Web API accepts
    #[arg(long, value_name = "GUID", required_unless_present = "print_example_data")]
    api_key: Option<Uuid>,
    /// What the books hold; without it, a small made-up fitness club
    #[arg(long, value_name = "FILE.json")]
    data: Option<PathBuf>,
    /// Make the company the user's default, so that a login without it does not say NoCompanyId
    #[arg(long)]
    default_company: bool,
    /// Print the built-in data, as a start for a file of your own, and stop
    #[arg(long)]
    print_example_data: bool,
    /// Keep request bodies in GET /_sim/calls; those of a login are never kept
    #[arg(long)]
    record_bodies: bool,
    /// Print the address as one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    switches: Switches,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let run = || {
        if arguments.print_example_data {
            return say(EXAMPLE.trim_end());
        }
        let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime can be started: {error}"))?;
        runtime.block_on(run(&arguments))
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nothing is left to be done where even that cannot be written.
            let _unseen = writeln!(std::io::stderr(), "uniconta-sim: {message}");
            ExitCode::from(2)
        }
    }
}

fn say(line: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output cannot be written: {error}"))
}

async fn run(arguments: &Arguments) -> Result<(), String> {
    let config = config(arguments)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("{address} cannot be listened on: {error}; choose another --port"))?;
    let stopped = stop_signal()?;
    let running = serve(config, listener).await.map_err(|error| error.to_string())?;
    if arguments.json {
        say(&json!({"listening": running.url()}).to_string())?;
    } else {
        say(&format!("uniconta-sim listens on {}", running.url()))?;
    }
    stopped.await;
    running.shutdown().await;
    Ok(())
}

/// Starts to listen for Ctrl-C and for a polite request to end (SIGTERM); the future ends at the first. Called before the address is
/// printed, so that whoever reads it can end the server at once.
#[cfg(unix)]
fn stop_signal() -> Result<impl Future<Output = ()>, String> {
    use tokio::signal::unix::{SignalKind, signal};
    let problem = |error| format!("Ctrl-C cannot be listened for: {error}");
    let mut interrupt = signal(SignalKind::interrupt()).map_err(problem)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(problem)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Starts to listen for Ctrl-C; the future ends at the first.
#[cfg(not(unix))]
fn stop_signal() -> Result<impl Future<Output = ()>, String> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            // It cannot be listened for; the server then runs until it is ended from outside.
            std::future::pending::<()>().await;
        }
    })
}

fn config(arguments: &Arguments) -> Result<Config, String> {
    let mut data = match &arguments.data {
        None => Data::example(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("the data file {} cannot be read: {error}", path.display()))?;
            Data::parse(&text).map_err(|error| format!("the data file {} cannot be used: {error}", path.display()))?
        }
    };
    let company = arguments.company.ok_or("--company is missing")?;
    if arguments.data.is_none() {
        data.use_as_example_for(company);
    }
    data.default_company |= arguments.default_company;
    Ok(Config {
        company,
        user: arguments.user.clone().ok_or("--user is missing")?,
        password: Password::new(arguments.password.clone().ok_or("--password is missing")?),
        api_key: arguments.api_key.ok_or("--api-key is missing")?,
        data,
        switches: arguments.switches.clone(),
        record_bodies: arguments.record_bodies,
    })
}
