//! How a simulator's binary starts and ends: the port, the first line it prints, Ctrl-C, the exit status.

use crate::serve::{Running, Simulator};
use serde_json::json;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use tokio::net::TcpListener;

/// Where to listen and how to say so.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Listening {
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Print the address as one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Ends the program: status 0, or 2 with the message on standard error, after the program's name.
pub fn ended(name: &str, outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Nothing is left to be done where even that cannot be written.
            let _unseen = writeln!(std::io::stderr(), "{name}: {message}");
            ExitCode::from(2)
        }
    }
}

/// Prints a line at once.
///
/// # Errors
/// Standard output cannot be written.
pub fn say(line: &str) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| format!("standard output cannot be written: {error}"))
}

/// What the books hold at the start: what a file says, or the built-in example.
///
/// # Errors
/// The file cannot be read or used; the text names it.
pub fn data<D, E: std::fmt::Display>(
    file: Option<&Path>,
    parse: impl FnOnce(&str) -> Result<D, E>,
    example: impl FnOnce() -> D,
) -> Result<D, String> {
    let Some(path) = file else { return Ok(example()) };
    let shown = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("the data file {shown} cannot be read: {error}"))?;
    parse(&text).map_err(|error| format!("the data file {shown} cannot be used: {error}"))
}

/// Listens, serves, says where, and goes on until Ctrl-C or a polite request to end.
///
/// # Errors
/// The text says what cannot be used and what to do.
pub fn run<S, F, E>(name: &str, listening: Listening, serve: impl FnOnce(TcpListener) -> F) -> Result<(), String>
where
    S: Simulator,
    F: Future<Output = Result<Running<S>, E>>,
    E: std::fmt::Display,
{
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("no runtime can be started: {error}"))?;
    runtime.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, listening.port));
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| format!("{address} cannot be listened on: {error}; choose another --port"))?;
        let stopped = stop_signal()?;
        let running = serve(listener).await.map_err(|error| error.to_string())?;
        if listening.json {
            say(&json!({"listening": running.url()}).to_string())?;
        } else {
            say(&format!("{name} listens on {}", running.url()))?;
        }
        stopped.await;
        running.shutdown().await;
        Ok(())
    })
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
