//! The administrator pressed OK: can every account, VAT code and department that FlexyBox books on be booked on?

use super::chart::{Chart, Reference, journal_fault, of_contra, of_rounding, year};
use crate::ECONOMIC;
use crate::call::Call;
use crate::configure::defaults::{Choice, offer};
use crate::settings::{key, missing};
use accounting_kit::bookkeeping::place;
use accounting_kit::exports::configure::{Catalogue, Configured};
use accounting_kit::exports::on_day_closed::Posting;
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::sync::setup::as_finding;
use accounting_kit::types::{Error, Finding, Severity};
use accounting_kit::{day, say};
use serde_json::Value;

/// Offer the journals; where one is chosen, check all that days will be booked on.
///
/// # Errors
/// `transient`, `rate-limited` or `internal`: it could not be found out.
pub fn check(call: &Call<'_>, catalogue: &Catalogue, out: &mut Configured) -> Result<(), Error> {
    let locale = call.locale;
    let chosen = call.settings.journal;
    if chosen.is_none() && catalogue.account_plan.is_empty() {
        return Ok(());
    }
    let choice = Choice { setting: key::JOURNAL, path: "journals", property: "journalNumber", chosen, required: false };
    let journals = offer(call, &choice, out)?;
    let Some(number) = chosen else {
        let message = say!(
            locale,
            "der er ikke valgt en kassekladde, så dagsrapporter overføres ikke",
            "no journal is chosen, so daily reports are not transferred"
        );
        out.findings.push(finding(Severity::Info, ECONOMIC.code("no-journal"), Some(key::JOURNAL), message));
        return Ok(());
    };
    let is_chosen = |row: &&Value| row.get("journalNumber").and_then(Value::as_u64) == Some(u64::from(number));
    if let Some(row) = journals.iter().flatten().find(is_chosen)
        && let Some(fault) = journal_fault(Some(row), number, locale)
    {
        out.findings.push(finding(Severity::Error, ECONOMIC.code("journal-unusable"), Some(key::JOURNAL), fault));
    }
    match plan(call, catalogue).and_then(|findings| Ok((findings, today(call)?))) {
        Ok((findings, today)) => out.findings.extend(findings.into_iter().chain(today)),
        Err(error) => out.findings.push(as_finding(error.about(key::JOURNAL))?),
    }
    Ok(())
}

/// Every entry of the account plan, every department, the contra and the rounding account.
fn plan(call: &Call<'_>, catalogue: &Catalogue) -> Result<Vec<Finding>, Error> {
    let locale = call.locale;
    let mut findings = Vec::new();
    let contra = call.settings.contra.map(|account| account.to_string());
    let mut kinds: Vec<(Reference<'_>, Place<'_>)> = Vec::new();
    for entry in &catalogue.account_plan {
        let reference = Reference { account: entry.account.trim(), vat: entry.vat_code.trim(), ..Reference::default() };
        kinds.push((reference, Place::Source(entry.source, &entry.name)));
    }
    for entry in catalogue.dimensions.iter().filter(|entry| call.settings.departments && entry.dimension == 1) {
        let reference = Reference { department: entry.value.trim(), ..Reference::default() };
        kinds.push((reference, Place::Department(&entry.name)));
    }
    if let Some(account) = &contra {
        kinds.push((Reference { account, ..Reference::default() }, Place::Contra));
    } else {
        findings.push(missing(key::CONTRA, locale).into_finding(Vec::new()));
    }
    if let Some(Posting::Ledger(account)) = &call.settings.rounding {
        kinds.push((Reference { account, ..Reference::default() }, Place::Rounding));
    }
    let references: Vec<Reference<'_>> = kinds.iter().map(|(reference, _)| *reference).collect();
    let chart = Chart::read(call, &references)?;
    for (reference, place) in kinds {
        let mut faults = chart.faults(&reference);
        if let Place::Source(..) = place {
            if reference.account.is_empty() {
                faults.push(say!(locale, "kontonummeret mangler", "the account number is missing"));
            } else if contra.as_deref() == Some(reference.account) {
                faults.push(say!(
                    locale,
                    "konto {account} er modkontoen selv",
                    "account {account} is the contra account itself",
                    account = reference.account
                ));
            }
        }
        findings.extend(faults.iter().map(|fault| place.finding(fault, call)));
    }
    Ok(findings)
}

/// Where in FlexyBox something was entered.
#[derive(Clone, Copy)]
enum Place<'a> {
    Source(accounting_kit::exports::configure::AccountSource, &'a str),
    Department(&'a str),
    Contra,
    Rounding,
}

impl Place<'_> {
    fn finding(self, what: &str, call: &Call<'_>) -> Finding {
        let locale = call.locale;
        let (code, subject, message) = match self {
            Self::Source(source, name) => ("account-plan", name, place::fault(source, name, what, locale)),
            Self::Department(name) => (
                "dimension",
                name,
                say!(
                    locale,
                    "'{name}': {what}; ret den i opsætningen af '{name}', eller opret den i e-conomic",
                    "'{name}': {what}; correct it in the set-up of '{name}', or create it in e-conomic",
                    name = name,
                    what = what
                ),
            ),
            Self::Contra => ("contra-account", key::CONTRA, of_contra(what, locale)),
            Self::Rounding => ("rounding-account", key::ROUNDING, of_rounding(what, locale)),
        };
        finding(Severity::Error, ECONOMIC.code(code), Some(subject), message)
    }
}

/// Whether today can be booked on.
fn today(call: &Call<'_>) -> Result<Option<Finding>, Error> {
    let now = day::utc_text(call.context.now).and_then(|moment| day::from_invariant(&moment)).unwrap_or_default();
    let fault = year(call, &now)?.err();
    Ok(fault.map(|fault| finding(Severity::Warning, ECONOMIC.code("accounting-year"), None, fault)))
}
