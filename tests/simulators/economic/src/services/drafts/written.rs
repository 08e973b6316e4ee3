//! A draft entry as a caller writes it: its types, and its breaches in the service's own codes.

use super::NAMES;
use crate::checks::day;
use crate::gate::Scene;
use crate::ledger::{Entry, EntryKind, Flaw, Side, Sides, flaws};
use crate::problem::Breach;
use crate::resource::{Key, Row};
use crate::resources::{CURRENCIES, JOURNALS, MAX_TEXT, VAT_ACCOUNTS};
use crate::state::year_of;
use serde_json::{Map, Value};

/// What must be there.
const REQUIRED: [&str; 5] = ["amount", "currency", "date", "entryTypeNumber", "journalNumber"];
/// What may be null, as if it were left out.
const NULLABLE: [&str; 14] = [
    "entryNumber",
    "voucherNumber",
    "accountNumber",
    "vatCode",
    "exchangeRate",
    "contraAccountNumber",
    "contraVatCode",
    "text",
    "customerNumber",
    "customerInvoiceNumber",
    "supplierNumber",
    "supplierInvoiceNumber",
    "dueDate",
    "objectVersion",
];
/// What is a number.
const NUMBERS: [&str; 9] = [
    "amount",
    "entryTypeNumber",
    "journalNumber",
    "voucherNumber",
    "accountNumber",
    "exchangeRate",
    "contraAccountNumber",
    "customerNumber",
    "supplierNumber",
];
/// What is a text.
const TEXTS: [&str; 8] = [
    "currency",
    "date",
    "vatCode",
    "contraVatCode",
    "text",
    "customerInvoiceNumber",
    "supplierInvoiceNumber",
    "dueDate",
];

/// Reads an entry. `old` is the one that it replaces: what the services have no word for stays as it was.
///
/// # Errors
/// Every breach.
pub(super) fn read(scene: &Scene<'_>, body: &Map<String, Value>, old: Option<&Entry>) -> Result<Entry, Vec<Breach>> {
    let typed = typed(body, old.is_some())?;
    let mut breaches = Vec::new();
    let whole = |name: &str| typed.get(name).and_then(Value::as_u64);
    let text = |name: &str| typed.get(name).and_then(Value::as_str);
    let books = &scene.agreement.books;
    let journal = whole("journalNumber").unwrap_or_default();
    if books.row(&JOURNALS, None, &Key::Number(journal)).is_none() {
        return Err(vec![Breach::new("journalNumber", "JournalDoesNotExist", "There is no such journal.")]);
    }
    let Some(kind) = whole("entryTypeNumber").and_then(EntryKind::numbered) else {
        return Err(vec![Breach::new("entryTypeNumber", "JournalEntryTypeNotCorrect", "There is no such type.")]);
    };
    if text("text").is_some_and(|text| text.chars().count() > MAX_TEXT) {
        breaches.push(Breach::new("text", "JournalEntryTextTooLong", "The text is longer than 250 characters."));
    }
    let known = |resource, name: &str| {
        text(name).is_none_or(|code| books.row(resource, None, &Key::Text(code.to_owned())).is_some())
    };
    if !known(&CURRENCIES, "currency") {
        breaches.push(Breach::new("currency", "JournalEntryCurrencyNotFound", "There is no such currency."));
    }
    for name in ["vatCode", "contraVatCode"] {
        if !known(&VAT_ACCOUNTS, name) {
            breaches.push(Breach::new(name, "InvalidValue", "There is no such VAT code."));
        }
    }
    let mut values = old.map(|old| old.values.clone()).unwrap_or_default();
    for (name, legacy) in NAMES {
        values.remove(legacy);
        values.extend(typed.get(name).cloned().map(|value| (legacy.to_owned(), value)));
    }
    for name in ["date", "dueDate"] {
        values.remove(name);
        // The day of a moment; its time does not count.
        let given = text(name).map(|text| text.get(..10).and_then(day));
        match given {
            Some(Some(day)) => {
                values.insert(name.to_owned(), Value::from(day.to_string()));
            }
            Some(None) => breaches.push(Breach::new(name, "InvalidValue", "It is not a date.")),
            None => {}
        }
    }
    if kind.on_customer() {
        // It follows from the customer's group, whatever is sent.
        values.remove("account");
    }
    if !breaches.is_empty() {
        return Err(breaches);
    }
    let year = values.get("date").and_then(Value::as_str).and_then(day).and_then(|day| year_of(books, day));
    let year = year.map(|(year, _)| year).unwrap_or_default();
    let next = || scene.agreement.ledger.next_voucher(books, journal, &year);
    let Some(voucher) = whole("voucherNumber").or_else(next) else {
        let code = "JournalEntryVoucherNumberCannotBeGenerated";
        return Err(vec![Breach::new("voucherNumber", code, "The journal has no more voucher numbers.")]);
    };
    let version = old.map_or(1, |old| old.version + 1);
    let entry = Entry { journal, year, voucher, kind, values, version };
    let broken = flaws(scene.agreement, &scene.config.switches, &entry, Sides::One);
    if broken.is_empty() { Ok(entry) } else { Err(broken.iter().map(breach).collect()) }
}

/// The properties that are there, of their types.
fn typed(body: &Map<String, Value>, replaces: bool) -> Result<Row, Vec<Breach>> {
    let mut breaches = Vec::new();
    let mut typed = Row::new();
    for (name, value) in body {
        let fits = match value {
            Value::Null if NULLABLE.contains(&name.as_str()) => continue,
            Value::Number(_) => !TEXTS.contains(&name.as_str()),
            Value::String(_) => !NUMBERS.contains(&name.as_str()),
            _ => !NUMBERS.contains(&name.as_str()) && !TEXTS.contains(&name.as_str()),
        };
        if fits {
            typed.insert(name.clone(), value.clone());
        } else {
            breaches.push(Breach::new(name, "InvalidValue", "Invalid value provided."));
        }
    }
    let required = REQUIRED.iter().chain(replaces.then_some(&"voucherNumber"));
    for name in required.filter(|name| !body.contains_key(**name)) {
        let code = if *name == "currency" { "JournalEntryCurrencyNotSet" } else { "Required" };
        breaches.push(Breach::new(name, code, format!("The {name} field is required.")));
    }
    if breaches.is_empty() { Ok(typed) } else { Err(breaches) }
}

/// A breach in the service's own code.
pub(in crate::services) fn breach(flaw: &Flaw) -> Breach {
    use Side::{Account, Contra};
    let of = |property: &str, code: &str, message: &str| Breach::new(property, &format!("Journal{code}"), message);
    match flaw {
        Flaw::NoAccount(Account, _) => of("accountNumber", "EntryAccountNotFound", "There is no such account."),
        Flaw::NoAccount(Contra, _) => {
            of("contraAccountNumber", "EntryContraAccountNotFound", "There is no such account.")
        }
        Flaw::AccountBarred(Account, _) => of("accountNumber", "EntryAccountNotAccessible", "The account is barred."),
        Flaw::AccountBarred(Contra, _) => {
            of("contraAccountNumber", "EntryContraAccountNotAccessible", "The account is barred.")
        }
        Flaw::AccountBlocked(Account, _) => {
            let message = "The account is blocked for direct entries.";
            of("accountNumber", "EntryAccountIsBlockedForDirectEntries", message)
        }
        Flaw::AccountBlocked(Contra, _) => {
            let message = "The account is blocked for direct entries.";
            of("contraAccountNumber", "EntryContraAccountIsBlockedForDirectEntries", message)
        }
        Flaw::AccountType(Account, _) => of("accountNumber", "EntryWrongAccountType", "It is no account for entries."),
        Flaw::AccountType(Contra, _) => {
            of("contraAccountNumber", "EntryWrongContraAccountType", "It is no account for entries.")
        }
        Flaw::AccountsMissing => {
            let message = "Neither account nor contra account is set.";
            of("accountNumber", "EntryAccountAndContraAccountNotSet", message)
        }
        Flaw::CustomerMissing => {
            of("customerNumber", "EntryCustomerAndAccountNotSet", "Neither customer nor contra account is set.")
        }
        Flaw::NoCustomer(_) => of("customerNumber", "EntryCustomerNotFound", "There is no such customer."),
        Flaw::CustomerBarred(_) => of("customerNumber", "EntryCustomerNotAccessible", "The customer is barred."),
        Flaw::NoYear => of("date", "EntryDateAccountingYearDoesNotExist", "No accounting year has the date."),
        Flaw::OutsideYear => {
            let message = "The date is not in the accounting year of the voucher.";
            of("date", "EntryNotWithinEnclosingVoucherAccountingYear", message)
        }
        Flaw::YearClosed => of("date", "EntryDateAccountingYearClosed", "The accounting year is closed."),
        Flaw::PeriodBarred => of("date", "EntryDateAccountingYearPeriodBarred", "The period is barred."),
        Flaw::VoucherNumber(_) => {
            let message = "The voucher number is outside the range of the journal.";
            of("voucherNumber", "EntryVoucherNumberNotWithinBoundaries", message)
        }
        Flaw::Kind => of("entryTypeNumber", "EntryTypeNotCorrect", "The journal does not take such entries."),
        Flaw::Digits => of("amount", "EntryAmountExceedsDigitLimit", "The amount has more than 18 digits."),
        Flaw::Decimals => of("amount", "EntryAmountExceedsDigitLimit", "The amount has more than 2 decimals."),
        Flaw::ExchangeRate => {
            let message = "The rate of the base currency must be 100.";
            of("exchangeRate", "EntryExchangeRateMustBeOneHundredForBaseCurrency", message)
        }
        Flaw::DueDateMissing => of("dueDate", "EntryDueDateNotSet", "A manual customer invoice needs a due date."),
    }
}
