//! From e-conomic to FlexyBox: one customer that may have changed, whether a webhook said so or a catch-up found it.

use super::finding::{Customers, is_same};
use super::pairing::{Seen, pair};
use super::reconcile::is_echo;
use crate::ECONOMIC;
use crate::api::Doc;
use crate::call::Call;
use accounting_kit::exports::on_webhook::{IgnoreReason, WebhookOutcome, WebhookResult};
use accounting_kit::matching::normal_email;
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::sync::finding::is_the_one;
use accounting_kit::sync::pairing::{Mode, Moved, Unsettled, Write};
use accounting_kit::sync::result::{Settled, ignored, incoming as result};
use accounting_kit::types::{Customer, CustomerFlag, Effect, Error, ErrorKind, Link, LinkState, Side};

/// A customer as it was just read. `fresh` is whether by itself; else out of a list.
pub fn incoming(call: &Call<'_>, doc: Doc, fresh: bool) -> WebhookResult {
    let number = doc.number().unwrap_or_default();
    match call.ports.host.link_by_external_id(&number) {
        Some(link) => linked(call, &link, &Seen { doc, fresh }),
        None => unknown(call, &Seen { doc, fresh }),
    }
}

/// A customer that got another number: the link follows it.
pub fn renumbered(call: &Call<'_>, link: &Link, doc: Doc) -> WebhookResult {
    linked(call, link, &Seen { doc, fresh: true })
}

/// A customer that is no longer there.
pub fn gone(call: &Call<'_>, link: Option<&Link>) -> WebhookResult {
    match link {
        Some(link) => {
            let settled = Settled { effects: remove_and_flag(call, link), ..Settled::default() };
            result(Some(&link.customer_id), WebhookOutcome::Unlinked, settled)
        }
        None => ignored(None, IgnoreReason::NoTaggedCustomer),
    }
}

fn linked(call: &Call<'_>, link: &Link, seen: &Seen) -> WebhookResult {
    if link.state == LinkState::Dormant {
        return only_moved(link, seen, IgnoreReason::Dormant);
    }
    let customer = call.ports.host.customer_by_id(&link.customer_id).filter(|customer| call.is_tagged(customer));
    let Some(customer) = customer else {
        return only_moved(link, seen, IgnoreReason::NoTaggedCustomer);
    };
    if is_echo(&customer, &link.base, &seen.doc) && seen.doc.number().as_ref() == Some(&link.external_id) {
        return ignored(Some(&customer.id), IgnoreReason::Echo);
    }
    match pair(call, &customer, Some(link), seen, Mode::Merge(call.settings.wins), Write::Never) {
        Ok((settled, Moved { pulled: true, .. })) => result(Some(&customer.id), WebhookOutcome::Updated, settled),
        Ok((settled, _)) if seen.doc.number().as_ref() != Some(&link.external_id) => {
            result(Some(&customer.id), WebhookOutcome::Linked, settled)
        }
        Ok((settled, _)) => result(Some(&customer.id), WebhookOutcome::Ignored(IgnoreReason::Echo), settled),
        Err(unsettled) => not_settled(&customer, *unsettled),
    }
}

/// Nothing is synchronised, but a link follows a new number all the same, or it would lead nowhere later.
fn only_moved(link: &Link, seen: &Seen, reason: IgnoreReason) -> WebhookResult {
    let mut out = ignored(Some(&link.customer_id), reason);
    let number = seen.doc.number().unwrap_or_default();
    if number != link.external_id {
        let link = Link { external_id: number.clone(), external_key: number, ..link.clone() };
        out.effects.push(Effect::PutLink(link));
    }
    out
}

fn not_settled(customer: &Customer, unsettled: Unsettled) -> WebhookResult {
    let settled = Settled { conflicts: unsettled.conflicts, ..Settled::default() };
    result(Some(&customer.id), WebhookOutcome::Failed(unsettled.error), settled)
}

/// A customer without a link: a tagged one of FlexyBox may be waiting for it.
fn unknown(call: &Call<'_>, seen: &Seen) -> WebhookResult {
    let host = call.ports.host;
    let doc = &seen.doc;
    let waiting = |customers: Vec<Customer>| -> Vec<Customer> {
        customers
            .into_iter()
            .filter(|customer| call.is_tagged(customer) && host.link_by_customer(&customer.id).is_none())
            .collect()
    };
    let mut candidates = waiting(doc.number().map(|number| host.customers_by_number(&number)).unwrap_or_default());
    candidates.retain(|customer| is_same(doc, customer));
    let by_number = !candidates.is_empty();
    if candidates.is_empty() {
        let cvr = doc.text("corporateIdentificationNumber").trim();
        candidates = waiting(if cvr.is_empty() { Vec::new() } else { host.customers_by_cvr(cvr) });
    }
    if candidates.is_empty() {
        // An address that several customers share says nothing.
        let email = normal_email(doc.text("email").split_whitespace().next().unwrap_or_default());
        let sharing = if email.is_empty() { Vec::new() } else { host.customers_by_email(&email) };
        candidates = if sharing.len() == 1 { waiting(sharing) } else { Vec::new() };
    }
    match candidates.as_slice() {
        [] => ignored(None, IgnoreReason::NoTaggedCustomer),
        [customer] => {
            let is_theirs = if by_number { Ok(true) } else { is_the_one(&Customers(call), customer, doc) };
            match is_theirs {
                Ok(true) => adopt(call, customer, seen),
                Ok(false) => ignored(None, IgnoreReason::NoTaggedCustomer),
                Err(error) => result(Some(&customer.id), WebhookOutcome::Failed(error), Settled::default()),
            }
        }
        several => result(None, WebhookOutcome::Failed(several_customers(call, doc, several)), Settled::default()),
    }
}

fn adopt(call: &Call<'_>, customer: &Customer, seen: &Seen) -> WebhookResult {
    match pair(call, customer, None, seen, Mode::Adopt(Side::Accounting), Write::IfNeeded) {
        Ok((settled, _)) => result(Some(&customer.id), WebhookOutcome::Linked, settled),
        Err(unsettled) => not_settled(customer, *unsettled),
    }
}

/// The link goes, the customer is flagged, nothing is deleted.
pub(super) fn remove_and_flag(call: &Call<'_>, link: &Link) -> Vec<Effect> {
    let error = deleted_there(call, link);
    let flag = CustomerFlag { customer_id: link.customer_id.clone(), code: error.code, message: error.message };
    vec![Effect::RemoveLink(link.customer_id.clone()), Effect::FlagCustomer(flag)]
}

/// What people are told when a customer was deleted there.
pub(super) fn deleted_there(call: &Call<'_>, link: &Link) -> Error {
    let message = say!(
        call.locale,
        "kunde {number} er slettet i e-conomic; tag kundetagget af, eller gem kunden igen for at oprette den på ny",
        "customer {number} was deleted in e-conomic; take the customer tag off, or save the customer again to create it anew",
        number = link.external_key
    );
    ECONOMIC.error(ErrorKind::Conflict, "customer-deleted", message)
}

fn several_customers(call: &Call<'_>, doc: &Doc, customers: &[Customer]) -> Error {
    let ids: Vec<&str> = customers.iter().map(|customer| customer.id.as_str()).collect();
    let message = say!(
        call.locale,
        "kunde {number} i e-conomic passer til flere kunder: {ids}; skriv dens nummer som kundenummer på den rigtige",
        "customer {number} in e-conomic matches several customers: {ids}; enter its number as the number of the right one",
        number = doc.number().unwrap_or_default(),
        ids = ids.join(", ")
    );
    ECONOMIC.error(ErrorKind::Conflict, "several-customers", message).about("number")
}
