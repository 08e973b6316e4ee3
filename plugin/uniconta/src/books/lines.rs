//! Lines of a journal and posted transactions: from a booking to a row, and from a row to what is compared.

use super::booking::{Booking, Day};
use crate::api::Row;
use crate::assumptions::{DEBTOR_LINE, LEDGER_LINE, is_debtor_line};
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::bookkeeping::found::Keys;
use accounting_kit::{day, money};
use serde_json::{Map, Value};

/// An account and the ledger it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    kind: &'static str,
    number: String,
}

impl Account {
    pub(super) fn ledger(number: &str) -> Self {
        Self { kind: LEDGER_LINE, number: number.to_owned() }
    }

    pub(super) fn debtor(number: &str) -> Self {
        Self { kind: DEBTOR_LINE, number: number.to_owned() }
    }

    pub(super) fn is_ledger(&self) -> bool {
        self.kind == LEDGER_LINE
    }

    pub(super) fn number(&self) -> &str {
        &self.number
    }
}

/// What is compared of a line, whether it is to be sent or was read.
pub(super) struct Line<'l> {
    pub(super) account: &'l Account,
    /// Minor units; positive is debit.
    pub(super) amount: i64,
    /// Everything else, by [`DETAILS`].
    pub(super) details: [&'l str; 10],
}

/// The properties of [`Line::details`], in order.
pub(super) const DETAILS: [&str; 10] = [
    "Date",
    "Text",
    "Vat",
    "Dimension1",
    "Dimension2",
    "Dimension3",
    "Dimension4",
    "Dimension5",
    "SplitFromDate",
    "SplitToDate",
];

impl Line<'_> {
    pub(super) fn keys(&self) -> Keys {
        Keys::of(&[self.account.kind, self.account.number()], &self.details, self.amount)
    }

    pub(super) fn add_to(&self, print: &mut Fingerprint) {
        print.add(&[self.account.kind, self.account.number()], &self.details, self.amount);
    }
}

/// A line of a journal as it was read.
pub(super) struct JournalLine {
    pub(super) row_id: String,
    account: Account,
    amount: i64,
    details: [String; 10],
}

impl JournalLine {
    /// An amount that cannot be read exactly counts as none, which no line of a report has.
    pub(super) fn read(row: &Row, decimals: u32) -> Self {
        let number = row.account();
        let account = if is_debtor_line(&row.text("AccountType")) {
            Account::debtor(number.trim())
        } else {
            Account::ledger(number.trim())
        };
        let debit = money::from_decimal(&row.text("Debit"), decimals);
        let credit = money::from_decimal(&row.text("Credit"), decimals);
        let amount = debit.zip(credit).and_then(|(debit, credit)| debit.checked_sub(credit)).unwrap_or(0);
        let details = DETAILS.map(|property| {
            let text = row.text(property);
            if property.ends_with("Date") { day::from_invariant(&text).unwrap_or(text) } else { text }
        });
        Self { row_id: row.id().unwrap_or_default(), account, amount, details }
    }

    pub(super) fn line(&self) -> Line<'_> {
        Line { account: &self.account, amount: self.amount, details: self.details.each_ref().map(String::as_str) }
    }
}

/// A posted transaction, as far as it shows what was sent.
pub(super) struct Posted {
    account: Account,
    /// With its VAT, minor units.
    amount: i64,
    /// Whether Uniconta told the VAT of a line.
    pub(super) tells_vat: bool,
}

impl Posted {
    /// None for a row that Uniconta made by itself for the VAT: its base is told on it.
    pub(super) fn read(row: &Row, decimals: u32) -> Option<Self> {
        let minor = |property: &str| money::from_decimal(&row.text(property), decimals).unwrap_or(0);
        let (amount, vat) = (minor("Amount"), minor("AmountVat"));
        if minor("AmountBase") != 0 {
            return None;
        }
        let account = if is_debtor_line(&row.text("DCType")) {
            Account::debtor(row.text("DCAccount").trim())
        } else {
            Account::ledger(row.account().trim())
        };
        Some(Self { account, amount: amount.saturating_add(vat), tells_vat: vat != 0 })
    }

    pub(super) fn add_to(&self, print: &mut Fingerprint) {
        print.add(&[self.account.kind, self.account.number()], &[], self.amount);
    }
}

/// The row of a booking. Dates go as days and amounts as numbers with a dot, as clients send them [code].
pub(super) fn row(day: &Day<'_>, booking: &Booking<'_>, journal: &str, accrual_key: &str) -> Map<String, Value> {
    let mut row = Map::new();
    let mut put = |property: &str, text: &str| {
        if !text.is_empty() {
            row.insert(property.to_owned(), Value::String(text.to_owned()));
        }
    };
    put("Journal", journal);
    put("AccountType", booking.account.kind);
    put("Account", booking.account.number());
    let line = day.line(booking);
    for (property, text) in DETAILS.iter().zip(line.details) {
        put(property, text);
    }
    if booking.entry.accrual.is_some() {
        put("Split", accrual_key);
    }
    let side = if line.amount > 0 { "Debit" } else { "Credit" };
    row.insert(side.to_owned(), number(&money::to_decimal(i128::from(line.amount.unsigned_abs()), day.decimals)));
    row.insert("Voucher".to_owned(), number(&day.voucher));
    row
}

/// A JSON number with exactly these digits.
fn number(digits: &str) -> Value {
    serde_json::from_str(digits).unwrap_or_else(|_| Value::String(digits.to_owned()))
}
