//! The administrator pressed OK: can every account, VAT code and dimension that FlexyBox books on be booked on?

use super::chart::{Chart, Known, Reference, by_key, journal_fault, table, year_fault};
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{COMPANY_CURRENCY, COMPANY_ENTITY, FINANCE_YEAR_ENTITY, JOURNAL_ENTITY, NUMBER_SERIES_ENTITY};
use crate::call::Call;
use crate::configure::defaults::{Choice, offer};
use crate::settings::key;
use accounting_kit::bookkeeping::place;
use accounting_kit::exports::configure::{Catalogue, Configured};
use accounting_kit::exports::on_day_closed::Posting;
use accounting_kit::problem::finding;
use accounting_kit::types::{Error, Finding, Locale, Setting, Severity};
use accounting_kit::{day, say};

/// Offer the journals; where one is chosen, check all that days will be booked on.
///
/// # Errors
/// `transient`, `rate-limited` or `internal`: it could not be found out.
pub fn check(call: &Call<'_>, now: u64, catalogue: &Catalogue, out: &mut Configured) -> Result<(), Error> {
    let chosen = call.settings.journal.as_str();
    let unseen = if chosen.is_empty() { Severity::Info } else { Severity::Error };
    let journal = Choice { setting: key::JOURNAL, entity: JOURNAL_ENTITY, property: "Journal", chosen, unseen };
    let journals = offer(call, &journal, out)?;
    if chosen.is_empty() {
        if !catalogue.account_plan.is_empty() {
            let message = say!(
                call.locale,
                "der er ikke valgt en kladde, så dagsrapporter overføres ikke",
                "no journal is chosen, so daily reports are not transferred"
            );
            out.findings.push(finding(Severity::Info, "uniconta.no-journal", Some(key::JOURNAL), message));
        }
        return Ok(());
    }
    let known = by_key(&journals, "Journal", chosen);
    if let Known::Row(row) = known {
        if let Some(fault) = journal_fault(chosen, &known, call.locale) {
            out.findings.push(finding(Severity::Error, "uniconta.journal-unusable", Some(key::JOURNAL), fault));
        }
        check_series(call, row, &mut out.findings)?;
    }
    check_plan(call, catalogue, &mut out.findings)?;
    check_year(call, now, &mut out.findings)?;
    let company = call.settings.company.to_string();
    if let Some(companies) = table(call, COMPANY_ENTITY, &Query::any_number("RowId", [company.as_str()]))? {
        let currency = companies.first().map(|row| row.text(COMPANY_CURRENCY)).unwrap_or_default();
        out.remember.push(Setting { key: key::BOOKS_CURRENCY.to_owned(), value: currency });
    }
    Ok(())
}

fn check_series(call: &Call<'_>, journal: &Row, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let series = journal.text("NumberSerie");
    let known = table(call, NUMBER_SERIES_ENTITY, &Query::default())?;
    let usable = match by_key(&known, "Serie", &series) {
        Known::Row(row) => !row.is_on("Blocked"),
        Known::Missing(_) => false,
        // Nothing is claimed of what cannot be seen; a journal must have a series.
        Known::Unseen => known.is_none() || !series.is_empty(),
    };
    if !usable {
        let message = say!(
            call.locale,
            "nummerserien '{series}' på kladden {journal} findes ikke i Uniconta eller er spærret; ret den på kladden",
            "the number series '{series}' of the journal {journal} does not exist in Uniconta or is blocked; mend it on the journal",
            series = series,
            journal = call.settings.journal
        );
        findings.push(finding(Severity::Error, "uniconta.number-series", Some(key::JOURNAL), message));
    }
    Ok(())
}

/// Every entry of the account plan, every dimension, the rounding account.
fn check_plan(call: &Call<'_>, catalogue: &Catalogue, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let locale = call.locale;
    let mut kinds: Vec<(Reference<'_>, Place<'_>)> = Vec::new();
    for entry in &catalogue.account_plan {
        let reference = Reference { account: entry.account.trim(), vat: entry.vat_code.trim(), dimensions: [""; 5] };
        kinds.push((reference, Place::Source(entry.source, &entry.name)));
    }
    for entry in &catalogue.dimensions {
        let mut dimensions = [""; 5];
        if let Some(slot) = usize::from(entry.dimension).checked_sub(1).and_then(|place| dimensions.get_mut(place)) {
            *slot = entry.value.trim();
        }
        kinds.push((Reference { account: "", vat: "", dimensions }, Place::Dimension(&entry.name)));
    }
    if let Some(Posting::Ledger(account)) = &call.settings.rounding {
        kinds.push((Reference { account, vat: "", dimensions: [""; 5] }, Place::Rounding));
    }
    let references: Vec<Reference<'_>> = kinds.iter().map(|(reference, _)| *reference).collect();
    let chart = Chart::read(call, &references)?;
    for (reference, place) in kinds {
        if let Place::Source(_, _) = place
            && reference.account.is_empty()
        {
            let missing = say!(locale, "kontonummeret mangler", "the account number is missing");
            findings.push(place.finding(&missing, locale));
        }
        findings.extend(chart.faults_of_setup(&reference).iter().map(|fault| place.finding(fault, locale)));
    }
    Ok(())
}

/// Where in FlexyBox something was entered.
#[derive(Clone, Copy)]
enum Place<'a> {
    Source(accounting_kit::exports::configure::AccountSource, &'a str),
    Dimension(&'a str),
    Rounding,
}

impl Place<'_> {
    fn finding(self, what: &str, locale: Locale) -> Finding {
        let (code, subject, message) = match self {
            Self::Source(source, name) => ("uniconta.account-plan", name, place::fault(source, name, what, locale)),
            Self::Dimension(name) => (
                "uniconta.dimension",
                name,
                say!(
                    locale,
                    "'{name}': {what}; ret den i opsætningen af '{name}', eller opret den i Uniconta",
                    "'{name}': {what}; correct it in the set-up of '{name}', or create it in Uniconta",
                    name = name,
                    what = what
                ),
            ),
            Self::Rounding => (
                "uniconta.rounding-account",
                key::ROUNDING,
                say!(
                    locale,
                    "afrundingskontoen: {what}; ret indstillingen Afrundingskonto",
                    "the rounding account: {what}; correct the setting Rounding account",
                    what = what
                ),
            ),
        };
        finding(Severity::Error, code, Some(subject), message)
    }
}

/// Whether today can be posted on.
fn check_year(call: &Call<'_>, now: u64, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let Some(years) = table(call, FINANCE_YEAR_ENTITY, &Query::default())? else { return Ok(()) };
    let today = day::utc_text(now).and_then(|moment| day::from_invariant(&moment)).unwrap_or_default();
    let fault = year_fault(&years, &today, call.locale);
    findings.extend(fault.map(|fault| finding(Severity::Warning, "uniconta.financial-year", None, fault)));
    Ok(())
}
