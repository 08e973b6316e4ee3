//! From Uniconta to FlexyBox: one debtor that may have changed, whether a webhook said so or a catch-up found it.

use super::finding::{DebtorRows, Waiting, candidates};
use super::pairing::pair;
use super::reconcile::is_echo;
use crate::api::Row;
use crate::call::Call;
use accounting_kit::exports::on_webhook::{IgnoreReason, WebhookOutcome, WebhookResult};
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::sync::finding::is_the_one;
use accounting_kit::sync::pairing::{Mode, Moved, Unsettled, Write};
use accounting_kit::sync::result::{Settled, ignored, incoming as outcome};
use accounting_kit::types::{Customer, CustomerFlag, Effect, Error, ErrorKind, Link, LinkState, Side};

/// Whether a row, from wherever, says nothing that is not agreed already. Nothing may change on the word of such a row.
pub fn says_nothing_new(call: &Call<'_>, row: &Row) -> bool {
    let Some(link) = row.id().and_then(|id| call.ports.host.link_by_external_id(&id)) else { return false };
    let Some(customer) = call.ports.host.customer_by_id(&link.customer_id) else { return false };
    link.state == LinkState::Active
        && call.is_tagged(&customer)
        && is_echo(call, &customer, &link.base, row)
        && link.external_key == row.account()
}

/// A debtor as it was just read.
pub fn incoming(call: &Call<'_>, row: &Row) -> WebhookResult {
    let Some(id) = row.id() else {
        return outcome(None, WebhookOutcome::Failed(without_id(call)), Settled::default());
    };
    match call.ports.host.link_by_external_id(&id) {
        Some(link) if link.state == LinkState::Dormant => ignored(Some(&link.customer_id), IgnoreReason::Dormant),
        Some(link) => {
            match call.ports.host.customer_by_id(&link.customer_id).filter(|customer| call.is_tagged(customer)) {
                Some(customer) => changed(call, &customer, &link, row),
                None => ignored(Some(&link.customer_id), IgnoreReason::NoTaggedCustomer),
            }
        }
        None => unknown(call, row),
    }
}

/// A debtor that is no longer there.
pub fn gone(call: &Call<'_>, link: Option<&Link>) -> WebhookResult {
    match link {
        Some(link) => {
            let settled = Settled { effects: remove_and_flag(call, link), ..Settled::default() };
            outcome(Some(&link.customer_id), WebhookOutcome::Unlinked, settled)
        }
        None => ignored(None, IgnoreReason::NoTaggedCustomer),
    }
}

fn changed(call: &Call<'_>, customer: &Customer, link: &Link, row: &Row) -> WebhookResult {
    if is_echo(call, customer, &link.base, row) && link.external_key == row.account() {
        return ignored(Some(&customer.id), IgnoreReason::Echo);
    }
    match pair(call, customer, Some(link), row, Mode::Merge(call.settings.wins), Write::Never) {
        Ok((settled, Moved { pulled: true, .. })) => outcome(Some(&customer.id), WebhookOutcome::Updated, settled),
        Ok((settled, _)) => outcome(Some(&customer.id), WebhookOutcome::Ignored(IgnoreReason::Echo), settled),
        Err(unsettled) => not_settled(customer, *unsettled),
    }
}

fn not_settled(customer: &Customer, unsettled: Unsettled) -> WebhookResult {
    let settled = Settled { conflicts: unsettled.conflicts, ..Settled::default() };
    outcome(Some(&customer.id), WebhookOutcome::Failed(unsettled.error), settled)
}

/// A debtor without a link: a tagged customer may be waiting for it.
fn unknown(call: &Call<'_>, row: &Row) -> WebhookResult {
    let candidates = candidates(call, row, false);
    match candidates.as_slice() {
        [] => ignored(None, IgnoreReason::NoTaggedCustomer),
        [(customer, _)] => {
            let account = row.account();
            let by_number = !account.trim().is_empty() && account.trim() == customer.number.trim();
            let debtors = DebtorRows { call, remembered: None };
            match if by_number { Ok(true) } else { is_the_one(&debtors, customer, row) } {
                Ok(true) => adopt(call, customer, row),
                Ok(false) => ignored(None, IgnoreReason::NoTaggedCustomer),
                Err(error) => outcome(Some(&customer.id), WebhookOutcome::Failed(error), Settled::default()),
            }
        }
        several => outcome(None, WebhookOutcome::Failed(several_customers(call, row, several)), Settled::default()),
    }
}

fn adopt(call: &Call<'_>, customer: &Customer, row: &Row) -> WebhookResult {
    match pair(call, customer, None, row, Mode::Adopt(Side::Accounting), Write::IfNeeded) {
        Ok((settled, _)) => outcome(Some(&customer.id), WebhookOutcome::Linked, settled),
        Err(unsettled) => not_settled(customer, *unsettled),
    }
}

/// The link goes, the customer is flagged, nothing is deleted.
pub(super) fn remove_and_flag(call: &Call<'_>, link: &Link) -> Vec<Effect> {
    let flag = CustomerFlag {
        customer_id: link.customer_id.clone(),
        code: "uniconta.debtor-deleted".to_owned(),
        message: deleted_there(call, link).message,
    };
    vec![Effect::RemoveLink(link.customer_id.clone()), Effect::FlagCustomer(flag)]
}

/// What people are told when a debtor was deleted there.
pub(super) fn deleted_there(call: &Call<'_>, link: &Link) -> Error {
    error(
        ErrorKind::Conflict,
        "uniconta.debtor-deleted",
        say!(
            call.locale,
            "debitor {account} er slettet i Uniconta; tag kundetagget af, eller gem kunden igen for at oprette debitoren på ny",
            "debtor {account} was deleted in Uniconta; take the customer tag off, or save the customer again to create the debtor anew",
            account = link.external_key
        ),
    )
}

fn several_customers(call: &Call<'_>, row: &Row, customers: &[Waiting]) -> Error {
    let ids: Vec<&str> = customers.iter().map(|(customer, _)| customer.id.as_str()).collect();
    error(ErrorKind::Conflict, "uniconta.several-customers", say!(call.locale,
        "debitor {account} passer til flere kunder: {ids}; skriv debitorens konto som kundenummer på den rigtige",
        "debtor {account} matches several customers: {ids}; enter the debtor's account as the number of the right one",
        account = row.account(), ids = ids.join(", "))).about("number")
}

fn without_id(call: &Call<'_>) -> Error {
    error(
        ErrorKind::Internal,
        "uniconta.row-without-id",
        say!(call.locale, "debitoren fra Uniconta har intet løbenummer", "the debtor from Uniconta has no row id"),
    )
}
