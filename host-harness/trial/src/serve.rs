//! The server side: a request of the surface in, an answer out, whatever HTTP library the simulator uses.

use crate::ROOT;
use crate::words::{About, Call, Clock, Debtor, Delivery, Fault, Link, Typed, Voucher, Wrong};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// What a simulator does for the surface.
pub trait Surface {
    /// What it is.
    fn about(&self) -> About;
    /// Data as at the start; no faults, calls, deliveries or link. The clock stays where it was set.
    ///
    /// # Errors
    /// See [`SurfaceError`]; so for all that follow.
    fn reset(&self) -> Result<(), SurfaceError>;
    /// All debtors.
    fn debtors(&self) -> Result<Vec<Debtor>, SurfaceError>;
    /// A person types in a debtor.
    fn type_debtor(&self, typed: Typed) -> Result<Debtor, SurfaceError>;
    /// A person edits a debtor.
    fn edit_debtor(&self, external_id: &str, typed: Typed) -> Result<Debtor, SurfaceError>;
    /// A person deletes a debtor.
    fn delete_debtor(&self, external_id: &str) -> Result<(), SurfaceError>;
    /// All vouchers.
    fn vouchers(&self) -> Result<Vec<Voucher>, SurfaceError>;
    /// Order trouble.
    fn add_fault(&self, fault: Fault) -> Result<(), SurfaceError>;
    /// No more trouble.
    fn clear_faults(&self) -> Result<(), SurfaceError>;
    /// The calls so far.
    fn calls(&self) -> Result<Vec<Call>, SurfaceError>;
    /// Forget them.
    fn clear_calls(&self) -> Result<(), SurfaceError>;
    /// A person enters the link.
    fn enter_link(&self, link: Link) -> Result<(), SurfaceError>;
    /// The calls of the link that wait; they count as answered well.
    fn take_deliveries(&self) -> Result<Vec<Delivery>, SurfaceError>;
    /// A call of the link that is about somebody else's books or another table; none where the system makes no such calls.
    fn foreign_delivery(&self) -> Result<Option<Delivery>, SurfaceError>;
    /// The clock stands there.
    fn set_clock(&self, clock: Clock) -> Result<(), SurfaceError>;
}

/// Why a simulator did not do what the surface asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurfaceError {
    /// There is nothing of that name.
    #[error("there is no {0}")]
    NotThere(String),
    /// It cannot be done, and why.
    #[error("{0}")]
    Wrong(String),
}

/// An answer: a status, and JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status: 200, 400 or 404.
    pub status: u16,
    /// The body, `application/json`.
    pub body: Value,
}

/// Answer a request below [`ROOT`]. `path` is the whole path without the query, its segments still percent-encoded.
pub fn answer(surface: &impl Surface, method: &str, path: &str, body: &[u8]) -> Answer {
    match handle(surface, method, path, body) {
        Ok(body) => Answer { status: 200, body },
        Err(error) => {
            let status = match error {
                SurfaceError::NotThere(_) => 404,
                SurfaceError::Wrong(_) => 400,
            };
            Answer { status, body: json!(Wrong { error: error.to_string() }) }
        }
    }
}

fn handle(surface: &impl Surface, method: &str, path: &str, body: &[u8]) -> Result<Value, SurfaceError> {
    let rest = path.strip_prefix(ROOT).unwrap_or(path);
    let segments: Vec<&str> = rest.split('/').filter(|segment| !segment.is_empty()).collect();
    match (method, segments.as_slice()) {
        ("GET", []) => shown(Ok(surface.about())),
        ("POST", ["reset"]) => done(surface.reset()),
        ("GET", ["debtors"]) => shown(surface.debtors()),
        ("POST", ["debtors"]) => shown(surface.type_debtor(read(body)?)),
        ("PATCH", ["debtors", id]) => shown(surface.edit_debtor(&decoded(id)?, read(body)?)),
        ("DELETE", ["debtors", id]) => done(surface.delete_debtor(&decoded(id)?)),
        ("GET", ["vouchers"]) => shown(surface.vouchers()),
        ("POST", ["faults"]) => done(surface.add_fault(read(body)?)),
        ("DELETE", ["faults"]) => done(surface.clear_faults()),
        ("GET", ["calls"]) => shown(surface.calls()),
        ("DELETE", ["calls"]) => done(surface.clear_calls()),
        ("POST", ["link"]) => done(surface.enter_link(read(body)?)),
        ("POST", ["deliveries", "take"]) => shown(surface.take_deliveries()),
        ("GET", ["deliveries", "foreign"]) => {
            let none = || SurfaceError::NotThere("call of the link about anybody else".to_owned());
            shown(surface.foreign_delivery().and_then(|found| found.ok_or_else(none)))
        }
        ("POST", ["clock"]) => done(surface.set_clock(read(body)?)),
        _ => Err(SurfaceError::NotThere(format!("{method} {path} on the trial surface"))),
    }
}

fn done(outcome: Result<(), SurfaceError>) -> Result<Value, SurfaceError> {
    outcome.map(|()| json!({}))
}

fn shown<T: Serialize>(outcome: Result<T, SurfaceError>) -> Result<Value, SurfaceError> {
    serde_json::to_value(outcome?)
        .map_err(|error| SurfaceError::Wrong(format!("the answer cannot be written: {error}")))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, SurfaceError> {
    serde_json::from_slice(body).map_err(|error| SurfaceError::Wrong(format!("the body cannot be used: {error}")))
}

fn decoded(segment: &str) -> Result<String, SurfaceError> {
    let text = percent_encoding::percent_decode_str(segment).decode_utf8();
    text.map(Into::into).map_err(|_| SurfaceError::Wrong("an external id must be UTF-8".to_owned()))
}
