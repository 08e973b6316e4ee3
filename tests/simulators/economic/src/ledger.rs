//! Journal entries (kladdelinjer) and booked entries (posteringer). Both interfaces write the same ones.

mod booking;
mod rules;

pub(crate) use booking::{Unbookable, book};
pub(crate) use rules::{Flaw, Side, Sides, flaws};

use crate::books::Books;
use crate::resource::{Key, Row};
use crate::resources::JOURNALS;
use serde_json::{Number, Value};
use std::collections::BTreeMap;

/// Largest voucher number.
pub(crate) const MAX_VOUCHER: u64 = 999_999_999;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    CustomerPayment,
    SupplierInvoice,
    SupplierPayment,
    FinanceVoucher,
    ManualCustomerInvoice,
}

impl EntryKind {
    /// All, in the order in which a voucher lists them.
    pub(crate) const ALL: [Self; 5] = [
        Self::FinanceVoucher,
        Self::CustomerPayment,
        Self::SupplierInvoice,
        Self::SupplierPayment,
        Self::ManualCustomerInvoice,
    ];

    /// `financeVoucher`.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::CustomerPayment => "customerPayment",
            Self::SupplierInvoice => "supplierInvoice",
            Self::SupplierPayment => "supplierPayment",
            Self::FinanceVoucher => "financeVoucher",
            Self::ManualCustomerInvoice => "manualCustomerInvoice",
        }
    }

    /// `financeVouchers`.
    pub(crate) fn list(self) -> String {
        format!("{}s", self.word())
    }

    /// The number that the services have for it.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::CustomerPayment => 2,
            Self::SupplierInvoice => 3,
            Self::SupplierPayment => 4,
            Self::FinanceVoucher => 5,
            Self::ManualCustomerInvoice => 10,
        }
    }

    pub(crate) fn numbered(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Whether its first side is a customer.
    pub(crate) fn on_customer(self) -> bool {
        matches!(self, Self::CustomerPayment | Self::ManualCustomerInvoice)
    }
}

/// An entry of a journal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub journal: u64,
    pub year: String,
    pub voucher: u64,
    pub kind: EntryKind,
    /// Its properties by their names on the legacy interface; references as the number or code.
    pub values: Row,
    pub version: u64,
}

/// A booked entry: one account's part of an entry.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Booked {
    pub number: u64,
    /// The journal it was booked from.
    pub journal: u64,
    pub year: String,
    pub voucher: u64,
    pub kind: EntryKind,
    pub date: String,
    pub currency: String,
    pub amount: Value,
    pub amount_in_base_currency: Value,
    pub line: Line,
    pub customer_invoice: Option<Value>,
    pub due_date: Option<Value>,
}

/// One side of an entry: an account or a customer, and an amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    pub account: Option<u64>,
    pub customer: Option<u64>,
    /// Decimal text as the entry has it; positive is debit.
    pub amount: String,
    pub vat_code: Option<String>,
    pub text: String,
}

/// The entries of an agreement.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// Entries so far; the next gets one more.
    count: u64,
    booked_count: u64,
    pub entries: BTreeMap<u64, Entry>,
    pub booked: Vec<Booked>,
}

impl Ledger {
    /// Adds an entry and gives its number.
    pub(crate) fn add(&mut self, mut entry: Entry) -> u64 {
        self.count += 1;
        entry.values.insert("journalEntryNumber".to_owned(), Value::from(self.count));
        self.entries.insert(self.count, entry);
        self.count
    }

    /// The entries of a journal, by number.
    pub(crate) fn of_journal(&self, journal: u64) -> impl Iterator<Item = (u64, &Entry)> {
        self.entries.iter().filter(move |(_, entry)| entry.journal == journal).map(|(number, entry)| (*number, entry))
    }

    /// The next voucher number of a journal in a year, from the journal's own range; `None` where the range is used up.
    pub(crate) fn next_voucher(&self, books: &Books, journal: u64, year: &str) -> Option<u64> {
        let (min, max) = voucher_range(books, journal);
        let drafts = self.entries.values().map(|entry| (&entry.year, entry.voucher));
        let booked = self.booked.iter().map(|booked| (&booked.year, booked.voucher));
        let used = drafts.chain(booked).filter(|(own, number)| *own == year && (min..=max).contains(number));
        let next = used.map(|(_, number)| number + 1).max().unwrap_or(min);
        (next <= max).then_some(next)
    }
}

/// The least and greatest voucher number of a journal.
pub(crate) fn voucher_range(books: &Books, journal: u64) -> (u64, u64) {
    let range = setting(books, journal, "voucherNumbers");
    let of = |name: &str| range.and_then(|range| range.get(name)).and_then(Value::as_u64);
    (of("minimumVoucherNumber").unwrap_or(1).max(1), of("maximumVoucherNumber").unwrap_or(MAX_VOUCHER))
}

/// The kind of entry that a journal is restricted to.
pub(crate) fn restricted_to(books: &Books, journal: u64) -> Option<&str> {
    setting(books, journal, "entryTypeRestrictedTo")?.as_str()
}

fn setting<'b>(books: &'b Books, journal: u64, name: &str) -> Option<&'b Value> {
    books.row(&JOURNALS, None, &Key::Number(journal))?.get("settings")?.get(name)
}

impl Entry {
    /// A property's number, where it is a reference by number.
    pub(crate) fn refers(&self, name: &str) -> Option<u64> {
        self.values.get(name).and_then(Value::as_u64)
    }

    /// A property's text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// The amount as it is kept.
    pub(crate) fn amount(&self) -> String {
        self.values.get("amount").map(ToString::to_string).unwrap_or_default()
    }

    /// The sides of the entry: what a double-entry bookkeeper reads.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let text = self.text("text").unwrap_or_default().to_owned();
        let vat = |name: &str| self.text(name).map(str::to_owned);
        let amount = self.amount();
        let first = Line {
            account: self.refers("account").filter(|_| !self.kind.on_customer()),
            customer: self.refers("customer").filter(|_| self.kind.on_customer()),
            amount: amount.clone(),
            vat_code: vat("vatAccount").filter(|_| !self.kind.on_customer()),
            text: text.clone(),
        };
        let contra = Line {
            account: self.refers("contraAccount"),
            customer: None,
            amount: negated(&amount),
            vat_code: vat("contraVatAccount"),
            text,
        };
        [first, contra].into_iter().filter(|line| line.account.is_some() || line.customer.is_some()).collect()
    }
}

/// The number with the other sign, its digits as they are.
pub(crate) fn negated(amount: &str) -> String {
    if amount.chars().all(|character| !matches!(character, '1'..='9')) {
        return amount.to_owned();
    }
    match amount.strip_prefix('-') {
        Some(positive) => positive.to_owned(),
        None => format!("-{amount}"),
    }
}

/// Decimal text as a JSON number with the digits it has.
pub(crate) fn number(text: &str) -> Value {
    serde_json::from_str::<Number>(text).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1250.50", "-1250.50")]
    #[case("-0.005", "0.005")]
    #[case("0.00", "0.00")]
    #[case("100", "-100")]
    fn the_other_sign_keeps_the_digits(#[case] amount: &str, #[case] expected: &str) {
        assert_eq!(negated(amount), expected);
        assert_eq!(number(amount).to_string(), amount);
    }
}
