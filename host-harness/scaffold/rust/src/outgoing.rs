//! From FlexyBox to Toy Ledger: a batch of changed customers.

use crate::api::Api;
use crate::debtor::{Debtor, Mode, link_of_new, new_debtor, reconcile};
use accounting_kit::exports::on_customer_changed::{ChangeKind, CustomerChange, Outcome, SkipReason, SyncResult};
use accounting_kit::matching::{cvr_spellings, normal_email};
use accounting_kit::problem::{ErrorExt, concerns_everyone};
use accounting_kit::say;
use accounting_kit::types::{Customer, CustomerFlag, Effect, Error, ErrorKind, FieldConflict, Link, LinkState, Side};
use serde_json::{Value, json};

/// One result for each change, in the same order.
pub(crate) fn changed(api: &Api<'_>, changes: &[CustomerChange]) -> Vec<SyncResult> {
    let mut stopped: Option<Error> = None;
    let mut results = Vec::with_capacity(changes.len());
    for change in changes {
        let result = match (&stopped, asks_nothing(api, change)) {
            (_, Some(result)) => result,
            (Some(error), None) => plain(change, Outcome::Failed(error.clone())),
            (None, None) => synced(api, change).unwrap_or_else(|error| plain(change, Outcome::Failed(error))),
        };
        if let Outcome::Failed(error) = &result.outcome
            && concerns_everyone(error)
        {
            stopped = Some(error.clone());
        }
        results.push(result);
    }
    results
}

/// A result without effects.
pub(crate) fn plain(change: &CustomerChange, outcome: Outcome) -> SyncResult {
    result(change, outcome, Vec::new(), Vec::new())
}

fn result(
    change: &CustomerChange,
    outcome: Outcome,
    effects: Vec<Effect>,
    conflicts: Vec<FieldConflict>,
) -> SyncResult {
    SyncResult { customer_id: change.customer.id.clone(), outcome, effects, conflicts, notices: Vec::new() }
}

/// What is settled without a call.
fn asks_nothing(api: &Api<'_>, change: &CustomerChange) -> Option<SyncResult> {
    let deleted = is_deleted(change);
    let tagged = api.is_tagged(&change.customer);
    match &change.link {
        None if deleted => Some(plain(change, Outcome::Skipped(SkipReason::NeverLinked))),
        None if !tagged => Some(plain(change, Outcome::Skipped(SkipReason::NotTagged))),
        Some(link) if link.state == LinkState::Dormant && (deleted || !tagged) => {
            Some(plain(change, Outcome::Skipped(SkipReason::NotTagged)))
        }
        Some(link) if !deleted && !tagged => Some(result(change, Outcome::Detached, vec![asleep(link)], Vec::new())),
        _ => None,
    }
}

fn synced(api: &Api<'_>, change: &CustomerChange) -> Result<SyncResult, Error> {
    let customer = &change.customer;
    let Some(link) = &change.link else { return unlinked(api, change) };
    let id = link.external_id.parse().map_err(|_| foreign_link(api))?;
    let Some(debtor) = api.debtor(id)? else {
        let failed = Outcome::Failed(deleted_there(api, link));
        return Ok(result(change, failed, remove_and_flag(api, link), Vec::new()));
    };
    if is_deleted(change) {
        if !debtor.blocked {
            api.change(id, &json!({"blocked": true}))?;
        }
        return Ok(result(change, Outcome::Blocked, vec![asleep(link)], Vec::new()));
    }
    let again = change.kind == ChangeKind::Resync || link.state == LinkState::Dormant;
    let mode = if again { Mode::Rewrite } else { Mode::Merge };
    let (effects, conflicts, moved) = paired(api, customer, Some(link), &debtor, mode)?;
    Ok(result(change, if moved { Outcome::Updated } else { Outcome::Unchanged }, effects, conflicts))
}

/// Find the debtor, or make one.
fn unlinked(api: &Api<'_>, change: &CustomerChange) -> Result<SyncResult, Error> {
    let customer = &change.customer;
    if let Some(debtor) = found(api, customer)? {
        let (effects, conflicts, _) = paired(api, customer, None, &debtor, Mode::Adopt(Side::Flexybox))?;
        return Ok(result(change, Outcome::Linked, effects, conflicts));
    }
    let debtor = api.create(&new_debtor(api, customer)?)?;
    let effects = vec![Effect::PutLink(link_of_new(customer, &debtor))];
    Ok(result(change, Outcome::Created, effects, Vec::new()))
}

/// The debtor a customer without a link belongs to: by number, else by company registration number, else by e-mail.
fn found(api: &Api<'_>, customer: &Customer) -> Result<Option<Debtor>, Error> {
    let number = customer.number.clone();
    let ways = [("number", vec![number]), ("vat_number", cvr_spellings(&customer.cvr)), ("mail", emails(customer))];
    for (property, values) in ways {
        let mut candidates: Vec<Debtor> = Vec::new();
        for value in values.iter().filter(|value| !value.is_empty()) {
            for debtor in api.debtors_with(property, value)? {
                let free = api.ports.host.link_by_external_id(&debtor.id.to_string()).is_none();
                // The number is a debtor's own: where its debtor is somebody else's, nothing else may be guessed.
                if !free && property == "number" {
                    return Err(several(api, property));
                }
                if free && candidates.iter().all(|known| known.id != debtor.id) {
                    candidates.push(debtor);
                }
            }
        }
        if candidates.len() > 1 {
            return Err(several(api, property));
        }
        if let Some(debtor) = candidates.pop() {
            return Ok(Some(debtor));
        }
    }
    Ok(None)
}

/// The ways an address may be written: Toy Ledger compares letter by letter.
fn emails(customer: &Customer) -> Vec<String> {
    let mut ways = vec![customer.email.trim().to_owned(), normal_email(&customer.email)];
    ways.dedup();
    ways
}

/// Bring a pair to the same: the effects, the conflicts, and whether anything moved. Toy Ledger is written here.
pub(crate) fn paired(
    api: &Api<'_>,
    customer: &Customer,
    link: Option<&Link>,
    debtor: &Debtor,
    mode: Mode,
) -> Result<(Vec<Effect>, Vec<FieldConflict>, bool), Error> {
    let base = link.map(|link| link.base.as_slice()).unwrap_or_default();
    let reconciled = reconcile(api, customer, base, debtor, mode)?;
    if !reconciled.pushes.is_empty() {
        api.change(debtor.id, &Value::Object(reconciled.pushes.clone()))?;
    }
    let moved = !reconciled.pushes.is_empty() || reconciled.pulls();
    Ok((reconciled.effects(customer, debtor, link), reconciled.conflicts, moved))
}

/// What happens to a link whose debtor was deleted: it goes, the customer is flagged, nothing is deleted.
pub(crate) fn remove_and_flag(api: &Api<'_>, link: &Link) -> Vec<Effect> {
    let told = deleted_there(api, link);
    let flag = CustomerFlag { customer_id: link.customer_id.clone(), code: told.code, message: told.message };
    vec![Effect::RemoveLink(link.customer_id.clone()), Effect::FlagCustomer(flag)]
}

fn is_deleted(change: &CustomerChange) -> bool {
    change.kind == ChangeKind::Deleted || change.customer.deleted
}

fn asleep(link: &Link) -> Effect {
    Effect::PutLink(Link { state: LinkState::Dormant, ..link.clone() })
}

fn deleted_there(api: &Api<'_>, link: &Link) -> Error {
    api.error(
        ErrorKind::Conflict,
        "debtor-deleted",
        say!(
            api.locale,
            "debitor {number} er slettet i Toy Ledger; tag kundetagget af, eller gem kunden igen for at oprette debitoren på ny",
            "debtor {number} was deleted in Toy Ledger; take the customer tag off, or save the customer again to create the debtor anew",
            number = link.external_key
        ),
    )
}

fn several(api: &Api<'_>, property: &str) -> Error {
    api.error(
        ErrorKind::Conflict,
        "several-debtors",
        say!(
            api.locale,
            "flere debitorer eller kunder gør krav på samme {property}; ret det i Toy Ledger eller på kunden",
            "several debtors or customers claim the same {property}; correct it in Toy Ledger or on the customer",
            property = property
        ),
    )
    .about(property)
}

fn foreign_link(api: &Api<'_>) -> Error {
    api.error(
        ErrorKind::Internal,
        "foreign-link",
        say!(
            api.locale,
            "kundens kobling stammer ikke fra Toy Ledger; tag kundetagget af og sæt det på igen",
            "the customer's link does not come from Toy Ledger; take the customer tag off and put it on again"
        ),
    )
}
