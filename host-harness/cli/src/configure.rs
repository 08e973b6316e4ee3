//! `harness configure`: what happens when the administrator presses OK.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::commands::Language;
use crate::compiled::Compiled;
use crate::load::{self, SecretEnv};
use host_harness::bindings::exports::configure::{Configured, WebhookRegistration};
use host_harness::egress::{AllowList, Route};
use host_harness::installation::{EventId, Host, Moment, RunError, RunResult};
use host_harness::replay::{result_json, to_json};
use host_harness::scenario::{build_installation, locale_of};
use host_harness::table::{table, text};
use serde_json::json;
use std::path::PathBuf;

/// Prove a scenario's settings against the accounting system, as when the administrator presses OK
///
/// Registers the link there if the scenario has a `webhook_link` and the connector can. Without --route real requests go
/// out to the hosts the connector describes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  harness configure connector.wasm --scenario scenario.json \\
      --route api.example.com=http://127.0.0.1:8080
  harness configure connector.wasm --scenario scenario.json \\
      --secret-env password=ACCOUNTING_PASSWORD

Exit status: 0 ready, 1 not ready, 2 could not run.")]
pub(crate) struct Args {
    /// The connector, a .wasm component
    connector: PathBuf,
    /// The scenario with settings, customers and catalogue; its events are not run
    #[arg(long, value_name = "FILE")]
    scenario: PathBuf,
    /// Send requests for this host to a simulator instead (may be given several times)
    #[arg(long, value_name = "HOST=URL", value_parser = load::route)]
    route: Vec<Route>,
    /// Take a setting from an environment variable (may be given several times)
    #[arg(long, value_name = "KEY=VARIABLE", value_parser = load::secret_env)]
    secret_env: Vec<SecretEnv>,
    /// The language of findings; the scenario's own unless set
    #[arg(long, value_enum)]
    locale: Option<Language>,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let connector = load::connector(&args.connector, 1, &args.compiled)?;
    let description = load::description(&connector).await?;
    let scenario = load::scenario(&args.scenario, &args.secret_env, args.locale)?;
    load::warn_of_unknown_settings(&scenario, &description);
    let installation = build_installation(&scenario, description.settings.clone())?;
    let approved = scenario.approved_hosts.as_ref().unwrap_or(&description.hosts);
    let host = Host {
        driver: &connector,
        installation: &installation,
        transport: load::outside_of_one(&args.route)?,
        hosts: AllowList::new(approved, &description.hosts)?,
        limits: scenario.limits.limits(),
    };
    let moment = Moment {
        now: u64::try_from(scenario.now.as_millisecond()).unwrap_or_default(),
        locale: locale_of(scenario.locale),
        event: EventId("configure".to_owned()),
        attempt: 1,
    };
    let driven = host.configure(scenario.catalogue(&installation), &moment).await;
    let requests: u64 = driven.records.iter().map(|record| record.traffic.requests).sum();
    if args.json {
        print_json(&json!({"result": result_json(&driven), "requests": requests}))?;
    }
    match &driven.result {
        Ok(RunResult::Configured(configured)) => {
            if !args.json {
                print(&for_people(configured, requests));
            }
            Ok(Verdict::of(configured.ready))
        }
        Ok(_) => Err(CannotRun("the connector gave no answer to configure".to_owned())),
        Err(RunError::Connector(error)) => {
            if !args.json {
                print(&format!("not ready: {} ({})\n", error.message, error.code));
            }
            Ok(Verdict::Failed)
        }
        Err(error) => {
            if !args.json {
                print(&format!("not ready: {error}\n"));
            }
            Ok(Verdict::Failed)
        }
    }
}

fn for_people(configured: &Configured, requests: u64) -> String {
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut out = String::new();
    if !configured.findings.is_empty() {
        let mut findings = table(&["severity", "code", "about", "what"]);
        for finding in &configured.findings {
            let severity = word(&to_json(&finding.severity));
            let about = finding.subject.clone().unwrap_or_default();
            findings.add_row([severity, finding.code.clone(), about, finding.message.clone()]);
            for (number, step) in finding.steps.iter().enumerate() {
                let step = format!("{}. {step}", number.saturating_add(1));
                findings.add_row([String::new(), String::new(), String::new(), step]);
            }
        }
        out.push_str(&format!("{}\n", text(&findings)));
    }
    if !configured.field_matches.is_empty() {
        let mut matches = table(&["customer data field", "match", "property"]);
        for one in &configured.field_matches {
            matches.add_row([one.field.clone(), word(&to_json(&one.kind)), one.properties.join(", ")]);
        }
        out.push_str(&format!("{}\n", text(&matches)));
    }
    match &configured.webhook {
        WebhookRegistration::NotNeeded if configured.ready => out.push_str("link: none needed\n"),
        WebhookRegistration::NotNeeded => out.push_str("link: not looked at\n"),
        WebhookRegistration::Present => out.push_str("link: there already\n"),
        WebhookRegistration::Registered => out.push_str("link: entered now\n"),
        WebhookRegistration::Manual(steps) => {
            out.push_str("link: a person must enter it\n");
            for (number, step) in steps.iter().enumerate() {
                out.push_str(&format!("  {}. {step}\n", number.saturating_add(1)));
            }
        }
    }
    let state = if configured.ready { "ready" } else { "not ready" };
    out.push_str(&format!("{state} ({requests} requests)\n"));
    out
}
