//! Booked entries (posteringer): read only.

use super::drafts::as_moment;
use super::{collection, not_allowed};
use crate::gate::Scene;
use crate::ledger::Booked;
use crate::problem::Problem;
use crate::resource::Kind::{Integer, Moment, Number, Text};
use crate::resource::{Resource, Row, Writes, field};
use bytes::Bytes;
use http::{Method, Response};
use serde_json::{Value, json};
use simulator_kit::Request;

/// Booked entries, as filter and sort know them.
const BOOKED: Resource = Resource {
    path: "booked-entries",
    key: "entryNumber",
    text_key: false,
    what: "BookedEntry",
    fields: &[
        field("entryNumber", Integer(0, i64::MAX)),
        field("accountNumber", Integer(0, i64::MAX)),
        field("amount", Number),
        field("amountInBaseCurrency", Number),
        field("currencyCode", Text(0, 3)),
        field("date", Moment),
        field("dueDate", Moment),
        field("text", Text(0, 250)).unsorted(),
        field("type", Integer(0, 10)),
        field("vatAccountNumber", Text(0, 5)),
        field("voucherNumber", Integer(0, i64::MAX)).unsorted(),
        field("customerNumber", Integer(0, i64::MAX)),
        field("customerInvoiceNumber", Integer(0, i64::MAX)).unsorted(),
        field("remainder", Number).unsorted(),
    ],
    links: &[],
    writes: Writes { post: false, put: false, patch: false, delete: false },
    of_customer: false,
};

/// Answers a call on booked entries.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(scene: &Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    match (rest, &request.method) {
        (["booked-entries", form @ ..], &Method::GET) if form.len() < 2 => {
            let rows = scene.agreement.ledger.booked.iter().map(shown).collect();
            collection::answer(request, &BOOKED, rows, form.first().copied())
        }
        (["booked-entries"], _) => Err(not_allowed()),
        _ => Err(Problem::not_found()),
    }
}

fn shown(booked: &Booked) -> Row {
    let shown = json!({
        "entryNumber": booked.number,
        "accountNumber": booked.line.account.unwrap_or_default(),
        "amount": booked.amount,
        "amountInBaseCurrency": booked.amount_in_base_currency,
        "currencyCode": booked.currency,
        "date": as_moment(&booked.date),
        "text": booked.line.text,
        "type": booked.kind.number(),
        "vatAccountNumber": booked.line.vat_code,
        "voucherNumber": booked.voucher,
        "customerNumber": booked.line.customer,
        "customerInvoiceNumber": booked.customer_invoice,
        "dueDate": booked.due_date.as_ref().and_then(Value::as_str).map(as_moment),
        "remainder": booked.line.customer.map(|_| &booked.amount),
        "objectVersion": "1",
    });
    let shown = shown.as_object().cloned().unwrap_or_default();
    shown.into_iter().filter(|(_, value)| !value.is_null()).collect()
}
