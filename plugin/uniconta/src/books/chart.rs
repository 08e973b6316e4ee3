//! The chart of accounts and what belongs to it: what can be said against a line by looking at the books.
//!
//! Whatever this user may not read is not checked: Uniconta does that itself, later.

use super::booking::{Day, source};
use crate::UNICONTA;
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{
    ACCOUNT_ENTITY, DIMENSION_REQUIRED, FINANCE_YEAR_ENTITY, JOURNAL_ENTITY, MAX_ORS, NO_VAT, VAT_ENTITY,
};
use crate::call::Call;
use accounting_kit::bookkeeping::check::Faults;
use accounting_kit::bookkeeping::entry::Entry;
use accounting_kit::names::nearest;
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind, Locale};
use std::borrow::Cow;

/// The rows of a table; none when this user may not read it.
pub(crate) type Table = Option<Vec<Row>>;

/// What lines refer to.
pub(super) struct Chart {
    locale: Locale,
    accounts: Table,
    vat_codes: Table,
    dimensions: [Table; 5],
}

/// What one kind of line refers to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    pub(super) account: &'a str,
    pub(super) vat: &'a str,
    pub(super) dimensions: [&'a str; 5],
}

/// Read a table, as far as this user may.
///
/// # Errors
/// It could not be found out.
pub(crate) fn table(call: &Call<'_>, entity: &str, query: &Query) -> Result<Table, Error> {
    match call.api().read_all(entity, query) {
        Ok(rows) => Ok(Some(rows)),
        Err(error) if matches!(error.kind, ErrorKind::Transient | ErrorKind::RateLimited | ErrorKind::Internal) => {
            Err(error)
        }
        Err(_) => Ok(None),
    }
}

impl Chart {
    /// Read what these references need: the accounts by number where they are few, tables that nothing refers to not at
    /// all.
    ///
    /// # Errors
    /// A read failed.
    pub(super) fn read(call: &Call<'_>, references: &[Reference<'_>]) -> Result<Self, Error> {
        let mut accounts: Vec<&str> = Vec::new();
        for reference in references {
            if !accounts.contains(&reference.account) && !reference.account.is_empty() {
                accounts.push(reference.account);
            }
        }
        let query = if accounts.len() > MAX_ORS { Query::default() } else { Query::any_of("Account", accounts) };
        let with_vat = references.iter().any(|reference| !reference.vat.is_empty());
        let mut dimensions = [const { None }; 5];
        for (place, rows) in dimensions.iter_mut().enumerate() {
            let used =
                |reference: &Reference<'_>| reference.dimensions.get(place).is_some_and(|value| !value.is_empty());
            if references.iter().any(used) {
                *rows = table(call, &format!("GLDimType{}Client", place + 1), &Query::default())?;
            }
        }
        Ok(Self {
            locale: call.locale,
            accounts: table(call, ACCOUNT_ENTITY, &query)?,
            vat_codes: if with_vat { table(call, VAT_ENTITY, &Query::default())? } else { None },
            dimensions,
        })
    }

    /// Everything that speaks against a line of this kind, in the reader's language.
    pub(super) fn faults(&self, reference: &Reference<'_>) -> Vec<String> {
        let mut out = self.faults_of_setup(reference);
        if let (true, Known::Row(row)) = (out.is_empty(), by_key(&self.accounts, "Account", reference.account)) {
            out.extend(self.lacks_dimension(row, reference));
        }
        out
    }

    /// The same without what only a line can lack.
    pub(super) fn faults_of_setup(&self, reference: &Reference<'_>) -> Vec<String> {
        let mut out = Vec::new();
        match by_key(&self.accounts, "Account", reference.account) {
            Known::Row(row) => out.extend(self.account_fault(row, reference)),
            Known::Missing(near) => {
                let (da, en) = ("kontonummeret", "account number");
                out.push(self.missing(da, en, reference.account, near.as_deref()));
            }
            Known::Unseen => {}
        }
        if let Known::Missing(near) = by_key(&self.vat_codes, "Vat", reference.vat) {
            out.push(self.missing("momskoden", "VAT code", reference.vat, near.as_deref()));
        }
        for (rows, value) in self.dimensions.iter().zip(reference.dimensions) {
            if let Known::Missing(near) = by_key(rows, "Dimension", value) {
                out.push(self.missing("dimensionen", "dimension", value, near.as_deref()));
            }
        }
        out
    }

    fn account_fault(&self, row: &Row, reference: &Reference<'_>) -> Option<String> {
        let (locale, account) = (self.locale, reference.account);
        if matches!(row.text("AccountType").as_str(), "Header" | "Sum" | "CalculationExpression") {
            return Some(say!(
                locale,
                "konto {account} er en overskrift eller sum i Uniconta og kan ikke bogføres på",
                "account {account} is a heading or a sum in Uniconta and cannot be booked on",
                account = account
            ));
        }
        if row.is_on("Blocked") {
            return Some(say!(
                locale,
                "konto {account} er spærret i Uniconta",
                "account {account} is blocked in Uniconta",
                account = account
            ));
        }
        if row.is_on("BlockedInJournal") {
            return Some(say!(
                locale,
                "konto {account} er spærret for direkte postering i Uniconta (Spærret i kladde)",
                "account {account} is blocked for direct posting in Uniconta (Blocked in journal)",
                account = account
            ));
        }
        if !reference.vat.is_empty() && row.text("MandatoryTax") == NO_VAT {
            return Some(say!(
                locale,
                "konto {account} er uden moms i Uniconta",
                "account {account} is without VAT in Uniconta",
                account = account
            ));
        }
        None
    }

    fn lacks_dimension(&self, row: &Row, reference: &Reference<'_>) -> Option<String> {
        let lacking = (1..)
            .zip(reference.dimensions)
            .find(|(number, value)| value.is_empty() && row.text(&format!("Dim{number}Parm")) == DIMENSION_REQUIRED);
        lacking.map(|(number, _): (u32, &str)| {
            say!(
                self.locale,
                "konto {account} kræver dimension {number} i Uniconta",
                "account {account} requires dimension {number} in Uniconta",
                account = reference.account,
                number = number
            )
        })
    }

    fn missing(&self, da: &str, en: &str, value: &str, near: Option<&str>) -> String {
        let what = match self.locale {
            Locale::Da => da,
            Locale::En => en,
        };
        match near {
            Some(near) => say!(
                self.locale,
                "{what} '{value}' findes ikke i Uniconta; det nærmeste er '{near}'",
                "the {what} '{value}' does not exist in Uniconta; the nearest is '{near}'",
                what = what,
                value = value,
                near = near
            ),
            None => say!(
                self.locale,
                "{what} '{value}' findes ikke i Uniconta",
                "the {what} '{value}' does not exist in Uniconta",
                what = what,
                value = value
            ),
        }
    }
}

/// What a table knows of a key.
pub(super) enum Known<'t> {
    /// Its row.
    Row(&'t Row),
    /// There is none; what is nearest.
    Missing(Option<String>),
    /// The table was not read, or nothing is asked.
    Unseen,
}

/// Look a key up. Uniconta compares without regard to case [inf].
pub(super) fn by_key<'t>(table: &'t Table, property: &str, key: &str) -> Known<'t> {
    let Some(rows) = table.as_ref().filter(|_| !key.is_empty()) else { return Known::Unseen };
    match rows.iter().find(|row| row.words(property).eq_ignore_ascii_case(key)) {
        Some(row) => Known::Row(row),
        None => {
            let keys: Vec<Cow<'_, str>> = rows.iter().map(|row| row.words(property)).collect();
            Known::Missing(nearest(key, keys.iter().map(AsRef::as_ref), 1).first().map(|near| (*near).to_owned()))
        }
    }
}

/// Check a day against the books before it is sent.
///
/// # Errors
/// `validation` naming every fault; or a read failed.
pub(super) fn check(call: &Call<'_>, day: &Day<'_>) -> Result<(), Error> {
    let mut faults = Faults::new(call.locale);
    let journal = call.settings.journal.as_str();
    let journals = table(call, JOURNAL_ENTITY, &Query::any_of("Journal", [journal]))?;
    if let Some(fault) = journal_fault(journal, &by_key(&journals, "Journal", journal), call.locale) {
        faults.add(fault);
    }
    if let Some(fault) = closed(call, day)? {
        faults.add(fault);
    }
    let mut kinds: Vec<(Reference<'_>, &Entry<'_>)> = Vec::new();
    for booking in &day.bookings {
        let entry = &booking.entry;
        let account = if booking.account.is_ledger() { booking.account.number() } else { "" };
        let reference = Reference { account, vat: entry.vat, dimensions: entry.dimensions };
        if kinds.iter().all(|(known, _)| *known != reference) {
            kinds.push((reference, entry));
        }
    }
    let references: Vec<Reference<'_>> = kinds.iter().map(|(reference, _)| *reference).collect();
    let chart = Chart::read(call, &references)?;
    for (reference, entry) in kinds {
        for fault in chart.faults(&reference) {
            match source(day.report, entry) {
                Some(line) => faults.at(line.source, &line.source_name, &fault),
                None => faults.add(without_line(day, call.locale, &fault)),
            }
        }
    }
    faults.into_result(UNICONTA.name)
}

/// Why days cannot go into a journal.
pub(super) fn journal_fault(journal: &str, known: &Known<'_>, locale: Locale) -> Option<String> {
    let (da, en) = match known {
        Known::Missing(_) => ("findes ikke", "does not exist"),
        Known::Row(row) if row.is_on("Blocked") => ("er spærret", "is blocked"),
        Known::Row(row) if row.is_on("GenerateVoucher") => (
            "tildeler bilagsnumre under 'Bogfør kladde', så FlexyBox ikke kan kende dagene igen",
            "assigns voucher numbers when it is posted, so FlexyBox could not know the days again",
        ),
        Known::Row(_) | Known::Unseen => return None,
    };
    let reason = match locale {
        Locale::Da => da,
        Locale::En => en,
    };
    Some(say!(
        locale,
        "kladden {journal} {reason}; ret det på kladden i Uniconta, eller vælg en anden under Systemindstillinger > Integrationer > Bogføring > Uniconta",
        "the journal {journal} {reason}; mend that on the journal in Uniconta, or choose another under System settings > Integrations > Bookkeeping > Uniconta",
        journal = journal,
        reason = reason
    ))
}

/// A fault of a line that no line of the report stands for.
fn without_line(day: &Day<'_>, locale: Locale, fault: &str) -> String {
    if day.corrects.is_empty() {
        say!(
            locale,
            "afrundingskontoen: {fault}; ret indstillingen Afrundingskonto",
            "the rounding account: {fault}; correct the setting Rounding account",
            fault = fault
        )
    } else {
        say!(
            locale,
            "en linje, som rettelsen fjerner: {fault}; åbn for den i Uniconta",
            "a line that the correction takes away: {fault}; open it in Uniconta",
            fault = fault
        )
    }
}

/// Why the date of a day cannot be posted on.
fn closed(call: &Call<'_>, day: &Day<'_>) -> Result<Option<String>, Error> {
    let years = table(call, FINANCE_YEAR_ENTITY, &Query::default())?;
    Ok(years.and_then(|years| year_fault(&years, &day.report.date, call.locale)))
}

/// What speaks against a date.
pub(super) fn year_fault(years: &[Row], date: &str, locale: Locale) -> Option<String> {
    let day = |row: &Row, property: &str| accounting_kit::day::from_invariant(&row.text(property)).unwrap_or_default();
    let year = years.iter().find(|row| day(row, "FromDate").as_str() <= date && date <= day(row, "ToDate").as_str());
    let reason = match (year, locale) {
        (None, _) if years.is_empty() => return None,
        (None, Locale::Da) => "intet",
        (None, Locale::En) => "no",
        (Some(row), Locale::Da) if row.is_on("Closed") || row.is_on("Blocked") => "et lukket",
        (Some(row), Locale::En) if row.is_on("Closed") || row.is_on("Blocked") => "a closed",
        (Some(_), _) => return None,
    };
    Some(say!(
        locale,
        "datoen {shown} ligger i {reason} regnskabsår i Uniconta; opret eller åbn regnskabsåret dér, eller luk dagen med en anden dato under Kasseopgørelse",
        "the date {shown} is in {reason} financial year in Uniconta; create or open the year there, or close the day with another date under Cash count",
        shown = accounting_kit::day::for_people(date, locale),
        reason = reason
    ))
}
