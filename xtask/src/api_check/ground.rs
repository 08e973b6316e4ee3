//! The ground the check stands on: a simulator, a host, and something of everything the API can tell of.
//!
//! What it is made of stands in `books.json`, so that no accounting system is named here.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::Peer;
use super::programs::{Running, free_address};
use crate::build::Built;
use crate::process::capture;

/// The installation that is configured and holds something of everything.
pub(super) const LIVELY: &str = "club-1";
/// The installation that is changed, paused and given new links, so that the lively one stays at work.
pub(super) const CHANGED: &str = "club-2";
/// The installation that is removed at the end.
pub(super) const REMOVED: &str = "club-3";
/// Parked days: enough that some are left when others were dropped.
const PARKED: u32 = 5;
/// Longest wait until what was handed over has led to something; it takes a second or two.
const SETTLING: Duration = Duration::from_secs(60);
/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// What `books.json` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Books {
    simulator: String,
    simulator_arguments: Vec<String>,
    simulator_environment: BTreeMap<String, String>,
    simulator_calls: Vec<SimulatorCall>,
    connector: String,
    hosts: Vec<String>,
    settings: Value,
    catalogue: Value,
    customers: Vec<Value>,
    booked_day: Value,
    parked_day: Value,
}

impl Books {
    /// The day that is booked, and those that are parked, each under an id of its own.
    fn days(&self) -> Vec<Value> {
        let mut days = vec![self.booked_day.clone()];
        for number in 1..=PARKED {
            let mut day = self.parked_day.clone();
            if let Some(day) = day.as_object_mut() {
                day.insert("id".to_owned(), format!("P{number}").into());
            }
            days.push(day);
        }
        days
    }
}

/// Something a person does in the accounting system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SimulatorCall {
    path: String,
    body: Value,
}

/// The programs at work, and what is there to be found.
#[derive(Debug)]
pub(super) struct Ground {
    /// The host.
    pub(super) host: Running,
    _simulator: Running,
    /// The API key in use; it may do everything.
    pub(super) key: String,
    /// An API key that may be taken back.
    pub(super) other_key_id: String,
    /// Ids of customers.
    pub(super) customers: Vec<String>,
    /// Ids of days' reports.
    pub(super) reports: Vec<String>,
    /// Numbers of parked events.
    pub(super) parked: Vec<i64>,
    /// Ids of outbox items.
    pub(super) items: Vec<i64>,
    /// The token of the lively installation's link.
    pub(super) token: String,
    /// Id of the connector at work.
    pub(super) connector: String,
    /// The host's description of its API.
    pub(super) document: Value,
}

impl Ground {
    /// Starts both programs with an empty data folder under `folder`, and fills it.
    ///
    /// # Errors
    /// When a program does not start, or refuses what a healthy one takes.
    pub(super) fn prepare(built: &Built, folder: &Path) -> Result<Self> {
        let books: Books = serde_json::from_str(include_str!("books.json")).context("books.json")?;
        let simulator = start_simulator(&books, built, folder)?;
        let (host, key) = start_host(&books, built, folder, simulator.address)?;
        let peer = Peer { address: host.address, key: Some(key.clone()) };
        let of = |path: &str| format!("/api/v1/installations/{LIVELY}{path}");

        for id in [LIVELY, CHANGED, REMOVED] {
            let installation = json!({
                "id": id, "connector": books.connector, "name": id, "settings": books.settings,
                "hosts": books.hosts, "catalogue": books.catalogue,
            });
            peer.post("/api/v1/installations", &installation)?;
        }
        let configured = peer.post(&of("/configure"), &Value::Null)?;
        ensure!(configured.get("ready") == Some(&Value::Bool(true)), "the installation is not ready: {configured}");
        for customer in &books.customers {
            peer.post(&of("/customers"), &json!({"kind": "created", "customer": customer}))?;
        }
        let days = books.days();
        for day in &days {
            peer.post(&of("/days"), &json!({"report": day}))?;
        }
        let expected = [("parked", PARKED.into()), ("links", books.customers.len() as u64), ("unposted", 1)];
        let items = settle(&peer, &of(""), &expected)?;
        let accounting = Peer { address: simulator.address, key: None };
        for call in &books.simulator_calls {
            accounting.post(&call.path, &call.body)?;
        }
        settle(&peer, &of(""), &[("outbox", items.saturating_add(1))])?;
        let other = peer.post("/api/v1/keys", &json!({"name": "to be taken back", "scopes": ["operate"]}))?;
        let link = peer.get(&of("/link"))?;
        let token = text(&link, "url")?.rsplit('/').next().unwrap_or_default().to_owned();
        let ids = |entries: &[Value]| entries.iter().map(|entry| text(entry, "id")).collect::<Result<Vec<String>>>();
        Ok(Self {
            other_key_id: text(other.get("key").unwrap_or(&Value::Null), "id")?,
            customers: ids(&books.customers)?,
            reports: ids(&days)?,
            parked: numbers(&peer.get(&of("/parked"))?, "events", "seq")?,
            items: numbers(&peer.get("/api/v1/outbox")?, "items", "id")?,
            token,
            connector: books.connector,
            document: peer.get("/openapi.json")?,
            key,
            host,
            _simulator: simulator,
        })
    }

    /// Whether the host still runs and says that it can work.
    pub(super) fn is_alive(&mut self) -> bool {
        self.host.is_alive() && Peer { address: self.host.address, key: None }.get("/readyz").is_ok()
    }
}

fn start_simulator(books: &Books, built: &Built, folder: &Path) -> Result<Running> {
    let program = built.simulators.get(&books.simulator);
    let program = program.with_context(|| format!("there is no simulator `{}`", books.simulator))?;
    let mut command = Command::new(program);
    command.args(&books.simulator_arguments).arg("--json").envs(&books.simulator_environment);
    Running::start(&mut command, &folder.join("simulator.log"))
}

fn start_host(books: &Books, built: &Built, folder: &Path, outside: SocketAddr) -> Result<(Running, String)> {
    let connector = built.connectors.get(&books.connector);
    let connector = connector.with_context(|| format!("there is no connector `{}`", books.connector))?;
    let (data, keys) = (folder.join("data"), folder.join("keys"));
    capture(Command::new(&built.harness).args(["keys", "new", "--out"]).arg(&keys))?;
    let mut make = Command::new(&built.harness);
    make.args(["api-key", "new", "--name", "api-check", "--scopes", "admin", "--json", "--data"]).arg(&data);
    let made: Value = serde_json::from_str(&capture(&mut make)?).context("`harness api-key new` prints no JSON")?;
    let address = free_address()?;
    let mut command = Command::new(&built.harness);
    command.arg("serve").arg("--data").arg(&data).arg("--key-file").arg(&keys).arg("--connector").arg(connector);
    command.args(["--listen", &address.to_string(), "--public-url", &format!("http://{address}"), "--json"]);
    for host in &books.hosts {
        command.arg("--route").arg(format!("{host}=http://{outside}"));
    }
    Ok((Running::start(&mut command, &folder.join("host.log"))?, text(&made, "secret")?))
}

/// Waits until nothing is under way, and at least so much of each is there. Returns how many items the outbox has then.
fn settle(peer: &Peer, installation: &str, expected: &[(&str, u64)]) -> Result<u64> {
    let started = Instant::now();
    loop {
        let shown = peer.get(installation)?;
        let counts = shown.get("counts").unwrap_or(&Value::Null);
        let count = |name: &str| counts.get(name).and_then(Value::as_u64).unwrap_or_default();
        let resting = count("waiting") == 0 && count("running") == 0;
        if resting && expected.iter().all(|(name, least)| count(name) >= *least) {
            return Ok(count("outbox"));
        }
        if started.elapsed() > SETTLING {
            bail!("the installation does not come to rest with {expected:?} but has {counts}");
        }
        std::thread::sleep(LOOK);
    }
}

fn text(object: &Value, name: &str) -> Result<String> {
    Ok(object
        .get(name)
        .and_then(Value::as_str)
        .with_context(|| format!("there is no `{name}` in {object}"))?
        .to_owned())
}

fn numbers(answer: &Value, list: &str, name: &str) -> Result<Vec<i64>> {
    let found: Vec<i64> = answer
        .get(list)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.get(name)?.as_i64())
        .collect();
    ensure!(!found.is_empty(), "there are no {list}: {answer}");
    Ok(found)
}

/// Makes an empty folder, whatever was there before.
///
/// # Errors
/// When it cannot.
pub(super) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_are_as_they_are_read() {
        let books: Books = serde_json::from_str(include_str!("books.json")).unwrap();
        assert!(!books.customers.is_empty() && !books.hosts.is_empty() && !books.simulator_calls.is_empty());
    }

    #[test]
    fn a_list_that_is_empty_is_no_ground() {
        let answer = json!({"events": [{"seq": 7}], "items": []});
        assert_eq!(numbers(&answer, "events", "seq").unwrap(), [7]);
        assert!(numbers(&answer, "items", "id").is_err());
    }
}
