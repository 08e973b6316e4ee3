//! Contacts (kontaktpersoner) of all customers on the customers service: read only. They are those of the legacy interface, where each
//! customer's are numbered from 1; here they have a number of their own beside that.

use super::{collection, not_allowed};
use crate::gate::Scene;
use crate::problem::Problem;
use crate::resource::Kind::{Boolean, Integer, Text};
use crate::resource::{NUMBER, Resource, Row, Writes, field};
use crate::resources::{self, MAX_CUSTOMER_NUMBER};
use bytes::Bytes;
use http::{Method, Response, StatusCode};
use serde_json::{Value, json};
use simulator_kit::{Request, answer};

/// Contacts, as filter and sort know them.
const CONTACTS: Resource = Resource {
    path: "Contacts",
    key: "number",
    text_key: false,
    what: "Contact",
    fields: &[
        field("number", Integer(0, i64::MAX)),
        field("customerNumber", Integer(1, MAX_CUSTOMER_NUMBER)),
        field("userInterfaceNumber", Integer(0, i64::MAX)).unsorted(),
        field("name", Text(0, 255)).unsorted(),
        field("email", Text(0, 255)).unsorted(),
        field("phone", Text(0, 50)).unnamed(),
        field("notes", Text(0, 2000)).unnamed(),
        field("eInvoiceId", Text(0, 50)).unsorted(),
        field("active", Boolean).unsorted(),
    ],
    links: &[],
    writes: Writes { post: false, put: false, patch: false, delete: false },
    of_customer: false,
};

/// What the services call a property, and what the legacy interface calls it.
const NAMES: [(&str, &str); 8] = [
    ("number", NUMBER),
    ("customerNumber", "customer"),
    ("userInterfaceNumber", "customerContactNumber"),
    ("name", "name"),
    ("email", "email"),
    ("phone", "phone"),
    ("notes", "notes"),
    ("eInvoiceId", "eInvoiceId"),
];

/// What a contact hears of, as the services and as the legacy interface say it.
const HEARS_OF: [(&str, &str); 4] = [
    ("receiveQuotes", "quotations"),
    ("receiveOrders", "orders"),
    ("receiveInvoices", "invoices"),
    ("receiveReminders", "reminders"),
];

/// Answers a call on contacts.
///
/// # Errors
/// The server refuses it.
pub(super) fn answer(scene: &Scene<'_>, request: &Request, rest: &[&str]) -> Result<Response<Bytes>, Problem> {
    if request.method != Method::GET {
        return Err(if rest.len() < 2 { not_allowed() } else { Problem::not_found() });
    }
    let all = scene.agreement.books.of_all_customers(&resources::CONTACTS).map(shown);
    match rest {
        [] | ["paged" | "count"] => {
            let mut rows: Vec<Row> = all.collect();
            rows.sort_by_key(number);
            collection::answer(request, &CONTACTS, rows, rest.first().copied())
        }
        [segment] => {
            let wanted = segment.parse().map_err(|_| Problem::not_found())?;
            let found = all.into_iter().find(|row| number(row) == Some(wanted)).ok_or_else(Problem::not_found)?;
            Ok(answer::json(StatusCode::OK, &Value::Object(found)))
        }
        _ => Err(Problem::not_found()),
    }
}

fn number(row: &Row) -> Option<u64> {
    row.get(CONTACTS.key).and_then(Value::as_u64)
}

fn shown(row: &Row) -> Row {
    let named = NAMES.iter().filter_map(|(name, legacy)| Some(((*name).to_owned(), row.get(*legacy)?.clone())));
    let mut shown: Row = named.collect();
    let hears = row.get("emailNotifications").and_then(Value::as_array);
    for (name, word) in HEARS_OF {
        if hears.is_some_and(|hears| hears.contains(&json!(word))) {
            shown.insert(name.to_owned(), Value::Bool(true));
        }
    }
    shown.insert("active".to_owned(), Value::Bool(true));
    shown
}
