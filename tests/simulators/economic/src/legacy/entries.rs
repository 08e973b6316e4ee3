//! The entries of a journal: listed, read and deleted one by one. They are written as vouchers.

use super::not_allowed;
use crate::gate::Scene;
use crate::ledger::Entry;
use crate::listing::Listing;
use crate::refusal::Refusal;
use crate::resource::{Key, Row};
use crate::resources::{ENTRIES, JOURNALS};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};
use simulator_kit::{Request, answer};

/// The journal that a segment of a path means.
///
/// # Errors
/// There is no such journal.
pub(super) fn journal(scene: &Scene<'_>, segment: &str) -> Result<u64, Refusal> {
    let number: Option<u64> = segment.parse().ok();
    let known = number.filter(|number| scene.agreement.books.row(&JOURNALS, None, &Key::Number(*number)).is_some());
    known.ok_or_else(|| Refusal::not_found(JOURNALS.what, segment))
}

/// Answers a call on the entries of a journal.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(
    scene: &mut Scene<'_>,
    request: &Request,
    number: &str,
    rest: &[&str],
) -> Result<Response<Bytes>, Refusal> {
    let journal = journal(scene, number)?;
    match (rest, &request.method) {
        ([], &Method::GET) => {
            let listing = Listing::read(request, &ENTRIES)?;
            let rows: Vec<Row> = scene.agreement.ledger.of_journal(journal).map(|(_, entry)| row(entry)).collect();
            let here = format!("journals/{journal}/entries");
            let show = |row: &Row| {
                let number = row.get(ENTRIES.key).and_then(Value::as_u64).unwrap_or_default();
                scene.agreement.ledger.entries.get(&number).map(|entry| shown(scene, number, entry)).unwrap_or_default()
            };
            Ok(answer::json(StatusCode::OK, &listing.collection(&ENTRIES, &here, rows.iter(), &scene.links, show)))
        }
        ([segment], method) => {
            let missing = || Refusal::not_found(ENTRIES.what, segment);
            let number: u64 = segment.parse().map_err(|_| missing())?;
            let entry = scene.agreement.ledger.entries.get(&number).filter(|entry| entry.journal == journal);
            let entry = entry.ok_or_else(missing)?;
            match *method {
                Method::GET => Ok(answer::json(StatusCode::OK, &Value::Object(shown(scene, number, entry)))),
                Method::DELETE => {
                    scene.agreement.ledger.entries.remove(&number);
                    Ok(answer::empty(StatusCode::NO_CONTENT))
                }
                _ => Err(not_allowed()),
            }
        }
        ([], _) => Err(not_allowed()),
        _ => Err(Refusal::nowhere()),
    }
}

/// The row that filter and sort look at.
fn row(entry: &Entry) -> Row {
    let mut row = entry.values.clone();
    row.insert("entryType".to_owned(), Value::from(entry.kind.word()));
    row
}

/// An entry as the listing shows it.
fn shown(scene: &Scene<'_>, number: u64, entry: &Entry) -> Row {
    let mut shown = in_voucher(scene, entry);
    let link = scene.links.to(&format!("journals/{}/entries/{number}", entry.journal));
    // The one amount has two names, on this path and on vouchers.
    let base = shown.remove("amountBaseCurrency").unwrap_or_default();
    let own = json!({
        "journalEntryNumber": number,
        "amountDefaultCurrency": base,
        "voucher": {
            "voucherNumber": entry.voucher,
            "accountingYear": super::vouchers::year(scene, &entry.year),
            "self": super::vouchers::link(scene, entry.journal, &entry.year, entry.voucher),
        },
        "metaData": {"delete": {"description": "Delete this entry.", "href": link, "httpMethod": "delete"}},
        "self": link,
    });
    shown.extend(own.as_object().cloned().unwrap_or_default());
    shown
}

/// An entry as its voucher shows it.
pub(super) fn in_voucher(scene: &Scene<'_>, entry: &Entry) -> Row {
    let mut values = entry.values.clone();
    values.remove(ENTRIES.key);
    let base = &scene.agreement.base_currency;
    if *entry.text("currency").get_or_insert(base) == base {
        values.entry("exchangeRate").or_insert_with(|| Value::from(100));
        let amount = values.get("amount").cloned().unwrap_or_default();
        values.entry("amountBaseCurrency").or_insert(amount);
    }
    values.entry("currency").or_insert_with(|| Value::from(base.as_str()));
    let mut shown = scene.agreement.books.shown(&ENTRIES, None, &values, &scene.links);
    shown.remove("self");
    let own = json!({
        "entryType": entry.kind.word(),
        "journal": {"journalNumber": entry.journal, "self": scene.links.to(&format!("journals/{}", entry.journal))},
        "voucher": {
            "voucherNumber": entry.voucher,
            "self": super::vouchers::link(scene, entry.journal, &entry.year, entry.voucher),
        },
        "remainder": values.get("amount"),
    });
    shown.extend(own.as_object().cloned().unwrap_or_default());
    shown
}
