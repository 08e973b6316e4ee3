//! `harness record`: make a fixture out of a run.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::compiled::Compiled;
use crate::load::{self, SecretEnv};
use async_trait::async_trait;
use host_harness::egress::Route;
use host_harness::replay::{Privacy, RecordError, Recording, SimulatorControl, record};
use host_harness::scenario::Scenario;
use host_harness::transport::{OutboundRequest, Transport};
use serde::Deserialize;
use serde_json::Value;
use std::io::IsTerminal as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Run a scenario against a simulator or a real accounting system and write a fixture
///
/// Writes scenario.json, exchanges.json and expected.json, with secrets replaced, and personal data replaced by made-up
/// words of the same form unless --fictional says that there is none. Then replays the fixture to prove it. Without
/// --route real requests go out, and what the scenario makes the connector write is written there.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness record connector.wasm --scenario scenario.json --out fixtures/new \\
      --route api.example.com=http://127.0.0.1:8080 \\
      --simulator-control http://127.0.0.1:8080 --fictional
  harness record connector.wasm --scenario live.json --out fixtures/live \\
      --secret-env password=ACCOUNTING_PASSWORD --keep Domestic

Exit status: 0 recorded and proved, 1 the recording does not hold, 2 could not run.")]
pub(crate) struct Args {
    /// The connector, a .wasm component
    connector: PathBuf,
    /// The scenario
    #[arg(long, value_name = "FILE")]
    scenario: PathBuf,
    /// The folder of the new fixture
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Send requests for this host to a simulator instead (may be given several times)
    #[arg(long, value_name = "HOST=URL", value_parser = load::route)]
    route: Vec<Route>,
    /// Where `simulator` steps of the scenario are posted, e.g. http://127.0.0.1:8080
    #[arg(long, value_name = "URL", value_parser = control_target)]
    simulator_control: Option<Route>,
    /// The data is made up: keep it as it is. Only when every host is routed to this machine
    #[arg(long)]
    fictional: bool,
    /// A word that means something to the connector and is not replaced (may be given several times)
    #[arg(long, value_name = "WORD")]
    keep: Vec<String>,
    /// Take a setting from an environment variable (may be given several times)
    #[arg(long, value_name = "KEY=VARIABLE", value_parser = load::secret_env)]
    secret_env: Vec<SecretEnv>,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// The name that stands for the simulator's control surface among the routes.
const CONTROL: &str = "simulator-control.invalid";

fn control_target(url: &str) -> Result<Route, String> {
    load::route(&format!("{CONTROL}={url}")).map_err(|_| format!("{url:?} is not a URL like http://127.0.0.1:8080"))
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let connector = load::connector(&args.connector, 1, &args.compiled)?;
    let description = load::description(&connector).await?;
    let scenario = load::scenario(&args.scenario, &args.secret_env, None)?;
    load::warn_of_unknown_settings(&scenario, &description);
    if args.fictional {
        only_loopback(&scenario, &description.hosts, &args.route)?;
    }
    let privacy = if args.fictional { Privacy::Fictional } else { Privacy::Pseudonyms { keep: args.keep.clone() } };
    let control = match &args.simulator_control {
        Some(route) => Some(HttpControl { transport: load::outside(std::slice::from_ref(route))? }),
        None => None,
    };
    let show = std::io::stderr().is_terminal();
    let progress = |done: usize, all: usize| {
        if show {
            eprint!("\rrecording: event {done}/{all} ");
        }
    };
    let recording = Recording {
        scenario: &scenario,
        folder: &args.out,
        driver: &connector,
        transport: load::outside_of_one(&args.route)?,
        control: control.as_ref().map(|control| control as &dyn SimulatorControl),
        privacy,
        progress: Some(&progress),
    };
    let outcome = record(&recording).await;
    if show {
        eprintln!();
    }
    match outcome {
        Ok(recorded) if args.json => {
            print_json(&recorded)?;
            Ok(Verdict::Good)
        }
        Ok(recorded) => {
            let replayed = &recorded.replayed;
            print(&format!(
                "recorded {}: {} events, {} exchanges, {} units of fuel; {} words replaced; replayed and proved\n",
                args.out.display(),
                replayed.events,
                replayed.exchanges,
                replayed.fuel,
                recorded.words_replaced
            ));
            Ok(Verdict::Good)
        }
        Err(error @ (RecordError::DoesNotHold(_) | RecordError::ActsOtherwise(_) | RecordError::SecretLeft { .. })) => {
            if args.json {
                print_json(&serde_json::json!({"error": error.to_string()}))?;
            }
            eprintln!("harness: {error}");
            Ok(Verdict::Failed)
        }
        Err(error) => Err(error.into()),
    }
}

/// Refuse to keep data as it is when any of it may come from outside this machine.
fn only_loopback(scenario: &Scenario, described: &[String], routes: &[Route]) -> Result<(), CannotRun> {
    let hosts = scenario.approved_hosts.as_deref().unwrap_or(described);
    for host in hosts {
        let target =
            routes.iter().find(|route| route.host.eq_ignore_ascii_case(host)).map(|route| route.target.as_str());
        if !target.is_some_and(is_loopback) {
            return Err(CannotRun(format!(
                "--fictional needs every host routed to this machine, and {host} is not; add --route {host}=http://127.0.0.1:PORT or leave --fictional out"
            )));
        }
    }
    Ok(())
}

fn is_loopback(target: &str) -> bool {
    let name = target.rsplit_once(':').map_or(target, |(name, _)| name).trim_matches(['[', ']']);
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A step as the simulators of this project take it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(default = "post")]
    method: String,
    path: String,
    #[serde(default)]
    body: Value,
}

fn post() -> String {
    "POST".to_owned()
}

struct HttpControl {
    transport: Arc<dyn Transport>,
}

#[async_trait]
impl SimulatorControl for HttpControl {
    async fn step(&self, step: &Value) -> Result<(), String> {
        let step: Step = serde_json::from_value(step.clone()).map_err(|error| format!("{step}: {error}"))?;
        let body = if step.body.is_null() { String::new() } else { step.body.to_string() };
        let line = format!("{} {}", step.method, step.path);
        let request = OutboundRequest {
            method: step.method,
            url: format!("https://{CONTROL}/{}", step.path.trim_start_matches('/')),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        };
        let response = self.transport.send(request).await.map_err(|error| format!("{line}: {error}"))?;
        if (200..300).contains(&response.status) {
            return Ok(());
        }
        let answer: String = String::from_utf8_lossy(&response.body).chars().take(500).collect();
        Err(format!("{line} was answered with {}: {answer}", response.status))
    }
}
