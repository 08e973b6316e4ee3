//! The control surface under `/_sim/`, for tests and for people: rows, faults, calls, Modification URLs, the clock. JSON, no
//! credentials; the server only listens on the loopback address. Strict on what it reads: an unknown key is an error.

use crate::answer::json;
use crate::calls::Call;
use crate::faults::{Fault, FaultAction};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::typing::ControlError;
use crate::uniconta::Uniconta;
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Furthest that one request moves the clock: a hundred years.
const MOST_SECONDS: u64 = 100 * 366 * 24 * 60 * 60;

/// Answers a request on the control surface.
pub(crate) fn answer(core: &Uniconta, request: &Request) -> Response<Bytes> {
    match handle(core, request) {
        Ok(value) => json(StatusCode::OK, &value),
        Err(error) => {
            let status = match &error {
                ControlError::NotFound(_) => StatusCode::NOT_FOUND,
                ControlError::Wrong(_) | ControlError::Refused(_) => StatusCode::BAD_REQUEST,
            };
            let mut body = json!({"error": error.to_string()});
            if let (ControlError::Refused(Refusal { code, property }), Some(object)) = (&error, body.as_object_mut()) {
                object.insert("code".to_owned(), Value::from(code.name()));
                object.insert("property".to_owned(), property.clone().map_or(Value::Null, Value::from));
            }
            json(status, &body)
        }
    }
}

fn handle(core: &Uniconta, request: &Request) -> Result<Value, ControlError> {
    let segments: Vec<&str> = request.segments.iter().skip(1).map(String::as_str).collect();
    let get = request.method == Method::GET;
    let post = request.method == Method::POST;
    let delete = request.method == Method::DELETE;
    match segments.as_slice() {
        [] if get => Ok(index()),
        ["rows", entity] if get => {
            let rows = core.rows_in(company(core, request)?, entity)?;
            Ok(json!({"rows": rows.into_iter().map(Value::Object).collect::<Vec<_>>()}))
        }
        ["rows", entity] if post => type_row(core, request, entity),
        ["rows", entity, row_id] if get => {
            let row = core.row_in(company(core, request)?, entity, number(row_id)?)?;
            Ok(Value::Object(row))
        }
        ["rows", entity, row_id] if delete => {
            core.remove_from(company(core, request)?, entity, number(row_id)?)?;
            Ok(json!({"deleted": number(row_id)?}))
        }
        ["faults"] if get => Ok(json!({"faults": faults(core)})),
        ["faults"] if post => Ok(json!({"fault": core.add_fault(read::<FaultRule>(request)?.fault()?)})),
        ["faults"] if delete => {
            core.clear_faults();
            Ok(json!({"faults": []}))
        }
        ["calls"] if get => Ok(calls(core)),
        ["calls"] if delete => {
            core.clear_calls();
            Ok(calls(core))
        }
        ["change-events"] if get => {
            let rows = core.rows_in(company(core, request)?, "TableChangeEventClient")?;
            Ok(json!({"change_events": rows.into_iter().map(Value::Object).collect::<Vec<_>>()}))
        }
        ["change-events", row_id, "refresh"] if post => {
            let (company, row_id) = (company(core, request)?, number(row_id)?);
            core.refresh_change_event_in(company, row_id)?;
            Ok(Value::Object(core.row_in(company, "TableChangeEventClient", row_id)?))
        }
        ["deliveries"] if get => {
            let state = core.lock();
            Ok(json!({"pending": state.outbox.pending(), "deliveries": state.outbox.record()}))
        }
        // The shell waits before it passes this on; without a shell nobody makes the calls and there is nothing to wait for.
        ["settle"] if post => Ok(json!({"pending": core.pending_deliveries()})),
        ["clock"] if get => Ok(clock(core)),
        ["clock"] if post => set_clock(core, request),
        ["post-journal"] if post => crate::posting::control::post(core, company(core, request)?, read(request)?),
        ["months"] if get => crate::posting::control::months(core, company(core, request)?),
        ["months"] if post => crate::posting::control::set_month(core, company(core, request)?, read(request)?),
        ["reset"] if post => {
            core.reset();
            Ok(json!({"reset": true}))
        }
        _ => Err(ControlError::NotFound(format!("{} {}; GET /_sim lists what there is", request.method, request.path))),
    }
}

fn index() -> Value {
    json!({
        "rows": ["GET /_sim/rows/{entity}", "POST /_sim/rows/{entity}", "GET /_sim/rows/{entity}/{RowId}", "DELETE /_sim/rows/{entity}/{RowId}"],
        "faults": ["GET /_sim/faults", "POST /_sim/faults", "DELETE /_sim/faults"],
        "calls": ["GET /_sim/calls", "DELETE /_sim/calls"],
        "change-events": ["GET /_sim/change-events", "POST /_sim/change-events/{RowId}/refresh"],
        "deliveries": ["GET /_sim/deliveries", "POST /_sim/settle"],
        "bookkeeping": ["POST /_sim/post-journal", "GET /_sim/months", "POST /_sim/months"],
        "clock": ["GET /_sim/clock", "POST /_sim/clock"],
        "reset": ["POST /_sim/reset"],
    })
}

fn company(core: &Uniconta, request: &Request) -> Result<u32, ControlError> {
    if let Some((name, _)) = request.query.iter().find(|(name, _)| name != "company") {
        return Err(ControlError::Wrong(format!("the query parameter {name} is not known; company is")));
    }
    match request.parameter("company") {
        None => Ok(core.config().company),
        Some(text) => number(text),
    }
}

fn number(text: &str) -> Result<u32, ControlError> {
    text.parse().map_err(|_| ControlError::Wrong(format!("{text:?} must be a whole number")))
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, ControlError> {
    serde_json::from_slice(&request.body)
        .map_err(|error| ControlError::Wrong(format!("the body cannot be used: {error}")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedRow {
    row: Map<String, Value>,
    has_transactions: Option<bool>,
}

fn type_row(core: &Uniconta, request: &Request, entity: &str) -> Result<Value, ControlError> {
    let company = company(core, request)?;
    let typed: TypedRow = read(request)?;
    let done = core.type_into(company, entity, &typed.row)?;
    if let (Some(flag), Some(row_id)) =
        (typed.has_transactions, done.row.get("RowId").and_then(crate::books::row_id_of))
    {
        core.set_has_transactions_in(company, entity, row_id, flag)?;
    }
    Ok(json!({"created": done.created, "row": done.row}))
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
    fn fault(self) -> Result<Fault, ControlError> {
        if self.times == 0 {
            return Err(ControlError::Wrong("times must be 1 or more".to_owned()));
        }
        Ok(Fault {
            method: self.method,
            path_contains: self.path_contains,
            skip: self.skip,
            times: self.times,
            action: FaultAction::parse(&self.action).map_err(ControlError::Wrong)?,
        })
    }
}

fn faults(core: &Uniconta) -> Vec<Value> {
    let state = core.lock();
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
    state.faults.rules().iter().map(one).collect()
}

fn calls(core: &Uniconta) -> Value {
    let state = core.lock();
    let today: Map<String, Value> =
        state.quota.calls().map(|(user, count)| (user.to_owned(), Value::from(count))).collect();
    json!({
        "calls": state.calls.all().map(Call::shown).collect::<Vec<_>>(),
        "per_user": state.calls.per_user(),
        "counted_today": today,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockSetting {
    now: Option<String>,
    advance_s: Option<u64>,
    system: Option<bool>,
}

fn clock(core: &Uniconta) -> Value {
    let state = core.lock();
    json!({"now": state.clock.now().to_string(), "system": state.clock.is_system(), "local": state.clock.local().to_string()})
}

fn set_clock(core: &Uniconta, request: &Request) -> Result<Value, ControlError> {
    match read::<ClockSetting>(request)? {
        ClockSetting { now: Some(now), advance_s: None, system: None } => {
            let now: Timestamp = now.parse().map_err(|_| {
                ControlError::Wrong("now must be a time with its zone, such as 2026-01-31T12:00:00Z".to_owned())
            })?;
            core.set_now(now);
        }
        ClockSetting { now: None, advance_s: Some(seconds), system: None } if seconds <= MOST_SECONDS => {
            core.advance(Duration::from_secs(seconds));
        }
        ClockSetting { now: None, advance_s: None, system: Some(true) } => core.lock().clock.set(None),
        _ => {
            let message = "give one of now (a time), advance_s (seconds, at most a hundred years), system (true)";
            return Err(ControlError::Wrong(message.to_owned()));
        }
    }
    Ok(clock(core))
}
