//! The control surface under `/_sim/`, for tests and for people: customers, journals, periods, faults, calls, webhooks, the
//! clock. JSON, no
//! credentials; the server only listens on the loopback address. Strict on what it reads: an unknown key is an error.

use crate::economic::Economic;
use crate::screen::ScreenError;
use crate::webhooks;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use simulator_kit::Request;
use simulator_kit::answer::json;
use simulator_kit::control::{self, Bench, Wrong, read};

/// Answers a request on the control surface.
pub(crate) fn answer(core: &Economic, request: &Request) -> Response<Bytes> {
    match handle(core, request) {
        Ok(value) => json(StatusCode::OK, &value),
        Err(error) => {
            let status = match &error {
                ScreenError::NotFound(_) => StatusCode::NOT_FOUND,
                ScreenError::Wrong(_) | ScreenError::Refused(_) => StatusCode::BAD_REQUEST,
            };
            json(status, &json!({"error": error.to_string()}))
        }
    }
}

impl From<Wrong> for ScreenError {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong.0)
    }
}

fn handle(core: &Economic, request: &Request) -> Result<Value, ScreenError> {
    if let Some((name, _)) = request.query.first() {
        return Err(ScreenError::Wrong(format!("the query parameter {name} is not known; there are none")));
    }
    let segments: Vec<&str> = request.segments.iter().skip(1).map(String::as_str).collect();
    let body = &request.body;
    if let Some(value) = shared(core, request, &segments)? {
        return Ok(value);
    }
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", []) => Ok(index()),
        ("GET", ["customers"]) => Ok(json!({"customers": core.customers()})),
        ("POST", ["customers"]) => core.type_customer(&read(body)?),
        ("GET", ["customers", number]) => {
            let missing = || ScreenError::NotFound(format!("customer {number}"));
            core.customer(whole(number)?).ok_or_else(missing)
        }
        ("PATCH", ["customers", number]) => core.edit_customer(whole(number)?, &read(body)?),
        ("DELETE", ["customers", number]) => {
            core.delete_customer(whole(number)?)?;
            Ok(json!({"deleted": whole(number)?}))
        }
        ("POST", ["customers", number, "renumber"]) => {
            core.renumber_customer(whole(number)?, read::<Renumbering>(body)?.number)
        }
        ("POST", ["customers", number, "bookings"]) => {
            let flag = read::<Bookings>(body)?.has_bookings;
            core.set_has_bookings(whole(number)?, flag)?;
            Ok(json!({"has_bookings": flag}))
        }
        ("GET", ["journals", number, "entries"]) => Ok(json!({"entries": core.entries(whole(number)?)?})),
        ("POST", ["journals", number, "book"]) => {
            core.book_journal(whole(number)?)?;
            Ok(json!({"booked": core.booked_entries().len()}))
        }
        ("PATCH", ["entries", number]) => core.edit_entry(whole(number)?, &read(body)?),
        ("DELETE", ["entries", number]) => {
            core.remove_entry(whole(number)?)?;
            Ok(json!({"deleted": whole(number)?}))
        }
        ("POST", ["entries", number, "accrual"]) => {
            let accrual: Accrual = read(body)?;
            core.set_accrual(whole(number)?, accrual.account, &accrual.from, &accrual.to)?;
            Ok(json!({"accrued": whole(number)?}))
        }
        ("POST", ["draft-invoices"]) => Ok(json!({"number": core.draft_invoice()})),
        ("GET", ["booked-entries"]) => Ok(json!({"booked": core.booked_entries()})),
        ("GET", ["periods"]) => Ok(barred(core)),
        ("POST", ["periods"]) => {
            let period: Period = read(body)?;
            core.set_period_barred(&period.date, period.barred)?;
            Ok(barred(core))
        }
        ("POST", ["years", year]) => {
            let closed = read::<Year>(body)?.closed;
            core.set_year_closed(year, closed)?;
            Ok(json!({"year": year, "closed": closed}))
        }
        ("POST", ["modules"]) => {
            let missing = read::<Modules>(body)?.missing;
            core.with_first(|agreement| agreement.missing_modules = missing.iter().cloned().collect());
            Ok(json!({"missing": missing}))
        }
        ("POST", ["webhook"]) => {
            let url = read::<Address>(body)?.url;
            core.set_webhook(&url)?;
            Ok(json!({"url": url}))
        }
        ("GET", ["deliveries"]) => {
            let state = core.lock();
            Ok(json!({"pending": state.outbox.pending(), "deliveries": state.outbox.record(webhooks::shown)}))
        }
        // The shell waits before it passes this on; without a shell nobody makes the calls and there is nothing to wait for.
        ("POST", ["settle"]) => Ok(json!({"pending": core.pending_deliveries()})),
        ("POST", ["reset"]) => {
            core.reset();
            Ok(json!({"reset": true}))
        }
        _ => Err(ScreenError::NotFound(format!("{} {}; GET /_sim lists what there is", request.method, request.path))),
    }
}

fn index() -> Value {
    let mut index = control::index();
    let own = [
        (
            "customers",
            json!([
                "GET /_sim/customers",
                "POST /_sim/customers",
                "GET /_sim/customers/{number}",
                "PATCH /_sim/customers/{number}",
                "DELETE /_sim/customers/{number}",
                "POST /_sim/customers/{number}/renumber",
                "POST /_sim/customers/{number}/bookings",
            ]),
        ),
        (
            "journals",
            json!([
                "GET /_sim/journals/{number}/entries",
                "POST /_sim/journals/{number}/book",
                "PATCH /_sim/entries/{number}",
                "DELETE /_sim/entries/{number}",
                "POST /_sim/entries/{number}/accrual",
                "GET /_sim/booked-entries",
            ]),
        ),
        ("draft-invoices", json!(["POST /_sim/draft-invoices"])),
        ("years", json!(["GET /_sim/periods", "POST /_sim/periods", "POST /_sim/years/{year}"])),
        ("agreement", json!(["POST /_sim/modules"])),
        ("webhooks", json!(["POST /_sim/webhook", "GET /_sim/deliveries", "POST /_sim/settle"])),
        ("reset", json!(["POST /_sim/reset"])),
    ];
    index.extend(own.into_iter().map(|(name, calls)| (name.to_owned(), calls)));
    Value::Object(index)
}

fn shared(core: &Economic, request: &Request, segments: &[&str]) -> Result<Option<Value>, ScreenError> {
    let mut guard = core.lock();
    let state = &mut *guard;
    let bench = Bench { clock: &mut state.clock, faults: &mut state.faults, calls: &mut state.calls };
    Ok(control::answer(bench, request.method.as_str(), segments, &request.body)?)
}

fn barred(core: &Economic) -> Value {
    let days = core.with_first(|agreement| agreement.barred.iter().map(ToString::to_string).collect::<Vec<_>>());
    json!({"barred": days.unwrap_or_default()})
}

fn whole(text: &str) -> Result<u64, ScreenError> {
    text.parse().map_err(|_| ScreenError::Wrong(format!("{text:?} must be a whole number")))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Renumbering {
    number: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bookings {
    has_bookings: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Accrual {
    account: u64,
    from: String,
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    date: String,
    barred: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    closed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Modules {
    missing: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    url: String,
}
