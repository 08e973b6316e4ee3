//! What a journal line must fulfil, when it is written or when its journal is posted, and what the server adds to it.

use super::{Books, Row};
use crate::kept::{Values, flag, kept_number, number, text, whole};
use crate::refusal::{ErrorCode, Refusal};
use crate::schema::Table;
use crate::switches::{AccrualDates, JournalChecks, Switches};
use crate::tables::{CREDITOR, DEBTOR, GL_ACCOUNT, JOURNAL, JOURNAL_LINE, table_named};
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// Dimensions of a row, in order.
pub(crate) const DIMENSIONS: [&str; 5] = ["Dimension1", "Dimension2", "Dimension3", "Dimension4", "Dimension5"];

/// One of the two sides of a line, by the names of its properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Side {
    /// Ledger, debtor or creditor.
    pub account_type: &'static str,
    /// The account.
    pub account: &'static str,
    /// Its VAT code.
    pub vat: &'static str,
    shown_name: &'static str,
}

/// The side that the line's amount is for.
pub(crate) const ACCOUNT: Side =
    Side { account_type: "AccountType", account: "Account", vat: "Vat", shown_name: "AccountName" };
/// The other side, where a line has one: the same amount with the other sign.
pub(crate) const OFFSET: Side = Side {
    account_type: "OffsetAccountType",
    account: "OffsetAccount",
    vat: "OffsetVat",
    shown_name: "OffsetAccountName",
};

/// Whose account a side names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ledger {
    /// The ledger itself.
    Finance,
    /// A debtor.
    Debtor,
    /// A creditor.
    Creditor,
}

impl Ledger {
    fn of(values: &Values, side: Side) -> Self {
        match text(values, side.account_type) {
            Some("Debtor") => Self::Debtor,
            Some("Creditor") => Self::Creditor,
            _ => Self::Finance,
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Finance => GL_ACCOUNT,
            Self::Debtor => DEBTOR,
            Self::Creditor => CREDITOR,
        }
    }

    /// Name of the type, where it is not the ledger.
    pub(crate) fn subledger(self) -> Option<&'static str> {
        (self != Self::Finance).then(|| self.table())
    }
}

/// The account that a side names, found and fit for posting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Party<'b> {
    /// Whose it is.
    pub ledger: Ledger,
    /// Its row.
    pub row: &'b Row,
}

/// Whether a broken reference of a line is only found when its journal is posted.
pub(super) fn checked_when_posted(table: &Table, code: ErrorCode, switches: &Switches) -> bool {
    let late = matches!(code, ErrorCode::VatTypeDoesNotExist | ErrorCode::DimensionDoesNotExist);
    late && table.name == JOURNAL_LINE && switches.journal_checks == JournalChecks::Posting
}

impl Books {
    /// Checks a line that is about to be kept, and adds what the server adds.
    pub(super) fn complete_line(&self, table: &Table, values: &mut Values, switches: &Switches) -> Result<(), Refusal> {
        let journal = text(values, "Journal").and_then(|key| self.keyed(JOURNAL, key, switches));
        if journal.is_some_and(|journal| flag(&journal.values, "Blocked")) {
            return Err(Refusal::on(ErrorCode::JournalIsBlocked, "Journal"));
        }
        if switches.journal_checks == JournalChecks::Insert {
            self.check_parties(values, switches)?;
        }
        for (amount, debit, credit) in [("Amount", "Debit", "Credit"), ("AmountCur", "DebitCur", "CreditCur")] {
            derive_amount(values, amount, debit, credit)?;
        }
        self.spell_accounts(values, switches);
        if switches.accrual_dates == AccrualDates::Dropped {
            for name in ["Split", "SplitFromDate", "SplitToDate"] {
                values.remove(name);
            }
        }
        if !values.contains_key("LineNumber") {
            let line = whole(values, "RowId").saturating_sub(i64::from(table.first_row_id)).saturating_add(1);
            values.insert("LineNumber".to_owned(), Value::from(line));
        }
        Ok(())
    }

    /// Checks the accounts of a line, and that only a ledger account has a VAT code.
    ///
    /// # Errors
    /// The account does not exist, is blocked or takes no postings; a debtor or creditor has a VAT code; both sides are one.
    pub(crate) fn check_parties(&self, values: &Values, switches: &Switches) -> Result<(), Refusal> {
        for side in [ACCOUNT, OFFSET] {
            self.party(values, side, switches)?;
        }
        for side in [ACCOUNT, OFFSET] {
            let given = text(values, side.account).is_some();
            if given && Ledger::of(values, side) != Ledger::Finance && text(values, side.vat).is_some() {
                return Err(Refusal::on(ErrorCode::DebtorCreditorCannotHaveVat, side.vat));
            }
        }
        let account = text(values, ACCOUNT.account);
        let same_type = Ledger::of(values, ACCOUNT) == Ledger::of(values, OFFSET);
        if account.is_some() && same_type && account == text(values, OFFSET.account) {
            return Err(Refusal::on(ErrorCode::AccountAndOffsetCannnotBeEqual, OFFSET.account));
        }
        Ok(())
    }

    /// The account that a side of a line names; `None` where it names none.
    ///
    /// # Errors
    /// The account does not exist, is blocked, or takes no postings.
    pub(crate) fn party(&self, values: &Values, side: Side, switches: &Switches) -> Result<Option<Party<'_>>, Refusal> {
        let Some(account) = text(values, side.account) else {
            return Ok(None);
        };
        let refuse = |code| Refusal::on(code, side.account);
        let ledger = Ledger::of(values, side);
        let row =
            self.keyed(ledger.table(), account, switches).ok_or_else(|| refuse(ErrorCode::AccountDoesNotExist))?;
        if flag(&row.values, "Blocked") || flag(&row.values, "BlockedInJournal") {
            return Err(refuse(ErrorCode::AccountIsBlocked));
        }
        if matches!(text(&row.values, "AccountType"), Some("Header" | "Sum" | "CalculationExpression")) {
            return Err(refuse(ErrorCode::AccountIsNotPostingAccount));
        }
        Ok(Some(Party { ledger, row }))
    }

    /// The row of a table with that key.
    pub(crate) fn keyed(&self, table: &str, key: &str, switches: &Switches) -> Option<&Row> {
        let table = table_named(table)?;
        self.row(table, self.with_key(table, key, switches)?)
    }

    /// Writes the accounts as their own rows spell them.
    fn spell_accounts(&self, values: &mut Values, switches: &Switches) {
        for side in [ACCOUNT, OFFSET] {
            let named = text(values, side.account);
            let row = named.and_then(|account| self.keyed(Ledger::of(values, side).table(), account, switches));
            if let Some(spelled) = row.and_then(|row| row.values.get("Account")).cloned() {
                values.insert(side.account.to_owned(), spelled);
            }
        }
    }

    /// Adds the names of a line's accounts to what is shown; they are looked up, not kept.
    pub(super) fn show_account_names(
        &self,
        table: &Table,
        row: &Row,
        shown: &mut Map<String, Value>,
        switches: &Switches,
    ) {
        if table.name != JOURNAL_LINE {
            return;
        }
        for side in [ACCOUNT, OFFSET] {
            let account = text(&row.values, side.account);
            let named = account.and_then(|key| self.keyed(Ledger::of(&row.values, side).table(), key, switches));
            if let Some(name) = named.and_then(|named| named.values.get("Name")) {
                shown.insert(side.shown_name.to_owned(), name.clone());
            }
        }
    }

    /// Whether a line in a journal names an account of `table`. Which table a line means depends on its type, so this is no
    /// reference of the schema.
    pub(super) fn is_on_a_line(&self, table: &Table, key: &str) -> bool {
        let Some(lines) = table_named(JOURNAL_LINE).filter(|_| [GL_ACCOUNT, DEBTOR, CREDITOR].contains(&table.name))
        else {
            return false;
        };
        [ACCOUNT, OFFSET].into_iter().any(|side| {
            self.rows(lines).any(|(_, row)| {
                Ledger::of(&row.values, side).table() == table.name && text(&row.values, side.account) == Some(key)
            })
        })
    }
}

/// Debit less credit, of which one at most is not zero.
fn derive_amount(values: &mut Values, amount: &str, debit: &str, credit: &str) -> Result<(), Refusal> {
    let (plus, minus) = (number(values, debit), number(values, credit));
    if plus != Decimal::ZERO && minus != Decimal::ZERO {
        return Err(Refusal::on(ErrorCode::DebitAndCreditCannotBothHaveValue, credit));
    }
    if !values.contains_key(debit) && !values.contains_key(credit) {
        values.remove(amount);
        return Ok(());
    }
    // Only one side counts, so that the digits of the other ("0.0000") do not show in the difference.
    let difference = if minus == Decimal::ZERO { plus } else { -minus };
    values.extend(kept_number(difference).map(|value| (amount.to_owned(), value)));
    Ok(())
}
