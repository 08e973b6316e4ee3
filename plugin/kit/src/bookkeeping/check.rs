//! What can be said against a day's report before anybody is asked: every fault at once, each with the place in FlexyBox
//! where it is mended.

use super::entry::{Entry, MAX_AMOUNT};
use super::place;
use super::texts::ROUNDING;
use crate::exports::configure::AccountSource;
use crate::exports::on_day_closed::{DailyReport, Posting, ReportLine};
use crate::problem::{ErrorExt, error};
use crate::types::{Error, ErrorKind, Locale};
use crate::{day, money, say};

/// Faults told at most; a report in which every line is wrong would otherwise fill the screen. What is left out is counted.
const MOST_FAULTS: usize = 50;

/// What an accounting system asks of a report.
pub struct Rules<'r> {
    /// Its name.
    pub system: &'static str,
    /// The longest account, in characters.
    pub max_account: usize,
    /// What else speaks against an account that is not empty.
    pub account_fault: fn(&str, Locale) -> Option<String>,
    /// The longest VAT code.
    pub max_vat: usize,
    /// The longest value of a dimension.
    pub max_dimension: usize,
    /// The currency of the books; empty when it is not known.
    pub currency: &'r str,
    /// Where a rounding difference goes; none when it is a fault.
    pub rounding: Option<&'r Posting>,
}

/// Faults of one report, each told once.
pub struct Faults {
    locale: Locale,
    told: Vec<String>,
    more: u32,
    subject: Option<String>,
}

impl Faults {
    /// None yet.
    pub fn new(locale: Locale) -> Self {
        Self { locale, told: Vec::new(), more: 0, subject: None }
    }

    /// A fault of the report as a whole.
    pub fn add(&mut self, fault: String) {
        if self.told.contains(&fault) {
            return;
        }
        if self.told.len() < MOST_FAULTS {
            self.told.push(fault);
        } else {
            self.more += 1;
        }
    }

    /// A fault of what was entered at a source.
    pub fn at(&mut self, source: AccountSource, name: &str, what: &str) {
        self.subject.get_or_insert_with(|| name.to_owned());
        self.add(place::fault(source, name, what, self.locale));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// All of them as one error, one a line; nothing was sent.
    ///
    /// # Errors
    /// `validation` when there are any.
    pub fn into_result(self, system: &str) -> Result<(), Error> {
        if self.told.is_empty() {
            return Ok(());
        }
        let mut message = say!(
            self.locale,
            "dagsrapporten er ikke sendt til {system}:",
            "the daily report was not sent to {system}:",
            system = system
        );
        for fault in &self.told {
            message.push_str("\n- ");
            message.push_str(fault);
        }
        if self.more > 0 {
            message.push_str(&say!(self.locale, "\n- og {more} til", "\n- and {more} more", more = self.more));
        }
        let mut refused = error(ErrorKind::Validation, "bookkeeping.report-refused", message);
        refused.subject = self.subject;
        Err(refused.detail(format!("faults: {}", self.told.len())))
    }
}

/// The entries of a report that nothing can be said against, a rounding line among them where one is allowed.
///
/// # Errors
/// `validation` that names every fault.
pub fn check<'r>(report: &'r DailyReport, rules: &Rules<'r>, locale: Locale) -> Result<Vec<Entry<'r>>, Error> {
    let mut faults = Faults::new(locale);
    if day::from_invariant(&report.date).is_none_or(|day| day != report.date || day.is_empty()) {
        faults.add(say!(
            locale,
            "datoen '{date}' er ikke en dag; luk dagen igen",
            "the date '{date}' is not a day; close the day again",
            date = report.date
        ));
    }
    if money::decimals(&report.currency).is_none() {
        faults.add(say!(
            locale,
            "valutaen '{currency}' er ikke en valutakode på tre bogstaver; ret den i afdelingens opsætning",
            "the currency '{currency}' is not a currency code of three letters; correct it in the set-up of the department",
            currency = report.currency
        ));
    } else if !rules.currency.is_empty() && rules.currency != report.currency {
        faults.add(say!(
            locale,
            "dagen er i {currency}, og regnskabet i {system} føres i {books}; ret valutaen i afdelingens opsætning",
            "the day is in {currency}, and the books in {system} are kept in {books}; correct the currency in the set-up of the department",
            currency = report.currency,
            system = rules.system,
            books = rules.currency
        ));
    }
    for line in &report.lines {
        check_line(line, rules, locale, &mut faults);
    }
    let entries = entries(report, rules);
    let sum = sum_of(&entries);
    if sum != 0 {
        faults.add(unbalanced(sum, entries.len(), report, rules, locale));
    }
    faults.into_result(rules.system)?;
    Ok(entries)
}

/// The entries of a report, unchecked, with a rounding line where one is allowed.
pub fn entries<'r>(report: &'r DailyReport, rules: &Rules<'r>) -> Vec<Entry<'r>> {
    let mut entries = Entry::all(report);
    entries.extend(rounding(sum_of(&entries), entries.len(), rules));
    entries
}

fn sum_of(entries: &[Entry<'_>]) -> i128 {
    entries.iter().map(|entry| i128::from(entry.amount)).sum()
}

fn check_line(line: &ReportLine, rules: &Rules<'_>, locale: Locale, faults: &mut Faults) {
    let mut fault = |what: String| faults.at(line.source, &line.source_name, &what);
    if line.amount == 0 {
        fault(say!(locale, "en linje har intet beløb", "a line has no amount"));
    }
    if line.amount.unsigned_abs() > MAX_AMOUNT.unsigned_abs() {
        fault(say!(
            locale,
            "et beløb er for stort til at blive bogført nøjagtigt",
            "an amount is too large to be booked exactly"
        ));
    }
    let mut too_long = |text: &str, max: usize, what: &str| {
        if text.trim().encode_utf16().count() > max {
            fault(say!(
                locale,
                "{what} '{text}' er længere end de {max} tegn, {system} tager",
                "the {what} '{text}' is longer than the {max} characters {system} takes",
                what = what,
                text = text,
                max = max,
                system = rules.system
            ));
        }
    };
    let (account, vat, dimension) = match locale {
        Locale::Da => ("kontonummeret", "momskoden", "dimensionen"),
        Locale::En => ("account number", "VAT code", "dimension"),
    };
    too_long(&line.vat_code, rules.max_vat, vat);
    let (one, two, three, four, five) = &line.dimensions;
    for value in [one, two, three, four, five] {
        too_long(value, rules.max_dimension, dimension);
    }
    match &line.posting {
        Posting::Ledger(number) => {
            too_long(number, rules.max_account, account);
            if number.trim().is_empty() {
                fault(say!(locale, "kontonummeret mangler", "the account number is missing"));
            } else if let Some(what) = (rules.account_fault)(number.trim(), locale) {
                fault(what);
            }
        }
        Posting::Customer(_) if !line.vat_code.trim().is_empty() => {
            fault(say!(
                locale,
                "en linje på en kunde kan ikke have en momskode",
                "a line on a customer cannot have a VAT code"
            ));
        }
        Posting::Customer(_) => {}
    }
    let is_day = |text: &str| day::from_invariant(text).is_some_and(|day| !day.is_empty() && day == text);
    if let Some(accrual) = &line.accrual {
        let (first, last) = (accrual.first.as_str(), accrual.last.as_str());
        if !is_day(first) || !is_day(last) || first > last {
            fault(say!(
                locale,
                "periodiseringen fra '{first}' til '{last}' er ikke en periode",
                "the accrual from '{first}' to '{last}' is not a period",
                first = day::for_people(first, locale),
                last = day::for_people(last, locale)
            ));
        }
    }
}

/// Each line is rounded to the minor unit by itself, so a day can be out by at most one for each line; more is a mistake
/// and no rounding.
fn is_rounding(sum: i128, lines: usize) -> bool {
    usize::try_from(sum.unsigned_abs()).is_ok_and(|off| off <= lines)
}

fn rounding<'r>(sum: i128, lines: usize, rules: &Rules<'r>) -> Option<Entry<'r>> {
    let posting = rules.rounding.filter(|_| sum != 0 && is_rounding(sum, lines))?;
    let amount = i64::try_from(-sum).ok()?;
    Some(Entry { line: None, posting, amount, vat: "", text: ROUNDING, dimensions: [""; 5], accrual: None })
}

fn unbalanced(sum: i128, lines: usize, report: &DailyReport, rules: &Rules<'_>, locale: Locale) -> String {
    let decimals = money::decimals(&report.currency).unwrap_or(2);
    let cure = if is_rounding(sum, lines) {
        say!(
            locale,
            "angiv en afrundingskonto under Systemindstillinger > Integrationer > Bogføring > {system}, eller ret dagens kasseopgørelse og luk dagen igen",
            "enter a rounding account under System settings > Integrations > Bookkeeping > {system}, or correct the day's cash count and close the day again",
            system = rules.system
        )
    } else {
        say!(
            locale,
            "ret dagens kasseopgørelse og luk dagen igen",
            "correct the day's cash count and close the day again"
        )
    };
    say!(
        locale,
        "debet og kredit går ikke op: forskellen er {sum} {currency}; {cure}",
        "debit and credit do not balance: the difference is {sum} {currency}; {cure}",
        sum = money::for_people(sum, decimals, locale),
        currency = report.currency,
        cure = cure
    )
}
