//! From Toy Ledger to FlexyBox: a debtor that may have changed, whether the link said so or a catch-up found it.

use crate::api::{Api, PAGE};
use crate::debtor::{Debtor, Mode};
use crate::outgoing::{paired, remove_and_flag};
use accounting_kit::exports::on_webhook::{IgnoreReason, Request, WebhookOutcome, WebhookResult};
use accounting_kit::exports::upkeep::Page;
use accounting_kit::matching::normal_email;
use accounting_kit::problem::concerns_everyone;
use accounting_kit::say;
use accounting_kit::types::{Customer, Effect, Error, ErrorKind, FieldConflict, LinkState, Side};
use serde::Deserialize;

/// What a call of the link says. A hint: the debtor is read afresh.
#[derive(Deserialize)]
struct Hint {
    company: u64,
    table: String,
    id: u64,
}

/// A call of the link.
///
/// # Errors
/// `validation` for a call that is not Toy Ledger's; what reading the debtor comes to.
pub(crate) fn called(api: &Api<'_>, request: &Request) -> Result<WebhookResult, Error> {
    let hint: Hint = serde_json::from_slice(&request.body).map_err(|_| {
        api.error(
            ErrorKind::Validation,
            "call-not-understood",
            say!(
                api.locale,
                "kaldet af ændrings-URL'en kan ikke forstås; det kommer ikke fra Toy Ledger",
                "the call of the link cannot be understood; it does not come from Toy Ledger"
            ),
        )
    })?;
    let ours = api.company_number();
    if !ours.is_empty() && hint.company.to_string() != ours {
        return Ok(ignored(None, IgnoreReason::OtherCompany));
    }
    if hint.table != "debtors" {
        return Ok(ignored(None, IgnoreReason::OtherTable));
    }
    let debtor = api.debtor(hint.id)?;
    Ok(settled(api, hint.id, debtor.as_ref()))
}

/// One page of what changed since the last pass.
///
/// # Errors
/// The page cannot be read, or nothing after the first failure could be.
pub(crate) fn catch_up(api: &Api<'_>, cursor: Option<&str>) -> Result<Page, Error> {
    let since = cursor.and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    let changed = api.changed_since(since)?;
    let mut results = Vec::new();
    for change in &changed {
        let result = settled(api, change.id, change.debtor.as_ref());
        match &result.outcome {
            // All the rest would fail alike: the page is read again.
            WebhookOutcome::Failed(error) if concerns_everyone(error) => return Err(error.clone()),
            WebhookOutcome::Ignored(_) if result.effects.is_empty() => {}
            _ => results.push(result),
        }
    }
    let cursor = changed.last().map_or(since, |change| change.change).to_string();
    let examined = u32::try_from(changed.len()).unwrap_or(u32::MAX);
    Ok(Page { results, examined, cursor, more: changed.len() >= PAGE })
}

/// A call that led to nothing.
pub(crate) fn ignored(customer_id: Option<&str>, reason: IgnoreReason) -> WebhookResult {
    result(customer_id, WebhookOutcome::Ignored(reason), Vec::new(), Vec::new())
}

/// A debtor as it was just read; none when it is no longer there.
fn settled(api: &Api<'_>, id: u64, debtor: Option<&Debtor>) -> WebhookResult {
    let host = api.ports.host;
    let link = host.link_by_external_id(&id.to_string());
    match (link, debtor) {
        (None, None) => ignored(None, IgnoreReason::NoTaggedCustomer),
        (Some(link), None) => {
            result(Some(&link.customer_id), WebhookOutcome::Unlinked, remove_and_flag(api, &link), Vec::new())
        }
        (Some(link), Some(_)) if link.state == LinkState::Dormant => {
            ignored(Some(&link.customer_id), IgnoreReason::Dormant)
        }
        (Some(link), Some(debtor)) => {
            match host.customer_by_id(&link.customer_id).filter(|customer| api.is_tagged(customer)) {
                None => ignored(Some(&link.customer_id), IgnoreReason::NoTaggedCustomer),
                Some(customer) => told(&customer, paired(api, &customer, Some(&link), debtor, Mode::Merge), |moved| {
                    if moved { WebhookOutcome::Updated } else { WebhookOutcome::Ignored(IgnoreReason::Echo) }
                }),
            }
        }
        (None, Some(debtor)) => match waiting(api, debtor).as_slice() {
            [] => ignored(None, IgnoreReason::NoTaggedCustomer),
            [customer] => {
                let paired = paired(api, customer, None, debtor, Mode::Adopt(Side::Accounting));
                told(customer, paired, |_| WebhookOutcome::Linked)
            }
            _ => result(None, WebhookOutcome::Failed(several(api, debtor)), Vec::new(), Vec::new()),
        },
    }
}

type Paired = Result<(Vec<Effect>, Vec<FieldConflict>, bool), Error>;

fn told(customer: &Customer, paired: Paired, outcome: impl FnOnce(bool) -> WebhookOutcome) -> WebhookResult {
    match paired {
        Ok((effects, conflicts, moved)) => result(Some(&customer.id), outcome(moved), effects, conflicts),
        Err(error) => result(Some(&customer.id), WebhookOutcome::Failed(error), Vec::new(), Vec::new()),
    }
}

/// Tagged customers without a link that a debtor may belong to.
fn waiting(api: &Api<'_>, debtor: &Debtor) -> Vec<Customer> {
    let host = api.ports.host;
    let waits = |customer: &Customer| api.is_tagged(customer) && host.link_by_customer(&customer.id).is_none();
    let by = |text: &str, find: &dyn Fn(&str) -> Vec<Customer>| {
        let found = if text.trim().is_empty() { Vec::new() } else { find(text) };
        found.into_iter().filter(waits).collect::<Vec<_>>()
    };
    let by_number = by(&debtor.number, &|number| host.customers_by_number(number));
    if !by_number.is_empty() {
        return by_number;
    }
    let by_cvr = by(debtor.text("vat_number"), &|cvr| host.customers_by_cvr(cvr));
    if !by_cvr.is_empty() {
        return by_cvr;
    }
    // An address that several share says nothing.
    let sharing = by(&normal_email(debtor.text("mail")), &|email| host.customers_by_email(email));
    if sharing.len() == 1 { sharing } else { Vec::new() }
}

fn several(api: &Api<'_>, debtor: &Debtor) -> Error {
    api.error(
        ErrorKind::Conflict,
        "several-customers",
        say!(
            api.locale,
            "debitor {number} passer til flere kunder; skriv nummeret som kundenummer på den rigtige",
            "debtor {number} matches several customers; enter its number as the number of the right one",
            number = debtor.number
        ),
    )
}

fn result(
    customer_id: Option<&str>,
    outcome: WebhookOutcome,
    effects: Vec<Effect>,
    conflicts: Vec<FieldConflict>,
) -> WebhookResult {
    WebhookResult { customer_id: customer_id.map(str::to_owned), outcome, effects, conflicts, notices: Vec::new() }
}
