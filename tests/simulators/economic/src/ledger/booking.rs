//! Booking (bogføring): entries leave their journal and become booked entries, all of them or none.
//!
//! The VAT of a line with a code is part of its amount (inferred), and goes to the code's own account.

use super::{Booked, Entry, Line, Sides, flaws, negated, number};
use crate::matching::decimal;
use crate::resource::Key;
use crate::resources::{CUSTOMER_GROUPS, CUSTOMERS, VAT_ACCOUNTS};
use crate::state::Agreement;
use crate::switches::Switches;
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Why entries cannot be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unbookable {
    /// There is no such entry in the journal.
    NoEntry(u64),
    /// An entry breaks a rule, now if not when it was written.
    Flawed(u64, Vec<super::Flaw>),
    /// The lines of a voucher do not sum to zero.
    Unbalanced(u64),
}

/// Books entries of a journal: the chosen ones, or all.
///
/// # Errors
/// Nothing is booked where one of them cannot be.
pub(crate) fn book(
    agreement: &mut Agreement,
    switches: &Switches,
    journal: u64,
    chosen: Option<&[u64]>,
) -> Result<(), Unbookable> {
    let numbers: BTreeSet<u64> = match chosen {
        None => agreement.ledger.of_journal(journal).map(|(number, _)| number).collect(),
        Some(numbers) => numbers.iter().copied().collect(),
    };
    let mut entries: Vec<Entry> = Vec::new();
    for wanted in &numbers {
        let entry = agreement.ledger.entries.get(wanted).filter(|entry| entry.journal == journal);
        let entry = entry.ok_or(Unbookable::NoEntry(*wanted))?;
        let broken = flaws(agreement, switches, entry, Sides::One);
        if !broken.is_empty() {
            return Err(Unbookable::Flawed(*wanted, broken));
        }
        entries.push(entry.clone());
    }
    balanced(&entries)?;
    for entry in &entries {
        for line in entry.lines() {
            book_line(agreement, entry, line);
        }
    }
    agreement.ledger.entries.retain(|number, _| !numbers.contains(number));
    Ok(())
}

fn balanced(entries: &[Entry]) -> Result<(), Unbookable> {
    let mut sums: BTreeMap<(&str, u64), Decimal> = BTreeMap::new();
    for entry in entries {
        for line in entry.lines() {
            let sum = sums.entry((entry.year.as_str(), entry.voucher)).or_default();
            *sum = sum.saturating_add(decimal(&line.amount).unwrap_or_default());
        }
    }
    match sums.into_iter().find(|(_, sum)| !sum.is_zero()) {
        Some(((_, voucher), _)) => Err(Unbookable::Unbalanced(voucher)),
        None => Ok(()),
    }
}

fn book_line(agreement: &mut Agreement, entry: &Entry, line: Line) {
    if let Some(customer) = line.customer {
        agreement.booked_customers.insert(customer);
        add_to_balance(agreement, customer, &base_amount(agreement, entry, &line.amount));
        let account = summary_account(agreement, customer);
        push(agreement, entry, Line { account, ..line });
        return;
    }
    let Some(vat) = line.vat_code.as_deref().and_then(|code| vat(agreement, code, &line.amount)) else {
        push(agreement, entry, line);
        return;
    };
    let on = |account: Option<u64>, amount: &str| Line { account, amount: amount.to_owned(), ..line.clone() };
    let owed = match vat.contra {
        // Reverse charge: the VAT is owed and deducted at once, and the amount stays whole.
        Some(contra) => vec![on(line.account, &line.amount), on(Some(contra), &negated(&vat.amount))],
        None => vec![on(line.account, &subtracted(&line.amount, &vat.amount))],
    };
    for part in owed.into_iter().chain([on(vat.account, &vat.amount)]) {
        push(agreement, entry, part);
    }
}

/// The VAT of an amount.
struct Vat {
    account: Option<u64>,
    contra: Option<u64>,
    amount: String,
}

fn vat(agreement: &Agreement, code: &str, amount: &str) -> Option<Vat> {
    let row = agreement.books.row(&VAT_ACCOUNTS, None, &Key::Text(code.to_owned()))?;
    let rate = decimal(&row.get("ratePercentage")?.to_string())?;
    let account = |name: &str| row.get(name).and_then(Value::as_u64);
    let contra = account("contraAccount");
    let whole = if contra.is_some() { Decimal::ONE_HUNDRED } else { rate.checked_add(Decimal::ONE_HUNDRED)? };
    let vat = decimal(amount)?.checked_mul(rate)?.checked_div(whole)?;
    let vat = vat.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    Some(Vat { account: account("account"), contra, amount: vat.to_string() })
}

fn subtracted(amount: &str, less: &str) -> String {
    let rest = decimal(amount).zip(decimal(less)).and_then(|(amount, less)| amount.checked_sub(less));
    rest.map_or_else(|| amount.to_owned(), |rest| rest.to_string())
}

fn summary_account(agreement: &Agreement, customer: u64) -> Option<u64> {
    let group = agreement.books.customer(customer)?.get("customerGroup").and_then(Key::of)?;
    agreement.books.row(&CUSTOMER_GROUPS, None, &group)?.get("account")?.as_u64()
}

fn add_to_balance(agreement: &mut Agreement, customer: u64, amount: &str) {
    let Some(row) = agreement.books.rows_mut(&CUSTOMERS, None).get_mut(&Key::Number(customer)) else {
        return;
    };
    let before = row.get("balance").and_then(|balance| decimal(&balance.to_string())).unwrap_or_default();
    let after = before.saturating_add(decimal(amount).unwrap_or_default());
    row.insert("balance".to_owned(), number(&after.to_string()));
}

/// An amount of an entry in the base currency.
fn base_amount(agreement: &Agreement, entry: &Entry, amount: &str) -> String {
    let foreign = entry.text("currency").is_some_and(|currency| currency != agreement.base_currency);
    let rate = entry.values.get("exchangeRate").and_then(|rate| decimal(&rate.to_string()));
    let converted = || {
        let product = decimal(amount)?.checked_mul(rate.filter(|_| foreign)?)?.checked_div(Decimal::ONE_HUNDRED)?;
        Some(product.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).to_string())
    };
    converted().unwrap_or_else(|| amount.to_owned())
}

fn push(agreement: &mut Agreement, entry: &Entry, line: Line) {
    let in_base = base_amount(agreement, entry, &line.amount);
    let currency = entry.text("currency").unwrap_or(&agreement.base_currency).to_owned();
    let ledger = &mut agreement.ledger;
    ledger.booked_count += 1;
    ledger.booked.push(Booked {
        number: ledger.booked_count,
        journal: entry.journal,
        year: entry.year.clone(),
        voucher: entry.voucher,
        kind: entry.kind,
        date: entry.text("date").unwrap_or_default().to_owned(),
        currency,
        amount: number(&line.amount),
        amount_in_base_currency: number(&in_base),
        customer_invoice: entry.values.get("customerInvoice").cloned(),
        due_date: entry.values.get("dueDate").cloned(),
        line,
    });
}
