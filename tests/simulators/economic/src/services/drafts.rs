//! Draft entries (kladdelinjer) on the journals service: one by one, or many at once, all or none.

mod written;

pub(super) use written::breach;

use super::collection;
use super::{not_allowed, unreadable};
use crate::gate::Scene;
use crate::ledger::Entry;
use crate::problem::{Breach, Problem};
use crate::resource::Kind::{Integer, Moment, Number, Text};
use crate::resource::{Key, Resource, Row, Writes, field};
use crate::resources::JOURNALS;
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use simulator_kit::{Request, answer};

/// Most entries in one call.
const MOST: usize = 500;

/// What the services call a property, and what the legacy interface calls it.
pub(super) const NAMES: [(&str, &str); 12] = [
    ("accountNumber", "account"),
    ("vatCode", "vatAccount"),
    ("contraAccountNumber", "contraAccount"),
    ("contraVatCode", "contraVatAccount"),
    ("amount", "amount"),
    ("currency", "currency"),
    ("exchangeRate", "exchangeRate"),
    ("text", "text"),
    ("customerNumber", "customer"),
    ("supplierNumber", "supplier"),
    ("supplierInvoiceNumber", "supplierInvoiceNumber"),
    ("customerInvoiceNumber", "customerInvoice"),
];

/// Draft entries, as filter and sort know them.
const DRAFTS: Resource = Resource {
    path: "draft-entries",
    key: "entryNumber",
    text_key: false,
    what: "DraftEntry",
    fields: &[
        field("entryNumber", Integer(0, i64::MAX)),
        field("entryTypeNumber", Integer(0, i64::MAX)),
        field("voucherNumber", Integer(0, i64::MAX)),
        field("journalNumber", Integer(0, i64::MAX)),
        field("date", Moment).unsorted(),
        field("accountNumber", Integer(0, i64::MAX)).unsorted(),
        field("amount", Number).unnamed(),
        field("currency", Text(0, 3)).unsorted(),
        field("contraAccountNumber", Integer(0, i64::MAX)).unsorted(),
        field("customerNumber", Integer(0, i64::MAX)).unsorted(),
        field("supplierNumber", Integer(0, i64::MAX)).unsorted(),
    ],
    links: &[],
    writes: Writes { post: true, put: true, patch: false, delete: true },
    of_customer: false,
};

/// Answers a call on draft entries.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(scene: &mut Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    match (rest, &request.method) {
        ([] | ["paged" | "count"], &Method::GET) => {
            let entries = scene.agreement.ledger.entries.iter();
            let rows: Vec<Row> = entries.map(|(number, entry)| shown(scene, *number, entry)).collect();
            collection::answer(request, &DRAFTS, rows, rest.first().copied())
        }
        ([], &Method::POST) => {
            let body = request.object().ok_or_else(unreadable)?;
            let numbers = create(scene, &[body])?;
            Ok(answer::json(StatusCode::CREATED, &json!({"entryNumber": numbers.first()})))
        }
        (["bulk"], &Method::POST) => {
            let numbers = create(scene, &list(request)?)?;
            Ok(answer::json(StatusCode::CREATED, &json!({"entryNumbers": numbers})))
        }
        ([], &Method::PUT) => {
            change(scene, &[request.object().ok_or_else(unreadable)?])?;
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        (["bulk"], &Method::PUT) => {
            change(scene, &list(request)?)?;
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        (["delete", journal], &Method::DELETE) => {
            let journal = known_journal(scene, journal)?;
            scene.agreement.ledger.entries.retain(|_, entry| entry.journal != journal);
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        ([segment], &Method::GET) => {
            let (number, entry) = find(scene, segment)?;
            Ok(answer::json(StatusCode::OK, &Value::Object(shown(scene, number, entry))))
        }
        ([segment], &Method::DELETE) => {
            let (number, _) = find(scene, segment)?;
            scene.agreement.ledger.entries.remove(&number);
            Ok(answer::empty(StatusCode::NO_CONTENT))
        }
        ([] | [_] | ["delete", _], _) => Err(not_allowed()),
        _ => Err(Problem::not_found()),
    }
}

fn find<'s>(scene: &'s Scene<'_>, segment: &str) -> Result<(u64, &'s Entry), Problem> {
    let number: u64 = segment.parse().map_err(|_| Problem::not_found())?;
    scene.agreement.ledger.entries.get(&number).map(|entry| (number, entry)).ok_or_else(Problem::not_found)
}

/// The journal that a segment of a path means.
///
/// # Errors
/// There is none such.
pub(super) fn known_journal(scene: &Scene<'_>, segment: &str) -> Result<u64, Problem> {
    let number: u64 = segment.parse().map_err(|_| Problem::not_found())?;
    let known = scene.agreement.books.row(&JOURNALS, None, &Key::Number(number)).is_some();
    if known { Ok(number) } else { Err(Problem::not_found()) }
}

fn list(request: &Request) -> Result<Vec<Map<String, Value>>, Problem> {
    let body = request.object().ok_or_else(unreadable)?;
    let list = body.get("entries").and_then(Value::as_array).cloned().unwrap_or_default();
    let breach = |code: &str, message: &str| Err(Problem::invalid(vec![Breach::new("entries", code, message)]));
    if list.is_empty() {
        return breach("OneAPIEntriesListCannotBeEmpty", "The list of entries cannot be empty.");
    }
    if list.len() > MOST {
        return breach("OneAPITooManyEntries", "The list has more than 500 entries.");
    }
    list.into_iter().map(|one| one.as_object().cloned().ok_or_else(unreadable)).collect()
}

/// Creates entries, all or none, and gives their numbers.
fn create(scene: &mut Scene<'_>, bodies: &[Map<String, Value>]) -> Result<Vec<u64>, Problem> {
    let mut numbers = Vec::new();
    let mut breaches = Vec::new();
    for body in bodies {
        match written::read(scene, body, None) {
            // Added at once, so that the next one gets the next voucher number; taken back below where another is refused.
            Ok(entry) => numbers.push(scene.agreement.ledger.add(entry)),
            Err(broken) => breaches.extend(broken),
        }
    }
    if breaches.is_empty() {
        return Ok(numbers);
    }
    for number in numbers {
        scene.agreement.ledger.entries.remove(&number);
    }
    Err(Problem::invalid(breaches))
}

/// Replaces entries, all or none.
fn change(scene: &mut Scene<'_>, bodies: &[Map<String, Value>]) -> Result<(), Problem> {
    let mut changed = Vec::new();
    for body in bodies {
        let number = body.get("entryNumber").and_then(Value::as_u64).ok_or_else(|| {
            Problem::invalid(vec![Breach::new("entryNumber", "JournalEntryDoesNotExist", "Which entry is not said.")])
        })?;
        let old = scene.agreement.ledger.entries.get(&number).ok_or_else(Problem::not_found)?;
        let version = body.get("objectVersion").and_then(Value::as_str);
        if version != Some(old.version.to_string().as_str()) {
            return Err(Problem::conflict());
        }
        if body.get("journalNumber").and_then(Value::as_u64) != Some(old.journal) {
            let message = "The journal of an entry cannot be changed.";
            let breach = Breach::new("journalNumber", "JournalNumberCannotBeChangedOnDraftEntry", message);
            return Err(Problem::invalid(vec![breach]));
        }
        changed.push((number, written::read(scene, body, Some(old)).map_err(Problem::invalid)?));
    }
    scene.agreement.ledger.entries.extend(changed);
    Ok(())
}

/// A draft entry as answers show it.
fn shown(scene: &Scene<'_>, number: u64, entry: &Entry) -> Row {
    let mut shown = Row::new();
    for (name, legacy) in NAMES {
        shown.extend(entry.values.get(legacy).cloned().map(|value| (name.to_owned(), value)));
    }
    let base = scene.agreement.base_currency.as_str();
    shown.entry("currency").or_insert_with(|| Value::from(base));
    if entry.text("currency").is_none_or(|currency| currency == base) {
        shown.entry("exchangeRate").or_insert_with(|| Value::from(100));
    }
    if let Some(invoice) = shown.get_mut("customerInvoiceNumber") {
        *invoice = Value::from(invoice.to_string().trim_matches('"'));
    }
    for name in ["date", "dueDate"] {
        shown.extend(entry.text(name).map(|day| (name.to_owned(), Value::from(as_moment(day)))));
    }
    let own = json!({
        "entryNumber": number,
        "entryTypeNumber": entry.kind.number(),
        "voucherNumber": entry.voucher,
        "journalNumber": entry.journal,
        "objectVersion": entry.version.to_string(),
    });
    shown.extend(own.as_object().cloned().unwrap_or_default());
    shown
}

/// A day, as the services write it.
pub(super) fn as_moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}
