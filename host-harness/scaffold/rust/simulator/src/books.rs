//! What Toy Ledger keeps, and its rules.

use crate::answer::Answer;
use accounting_trial::{Attribute, Call, Delivery, Fault, Header};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The company whose books these are.
pub(crate) const COMPANY: u64 = 7;
/// The longest text of a debtor's property, in characters.
pub(crate) const MAX_TEXT: usize = 100;
/// The longest text on a voucher's line, in characters.
pub(crate) const MAX_LINE_TEXT: usize = 60;
/// The chart of accounts (kontoplan).
pub(crate) const ACCOUNTS: [&str; 6] = ["1010", "1020", "5600", "5810", "5820", "9990"];
/// VAT codes (momskoder).
pub(crate) const VAT_CODES: [&str; 2] = ["I25", "U25"];
/// The currency of the books.
pub(crate) const CURRENCY: &str = "DKK";
/// Journals (kladder).
pub(crate) const JOURNALS: [u64; 2] = [1, 2];
/// The first id; ids are given in order and never twice.
const FIRST_ID: u64 = 1001;
/// Amounts are added up in ten thousandths: no currency has more decimals.
const DECIMALS: usize = 4;

/// What the contract calls a property, and what Toy Ledger calls it.
pub(crate) const PROPERTIES: [(Attribute, &str); 10] = [
    (Attribute::Name, "name"),
    (Attribute::Address, "street"),
    (Attribute::Zip, "postcode"),
    (Attribute::City, "town"),
    (Attribute::Country, "country_code"),
    (Attribute::Phone, "telephone"),
    (Attribute::Mobile, "mobile"),
    (Attribute::Email, "mail"),
    (Attribute::Cvr, "vat_number"),
    (Attribute::Ean, "gln"),
];
/// Properties that the contract has no word for.
pub(crate) const OWN_PROPERTIES: [&str; 2] = ["payment_terms", "remark"];

/// A debtor.
#[derive(Debug, Clone)]
pub(crate) struct Debtor {
    pub(crate) id: u64,
    pub(crate) number: String,
    pub(crate) blocked: bool,
    pub(crate) texts: BTreeMap<String, String>,
    /// Grows over all debtors with every change.
    change: u64,
}

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) debtors: BTreeMap<u64, Debtor>,
    /// Ids of deleted debtors, and the change that deleted them.
    deleted: BTreeMap<u64, u64>,
    pub(crate) vouchers: BTreeMap<(u64, u64), Value>,
    pub(crate) link: Option<String>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) calls: Vec<Call>,
    pub(crate) faults: Vec<Fault>,
    given: u64,
    changes: u64,
}

impl Books {
    /// Create a debtor of properties by Toy Ledger's names.
    pub(crate) fn create(&mut self, wanted: &Map<String, Value>) -> Result<&Debtor, Answer> {
        let id = FIRST_ID + self.given;
        let mut debtor =
            Debtor { id, number: id.to_string(), blocked: false, texts: BTreeMap::new(), change: self.changes };
        self.put(&mut debtor, wanted)?;
        if debtor.texts.get("name").is_none_or(String::is_empty) {
            return Err(Answer::refused(422, "name-missing", "a debtor must have a name"));
        }
        self.given += 1;
        Ok(self.keep(debtor, "created"))
    }

    /// Change the properties that are named; the others stay.
    pub(crate) fn change(&mut self, id: u64, wanted: &Map<String, Value>) -> Result<&Debtor, Answer> {
        let mut debtor = self.debtors.get(&id).cloned().ok_or_else(not_there)?;
        self.put(&mut debtor, wanted)?;
        Ok(self.keep(debtor, "changed"))
    }

    /// Delete a debtor.
    pub(crate) fn delete(&mut self, id: u64) -> Result<(), Answer> {
        self.debtors.remove(&id).ok_or_else(not_there)?;
        self.changes += 1;
        self.deleted.insert(id, self.changes);
        self.call_link(id, "deleted");
        Ok(())
    }

    fn put(&self, debtor: &mut Debtor, wanted: &Map<String, Value>) -> Result<(), Answer> {
        for (name, value) in wanted {
            match (name.as_str(), value) {
                ("number", Value::String(number)) if !number.is_empty() => {
                    if self.debtors.values().any(|other| other.id != debtor.id && other.number == *number) {
                        return Err(Answer::refused(409, "number-taken", "another debtor has this number"));
                    }
                    debtor.number.clone_from(number);
                }
                ("blocked", Value::Bool(blocked)) => debtor.blocked = *blocked,
                (name, Value::String(text)) if is_text(name) => {
                    if text.chars().count() > MAX_TEXT {
                        return Err(Answer::refused(422, "too-long", &format!("{name} is longer than {MAX_TEXT}")));
                    }
                    debtor.texts.insert(name.to_owned(), text.clone());
                }
                _ => return Err(Answer::refused(422, "not-a-property", &format!("{name} cannot be that"))),
            }
        }
        Ok(())
    }

    fn keep(&mut self, mut debtor: Debtor, event: &str) -> &Debtor {
        let id = debtor.id;
        self.changes += 1;
        debtor.change = self.changes;
        self.call_link(id, event);
        self.debtors.entry(id).insert_entry(debtor).into_mut()
    }

    fn call_link(&mut self, id: u64, event: &str) {
        if let Some(url) = self.link.clone() {
            self.deliveries.push(delivery(&url, COMPANY, id, event));
        }
    }

    /// What changed after a change, oldest first, deletions among it.
    pub(crate) fn changed_since(&self, since: u64, limit: usize) -> Vec<Value> {
        let kept = self.debtors.values().map(|debtor| (debtor.change, debtor.shown()));
        let gone =
            self.deleted.iter().map(|(id, change)| (*change, json!({"id": id, "change": change, "deleted": true})));
        let mut found: Vec<(u64, Value)> = kept.chain(gone).filter(|(change, _)| *change > since).collect();
        found.sort_by_key(|(change, _)| *change);
        found.into_iter().take(limit).map(|(_, shown)| shown).collect()
    }

    /// Put a voucher into a journal, once.
    pub(crate) fn book(&mut self, voucher: &Value) -> Result<Value, Answer> {
        let whole = |name: &str| {
            let number = voucher.get(name).and_then(Value::as_u64);
            number.ok_or_else(|| Answer::refused(422, "not-a-number", &format!("{name} must be a number")))
        };
        let (journal, number) = (whole("journal")?, whole("number")?);
        if !JOURNALS.contains(&journal) {
            return Err(Answer::refused(422, "no-such-journal", "there is no such journal"));
        }
        if voucher.get("currency").and_then(Value::as_str) != Some(CURRENCY) {
            return Err(Answer::refused(422, "other-currency", "the books are kept in another currency"));
        }
        if self.vouchers.contains_key(&(journal, number)) {
            return Err(Answer::refused(409, "voucher-taken", "the journal has a voucher of this number"));
        }
        let lines = voucher.get("lines").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut sum = 0;
        for line in lines {
            sum += self.checked(line)?;
        }
        if lines.is_empty() || sum != 0 {
            return Err(Answer::refused(422, "not-balanced", "debit and credit must be the same"));
        }
        self.vouchers.insert((journal, number), voucher.clone());
        Ok(voucher.clone())
    }

    fn checked(&self, line: &Value) -> Result<i128, Answer> {
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
        let (account, debtor, vat) = (text("account"), text("debtor"), text("vat_code"));
        let known = match (account, debtor) {
            ("", debtor) => self.debtors.values().any(|kept| kept.number == debtor && !kept.blocked),
            (account, "") => ACCOUNTS.contains(&account),
            _ => false,
        };
        if !known {
            return Err(Answer::refused(422, "no-such-account", "a line has no account that can be posted to"));
        }
        if !vat.is_empty() && !VAT_CODES.contains(&vat) {
            return Err(Answer::refused(422, "no-such-vat-code", "a line has a VAT code that is not there"));
        }
        if text("text").chars().count() > MAX_LINE_TEXT {
            return Err(Answer::refused(422, "too-long", "the text of a line is too long"));
        }
        let amount = line.get("amount").and_then(Value::as_number).and_then(|number| exact(&number.to_string()));
        amount.ok_or_else(|| Answer::refused(422, "not-an-amount", "a line has no amount"))
    }
}

impl Debtor {
    /// As the REST interface shows it.
    pub(crate) fn shown(&self) -> Value {
        let mut shown = Map::from_iter([
            ("id".to_owned(), json!(self.id)),
            ("number".to_owned(), json!(self.number)),
            ("blocked".to_owned(), json!(self.blocked)),
            ("change".to_owned(), json!(self.change)),
        ]);
        shown.extend(self.texts.iter().map(|(name, text)| (name.clone(), json!(text))));
        Value::Object(shown)
    }
}

/// A call of the link, about a debtor of a company.
pub(crate) fn delivery(url: &str, company: u64, id: u64, event: &str) -> Delivery {
    let query = url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    let header = Header { name: "content-type".to_owned(), value: "application/json".to_owned() };
    let body = json!({"company": company, "table": "debtors", "id": id, "event": event}).to_string();
    Delivery { method: "POST".to_owned(), query, headers: vec![header], body }
}

fn is_text(name: &str) -> bool {
    PROPERTIES.iter().any(|(_, known)| *known == name) || OWN_PROPERTIES.contains(&name)
}

pub(crate) fn not_there() -> Answer {
    Answer::refused(404, "not-there", "there is no such thing")
}

/// An amount in ten thousandths.
fn exact(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.len() > DECIMALS || !digits(fraction) || !digits(whole.strip_prefix('-').unwrap_or(whole)) {
        return None;
    }
    format!("{whole}{fraction:0<DECIMALS$}").parse().ok()
}
