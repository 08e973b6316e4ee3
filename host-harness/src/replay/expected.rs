//! `expected.json`: what came of a scenario, as a value that is compared whole.

use super::contract_json::to_json;
use super::json::{canonical, digest};
use super::play::{Played, PlayedEvent};
use super::seal::seals;
use crate::bindings::imports::log::Level;
use crate::bindings::types::Customer;
use crate::installation::{Applied, ApplyError, CallRecord, Driven, RunError, RunResult};
use crate::scenario::Scenario;
use serde_json::{Map, Value, json};

/// What came of a scenario, as `expected.json` holds it. `scenario` and `exchanges` are the files as values.
pub fn expected(
    played: &Played,
    spec: &Scenario,
    compiler: Option<&str>,
    scenario: &Value,
    exchanges: &Value,
) -> Value {
    let mut whole = outcome(played, spec, compiler);
    if let Some(members) = whole.as_object_mut() {
        members.insert("seals".to_owned(), seals(scenario, exchanges));
    }
    let own = own_seal(&whole);
    if let Some(seals) = whole.get_mut("seals").and_then(Value::as_object_mut) {
        seals.insert("expected".to_owned(), json!(own));
    }
    canonical(&whole)
}

/// The seal of `expected.json` itself, its own place left out.
pub(crate) fn own_seal(expected: &Value) -> String {
    let mut whole = expected.clone();
    if let Some(seals) = whole.get_mut("seals").and_then(Value::as_object_mut) {
        seals.remove("expected");
    }
    digest(&whole)
}

/// The part that says what came of it, without seals.
pub fn outcome(played: &Played, spec: &Scenario, compiler: Option<&str>) -> Value {
    let before: Vec<Customer> = spec.customers.iter().map(Customer::from).collect();
    let customers = played.installation.customers();
    let changed = customers.iter().filter(|customer| !before.contains(customer));
    let events = played.events.iter().filter_map(|event| event_json(event, compiler));
    canonical(&json!({
        "events": events.collect::<Vec<_>>(),
        "customers": changed.map(to_json).collect::<Vec<_>>(),
        "links": played.installation.links().iter().map(to_json).collect::<Vec<_>>(),
        "flags": played.installation.flags().iter().map(to_json).collect::<Vec<_>>(),
        "remembered": to_json(&played.installation.remembered()),
        "cursor": played.installation.cursor(),
    }))
}

fn event_json(event: &PlayedEvent, compiler: Option<&str>) -> Option<Value> {
    let driven = event.driven.as_ref()?;
    Some(json!({
        "event": event.number,
        "kind": event.kind,
        "result": result_json(driven),
        "applied": driven.applied.iter().map(applied_json).collect::<Vec<_>>(),
        "logs": driven.records.iter().flat_map(warnings).collect::<Vec<_>>(),
        "fuel": {"compiler": compiler, "units": driven.fuel()},
    }))
}

/// What the connector answered, under the name of what it is.
pub fn result_json(driven: &Driven) -> Value {
    match &driven.result {
        Ok(RunResult::NobodyConcerned) => json!({"nobody-concerned": true}),
        Ok(RunResult::Customers(results)) => json!({"customers": to_json(results)}),
        Ok(RunResult::Webhook(result)) => json!({"webhook": to_json(result)}),
        Ok(RunResult::DayClosed(receipt)) => json!({"receipt": to_json(receipt)}),
        Ok(RunResult::Checked(health)) => json!({"health": to_json(health)}),
        Ok(RunResult::Configured(configured)) => json!({"configured": to_json(configured)}),
        Ok(RunResult::CaughtUp { pages, complete, stopped }) => {
            let pages: Vec<Value> = pages
                .iter()
                .map(|page| {
                    let applied: Vec<Value> = page.applied.iter().map(applied_json).collect();
                    json!({"page": to_json(&page.result), "applied": applied})
                })
                .collect();
            json!({"pages": pages, "complete": complete, "stopped": stopped.as_ref().map(error_json)})
        }
        Err(error) => error_json(error),
    }
}

fn error_json(error: &RunError) -> Value {
    match error {
        RunError::Connector(error) => json!({"error": to_json(error)}),
        RunError::Call(failed) => json!({"call-failed": failed.message}),
        RunError::Contract(reason) => json!({"contract-broken": reason}),
    }
}

/// What became of a result's effects: a list, or why none was applied.
pub fn applied_json(applied: &Result<Applied, ApplyError>) -> Value {
    match applied {
        Ok(applied) => to_json(&applied.changes),
        Err(error) => json!({"refused": error.to_string()}),
    }
}

fn warnings(record: &CallRecord) -> impl Iterator<Item = Value> + '_ {
    let loud = record.logs.iter().filter(|line| matches!(line.level, Level::Warn | Level::Error));
    loud.map(|line| json!({"level": to_json(&line.level), "message": line.message}))
}

/// The same value without fuel and seals, which are compared in ways of their own.
pub(crate) fn without_fuel_and_seals(expected: &Value) -> Value {
    let Value::Object(members) = expected else { return expected.clone() };
    let mut members: Map<String, Value> = members.clone();
    members.remove("seals");
    for event in members.get_mut("events").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(event) = event.as_object_mut() {
            event.remove("fuel");
        }
    }
    Value::Object(members)
}
