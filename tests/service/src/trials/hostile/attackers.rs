//! Installations whose connector misbehaves, and the events that keep coming for them.

use crate::api::{Api, number, text};
use crate::books::TAG;
use crate::error::CannotRun;
use crate::scene::{Scene, configured};
use http::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::task::JoinHandle;

/// The host that the connector may reach.
pub(super) const HOST: &str = "approved.example";

/// A way to misbehave: the connector's settings `behaviour` and `argument`, and whether it breaks down or meets a limit that ends the call.
pub(super) type Way = (&'static str, &'static str, bool);

/// All of them. Those that end no call are refused something, or do as they are allowed to at the greatest length.
const WAYS: [Way; 24] = [
    ("spin", "", true),
    ("allocate", "", true),
    ("recurse", "", true),
    ("trap", "", true),
    ("log", "", false),
    ("huge-result", "20000000", true),
    ("many-results", "300000", true),
    ("many-requests", "5000", false),
    ("requests-at-once", "5000", true),
    ("hoard-handles", "", true),
    ("hoard-bodies", "", true),
    ("hoard-answers", "8", true),
    ("giant-headers", "", true),
    ("hold-answer", "", true),
    ("drip", "", true),
    ("pour", "", false),
    ("poll", "", true),
    ("sleep", "", true),
    ("ask", "https://approved.example/hang", false),
    ("ask", "https://approved.example/drip", true),
    ("look-up-without-end", "42", true),
    ("log-large", "", true),
    ("send-twice", "5000000", false),
    ("work", "1000000000000000", true),
];

/// Connectors call these `host.…` when a call ended by one.
const ENDED: [&str; 2] = ["host.limit", "host.trapped"];

/// All of them.
#[derive(Debug)]
pub(super) struct Attackers {
    all: Vec<Attacker>,
}

#[derive(Debug, Clone)]
struct Attacker {
    id: String,
    link: String,
    way: Way,
}

/// What the host says of them.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// For each way what ended the calls, and how often it was the last word of an event.
    pub(super) ended_by: BTreeMap<String, BTreeMap<String, u64>>,
    pub(super) wrong: Vec<String>,
}

impl Attackers {
    /// So many installations, misbehaving in these ways in turn. They behave until they are configured.
    pub(super) async fn make(scene: &Scene, count: u32, ways: Vec<Way>) -> Result<Self, CannotRun> {
        let mut all = Vec::new();
        for (number, way) in (0..count).zip(ways.into_iter().cycle()) {
            let id = format!("hostile-{number}");
            let body = json!({
                "id": id, "connector": "hostile", "name": id, "locale": "en", "hosts": [HOST],
                "catalogue": {"customer_tags": [TAG], "customer_fields": [], "account_plan": [], "dimensions": []},
            });
            configured(&scene.api, &id, &body).await?;
            let settings = json!({"settings": {"behaviour": way.0, "argument": way.1}});
            scene.api.must(Method::PATCH, &format!("/api/v1/installations/{id}"), Some(&settings)).await?;
            let link = scene.api.get(&format!("/api/v1/installations/{id}/link")).await?;
            let link = text(&link, "url").strip_prefix(scene.host.base()).map(str::to_owned);
            let link = link.ok_or_else(|| CannotRun::because(&id, "its link has no url of the host's"))?;
            all.push(Attacker { id, link, way });
        }
        Ok(Self { all })
    }

    /// Call their links at this rate each, one after the other, until the task is ended.
    pub(super) fn attack(&self, scene: &Scene, rate: u64) -> JoinHandle<()> {
        let (api, all) = (scene.api.clone(), self.all.clone());
        let calls_a_second = rate.max(1).saturating_mul(u64::try_from(all.len()).unwrap_or(1).max(1));
        let between = Duration::from_micros(1_000_000 / calls_a_second.min(1_000_000));
        tokio::spawn(async move {
            let mut clock = tokio::time::interval(between);
            for (call, attacker) in (0_u64..).zip(all.iter().cycle()) {
                clock.tick().await;
                tokio::spawn(call_link(api.clone(), attacker.link.clone(), call));
            }
        })
    }

    /// What became of their events.
    pub(super) async fn told(&self, scene: &Scene) -> Result<Told, CannotRun> {
        let mut told = Told::default();
        for attacker in &self.all {
            let path = format!("/api/v1/installations/{}", attacker.id);
            let events = scene.api.all(&format!("{path}/events"), "events").await?;
            let (behaviour, argument, ends) = attacker.way;
            let by = told.ended_by.entry(format!("{behaviour} {argument}").trim_end().to_owned()).or_default();
            for event in &events {
                let (state, code) = (text(event, "state"), text(event, "reason_code"));
                let word = if code.is_empty() { state } else { code };
                *by.entry(word.to_owned()).or_default() += 1;
            }
            let counts = scene.api.get(&path).await?.get("counts").cloned().unwrap_or_default();
            let by_name = |code: &str| by.get(code).copied().unwrap_or_default();
            if ends && ENDED.iter().all(|code| by_name(code) == 0) && number(&counts, "running") == 0 {
                told.wrong.push(format!("{behaviour} {argument}: no call was ended; {by:?}, {counts}"));
            }
        }
        Ok(told)
    }

    /// A person pauses them; what waits, waits.
    pub(super) async fn pause(&self, scene: &Scene) -> Result<(), CannotRun> {
        for attacker in &self.all {
            let path = format!("/api/v1/installations/{}/pause", attacker.id);
            scene.api.post(&path, &json!({"note": "trial"})).await?;
        }
        Ok(())
    }
}

/// The ways with these behaviours; all where none is named.
pub(super) fn ways(behaviours: &[String]) -> Result<Vec<Way>, CannotRun> {
    if let Some(unknown) = behaviours.iter().find(|wanted| !WAYS.iter().any(|(known, ..)| known == wanted)) {
        let known: BTreeSet<&str> = WAYS.iter().map(|(known, ..)| *known).collect();
        let known = Vec::from_iter(known).join(", ");
        return Err(CannotRun::new(format!("there is no way to misbehave called {unknown:?}; choose from {known}")));
    }
    let chosen = |known: &str| behaviours.is_empty() || behaviours.iter().any(|wanted| wanted == known);
    Ok(WAYS.into_iter().filter(|(known, ..)| chosen(known)).collect())
}

/// Each call is another, so that none takes another's place. What it is answered is for `hooks` to look at.
async fn call_link(api: Api, link: String, call: u64) {
    let _answer: Result<_, _> = api.send(Method::POST, &format!("{link}?Call={call}"), Some(&Value::Null)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_chosen_by_their_behaviour() {
        let chosen = |names: &[&str]| ways(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        assert_eq!(chosen(&[]).unwrap(), WAYS);
        assert_eq!(chosen(&["ask", "trap"]).unwrap().len(), 3, "one behaviour may have several arguments");
        let refused = chosen(&["trap", "rest"]).unwrap_err().to_string();
        assert!(refused.contains("\"rest\"") && refused.contains("recurse, requests-at-once"), "{refused}");
    }
}
