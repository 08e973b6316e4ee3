//! The parts of the control surface under `/_sim/` that are the same in every simulator: faults, calls, the clock.
//!
//! Strict on what it reads: an unknown key is an error.

use crate::calls::{Call, Calls};
use crate::clock::Clock;
use crate::faults::{Fault, FaultAction, Faults};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Furthest that one request moves the clock: a hundred years.
const MOST_SECONDS: u64 = 100 * 366 * 24 * 60 * 60;

/// What was asked for is wrong; the text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub String);

/// What every simulator has beside its books.
#[derive(Debug)]
pub struct Bench<'a> {
    /// The clock.
    pub clock: &'a mut Clock,
    /// Ordered faults.
    pub faults: &'a mut Faults,
    /// Calls seen.
    pub calls: &'a mut Calls,
}

/// Answers a request of the control surface that is the same everywhere; `None` where it is none of those. `segments` begin after
/// `_sim`.
///
/// # Errors
/// The body is wrong.
pub fn answer(bench: Bench<'_>, method: &str, segments: &[&str], body: &[u8]) -> Result<Option<Value>, Wrong> {
    let Bench { clock, faults, calls } = bench;
    Ok(Some(match (method, segments) {
        ("GET", ["faults"]) => rules(faults),
        ("POST", ["faults"]) => json!({"fault": faults.add(read::<FaultRule>(body)?.fault()?)}),
        ("DELETE", ["faults"]) => {
            faults.clear();
            rules(faults)
        }
        ("GET", ["calls"]) => Value::Object(seen(calls)),
        ("DELETE", ["calls"]) => {
            calls.clear();
            Value::Object(seen(calls))
        }
        ("GET", ["clock"]) => time(clock),
        ("POST", ["clock"]) => {
            set_clock(clock, read(body)?)?;
            time(clock)
        }
        _ => return Ok(None),
    }))
}

/// What [`answer`] offers, for the list of endpoints.
pub fn index() -> Map<String, Value> {
    let groups = [
        ("faults", json!(["GET /_sim/faults", "POST /_sim/faults", "DELETE /_sim/faults"])),
        ("calls", json!(["GET /_sim/calls", "DELETE /_sim/calls"])),
        ("clock", json!(["GET /_sim/clock", "POST /_sim/clock"])),
    ];
    groups.into_iter().map(|(name, calls)| (name.to_owned(), calls)).collect()
}

/// Reads a body.
///
/// # Errors
/// It is not JSON of that form.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Wrong> {
    serde_json::from_slice(body).map_err(|error| Wrong(format!("the body cannot be used: {error}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultRule {
    method: Option<String>,
    path_contains: Option<String>,
    #[serde(default = "once")]
    times: u32,
    #[serde(default)]
    skip: u32,
    action: Value,
}

fn once() -> u32 {
    1
}

impl FaultRule {
    fn fault(self) -> Result<Fault, Wrong> {
        if self.times == 0 {
            return Err(Wrong("times must be 1 or more".to_owned()));
        }
        Ok(Fault {
            method: self.method,
            path_contains: self.path_contains,
            skip: self.skip,
            times: self.times,
            action: FaultAction::parse(&self.action).map_err(Wrong)?,
        })
    }
}

fn rules(faults: &Faults) -> Value {
    let one = |(number, fault): &(u64, Fault)| {
        json!({
            "fault": number,
            "method": fault.method,
            "path_contains": fault.path_contains,
            "skip": fault.skip,
            "times": fault.times,
            "action": fault.action.name(),
        })
    };
    json!({"faults": faults.rules().iter().map(one).collect::<Vec<_>>()})
}

fn seen(calls: &Calls) -> Map<String, Value> {
    let shown: Vec<Value> = calls.all().map(Call::shown).collect();
    Map::from_iter([("calls".to_owned(), Value::from(shown)), ("per_user".to_owned(), json!(calls.per_user()))])
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockSetting {
    now: Option<String>,
    advance_s: Option<u64>,
    system: Option<bool>,
}

fn time(clock: &Clock) -> Value {
    json!({"now": clock.now().to_string(), "system": clock.is_system(), "local": clock.local().to_string()})
}

fn set_clock(clock: &mut Clock, setting: ClockSetting) -> Result<(), Wrong> {
    match setting {
        ClockSetting { now: Some(now), advance_s: None, system: None } => {
            let now: Timestamp = now
                .parse()
                .map_err(|_| Wrong("now must be a time with its zone, such as 2026-01-31T12:00:00Z".to_owned()))?;
            clock.set(Some(now));
        }
        ClockSetting { now: None, advance_s: Some(seconds), system: None } if seconds <= MOST_SECONDS => {
            clock.advance(Duration::from_secs(seconds));
        }
        ClockSetting { now: None, advance_s: None, system: Some(true) } => clock.set(None),
        _ => {
            let message = "give one of now (a time), advance_s (seconds, at most a hundred years), system (true)";
            return Err(Wrong(message.to_owned()));
        }
    }
    Ok(())
}
