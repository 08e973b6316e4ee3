//! Find before create: what lies in the journals and what is posted under the vouchers of a day.

use super::booking::Day;
use super::lines::{JournalLine, Posted};
use crate::api::Row;
use crate::api::filter::Query;
use crate::assumptions::{JOURNAL_LINE_ENTITY, LEDGER_ENTITY};
use crate::call::Call;
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::bookkeeping::found::Keys;
use accounting_kit::types::Error;

/// What was found under the voucher of a day.
#[derive(Default)]
pub(super) struct Found {
    /// Lines in the journal.
    pub(super) keys: Vec<Keys>,
    /// Their row ids.
    pub(super) row_ids: Vec<String>,
    /// All of them together.
    pub(super) journal: Fingerprint,
    /// All posted ones together.
    pub(super) posted: Fingerprint,
    /// How many are posted.
    pub(super) posted_lines: usize,
    /// Sum of debit of the posted ones, minor units.
    posted_debit: u64,
    /// Whether Uniconta told the VAT of a posted line.
    tells_vat: bool,
    /// Whether anything of the voucher is there that a correction is for.
    pub(super) first: bool,
    /// The voucher of an earlier revision of which lines were found.
    pub(super) earlier: Option<String>,
}

impl Found {
    /// Note a row of another voucher than the day's own, if it is one.
    fn other_voucher(&mut self, day: &Day<'_>, voucher: &str) -> bool {
        if voucher == day.voucher {
            return false;
        }
        if voucher == day.corrects {
            self.first = true;
        } else {
            self.earlier.get_or_insert_with(|| voucher.to_owned());
        }
        true
    }

    /// Note a line of the journal.
    pub(super) fn journal_line(&mut self, line: &JournalLine) {
        self.keys.push(line.line().keys());
        self.row_ids.push(line.row_id.clone());
        line.line().add_to(&mut self.journal);
    }

    /// Note a posted transaction.
    pub(super) fn posted_row(&mut self, row: &Row, decimals: u32) {
        self.posted_lines += 1;
        let amount = accounting_kit::money::from_decimal(&row.text("Amount"), decimals).unwrap_or(0);
        self.posted_debit = self.posted_debit.saturating_add(amount.max(0).unsigned_abs());
        if let Some(posted) = Posted::read(row, decimals) {
            self.tells_vat |= posted.tells_vat;
            posted.add_to(&mut self.posted);
        }
    }

    /// Whether what is posted is what was sent. Where Uniconta tells no VAT of the transactions, the sums on accounts
    /// cannot be compared, and the sum of debit must do [inf].
    pub(super) fn is_posted(&self, sent: Fingerprint, total_debit: u64) -> bool {
        self.posted.same_sums(sent) || (!self.tells_vat && self.posted_debit == total_debit)
    }
}

/// Look for the day, and for earlier revisions of it by their vouchers.
///
/// # Errors
/// A read failed: nothing is known.
pub(super) fn look(call: &Call<'_>, day: &Day<'_>, earlier: &[String]) -> Result<Found, Error> {
    let mut found = Found::default();
    let mut vouchers: Vec<&str> = earlier.iter().map(String::as_str).collect();
    vouchers.push(&day.voucher);
    if !day.corrects.is_empty() {
        vouchers.push(day.corrects);
    }
    in_journals(call, &vouchers, &mut |voucher, row| {
        if !found.other_voucher(day, voucher) {
            found.journal_line(&JournalLine::read(row, day.decimals));
        }
    })?;
    posted(call, &vouchers, &mut |voucher, row| {
        if !found.other_voucher(day, voucher) {
            found.posted_row(row, day.decimals);
        }
    })?;
    Ok(found)
}

/// Hand each line that lies in any journal under one of the vouchers to `each`.
///
/// # Errors
/// A read failed.
pub(super) fn in_journals(call: &Call<'_>, vouchers: &[&str], each: &mut dyn FnMut(&str, &Row)) -> Result<(), Error> {
    by_voucher(call, JOURNAL_LINE_ENTITY, vouchers, each)
}

/// Hand each posted transaction of one of the vouchers to `each`.
///
/// # Errors
/// A read failed.
pub(super) fn posted(call: &Call<'_>, vouchers: &[&str], each: &mut dyn FnMut(&str, &Row)) -> Result<(), Error> {
    by_voucher(call, LEDGER_ENTITY, vouchers, each)
}

fn by_voucher(call: &Call<'_>, entity: &str, vouchers: &[&str], each: &mut dyn FnMut(&str, &Row)) -> Result<(), Error> {
    let query = Query::any_number("Voucher", vouchers.iter().copied());
    call.api().read_each(entity, &query, &mut |row| each(&row.text("Voucher"), &row))
}
