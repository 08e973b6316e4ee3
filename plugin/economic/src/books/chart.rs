//! The chart of accounts and what belongs to it: what can be said against a line by looking at the books.

use super::booking::{Day, source};
use super::entries::{FINANCE, shown};
use crate::ECONOMIC;
use crate::api::filter::{any_number, encoded};
use crate::assumptions::{BOOKABLE, DEPARTMENT, MAX_IN, year_in_address};
use crate::call::Call;
use accounting_kit::bookkeeping::check::Faults;
use accounting_kit::day::for_people;
use accounting_kit::names::nearest;
use accounting_kit::say;
use accounting_kit::types::{Error, Locale};
use serde_json::Value;

/// What lines refer to.
pub(super) struct Chart {
    locale: Locale,
    accounts: Vec<Value>,
    vat_codes: Vec<Value>,
    departments: Vec<Value>,
}

/// What one kind of line refers to; empty for nothing.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reference<'a> {
    pub(super) account: &'a str,
    pub(super) vat: &'a str,
    pub(super) department: &'a str,
}

impl Chart {
    /// Read what these references need.
    ///
    /// # Errors
    /// A read failed.
    pub(super) fn read(call: &Call<'_>, references: &[Reference<'_>]) -> Result<Self, Error> {
        let api = call.api();
        let mut wanted: Vec<&str> = Vec::new();
        for reference in references.iter().filter(|reference| is_number(reference.account)) {
            if !wanted.contains(&reference.account) {
                wanted.push(reference.account);
            }
        }
        let mut accounts = Vec::new();
        for wanted in wanted.chunks(MAX_IN) {
            let filter = encoded(&any_number("accountNumber", wanted));
            accounts.extend(api.list("accounts", &format!("filter={filter}"))?);
        }
        let with_vat = references.iter().any(|reference| !reference.vat.is_empty());
        let with_departments = references.iter().any(|reference| !reference.department.is_empty());
        Ok(Self {
            locale: call.locale,
            accounts,
            vat_codes: if with_vat { api.list("vat-accounts", "")? } else { Vec::new() },
            departments: if with_departments { api.list("departmental-distributions", "")? } else { Vec::new() },
        })
    }

    /// Everything that speaks against a line of this kind, in the reader's language.
    pub(super) fn faults(&self, reference: &Reference<'_>) -> Vec<String> {
        let mut out = Vec::new();
        let locale = self.locale;
        if !reference.account.is_empty() {
            out.extend(self.account_fault(reference.account));
        }
        let is_on = |row: &Value, name: &str| row.get(name) == Some(&Value::Bool(true));
        if !reference.vat.is_empty() {
            let found = self.vat_codes.iter().find(|row| shown(row.get("vatCode")) == reference.vat);
            match found {
                Some(row) if is_on(row, "barred") => out.push(say!(
                    locale,
                    "momskoden '{code}' er spærret i e-conomic",
                    "the VAT code '{code}' is barred in e-conomic",
                    code = reference.vat
                )),
                Some(_) => {}
                None => {
                    let codes: Vec<String> = self.vat_codes.iter().map(|row| shown(row.get("vatCode"))).collect();
                    let near = nearest(reference.vat, codes.iter().map(String::as_str), 1);
                    out.push(missing_vat(reference.vat, near.first().copied(), locale));
                }
            }
        }
        if !reference.department.is_empty() {
            let number = |row: &Value| shown(row.get("departmentalDistributionNumber"));
            let found = self.departments.iter().find(|row| number(row) == reference.department);
            if found.is_none_or(|row| shown(row.get("distributionType")) != DEPARTMENT) {
                out.push(say!(
                    locale,
                    "afdelingen '{department}' findes ikke i e-conomic",
                    "the department '{department}' does not exist in e-conomic",
                    department = reference.department
                ));
            }
        }
        out
    }

    fn account_fault(&self, account: &str) -> Option<String> {
        let locale = self.locale;
        let found = self.accounts.iter().find(|row| shown(row.get("accountNumber")) == account);
        let is_on = |name: &str| found.and_then(|row| row.get(name)) == Some(&Value::Bool(true));
        let kind = found.map(|row| shown(row.get("accountType")));
        let (da, en) = match kind.as_deref() {
            None => ("findes ikke i e-conomic", "does not exist in e-conomic"),
            Some(kind) if !BOOKABLE.contains(&kind) => (
                "er en overskrift eller sum i e-conomic og kan ikke bogføres på",
                "is a heading or a sum in e-conomic and cannot be booked on",
            ),
            Some(_) if is_on("barred") => ("er spærret i e-conomic", "is barred in e-conomic"),
            Some(_) if is_on("blockDirectEntries") => {
                ("er spærret for direkte postering i e-conomic", "is blocked for direct entries in e-conomic")
            }
            Some(_) => return None,
        };
        let what = match locale {
            Locale::Da => da,
            Locale::En => en,
        };
        Some(say!(locale, "konto {account} {what}", "account {account} {what}", account = account, what = what))
    }
}

fn is_number(account: &str) -> bool {
    !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit())
}

fn missing_vat(code: &str, near: Option<&str>, locale: Locale) -> String {
    match near {
        Some(near) => say!(
            locale,
            "momskoden '{code}' findes ikke i e-conomic; den nærmeste er '{near}'",
            "the VAT code '{code}' does not exist in e-conomic; the nearest is '{near}'",
            code = code,
            near = near
        ),
        None => say!(
            locale,
            "momskoden '{code}' findes ikke i e-conomic",
            "the VAT code '{code}' does not exist in e-conomic",
            code = code
        ),
    }
}

/// Check a day against the books before it is sent; the accounting year it belongs to.
///
/// # Errors
/// `validation` naming every fault; or a read failed.
pub(super) fn check(call: &Call<'_>, day: &Day<'_>) -> Result<String, Error> {
    let mut faults = Faults::new(call.locale);
    let journal = call.api().get(call.api().rest(&format!("journals/{}", day.journal)))?;
    if let Some(fault) = journal_fault(journal.as_ref(), day.journal, call.locale) {
        faults.add(fault);
    }
    let year = match year(call, &day.report.date)? {
        Ok(year) => year,
        Err(fault) => {
            faults.add(fault);
            String::new()
        }
    };
    let mut kinds = Vec::new();
    for booking in &day.bookings {
        let account = if booking.kind == FINANCE { booking.number.as_str() } else { "" };
        let reference = Reference { account, vat: booking.entry.vat, department: booking.department };
        if kinds.iter().all(|(known, _)| *known != reference) {
            kinds.push((reference, &booking.entry));
        }
    }
    let contra = Reference { account: &day.contra_text, ..Reference::default() };
    let references: Vec<Reference<'_>> = kinds.iter().map(|(reference, _)| *reference).chain([contra]).collect();
    let chart = Chart::read(call, &references)?;
    for (reference, entry) in kinds {
        for fault in chart.faults(&reference) {
            match source(day.report, entry) {
                Some(line) => faults.at(line.source, &line.source_name, &fault),
                None => faults.add(without_line(day, call.locale, &fault)),
            }
        }
    }
    chart.faults(&contra).into_iter().for_each(|fault| faults.add(of_contra(&fault, call.locale)));
    faults.into_result(ECONOMIC.name)?;
    Ok(year)
}

/// Why days cannot go into a journal.
pub(super) fn journal_fault(journal: Option<&Value>, number: u32, locale: Locale) -> Option<String> {
    let restricted = journal.and_then(|journal| journal.get("settings")?.get("entryTypeRestrictedTo")?.as_str());
    let (da, en) = match (journal, restricted) {
        (None, _) => ("findes ikke", "does not exist"),
        (Some(_), Some(kind)) if kind != FINANCE => ("tager ikke finansbilag", "does not take finance vouchers"),
        (Some(_), _) => return None,
    };
    let reason = match locale {
        Locale::Da => da,
        Locale::En => en,
    };
    Some(say!(
        locale,
        "kassekladde {number} {reason}; ret det i e-conomic, eller vælg en anden under Systemindstillinger > Integrationer > Bogføring > e-conomic",
        "journal {number} {reason}; mend that in e-conomic, or choose another under System settings > Integrations > Bookkeeping > e-conomic",
        number = number,
        reason = reason
    ))
}

/// A fault of the contra account.
pub(super) fn of_contra(fault: &str, locale: Locale) -> String {
    say!(
        locale,
        "modkontoen: {fault}; ret indstillingen Modkonto",
        "the contra account: {fault}; correct the setting Contra account",
        fault = fault
    )
}

/// A fault of a line that no line of the report stands for.
fn without_line(day: &Day<'_>, locale: Locale, fault: &str) -> String {
    if day.corrects.is_empty() {
        return of_rounding(fault, locale);
    }
    say!(
        locale,
        "en linje, som rettelsen fjerner: {fault}; åbn for den i e-conomic",
        "a line that the correction takes away: {fault}; open it in e-conomic",
        fault = fault
    )
}

/// A fault of the rounding account.
pub(super) fn of_rounding(fault: &str, locale: Locale) -> String {
    say!(
        locale,
        "afrundingskontoen: {fault}; ret indstillingen Afrundingskonto",
        "the rounding account: {fault}; correct the setting Rounding account",
        fault = fault
    )
}

/// The accounting year a date belongs to, or why nothing can be booked on it.
///
/// # Errors
/// A read failed.
pub(super) fn year(call: &Call<'_>, date: &str) -> Result<Result<String, String>, Error> {
    let api = call.api();
    let within = |row: &Value| shown(row.get("fromDate")).as_str() <= date && date <= shown(row.get("toDate")).as_str();
    let closed =
        |row: &Value| row.get("closed") == Some(&Value::Bool(true)) || row.get("barred") == Some(&Value::Bool(true));
    let years = api.list("accounting-years", "")?;
    let fault = match years.iter().find(|row| within(row)) {
        None => ("intet regnskabsår", "no accounting year"),
        Some(row) if closed(row) => ("et lukket regnskabsår", "a closed accounting year"),
        Some(row) => {
            let year = shown(row.get("year"));
            let periods = api.list(&format!("accounting-years/{}/periods", year_in_address(&year)), "")?;
            if !periods.iter().any(|row| within(row) && closed(row)) {
                return Ok(Ok(year));
            }
            ("en spærret periode", "a barred period")
        }
    };
    let reason = match call.locale {
        Locale::Da => fault.0,
        Locale::En => fault.1,
    };
    Ok(Err(say!(
        call.locale,
        "datoen {date} ligger i {reason} i e-conomic; opret eller åbn regnskabsåret eller perioden dér, eller luk dagen med en anden dato under Kasseopgørelse",
        "the date {date} is in {reason} in e-conomic; create or open the year or the period there, or close the day with another date under Cash count",
        date = for_people(date, call.locale),
        reason = reason
    )))
}
