//! What an entry must keep to, whichever interface writes it; each interface says the breach in its own words.

use super::{Entry, EntryKind, restricted_to, voucher_range};
use crate::checks::day;
use crate::matching::decimal;
use crate::resource::{Key, Row};
use crate::resources::{ACCOUNTS, CUSTOMERS};
use crate::state::{Agreement, year_of};
use crate::switches::{BarredCustomer, Decimals, Switches};
use jiff::civil::Date;
use serde_json::Value;

/// Most digits of an amount before and after the point together.
const MAX_DIGITS: usize = 18;
/// Decimals that an amount can have.
const DECIMALS: u32 = 2;
/// Types of accounts that amounts can stand on.
const POSTING: [&str; 2] = ["profitAndLoss", "status"];

/// A side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Account,
    Contra,
}

/// How many sides of a finance voucher's entry must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    /// The account or the contra account.
    One,
    /// Both.
    Both,
}

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// There is no such account.
    NoAccount(Side, u64),
    /// The account is barred.
    AccountBarred(Side, u64),
    /// The account cannot be written to directly.
    AccountBlocked(Side, u64),
    /// A heading or a sum.
    AccountType(Side, u64),
    /// Neither side is there, or one that must be.
    AccountsMissing,
    /// A customer's entry without customer and account.
    CustomerMissing,
    /// There is no such customer.
    NoCustomer(u64),
    /// The customer is barred.
    CustomerBarred(u64),
    /// No accounting year has the day.
    NoYear,
    /// The day is not in the voucher's accounting year.
    OutsideYear,
    /// The accounting year is closed.
    YearClosed,
    /// The period is barred.
    PeriodBarred,
    /// The voucher number is not in the journal's range.
    VoucherNumber(u64),
    /// The journal does not take such entries.
    Kind,
    /// More digits than are kept.
    Digits,
    /// More decimals than the currency has.
    Decimals,
    /// The base currency has the rate 100.
    ExchangeRate,
    /// A manual invoice needs a day to be paid.
    DueDateMissing,
}

/// The rules that an entry breaks; its types and references to anything but accounts and customers were checked before.
pub(crate) fn flaws(agreement: &Agreement, switches: &Switches, entry: &Entry, needed: Sides) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    flaws.extend(in_time(agreement, entry));
    if restricted_to(&agreement.books, entry.journal).is_some_and(|kind| kind != entry.kind.word()) {
        flaws.push(Flaw::Kind);
    }
    let (min, max) = voucher_range(&agreement.books, entry.journal);
    if !(min..=max).contains(&entry.voucher) {
        flaws.push(Flaw::VoucherNumber(entry.voucher));
    }
    flaws.extend(sides(agreement, switches, entry, needed));
    flaws.extend(amounts(agreement, switches, entry));
    if entry.kind == EntryKind::ManualCustomerInvoice && entry.text("dueDate").is_none() {
        flaws.push(Flaw::DueDateMissing);
    }
    flaws
}

fn in_time(agreement: &Agreement, entry: &Entry) -> Option<Flaw> {
    let date = entry.text("date").and_then(day)?;
    match year_of(&agreement.books, date) {
        None => Some(Flaw::NoYear),
        Some((year, _)) if year != entry.year => Some(Flaw::OutsideYear),
        Some((_, true)) => Some(Flaw::YearClosed),
        Some((_, false)) if is_barred(agreement, date) => Some(Flaw::PeriodBarred),
        Some((_, false)) => None,
    }
}

/// Whether the period of a day is barred: the last that begins before it, where it has not ended.
fn is_barred(agreement: &Agreement, date: Date) -> bool {
    let start = agreement.barred.range(..=date).next_back();
    start.is_some_and(|start| start.first_of_month() == date.first_of_month())
}

fn sides(agreement: &Agreement, switches: &Switches, entry: &Entry, needed: Sides) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let (account, contra) = (entry.refers("account"), entry.refers("contraAccount"));
    if entry.kind.on_customer() {
        match entry.refers("customer") {
            None if contra.is_none() => flaws.push(Flaw::CustomerMissing),
            None => {}
            Some(number) => match agreement.books.row(&CUSTOMERS, None, &Key::Number(number)) {
                None => flaws.push(Flaw::NoCustomer(number)),
                Some(row) if flag(row, "barred") && switches.barred_customer == BarredCustomer::Refuse => {
                    flaws.push(Flaw::CustomerBarred(number));
                }
                Some(_) => {}
            },
        }
    } else if entry.kind == EntryKind::FinanceVoucher {
        let missing = match needed {
            Sides::Both => account.is_none() || contra.is_none(),
            Sides::One => account.is_none() && contra.is_none(),
        };
        if missing {
            flaws.push(Flaw::AccountsMissing);
        }
    }
    // The account of a customer's entry comes from the customer's group, whatever is sent.
    let account = account.filter(|_| !entry.kind.on_customer());
    for (side, number) in [(Side::Account, account), (Side::Contra, contra)] {
        flaws.extend(number.and_then(|number| unusable(agreement, side, number)));
    }
    flaws
}

fn unusable(agreement: &Agreement, side: Side, number: u64) -> Option<Flaw> {
    let Some(row) = agreement.books.row(&ACCOUNTS, None, &Key::Number(number)) else {
        return Some(Flaw::NoAccount(side, number));
    };
    let kind = row.get("accountType").and_then(Value::as_str).unwrap_or_default();
    if flag(row, "barred") {
        Some(Flaw::AccountBarred(side, number))
    } else if !POSTING.contains(&kind) {
        Some(Flaw::AccountType(side, number))
    } else if flag(row, "blockDirectEntries") {
        Some(Flaw::AccountBlocked(side, number))
    } else {
        None
    }
}

fn amounts(agreement: &Agreement, switches: &Switches, entry: &Entry) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let amount = entry.amount();
    if amount.bytes().filter(u8::is_ascii_digit).count() > MAX_DIGITS || decimal(&amount).is_none() {
        flaws.push(Flaw::Digits);
    }
    let finer = decimal(&amount).is_some_and(|amount| amount.normalize().scale() > DECIMALS);
    if finer && switches.decimals == Decimals::Refuse {
        flaws.push(Flaw::Decimals);
    }
    let base = entry.text("currency").is_none_or(|currency| currency == agreement.base_currency);
    let rate = entry.values.get("exchangeRate").and_then(|rate| decimal(&rate.to_string()));
    if base && rate.is_some_and(|rate| rate != rust_decimal::Decimal::ONE_HUNDRED) {
        flaws.push(Flaw::ExchangeRate);
    }
    flaws
}

fn flag(row: &Row, name: &str) -> bool {
    row.get(name) == Some(&Value::Bool(true))
}
