//! Accruals (periodiseringer) of draft entries: read only. A person enters them at the screen.

use super::drafts::as_moment;
use super::{collection, not_allowed};
use crate::gate::Scene;
use crate::ledger::Entry;
use crate::problem::Problem;
use crate::resource::Kind::{Integer, Moment};
use crate::resource::{ACCRUAL, Resource, Row, Writes, field};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};
use simulator_kit::{Request, answer};

/// Accruals, as filter and sort know them. `months` is not answered; it may be null.
const ACCRUALS: Resource = Resource {
    path: "accruals",
    key: "entryNumber",
    text_key: false,
    what: "DraftEntryAccrual",
    fields: &[
        field("entryNumber", Integer(0, i64::MAX)),
        field("journalNumber", Integer(0, i64::MAX)),
        field("accountNumber", Integer(0, i64::MAX)),
        field("startDate", Moment).unnamed(),
        field("endDate", Moment).unnamed(),
    ],
    links: &[],
    writes: Writes { post: false, put: false, patch: false, delete: false },
    of_customer: false,
};

/// Answers a call on accruals.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(scene: &Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    let entries = &scene.agreement.ledger.entries;
    match (rest, &request.method) {
        ([] | ["paged" | "count"], &Method::GET) => {
            let rows = entries.iter().filter_map(|(number, entry)| shown(*number, entry)).collect();
            collection::answer(request, &ACCRUALS, rows, rest.first().copied())
        }
        ([journal, number], &Method::GET) => {
            let number: u64 = number.parse().map_err(|_| Problem::not_found())?;
            let entry = entries.get(&number).filter(|entry| entry.journal.to_string() == *journal);
            let accrual = entry.and_then(|entry| shown(number, entry)).ok_or_else(Problem::not_found)?;
            Ok(answer::json(StatusCode::OK, &Value::Object(accrual)))
        }
        ([] | ["paged" | "count"] | [_, _], _) => Err(not_allowed()),
        _ => Err(Problem::not_found()),
    }
}

fn shown(number: u64, entry: &Entry) -> Option<Row> {
    let accrual = entry.values.get(ACCRUAL)?;
    let moment = |name: &str| accrual.get(name).and_then(Value::as_str).map(as_moment);
    let shown = json!({
        "entryNumber": number,
        "journalNumber": entry.journal,
        "accountNumber": accrual.get("account"),
        "startDate": moment("from"),
        "endDate": moment("to"),
        "objectVersion": entry.version.to_string(),
    });
    shown.as_object().cloned()
}
