//! The administrator pressed OK: can every account, VAT code and dimension that FlexyBox books on be booked on?

use super::chart::{Chart, Known, Reference, Table, by_key, table, year_fault};
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{COMPANY_CURRENCY, COMPANY_ENTITY, FINANCE_YEAR_ENTITY, JOURNAL_ENTITY, NUMBER_SERIES_ENTITY};
use crate::call::Call;
use crate::settings::key;
use accounting_kit::bookkeeping::place;
use accounting_kit::exports::configure::{Catalogue, Configured, SettingChoice, SettingChoices};
use accounting_kit::exports::on_day_closed::Posting;
use accounting_kit::problem::finding;
use accounting_kit::types::{Error, Finding, Locale, Localized, Setting, Severity};
use accounting_kit::{day, say};

/// Offer the journals; where one is chosen, check all that days will be booked on.
///
/// # Errors
/// `transient`, `rate-limited` or `internal`: it could not be found out.
pub fn check(call: &Call<'_>, now: u64, catalogue: &Catalogue, out: &mut Configured) -> Result<(), Error> {
    let journals = table(call, JOURNAL_ENTITY, &Query::default())?;
    out.choices.push(SettingChoices { key: key::JOURNAL.to_owned(), choices: choices(&journals) });
    let locale = call.locale;
    if call.settings.journal.is_empty() {
        if !catalogue.account_plan.is_empty() {
            let message = say!(
                locale,
                "der er ikke valgt en kladde, så dagsrapporter overføres ikke",
                "no journal is chosen, so daily reports are not transferred"
            );
            out.findings.push(finding(Severity::Info, "uniconta.no-journal", Some(key::JOURNAL), message));
        }
        return Ok(());
    }
    check_journal(call, &journals, &mut out.findings)?;
    check_plan(call, catalogue, &mut out.findings)?;
    check_year(call, now, &mut out.findings)?;
    if let Some(companies) =
        table(call, COMPANY_ENTITY, &Query::any_number("RowId", [call.settings.company.to_string().as_str()]))?
    {
        let currency = companies.first().map(|row| row.text(COMPANY_CURRENCY)).unwrap_or_default();
        out.remember.push(Setting { key: key::BOOKS_CURRENCY.to_owned(), value: currency });
    }
    Ok(())
}

fn choices(journals: &Table) -> Vec<SettingChoice> {
    let open = journals.iter().flatten().filter(|row| !row.is_on("Blocked"));
    open.map(|row| {
        let (value, name) = (row.text("Journal"), row.text("Name"));
        let label = if name.is_empty() { value.clone() } else { format!("{value} – {name}") };
        SettingChoice { value, label: Localized { da: label.clone(), en: label } }
    })
    .collect()
}

/// The journal, its state, and its number series.
fn check_journal(call: &Call<'_>, journals: &Table, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let (locale, journal) = (call.locale, call.settings.journal.as_str());
    let mut fault = |code: &str, message: String| {
        findings.push(finding(Severity::Error, code, Some(key::JOURNAL), message));
    };
    let row = match by_key(journals, "Journal", journal) {
        Known::Row(row) => row,
        Known::Missing(near) => {
            let message = match near {
                Some(near) => say!(
                    locale,
                    "kladden '{journal}' findes ikke i Uniconta; mente du '{near}'?",
                    "there is no journal '{journal}' in Uniconta; did you mean '{near}'?",
                    journal = journal,
                    near = near
                ),
                None => say!(
                    locale,
                    "kladden '{journal}' findes ikke i Uniconta; vælg en anden, eller opret den dér under Finans > Kladder",
                    "there is no journal '{journal}' in Uniconta; choose another, or create it there under General ledger > Journals",
                    journal = journal
                ),
            };
            fault("uniconta.journal-missing", message);
            return Ok(());
        }
        Known::Unseen => {
            fault(
                "uniconta.journal-unseen",
                say!(
                    locale,
                    "brugeren må ikke se kladderne i Uniconta; giv brugeren rettigheder til finans, eller brug en anden bruger",
                    "the user may not see the journals in Uniconta; grant the user rights to the general ledger, or use another user"
                ),
            );
            return Ok(());
        }
    };
    if row.is_on("Blocked") {
        fault(
            "uniconta.journal-blocked",
            say!(
                locale,
                "kladden {journal} er spærret i Uniconta; åbn den dér, eller vælg en anden",
                "the journal {journal} is blocked in Uniconta; open it there, or choose another",
                journal = journal
            ),
        );
    }
    if row.is_on("GenerateVoucher") {
        fault(
            "uniconta.journal-renumbers",
            say!(
                locale,
                "kladden {journal} tildeler bilagsnumre under 'Bogfør kladde', så FlexyBox ikke kan kende dagene igen; slå det fra på kladden i Uniconta, eller vælg en anden",
                "the journal {journal} assigns voucher numbers when it is posted, so FlexyBox could not know the days again; switch that off on the journal in Uniconta, or choose another",
                journal = journal
            ),
        );
    }
    check_series(call, row, findings)
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
    let shown = match call.locale {
        Locale::Da => day::to_danish(&today),
        Locale::En => today.clone(),
    };
    let fault = year_fault(&years, &today, &shown, call.locale);
    findings.extend(fault.map(|fault| finding(Severity::Warning, "uniconta.financial-year", None, fault)));
    Ok(())
}
