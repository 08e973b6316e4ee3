//! `harness serve`: the host as a service.

use crate::answer::{CannotRun, Verdict, print};
use crate::compiled::Compiled;
use crate::load;
use crate::room;
use accounting_service::{CALLS_AT_ONCE, GRACE, Push, Service, ServiceOptions, SystemClock, Timers};
use accounting_store::{SqliteOptions, SqliteStore};
use accounting_vault::{KeySource, Keyring, PushSecret};
use accounting_web::{WebOptions, install_metrics, router};
use clap::ValueEnum;
use host_harness::egress::Route;
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::sandbox::Limits;
use host_harness::sizing::Machine;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// Places in the engine beside those of events: for `configure` and for asking a connector what it is.
const PLACES_BESIDE: u32 = 16;

/// The folder of recordings within that of the data.
const RECORDINGS: &str = "recordings";

/// Lines of the log that may wait to be written, some 3 MB.
const LINES_THAT_WAIT: usize = 10_000;

/// Where there are few places, one in four is for those.
const ONE_BESIDE_OF: u32 = 4;

/// Compiled connectors, within the folder everything is kept in.
const COMPILED: &str = "compiled";

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogForm {
    /// One JSON object a line
    Json,
    /// For people
    Text,
}

/// Run the host: take in customers, days and calls of the link, run connectors, keep everything
///
/// Everything is kept in one file under --data; secrets in it are sealed with the keys of --key-file or of the environment
/// variable HARNESS_KEY (make one with `harness keys new`). The first API key is made with `harness api-key new`, before the
/// start. SIGTERM and SIGINT stop it when the calls under way have ended; SIGHUP reads the files of --connector again and
/// lets new calls run on them. The log goes to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness serve --data /var/lib/accounting --key-file /etc/accounting/keys \\
      --connector connector.wasm --public-url https://accounting.example.com
  harness serve --data ./data --key-file ./keys --connector connector.wasm \\
      --listen 127.0.0.1:8780 --public-url http://127.0.0.1:8780 \\
      --route api.example.com=http://127.0.0.1:8080

Exit status: 0 stopped as told, 2 could not run.")]
pub(crate) struct Args {
    /// The folder everything is kept in; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// A connector, a .wasm component (may be given several times)
    #[arg(long, value_name = "FILE", required = true)]
    connector: Vec<PathBuf>,
    /// Where to listen; plain HTTP, so a proxy with TLS belongs in front of anything but this machine
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8780")]
    listen: SocketAddr,
    /// Where accounting systems reach this host; without it there is no link
    #[arg(long, value_name = "URL", default_value = "")]
    public_url: String,
    /// The file with the encryption keys; without it the environment variable HARNESS_KEY holds them
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Send requests for this host to a simulator instead (may be given several times)
    #[arg(long, value_name = "HOST=URL", value_parser = load::route)]
    route: Vec<Route>,
    /// Calls of connectors that run at once, over all installations; as many as memory allows unless set, 128 at most
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=4_096))]
    calls_at_once: Option<u32>,
    /// Seconds between two checks of an installation
    #[arg(long, value_name = "SECONDS", default_value_t = Timers::default().check_ms / 1_000)]
    check_every: u64,
    /// Seconds between two catch-ups of an installation
    #[arg(long, value_name = "SECONDS", default_value_t = Timers::default().catch_up_ms / 1_000)]
    catch_up_every: u64,
    /// Push the outbox to this address of FlexyBox's; needs the secret in the environment variable HARNESS_PUSH_SECRET
    #[arg(long, value_name = "URL")]
    push_url: Option<String>,
    /// Let /metrics be read without a key
    #[arg(long)]
    open_metrics: bool,
    /// How the log is written
    #[arg(long, value_enum, default_value = "json")]
    log: LogForm,
    /// How much is logged, e.g. warn, info, debug, or accounting_service=debug,info
    #[arg(long, value_name = "FILTER", default_value = "info")]
    log_level: String,
    /// Seconds that calls under way have to end when it is told to stop
    #[arg(long, value_name = "SECONDS", default_value_t = GRACE.as_secs())]
    grace: u64,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object when it is ready
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let _written_to_its_end = begin_log(args)?;
    let source = args.key_file.clone().map_or_else(|| KeySource::Variable("HARNESS_KEY".to_owned()), KeySource::File);
    let keyring = Keyring::from_source(&source)?;
    let store = SqliteStore::open(&args.data, SqliteOptions::default()).await?;
    let (engine, calls_at_once) = engine(args)?;
    let service = Service::start(
        ServiceOptions {
            store: Arc::new(store),
            keyring,
            engine: engine.clone(),
            transport: load::outside(&args.route)?,
            limits: Limits::default(),
            public_url: args.public_url.clone(),
            clock: Arc::new(SystemClock),
            calls_at_once,
            timers: Timers {
                check_ms: args.check_every.saturating_mul(1_000),
                catch_up_ms: args.catch_up_every.saturating_mul(1_000),
            },
        },
        components(args)?,
    )
    .await?;
    service.keep_recordings_in(args.data.join(RECORDINGS));
    if let Some(url) = &args.push_url {
        let secret = std::env::var("HARNESS_PUSH_SECRET").map_err(|_| {
            CannotRun("--push-url needs the secret in the environment variable HARNESS_PUSH_SECRET".to_owned())
        })?;
        service.push_to(Push::new(url, PushSecret::parse(&secret)?)?);
    }
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        CannotRun(format!("cannot listen on {}: {error}; choose another with --listen", args.listen))
    })?;
    let address = listener.local_addr()?;
    let web = WebOptions {
        open_metrics: args.open_metrics,
        metering: Some(install_metrics()?),
        grace_time: Duration::from_secs(args.grace),
        ..WebOptions::default()
    };
    let grace = web.grace_time;
    let router = router(service.clone(), web.clone());
    tokio::spawn(reload_on_hangup(service.clone(), args.connector.clone()));
    let told = told_to_stop()?;
    if args.json {
        let room = room::as_json(&engine, calls_at_once);
        print(&format!("{}\n", serde_json::json!({"listening": address.to_string(), "connectors": room})));
    } else {
        print(&format!("listening on http://{address}\n{}\n", room::as_text(&engine, calls_at_once)));
    }
    if let Err(error) = accounting_web::serve(listener, router, &web, told).await {
        tracing::warn!(%error, "stopping: not every request was answered");
    }
    tracing::info!("stopping: calls under way may end");
    service.stop(grace).await;
    tracing::info!("stopped");
    Ok(Verdict::Good)
}

/// The engine, and how many calls of events may run in it at once.
fn engine(args: &Args) -> Result<(Engine, u32), CannotRun> {
    let (engine, calls_at_once) = match args.calls_at_once {
        Some(calls) => {
            let concurrent_calls = calls.saturating_add(PLACES_BESIDE);
            (Engine::new(EngineOptions { metering: Metering::Off, concurrent_calls })?, calls)
        }
        None => {
            let most = CALLS_AT_ONCE.saturating_add(PLACES_BESIDE);
            let engine = Engine::sized(Metering::Off, most, &Machine::read())?;
            let places = engine.sizing().places;
            let beside = PLACES_BESIDE.min(places / ONE_BESIDE_OF).max(1);
            (engine, places.saturating_sub(beside).max(1))
        }
    };
    Ok((args.compiled.on_or(engine, Some(&args.data.join(COMPILED)))?, calls_at_once))
}

/// A thread of its own writes the log, until what is given back is dropped: a line that waits for the disk holds up none of those that have
/// something to say. When more wait than there is room for, they wait with it, so that no line is lost.
fn begin_log(args: &Args) -> Result<WorkerGuard, CannotRun> {
    let filter = EnvFilter::try_new(&args.log_level)
        .map_err(|error| CannotRun(format!("--log-level {:?} is no filter: {error}", args.log_level)))?;
    let (writer, written_to_its_end) = NonBlockingBuilder::default()
        .lossy(false)
        .buffered_lines_limit(LINES_THAT_WAIT)
        .thread_name("log")
        .finish(std::io::stderr());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    let begun = match args.log {
        LogForm::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
        LogForm::Text => log.with_ansi(false).try_init(),
    };
    begun.map_err(|error| CannotRun(format!("the log cannot be written: {error}")))?;
    Ok(written_to_its_end)
}

fn components(args: &Args) -> Result<Vec<Vec<u8>>, CannotRun> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| CannotRun(format!("cannot read {}: {error}", path.display())))
    };
    args.connector.iter().map(read).collect()
}

/// Until somebody asks the process to stop.
fn told_to_stop() -> Result<impl Future<Output = ()> + Send + 'static, CannotRun> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// On SIGHUP the files of the connectors are read again; one that is no connector leaves the old one at work.
async fn reload_on_hangup(service: Service, files: Vec<PathBuf>) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        for file in &files {
            let loaded = match std::fs::read(file) {
                Ok(bytes) => service.load_connector(bytes).await.map(drop).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(error) = loaded {
                tracing::error!(file = %file.display(), error, "the connector was not loaded anew; the old one goes on");
            }
        }
    }
}
