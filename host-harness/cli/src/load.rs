//! What several commands begin with: a connector from a file, a scenario with its secrets, a way out.

use crate::answer::CannotRun;
use crate::commands::Language;
use crate::compiled::Compiled;
use host_harness::bindings::exports::configure::Connector as Description;
use host_harness::connector::{Connector, made_for};
use host_harness::egress::{LiveOptions, LiveTransport, Route, Routes};
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::installation::Driver;
use host_harness::scenario::{LocaleSpec, Scenario};
use host_harness::transport::{ForInstallation, Transport};
use std::path::Path;
use std::sync::Arc;

/// A setting whose value comes from the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SecretEnv {
    key: String,
    variable: String,
}

/// Reads `KEY=VARIABLE`.
pub(crate) fn secret_env(text: &str) -> Result<SecretEnv, String> {
    match text.split_once('=') {
        Some((key, variable)) if !key.is_empty() && !variable.is_empty() => {
            Ok(SecretEnv { key: key.to_owned(), variable: variable.to_owned() })
        }
        _ => Err("write KEY=VARIABLE, e.g. password=ACCOUNTING_PASSWORD".to_owned()),
    }
}

/// Reads `HOST=URL`.
pub(crate) fn route(text: &str) -> Result<Route, String> {
    text.parse().map_err(|error: host_harness::egress::RouteError| error.to_string())
}

/// Load a connector, counting fuel.
pub(crate) fn connector(path: &Path, calls_at_once: u32, compiled: &Compiled) -> Result<Connector, CannotRun> {
    let bytes = std::fs::read(path).map_err(|error| CannotRun(format!("cannot read {}: {error}", path.display())))?;
    let engine = Engine::new(EngineOptions { metering: Metering::Fuel, concurrent_calls: calls_at_once })?;
    let engine = compiled.on(engine)?;
    Connector::load(&engine, &bytes).map_err(|error| CannotRun(format!("{}: {error}", path.display())))
}

/// What the connector says of itself.
pub(crate) async fn description(connector: &Connector) -> Result<Description, CannotRun> {
    Ok(Driver::describe(connector).await?)
}

/// The version of the contract it was made for; empty where its interfaces name none.
pub(crate) fn contract(connector: &Connector) -> String {
    made_for(connector.info()).map(|version| version.to_string()).unwrap_or_default()
}

/// Read a scenario and put in what comes from the environment.
pub(crate) fn scenario(path: &Path, secrets: &[SecretEnv], language: Option<Language>) -> Result<Scenario, CannotRun> {
    let mut scenario = Scenario::read(path)?;
    for secret in secrets {
        let value = std::env::var(&secret.variable).map_err(|_| {
            CannotRun(format!("the environment has no variable {} for the setting {}", secret.variable, secret.key))
        })?;
        scenario.settings.insert(secret.key.clone(), value);
    }
    match language {
        Some(Language::Da) => scenario.locale = LocaleSpec::Da,
        Some(Language::En) => scenario.locale = LocaleSpec::En,
        None => {}
    }
    Ok(scenario)
}

/// The way out of one installation.
pub(crate) fn outside_of_one(routes: &[Route]) -> Result<Arc<dyn Transport>, CannotRun> {
    Ok(Arc::new(ForInstallation { inner: outside(routes)?, installation: "the only one".to_owned() }))
}

/// The way out: routed hosts to their simulators, everything else live.
pub(crate) fn outside(routes: &[Route]) -> Result<Arc<dyn Transport>, CannotRun> {
    let live = Arc::new(LiveTransport::new(LiveOptions::default())?);
    Ok(Arc::new(Routes::new(live, routes.iter().cloned())?))
}

/// Settings of the scenario that the connector does not know, for a warning.
pub(crate) fn unknown_settings(scenario: &Scenario, description: &Description) -> Vec<String> {
    let known = |key: &&String| description.settings.iter().any(|spec| spec.key == **key);
    scenario.settings.keys().filter(|key| !known(key)).cloned().collect()
}

/// Warn of settings that the connector does not know: a misspelt one would be without effect.
pub(crate) fn warn_of_unknown_settings(scenario: &Scenario, description: &Description) {
    let unknown = unknown_settings(scenario, description);
    if !unknown.is_empty() {
        let known: Vec<&str> = description.settings.iter().map(|spec| spec.key.as_str()).collect();
        eprintln!(
            "harness: warning: the connector has no setting {}; it has: {}",
            unknown.join(", "),
            known.join(", ")
        );
    }
}
