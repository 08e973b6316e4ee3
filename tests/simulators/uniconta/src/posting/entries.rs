//! The rows that one side of a line becomes: on the account, on the VAT account, on the summary account of a debtor.

use super::money::{Method, Split, decimals, posted, split};
use crate::books::journal::{DIMENSIONS, Ledger, Party, Side};
use crate::books::{Books, Row};
use crate::kept::{Values, kept_number, number, text};
use crate::refusal::{ErrorCode, Refusal};
use crate::switches::{AmountVat, Switches, VatAmounts};
use crate::tables::GL_ACCOUNT;
use rust_decimal::Decimal;
use serde_json::Value;

/// A row to be written on the ledger.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// `RowId` of the ledger account.
    pub account_row: u32,
    /// What it adds to its voucher.
    pub amount: Decimal,
    /// What is written, but for the numbers that are only known once all lines are.
    pub values: Values,
    /// The debtor or creditor behind a row on a summary account.
    pub subledger: Option<Subledger>,
}

/// A debtor or creditor behind a row.
#[derive(Clone, Debug)]
pub(super) struct Subledger {
    /// Its table.
    pub table: &'static str,
    /// Its row.
    pub row_id: u32,
}

/// An amount in the company's currency, and in the line's where it has one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amounts {
    /// In the company's.
    pub own: Decimal,
    /// In the line's.
    pub in_currency: Option<Decimal>,
}

/// What the rows of a side are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Making<'a> {
    /// The books.
    pub books: &'a Books,
    /// The line.
    pub line: &'a Values,
    /// Which side of it.
    pub side: Side,
    /// Decimals of the company's currency.
    pub decimals: u32,
    /// The switches.
    pub switches: &'a Switches,
}

impl Making<'_> {
    /// The rows of the side.
    pub(super) fn entries(&self, party: Party<'_>, amounts: Amounts) -> Result<Vec<Entry>, Refusal> {
        match party.ledger {
            Ledger::Finance => self.on_ledger(party.row, amounts),
            Ledger::Debtor => Ok(vec![self.on_summary(party, "DebtorGroup", amounts)?]),
            Ledger::Creditor => Ok(vec![self.on_summary(party, "CreditorGroup", amounts)?]),
        }
    }

    fn on_ledger(&self, account: &Row, amounts: Amounts) -> Result<Vec<Entry>, Refusal> {
        let code = text(self.line, self.side.vat);
        let Some(code) = code.and_then(|key| self.books.keyed("GLVat", key, self.switches)) else {
            return Ok(vec![self.entry(account, amounts)]);
        };
        let reverse = text(&code.values, "OffsetAccount");
        let method = match (reverse, self.switches.vat_amounts) {
            // Reverse charge: nobody paid the VAT, so it is not in the amount.
            (Some(_), _) | (None, VatAmounts::Added) => Method::Added,
            (None, VatAmounts::Included) => Method::Included,
        };
        let too_large = || Refusal::on(ErrorCode::FieldHasinvalidValue, "Debit");
        let rate = number(&code.values, "Rate");
        let own = split(amounts.own, rate, method, self.decimals).ok_or_else(too_large)?;
        let cur_decimals = decimals(text(self.line, "Currency").unwrap_or_default());
        let in_currency = match amounts.in_currency {
            None => None,
            Some(amount) => Some(split(amount, rate, method, cur_decimals).ok_or_else(too_large)?),
        };
        let of = |part: fn(Split) -> Decimal| Amounts { own: part(own), in_currency: in_currency.map(part) };
        let mut main = self.entry(account, of(|split| split.net));
        if reverse.is_none() {
            self.put(&mut main.values, "AmountVat", own.vat);
        }
        let mut entries = vec![main];
        if own.vat != Decimal::ZERO {
            entries.push(self.vat_entry(text(&code.values, "Account"), of(|split| split.vat), own.net)?);
            if reverse.is_some() {
                entries.push(self.vat_entry(reverse, of(|split| Decimal::ZERO - split.vat), own.net)?);
            }
        }
        for entry in &mut entries {
            entry.values.extend(code.values.get("Vat").map(|key| ("Vat".to_owned(), key.clone())));
        }
        Ok(entries)
    }

    fn vat_entry(&self, account: Option<&str>, amounts: Amounts, base: Decimal) -> Result<Entry, Refusal> {
        let mut entry = self.entry(self.ledger_account(account)?, amounts);
        for dimension in DIMENSIONS {
            entry.values.remove(dimension);
        }
        self.put(&mut entry.values, "AmountBase", base);
        Ok(entry)
    }

    fn on_summary(&self, party: Party<'_>, groups: &str, amounts: Amounts) -> Result<Entry, Refusal> {
        let member = &party.row.values;
        let group = text(member, "Group").and_then(|key| self.books.keyed(groups, key, self.switches));
        let summary = self.ledger_account(group.and_then(|group| text(&group.values, "SummeryAccount")))?;
        let mut entry = self.entry(summary, amounts);
        for (own, theirs) in [("DCAccount", "Account"), ("DCName", "Name")] {
            entry.values.extend(member.get(theirs).map(|value| (own.to_owned(), value.clone())));
        }
        if let (Some(table), Some(row_id)) = (party.ledger.subledger(), row_id(party.row)) {
            entry.values.insert("DCType".to_owned(), Value::from(table));
            entry.subledger = Some(Subledger { table, row_id });
        }
        Ok(entry)
    }

    /// An account that the books name themselves, so it may be blocked for journals.
    fn ledger_account(&self, account: Option<&str>) -> Result<&Row, Refusal> {
        let account = account.ok_or_else(|| Refusal::on(ErrorCode::AccountIsMissing, self.side.account))?;
        self.books
            .keyed(GL_ACCOUNT, account, self.switches)
            .ok_or_else(|| Refusal::on(ErrorCode::AccountDoesNotExist, self.side.account))
    }

    fn entry(&self, account: &Row, amounts: Amounts) -> Entry {
        let mut values = Values::new();
        let of_line = ["Date", "DocumentDate", "Text", "TransType", "Invoice", "VatOperation", "Currency"];
        for name in of_line.into_iter().chain(DIMENSIONS) {
            values.extend(self.line.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        for name in ["Account", "Name"] {
            values.extend(account.values.get(name).map(|value| (name.to_owned(), value.clone())));
        }
        let side = if amounts.own.is_sign_negative() { "Credit" } else { "Debit" };
        for (name, amount) in [("Amount", amounts.own), (side, amounts.own.abs())] {
            values.extend(self.shown(amount).map(|value| (name.to_owned(), value)));
        }
        if let Some(amount) = amounts.in_currency {
            let shown = posted(amount, decimals(text(self.line, "Currency").unwrap_or_default()));
            values.extend(kept_number(shown).map(|value| ("AmountCur".to_owned(), value)));
        }
        Entry { account_row: row_id(account).unwrap_or_default(), amount: amounts.own, values, subledger: None }
    }

    fn put(&self, values: &mut Values, name: &str, amount: Decimal) {
        if self.switches.amount_vat == AmountVat::Shown {
            values.extend(self.shown(amount).map(|value| (name.to_owned(), value)));
        }
    }

    fn shown(&self, amount: Decimal) -> Option<Value> {
        kept_number(posted(amount, self.decimals))
    }
}

fn row_id(row: &Row) -> Option<u32> {
    row.values.get("RowId").and_then(crate::books::row_id_of)
}
