//! The control surface under `/_sim/`, for tests and for people: rows, faults, calls, Modification URLs, the clock. JSON, no
//! credentials; the server only listens on the loopback address. Strict on what it reads: an unknown key is an error.

use crate::hooks::Event;
use crate::refusal::Refusal;
use crate::typing::ControlError;
use crate::uniconta::Uniconta;
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use simulator_kit::Request;
use simulator_kit::answer::json;
use simulator_kit::control::{self, Bench};

/// Answers a request on the control surface.
pub(crate) fn answer(core: &Uniconta, request: &Request) -> Response<Bytes> {
    match handle(core, request) {
        Ok(value) => json(StatusCode::OK, &value),
        Err(error) => {
            let status = match &error {
                ControlError::NotFound(_) => StatusCode::NOT_FOUND,
                ControlError::Wrong(_) | ControlError::Shared(_) | ControlError::Refused(_) => StatusCode::BAD_REQUEST,
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
    if let Some(value) = shared(core, request, &segments)? {
        return Ok(value);
    }
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
            Ok(json!({"pending": state.outbox.pending(), "deliveries": state.outbox.record(shown)}))
        }
        // The shell waits before it passes this on; without a shell nobody makes the calls and there is nothing to wait for.
        ["settle"] if post => Ok(json!({"pending": core.pending_deliveries()})),
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
    let mut index = control::index();
    let own = [
        (
            "rows",
            json!([
                "GET /_sim/rows/{entity}",
                "POST /_sim/rows/{entity}",
                "GET /_sim/rows/{entity}/{RowId}",
                "DELETE /_sim/rows/{entity}/{RowId}"
            ]),
        ),
        ("change-events", json!(["GET /_sim/change-events", "POST /_sim/change-events/{RowId}/refresh"])),
        ("deliveries", json!(["GET /_sim/deliveries", "POST /_sim/settle"])),
        ("bookkeeping", json!(["POST /_sim/post-journal", "GET /_sim/months", "POST /_sim/months"])),
        ("reset", json!(["POST /_sim/reset"])),
    ];
    index.extend(own.into_iter().map(|(name, calls)| (name.to_owned(), calls)));
    Value::Object(index)
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
    Ok(control::read(&request.body)?)
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

/// What is the same in every simulator; the record of calls also tells the quota's counters.
fn shared(core: &Uniconta, request: &Request, segments: &[&str]) -> Result<Option<Value>, ControlError> {
    let mut guard = core.lock();
    let state = &mut *guard;
    let bench = Bench { clock: &mut state.clock, faults: &mut state.faults, calls: &mut state.calls };
    let mut value = control::answer(bench, request.method.as_str(), segments, &request.body)?;
    if let (["calls"], Some(Value::Object(calls))) = (segments, &mut value) {
        let counted: Map<String, Value> =
            state.quota.calls().map(|(user, count)| (user.to_owned(), Value::from(count))).collect();
        calls.insert("counted_today".to_owned(), Value::Object(counted));
    }
    Ok(value)
}

fn shown(event: &Event) -> Map<String, Value> {
    let keys = [("company", event.company), ("change_event", event.row_id)];
    keys.into_iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
}
