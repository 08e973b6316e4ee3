//! Bringing one customer of FlexyBox and one of e-conomic together: reconcile, write if needed, and say what the host must
//! keep.
//!
//! A write replaces the whole document and would make a deleted customer anew, and nothing locks. So the document is read
//! right before it is written, and what is written is that document with our own values in it.

use super::reconcile::{note_written, reconcile, with};
use crate::ECONOMIC;
use crate::api::{Doc, Subject};
use crate::call::Call;
use accounting_kit::http::Method;
use accounting_kit::problem::finding;
use accounting_kit::say;
use accounting_kit::sync::links::{active_link, is_blocked_by_us};
use accounting_kit::sync::pairing::{Mode, Moved, Unsettled, Write};
use accounting_kit::sync::result::Settled;
use accounting_kit::types::{Customer, CustomerFlag, Effect, Error, ErrorKind, Link, Severity};
use serde_json::Value;

/// A document and how old it is.
#[derive(Clone)]
pub(super) struct Seen {
    /// The document.
    pub(super) doc: Doc,
    /// Whether it was read by itself just now; one out of a list is read again before it is written.
    pub(super) fresh: bool,
}

/// Bring a customer and its counterpart together; the link is active afterwards.
///
/// # Errors
/// `validation` before anything was sent, or what a call came to.
pub(super) fn pair(
    call: &Call<'_>,
    customer: &Customer,
    link: Option<&Link>,
    seen: &Seen,
    mode: Mode,
    write: Write,
) -> Result<(Settled, Moved), Box<Unsettled>> {
    let old_base = link.map(|link| link.base.as_slice()).unwrap_or_default();
    let mut found = reconcile(call.locale, customer, old_base, &seen.doc, mode)?;
    let unbar = write != Write::Never && is_blocked_by_us(old_base) && seen.doc.is_on("barred");
    if write == Write::Never {
        found.leave_pushes_for_later(old_base);
    }
    let number = seen.doc.number().unwrap_or_default();
    let pushed = write == Write::Always || unbar || !found.pushes.is_empty();
    if pushed && !seen.fresh {
        let doc = call.api().customer(&number)?.ok_or_else(|| moved_away(call, &number))?;
        return pair(call, customer, link, &Seen { doc, fresh: true }, mode, write);
    }
    let mut base = std::mem::take(&mut found.base);
    let mut settled = Settled::default();
    let mut flag = None;
    if pushed {
        let mut map = with(seen.doc.to_send(), &found.pushes);
        if unbar {
            map.remove("barred");
        }
        let put = put(call, &number, map).map_err(|error| found.unsettled(error))?;
        settled.notices = note_written(&found.pushes, put.doc.as_ref(), &mut base, call.locale);
        if put.created {
            let (notice, flagged) = recreated(call, customer, &number);
            settled.notices.push(notice);
            flag = Some(flagged);
        }
    }
    let new = active_link(customer, number.clone(), number, base);
    let update = found.customer_update(customer);
    let moved = Moved { pushed, pulled: update.is_some() };
    settled.effects = (link != Some(&new))
        .then_some(Effect::PutLink(new))
        .into_iter()
        .chain(update.map(Effect::UpdateCustomer))
        .chain(flag.map(Effect::FlagCustomer))
        .collect();
    settled.conflicts = found.conflicts;
    Ok((settled, moved))
}

/// What a replacement came to.
pub(super) struct Put {
    /// The customer as it is now, where e-conomic answers with it.
    pub(super) doc: Option<Doc>,
    /// There was none any more: it was made anew.
    pub(super) created: bool,
}

/// Replace a customer's document.
///
/// # Errors
/// `uncertain` when it may have happened.
pub(super) fn put(call: &Call<'_>, number: &str, map: serde_json::Map<String, Value>) -> Result<Put, Error> {
    let api = call.api();
    let url = api.rest(&format!("customers/{number}"));
    let written = api.write(Subject::Customer, (Method::Put, url), "put", &Value::Object(map))?;
    Ok(Put { doc: Doc::new(written.body), created: written.status == 201 })
}

/// Somebody deleted the customer between our read and our write, which made it anew with everything it had but its
/// contacts and delivery addresses. It is not deleted again: numbers are used again, so that might hit another customer.
fn recreated(call: &Call<'_>, customer: &Customer, number: &str) -> (accounting_kit::types::Finding, CustomerFlag) {
    let message = say!(
        call.locale,
        "kunde {number} blev slettet i e-conomic, mens FlexyBox gemte den, og er derfor oprettet igen; slet den dér, og tag kundetagget af, hvis den skal væk",
        "customer {number} was deleted in e-conomic while FlexyBox saved it, and so was made anew; delete it there and take the customer tag off if it is to go",
        number = number
    );
    let code = ECONOMIC.code("customer-made-anew");
    let flag = CustomerFlag { customer_id: customer.id.clone(), code: code.clone(), message: message.clone() };
    (finding(Severity::Warning, code, None, message), flag)
}

/// The customer was in a list a moment ago and is gone: the next attempt sees what became of it.
fn moved_away(call: &Call<'_>, number: &str) -> Error {
    let message = say!(
        call.locale,
        "kunde {number} forsvandt fra e-conomic imens; der prøves igen",
        "customer {number} went away from e-conomic meanwhile; it will be tried again",
        number = number
    );
    ECONOMIC.error(ErrorKind::Transient, "changed-meanwhile", message)
}
