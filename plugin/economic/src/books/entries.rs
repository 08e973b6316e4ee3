//! Entries of a journal: from a booking to JSON, and from JSON to what is compared.

use super::booking::{Booking, Day};
use crate::assumptions::DEPARTMENT;
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::bookkeeping::found::Keys;
use accounting_kit::money;
use serde_json::{Map, Value, json};

/// An entry on the ledger, by e-conomic's name.
pub(super) const FINANCE: &str = "financeVoucher";
/// An entry on a customer.
pub(super) const PAYMENT: &str = "customerPayment";

/// What is compared of a line, whether it is to be sent or was read.
pub(super) struct Line<'l> {
    pub(super) kind: &'l str,
    /// Account or customer number.
    pub(super) number: &'l str,
    /// Minor units; positive is debit.
    pub(super) amount: i64,
    /// Date, text, VAT code, department, contra account.
    pub(super) details: [&'l str; 5],
}

impl Line<'_> {
    pub(super) fn keys(&self) -> Keys {
        Keys::of(&[self.kind, self.number], &self.details, self.amount)
    }

    pub(super) fn add_to(&self, print: &mut Fingerprint) {
        print.add(&[self.kind, self.number], &self.details, self.amount);
    }
}

/// An entry as it lies in the journal.
pub(super) struct Draft {
    /// e-conomic's number of it.
    pub(super) number: u64,
    /// Its voucher.
    pub(super) voucher: u64,
    pub(super) text: String,
    kind: String,
    account: String,
    pub(super) amount: i64,
    details: [String; 5],
}

impl Draft {
    /// An amount that cannot be read exactly counts as none, which no line of a report has.
    pub(super) fn read(value: &Value, decimals: u32) -> Self {
        let below = |name: &str, number: &str| shown(value.get(name).and_then(|below| below.get(number)));
        let text = |name: &str| shown(value.get(name));
        let kind = text("entryType");
        let account =
            if kind == PAYMENT { below("customer", "customerNumber") } else { below("account", "accountNumber") };
        let number = |text: String| text.parse().unwrap_or_default();
        Self {
            number: number(text("journalEntryNumber")),
            voucher: number(below("voucher", "voucherNumber")),
            text: text("text"),
            account,
            kind,
            amount: money::from_decimal(&text("amount"), decimals).unwrap_or(0),
            details: [
                text("date"),
                text("text"),
                below("vatAccount", "vatCode"),
                below("departmentalDistribution", "departmentalDistributionNumber"),
                below("contraAccount", "accountNumber"),
            ],
        }
    }

    pub(super) fn line(&self) -> Line<'_> {
        Line {
            kind: &self.kind,
            number: &self.account,
            amount: self.amount,
            details: self.details.each_ref().map(String::as_str),
        }
    }
}

/// A text or a number as text; empty for nothing.
pub(super) fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A voucher of these bookings.
pub(super) fn voucher<'b>(day: &Day<'_>, year: &str, bookings: impl Iterator<Item = &'b Booking<'b>>) -> Value {
    let mut lists: [(&str, Vec<Value>); 2] = [("financeVouchers", Vec::new()), ("customerPayments", Vec::new())];
    for booking in bookings {
        let wanted = usize::from(booking.kind == PAYMENT);
        if let Some((_, list)) = lists.get_mut(wanted) {
            list.push(entry(day, booking));
        }
    }
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    let lists: Map<String, Value> = lists.map(|(name, list)| (name.to_owned(), Value::Array(list))).collect();
    json!({ "accountingYear": { "year": year }, "journal": { "journalNumber": day.journal }, "entries": lists })
}

fn entry(day: &Day<'_>, booking: &Booking<'_>) -> Value {
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let entry = &booking.entry;
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    match booking.kind {
        PAYMENT => put("customer", json!({ "customerNumber": number(&booking.number) })),
        _ => put("account", json!({ "accountNumber": number(&booking.number) })),
    };
    put("contraAccount", json!({ "accountNumber": day.contra }));
    put("amount", number(&money::to_decimal(entry.amount.into(), day.decimals)));
    put("currency", json!({ "code": day.report.currency }));
    put("date", json!(day.report.date));
    put("text", json!(booking.text));
    if !entry.vat.is_empty() {
        put("vatAccount", json!({ "vatCode": entry.vat }));
    }
    if !booking.department.is_empty() {
        let department = number(booking.department);
        put(
            "departmentalDistribution",
            json!({ "departmentalDistributionNumber": department, "distributionType": DEPARTMENT }),
        );
    }
    Value::Object(out)
}
