//! How broken rules of vouchers are told: for each voucher by its place in the body, its own properties, and its entries by theirs.

use crate::ledger::{Entry, Flaw, Side};
use crate::refusal::{Leaf, Refusal, first_lower};
use crate::switches::Language;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The ambiguous code: a barred period, an account that is barred or missing.
const BARRED: &str = "E04041";
const PERIOD_HINT: &str = "You cannot create an entry with a date that is barred in the accounting year.";

/// Where a broken rule belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// To the voucher.
    Voucher,
    /// To the entry of that place in its list.
    Item(usize),
}

/// Broken rules by property.
type ByProperty = BTreeMap<String, Vec<Value>>;

/// The broken rules of a body.
#[derive(Debug, Default)]
pub(super) struct Broken {
    vouchers: BTreeMap<usize, (ByProperty, BTreeMap<usize, ByProperty>)>,
    count: usize,
}

impl Broken {
    /// Adds a broken rule of the voucher at a place.
    pub(super) fn tell(&mut self, voucher: usize, place: &Place, leaf: Leaf) {
        let (own, items) = self.vouchers.entry(voucher).or_default();
        let of_place = match place {
            Place::Voucher => own,
            Place::Item(item) => items.entry(*item).or_default(),
        };
        of_place.entry(first_lower(&leaf.property)).or_default().push(leaf.shown());
        self.count += 1;
    }

    /// Adds what an entry breaks, in the words of this interface.
    pub(super) fn tell_flaw(&mut self, voucher: usize, item: usize, entry: &Entry, flaw: &Flaw, language: Language) {
        for (of_voucher, leaf) in leaves(entry, flaw, language) {
            let place = if of_voucher { Place::Voucher } else { Place::Item(item) };
            self.tell(voucher, &place, leaf);
        }
    }

    /// The refusal, where there is anything to tell.
    pub(super) fn refusal(&self) -> Result<(), Refusal> {
        if self.count == 0 {
            return Ok(());
        }
        let errors: Vec<Value> = self
            .vouchers
            .iter()
            .map(|(at, (own, items))| {
                let items: Vec<Value> = items.iter().map(|(at, item)| listed(*at, item).into()).collect();
                let mut voucher = listed(*at, own);
                // What is wrong with the entries as a whole stands beside what is wrong with each.
                let whole = own.get("entries").cloned().unwrap_or_default();
                voucher.insert("entries".to_owned(), json!({"errors": whole, "items": items}));
                Value::Object(voucher)
            })
            .collect();
        Err(Refusal::validation(Value::Array(errors), self.count))
    }
}

fn listed(at: usize, properties: &ByProperty) -> Map<String, Value> {
    let mut listed: Map<String, Value> =
        properties.iter().map(|(name, leaves)| (name.clone(), json!({"errors": leaves}))).collect();
    listed.insert("arrayIndex".to_owned(), Value::from(at));
    listed
}

/// What a broken rule is told as; with the flag, it belongs to the voucher and not to the entry.
fn leaves(entry: &Entry, flaw: &Flaw, language: Language) -> Vec<(bool, Leaf)> {
    let name = |side: &Side| match side {
        Side::Account => "account",
        Side::Contra => "contraAccount",
    };
    let plain = |property: &str, message: &str, code: Option<&str>, input: Value| {
        vec![(false, Leaf::new(property, message.to_owned(), code, input))]
    };
    let closed_account = |number: &u64, message: &str| {
        let hint = "Find a list of accounts that are open for entries.";
        (true, Leaf::new("account", message.to_owned(), Some(BARRED), Value::from(number.to_string())).hinting(hint))
    };
    let date = |message: &str| {
        let input = json!({"voucherAccountingYear": entry.year, "entryDate": entry.text("date")});
        vec![(false, Leaf::new("Date", message.to_owned(), Some(BARRED), input).hinting(PERIOD_HINT))]
    };
    let kept = |property: &str| entry.values.get(property).cloned().unwrap_or_default();
    match flaw {
        Flaw::NoAccount(side, number) => {
            let message = format!("Account '{number}' not found.");
            let own = Leaf::new(name(side), message, Some("E07150"), Value::from(*number));
            vec![closed_account(number, "Account(s) is not found or barred."), (false, own)]
        }
        Flaw::AccountBarred(_, number) => vec![closed_account(number, "Account(s) is not found or barred.")],
        Flaw::AccountBlocked(_, number) => vec![closed_account(number, "Account(s) is blocked for direct entries.")],
        Flaw::AccountType(_, number) => vec![closed_account(number, "Account(s) is not of a type for entries.")],
        Flaw::AccountsMissing => {
            let property = if entry.refers("account").is_none() { "account" } else { "contraAccount" };
            plain(property, "Account and contra account must be set.", None, Value::Null)
        }
        Flaw::CustomerMissing => plain("customer", "Customer or contra account must be set.", None, Value::Null),
        Flaw::NoCustomer(number) => {
            plain("customer", &format!("Customer '{number}' not found."), Some("E07140"), Value::from(*number))
        }
        Flaw::CustomerBarred(number) => {
            plain("customer", &format!("Customer '{number}' is barred."), None, Value::from(*number))
        }
        Flaw::PeriodBarred => date(match language {
            Language::Danish => "Perioden er spærret.",
            Language::English => "The period is barred.",
        }),
        Flaw::NoYear | Flaw::OutsideYear => date(match language {
            Language::Danish => "Datoen ligger ikke i regnskabsåret.",
            Language::English => "The date is not in the accounting year.",
        }),
        Flaw::YearClosed => {
            let message = "The accounting year is closed.".to_owned();
            vec![(true, Leaf::new("accountingYear", message, Some("E04870"), Value::from(entry.year.as_str())))]
        }
        Flaw::VoucherNumber(number) => {
            let message = "The voucher number is outside the range of the journal.".to_owned();
            vec![(true, Leaf::new("voucherNumber", message, None, Value::from(*number)))]
        }
        Flaw::Kind => plain("entryType", "The journal does not take such entries.", None, entry.kind.word().into()),
        Flaw::Digits => plain("amount", "The amount has too many digits.", None, kept("amount")),
        Flaw::Decimals => plain("amount", "The amount has more than 2 decimals.", None, kept("amount")),
        Flaw::ExchangeRate => {
            plain("exchangeRate", "The rate of the base currency must be 100.", None, kept("exchangeRate"))
        }
        Flaw::DueDateMissing => {
            plain("dueDate", "Required properties are missing from object: dueDate.", None, Value::Null)
        }
    }
}
