//! A closed day in the journal, once.
//!
//! A report has a voucher number of its own, worked out from its id and revision. Toy Ledger takes a voucher whole or not at
//! all and never two of one number, so looking for that number before each attempt is all it takes.

use crate::api::{Api, Company};
use accounting_kit::bookkeeping::check::{Faults, Rules, check, entries};
use accounting_kit::bookkeeping::difference::difference;
use accounting_kit::bookkeeping::entry::Entry;
use accounting_kit::bookkeeping::texts::{adjustments, fitted};
use accounting_kit::bookkeeping::{Fingerprint, voucher_of};
use accounting_kit::exports::on_day_closed::{
    Adjustment, BookedReport, DailyReport, LineReceipt, Posting, PostingState, Receipt,
};
use accounting_kit::money;
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind};
use serde_json::{Number, Value, json};
use std::str::FromStr;

/// The longest text of a line, in characters.
const MAX_TEXT: usize = 60;
/// The longest account number and VAT code.
const MAX_KEY: usize = 10;

/// A line as it is sent.
struct Line<'r> {
    entry: Entry<'r>,
    account: &'r str,
    debtor: String,
    text: String,
}

/// Put a day into the journal, once.
///
/// # Errors
/// `validation` naming every fault, and nothing was sent; `conflict` when a person must decide; else what a call came to.
pub(crate) fn book(
    api: &Api<'_>,
    now: u64,
    report: &DailyReport,
    previous: Option<&BookedReport>,
) -> Result<Receipt, Error> {
    let rules = Rules {
        system: api.system(),
        max_account: MAX_KEY,
        account_fault: |_, _| None,
        max_vat: MAX_KEY,
        max_dimension: 50,
        currency: "",
        rounding: None,
    };
    let mut booked = check(report, &rules, api.locale)?;
    let mut corrects = "";
    if let Some(previous) = previous {
        booked = match correction(api, &rules, report, &booked, previous)? {
            None => return Ok(previous.receipt.clone()),
            Some(change) => change,
        };
        let first = &previous.receipt;
        corrects = if first.corrects.is_empty() { &first.voucher } else { &first.corrects };
    }
    let lines = lines(api, report, booked, corrects)?;
    let journal = api.journal();
    let number = voucher_of(&report.id, report.revision);
    let print = fingerprint(
        lines
            .iter()
            .map(|line| (line.account, line.debtor.as_str(), line.entry.vat, line.text.as_str(), line.entry.amount)),
    );
    let receipt = || receipt(api, now, report, corrects, &lines, print);
    if lines.is_empty() {
        return Ok(Receipt { state: PostingState::Posted, ..receipt() });
    }
    if let Some(voucher) = api.voucher(journal, &number.to_string())? {
        return if is_as_booked(&voucher, &print.to_text()) {
            Ok(receipt())
        } else {
            Err(changed(api, report, number))
        };
    }
    if previous.is_none() {
        for revision in 1..report.revision {
            let earlier = voucher_of(&report.id, revision);
            if api.voucher(journal, &earlier.to_string())?.is_some() {
                return Err(changed(api, report, earlier));
            }
        }
    }
    known(api, &api.company()?, report)?;
    let decimals = money::decimals(&report.currency).unwrap_or(2);
    let sent: Option<Vec<Value>> = lines.iter().map(|line| line.sent(decimals)).collect();
    let sent = sent.ok_or_else(|| changed(api, report, number))?;
    let journal_number = Number::from_str(journal).ok();
    api.book(&json!({
        "journal": journal_number, "number": number, "date": report.date, "currency": report.currency, "lines": sent,
    }))?;
    Ok(receipt())
}

/// What a corrected day changes; none when it says what is booked already.
fn correction<'r>(
    api: &Api<'_>,
    rules: &Rules<'r>,
    report: &DailyReport,
    after: &[Entry<'r>],
    previous: &'r BookedReport,
) -> Result<Option<Vec<Entry<'r>>>, Error> {
    let same_day = previous.report.date == report.date && previous.report.currency == report.currency;
    let change = difference(&entries(&previous.report, rules), after).filter(|_| same_day);
    match change {
        Some(change) if change.is_empty() => Ok(None),
        Some(change) if report.revision > previous.receipt.revision => Ok(Some(change)),
        _ => Err(changed(api, report, voucher_of(&report.id, previous.receipt.revision))),
    }
}

/// Where every entry goes.
fn lines<'r>(
    api: &Api<'_>,
    report: &'r DailyReport,
    booked: Vec<Entry<'r>>,
    corrects: &str,
) -> Result<Vec<Line<'r>>, Error> {
    let mut faults = Faults::new(api.locale);
    let mut lines = Vec::with_capacity(booked.len());
    for entry in booked {
        let (account, debtor) = match entry.posting {
            Posting::Ledger(account) => (account.trim(), Some(String::new())),
            Posting::Customer(id) => ("", api.ports.host.link_by_customer(id).map(|link| link.external_key)),
        };
        let text = fitted(&entry, corrects, MAX_TEXT).text;
        match debtor {
            Some(debtor) => lines.push(Line { entry, account, debtor, text }),
            None => {
                let what = say!(
                    api.locale,
                    "kunden er ikke debitor i Toy Ledger; sæt kundetagget på kunden, og send dagen igen",
                    "the customer is not a debtor in Toy Ledger; put the customer tag on and send the day again"
                );
                let line = entry.line.and_then(|line| report.lines.get(usize::try_from(line).ok()?));
                match line {
                    Some(line) => faults.at(line.source, &line.source_name, &what),
                    None => faults.add(what),
                }
            }
        }
    }
    faults.into_result(api.system()).map(|()| lines)
}

/// Whether Toy Ledger has the accounts and VAT codes, and keeps its books in this currency.
fn known(api: &Api<'_>, company: &Company, report: &DailyReport) -> Result<(), Error> {
    let mut faults = Faults::new(api.locale);
    if company.currency != report.currency {
        faults.add(say!(
            api.locale,
            "regnskabet i Toy Ledger føres i {currency}",
            "the books in Toy Ledger are kept in {currency}",
            currency = company.currency
        ));
    }
    for line in &report.lines {
        if let Posting::Ledger(account) = &line.posting
            && !company.accounts.iter().any(|known| known == account.trim())
        {
            faults.at(
                line.source,
                &line.source_name,
                &say!(
                    api.locale,
                    "kontoen '{account}' findes ikke i Toy Ledger",
                    "there is no account '{account}' in Toy Ledger",
                    account = account
                ),
            );
        }
        let vat = line.vat_code.trim();
        if !vat.is_empty() && !company.vat_codes.iter().any(|known| known == vat) {
            faults.at(
                line.source,
                &line.source_name,
                &say!(
                    api.locale,
                    "momskoden '{vat}' findes ikke i Toy Ledger",
                    "there is no VAT code '{vat}' in Toy Ledger",
                    vat = vat
                ),
            );
        }
    }
    faults.into_result(api.system())
}

impl Line<'_> {
    fn sent(&self, decimals: u32) -> Option<Value> {
        let amount = Number::from_str(&money::to_decimal(i128::from(self.entry.amount), decimals)).ok()?;
        Some(json!({
            "account": self.account, "debtor": self.debtor, "amount": amount,
            "vat_code": self.entry.vat, "text": self.text,
        }))
    }
}

/// Whether a voucher of Toy Ledger's still has the lines a fingerprint was made of.
pub(crate) fn is_as_booked(voucher: &Value, expected: &str) -> bool {
    let currency = voucher.get("currency").and_then(Value::as_str).unwrap_or_default();
    let decimals = money::decimals(currency).unwrap_or(2);
    let lines = voucher.get("lines").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |line: &'_ Value, name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut print = Fingerprint::default();
    for line in lines {
        let amount = line.get("amount").and_then(Value::as_number).map(ToString::to_string);
        let Some(amount) = amount.and_then(|amount| money::from_decimal(&amount, decimals)) else { return false };
        let (account, debtor) = (text(line, "account"), text(line, "debtor"));
        print.add(&[&account, &debtor], &[&text(line, "vat_code"), &text(line, "text")], amount);
    }
    print.to_text() == expected
}

fn fingerprint<'l>(lines: impl Iterator<Item = (&'l str, &'l str, &'l str, &'l str, i64)>) -> Fingerprint {
    let mut print = Fingerprint::default();
    for (account, debtor, vat, text, amount) in lines {
        print.add(&[account, debtor], &[vat, text], amount);
    }
    print
}

fn receipt(
    api: &Api<'_>,
    now: u64,
    report: &DailyReport,
    corrects: &str,
    lines: &[Line<'_>],
    print: Fingerprint,
) -> Receipt {
    let sum = |side: fn(i64) -> i64| {
        lines.iter().map(|line| side(line.entry.amount).unsigned_abs()).fold(0, u64::saturating_add)
    };
    let booked: Vec<Entry<'_>> = lines.iter().map(|line| line.entry.clone()).collect();
    let mut told = adjustments(&booked, corrects, MAX_TEXT, api.locale);
    told.extend(booked.iter().filter_map(|entry| left_out(api, entry)));
    Receipt {
        report_id: report.id.clone(),
        revision: report.revision,
        journal: api.journal().to_owned(),
        voucher: voucher_of(&report.id, report.revision).to_string(),
        corrects: corrects.to_owned(),
        lines: booked.iter().map(|entry| LineReceipt { line: entry.line, external_id: String::new() }).collect(),
        total_debit: sum(|amount| amount.max(0)),
        total_credit: sum(|amount| amount.min(0)),
        fingerprint: print.to_text(),
        state: PostingState::AwaitsPerson,
        adjustments: told,
        booked_at: now,
    }
}

/// Toy Ledger has neither dimensions nor periods.
fn left_out(api: &Api<'_>, entry: &Entry<'_>) -> Option<Adjustment> {
    let has = entry.accrual.is_some() || entry.dimensions.iter().any(|dimension| !dimension.is_empty());
    has.then(|| Adjustment {
        line: entry.line,
        code: "dimension-left-out".to_owned(),
        message: say!(
            api.locale,
            "Toy Ledger har hverken dimensioner eller periodisering",
            "Toy Ledger has neither dimensions nor accruals"
        ),
    })
}

fn changed(api: &Api<'_>, report: &DailyReport, voucher: u64) -> Error {
    api.error(
        ErrorKind::Conflict,
        "day-differs",
        say!(
            api.locale,
            "dagen er allerede bogført med andet indhold (bilag {voucher}); ret den i Toy Ledger i hånden",
            "the day is booked already with other content (voucher {voucher}); correct it in Toy Ledger by hand",
            voucher = voucher
        ),
    )
    .about(&report.id)
}
