//! Journals on the journals service, and booking them. Booking cannot be undone.

use super::drafts::{breach, known_journal};
use super::{collection, not_allowed};
use crate::checks::day;
use crate::gate::Scene;
use crate::ledger::{Unbookable, book, restricted_to, voucher_range};
use crate::problem::{Breach, Problem};
use crate::resource::Kind::Integer;
use crate::resource::{Key, Resource, Row, Writes, field};
use crate::resources::JOURNALS;
use crate::switches::JournalsListing;
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Map, Value, json};
use simulator_kit::{Request, answer};

/// Numbers that a journal has for the kinds of entries it takes.
const KINDS: [(&str, u64); 5] = [
    ("customerPayment", 2),
    ("supplierInvoice", 3),
    ("supplierPayment", 4),
    ("financeVoucher", 5),
    ("manualCustomerInvoice", 10),
];

/// Journals, as sort knows them.
const LISTED: Resource = Resource {
    path: "journals",
    key: "number",
    text_key: false,
    what: "Journal",
    fields: &[field("number", Integer(0, i64::MAX))],
    links: &[],
    writes: Writes { post: false, put: false, patch: false, delete: false },
    of_customer: false,
};

/// Answers a call on journals.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(scene: &mut Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    match (rest, &request.method) {
        ([] | ["paged" | "count"], &Method::GET) => {
            let filtered = request.query.iter().any(|(name, _)| name.eq_ignore_ascii_case("filter"));
            let broken = filtered || rest != ["paged"];
            if broken && scene.config.switches.journals_listing == JournalsListing::Broken {
                return Err(Problem::broken());
            }
            let rows = scene.agreement.books.rows(&JOURNALS, None).values().map(|row| shown(scene, row)).collect();
            collection::answer(request, &LISTED, rows, rest.first().copied())
        }
        ([number], &Method::GET) => {
            let journal = known_journal(scene, number)?;
            let row = scene.agreement.books.row(&JOURNALS, None, &Key::Number(journal));
            let row = row.ok_or_else(Problem::not_found)?;
            Ok(answer::json(StatusCode::OK, &Value::Object(shown(scene, row))))
        }
        ([number, action @ ("book" | "bookdraftentries" | "bookWithDateInterval")], &Method::POST) => {
            let journal = known_journal(scene, number)?;
            booked(scene, request, journal, action)
        }
        ([] | [_] | [_, "book" | "bookdraftentries" | "bookWithDateInterval"], _) => Err(not_allowed()),
        _ => Err(Problem::not_found()),
    }
}

/// Books a journal: `book` all of it, `bookdraftentries` chosen entries, `bookWithDateInterval` those of some days.
///
/// # Errors
/// Nothing is booked where an entry cannot be.
pub(super) fn booked(
    scene: &mut Scene<'_>,
    request: &Request,
    journal: u64,
    action: &str,
) -> Result<Response<Bytes>, Problem> {
    let body = || request.object().unwrap_or_default();
    let chosen = match action {
        "bookdraftentries" => Some(numbers(&body())?),
        "bookWithDateInterval" => Some(between(scene, journal, &body())?),
        _ => None,
    };
    let outcome = book(scene.agreement, &scene.config.switches, journal, chosen.as_deref());
    match outcome {
        Ok(()) => Ok(answer::empty(StatusCode::NO_CONTENT)),
        Err(Unbookable::NoEntry(number)) => {
            let message = format!("Entry {number} is not in the journal.");
            Err(Problem::invalid(vec![Breach::new("entryNumbers", "JournalEntryDoesNotExist", message)]))
        }
        Err(Unbookable::Flawed(_, flaws)) => Err(Problem::invalid(flaws.iter().map(breach).collect())),
        Err(Unbookable::Unbalanced(voucher)) => {
            let message = format!("Voucher {voucher} does not sum to zero.");
            Err(Problem::invalid(vec![Breach::new("amount", "JournalVoucherDataIntegrityError", message)]))
        }
    }
}

fn numbers(body: &Map<String, Value>) -> Result<Vec<u64>, Problem> {
    let list = body.get("entryNumbers").and_then(Value::as_array);
    let numbers: Option<Vec<u64>> = list.and_then(|list| list.iter().map(Value::as_u64).collect());
    numbers.filter(|numbers| !numbers.is_empty()).ok_or_else(|| {
        let message = "The list of entries cannot be empty.";
        Problem::invalid(vec![Breach::new("entryNumbers", "OneAPIEntriesListCannotBeEmpty", message)])
    })
}

fn between(scene: &Scene<'_>, journal: u64, body: &Map<String, Value>) -> Result<Vec<u64>, Problem> {
    let at = |name: &str| {
        let text = body.get(name).and_then(Value::as_str).and_then(|text| text.get(..10));
        text.and_then(day).ok_or_else(|| {
            Problem::invalid(vec![Breach::new(name, "Required", format!("The {name} field is required."))])
        })
    };
    let (from, to) = (at("fromDate")?, at("toDate")?);
    let entries = scene.agreement.ledger.of_journal(journal);
    let within =
        entries.filter(|(_, entry)| entry.text("date").and_then(day).is_some_and(|date| from <= date && date <= to));
    Ok(within.map(|(number, _)| number).collect())
}

fn shown(scene: &Scene<'_>, row: &Row) -> Row {
    let number = row.get(JOURNALS.key).and_then(Value::as_u64).unwrap_or_default();
    let books = &scene.agreement.books;
    let (min, max) = voucher_range(books, number);
    let kind = restricted_to(books, number).and_then(|word| KINDS.iter().find(|(own, _)| *own == word));
    let shown = json!({
        "number": number,
        "name": row.get("name"),
        "balancingBehavior": false,
        "autoApprove": false,
        "isStandingJournal": false,
        "requireAdminApproval": false,
        "lockVatCodes": false,
        "minimumVoucherNumber": min,
        "maximumVoucherNumber": max,
        "allowPartialBooking": true,
        "requireBalancePerVoucherId": true,
        "repeatText": false,
        "allowedEntryType": kind.map_or(0, |(_, number)| *number),
        "objectVersion": "1",
    });
    shown.as_object().cloned().unwrap_or_default()
}
