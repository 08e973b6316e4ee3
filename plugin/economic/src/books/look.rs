//! Find before create: what lies in the journal and what is booked under the markers of days.

use super::entries::{Draft, FINANCE, PAYMENT, shown};
use super::print::{Print, accounts};
use crate::ECONOMIC;
use crate::api::filter::{any_of, encoded};
use crate::assumptions::MAX_ORS;
use crate::call::Call;
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::bookkeeping::found::Keys;
use accounting_kit::money;
use accounting_kit::types::Error;
use serde_json::Value;

/// What was found under one marker.
#[derive(Default)]
pub(super) struct Found {
    /// Entries in the journal.
    pub(super) drafts: Vec<Draft>,
    /// What is booked.
    pub(super) posted: Posted,
}

/// What is booked under one marker.
#[derive(Default)]
pub(super) struct Posted {
    /// How many rows.
    pub(super) rows: usize,
    voucher: u64,
    /// Account or customer, and amount in minor units.
    sides: Vec<(&'static str, String, i64)>,
    /// Accounts that only take VAT.
    vat_accounts: Vec<String>,
}

impl Found {
    /// Whether anything was found.
    pub(super) fn is_there(&self) -> bool {
        !self.drafts.is_empty() || self.posted.rows > 0
    }

    /// The voucher as a receipt has it: e-conomic's number, where it is known, and the marker.
    pub(super) fn voucher(&self, marker: &str) -> String {
        let drafts = self.drafts.iter().map(|draft| draft.voucher);
        match drafts.chain([self.posted.voucher]).filter(|number| *number > 0).min() {
            Some(number) => format!("{number}/{marker}"),
            None => marker.to_owned(),
        }
    }

    /// By what the entries in the journal are known.
    pub(super) fn keys(&self) -> Vec<Keys> {
        self.drafts.iter().map(|draft| draft.line().keys()).collect()
    }

    /// The fingerprint of the entries in the journal.
    pub(super) fn print(&self) -> Fingerprint {
        let mut print = Fingerprint::default();
        self.drafts.iter().for_each(|draft| draft.line().add_to(&mut print));
        print
    }

    /// Whether what is booked and what lies in the journal are together as much as was sent.
    pub(super) fn adds_up(&self, debit: u64, credit: u64, contra: u64) -> bool {
        let drafts = self.drafts.iter().map(|draft| draft.amount);
        let all: Vec<i64> = drafts.chain(self.posted.against(contra)).collect();
        sum(&all, |amount| amount.max(0)) == debit && sum(&all, |amount| amount.min(0)) == credit
    }
}

fn sum(amounts: &[i64], side: fn(i64) -> i64) -> u64 {
    amounts.iter().map(|amount| side(*amount).unsigned_abs()).fold(0, u64::saturating_add)
}

impl Posted {
    fn read(&mut self, row: &Value, decimals: u32) {
        self.rows += 1;
        let voucher = shown(row.get("voucherNumber")).parse().unwrap_or_default();
        self.voucher = if self.voucher == 0 { voucher } else { self.voucher.min(voucher) };
        let amount = money::from_decimal(&shown(row.get("amount")), decimals).unwrap_or(0);
        let customer = shown(row.get("customerNumber"));
        let side = match customer.as_str() {
            "" | "0" => (FINANCE, shown(row.get("accountNumber")), amount),
            _ => (PAYMENT, customer, amount),
        };
        self.sides.push(side);
    }

    /// The whole amounts of the lines, read off the contra account.
    fn against(&self, contra: u64) -> impl Iterator<Item = i64> {
        let contra = contra.to_string();
        let on_contra = self.sides.iter().filter(move |(kind, number, _)| *kind == FINANCE && *number == contra);
        on_contra.map(|(_, _, amount)| amount.saturating_neg())
    }

    /// Whether it is the day of this print, as far as booked entries show it: the same accounts, and as much against the
    /// contra account. VAT is taken out of a line's own account, so its amount there cannot be compared.
    pub(super) fn is(&self, sent: &Print) -> bool {
        let contra = sent.contra.to_string();
        let own = |kind: &str, number: &str| {
            kind == PAYMENT || number != contra && !self.vat_accounts.iter().any(|vat| vat == number)
        };
        let seen = self.sides.iter().filter(|(kind, number, _)| own(kind, number));
        let all = accounts(seen.map(|(kind, number, _)| [*kind, number.as_str()]));
        all == sent.accounts
    }

    /// Whether it is as much as was sent.
    pub(super) fn totals(&self, contra: u64, debit: u64, credit: u64) -> bool {
        let all: Vec<i64> = self.against(contra).collect();
        sum(&all, |amount| amount.max(0)) == debit && sum(&all, |amount| amount.min(0)) == credit
    }
}

/// What there is under each marker, in order. The journal is read first: entries move from there to the booked ones and
/// never back.
///
/// # Errors
/// A read failed: nothing is known.
pub(super) fn look(
    call: &Call<'_>,
    journal: u32,
    markers: &[String],
    decimals: u32,
) -> Result<Vec<(String, Found)>, Error> {
    let mut found: Vec<(String, Found)> = markers.iter().map(|marker| (marker.clone(), Found::default())).collect();
    let api = call.api();
    for markers in markers.chunks(MAX_ORS) {
        let filter = any_of("text", "like", markers.iter().map(String::as_str));
        let rows = match api.list(&format!("journals/{journal}/entries"), &format!("filter={}", encoded(&filter))) {
            // A journal that is gone holds nothing; what was booked from it may be there.
            Err(error) if error.code == ECONOMIC.code("not-found") => Vec::new(),
            rows => rows?,
        };
        for row in rows {
            let draft = Draft::read(&row, decimals);
            if let Some((_, found)) = found.iter_mut().find(|(marker, _)| draft.text.ends_with(marker.as_str())) {
                found.drafts.push(draft);
            }
        }
    }
    let mut any_posted = false;
    for markers in markers.chunks(MAX_ORS) {
        let filter = any_of("text", "like", markers.iter().map(String::as_str));
        for row in api.items(&api.booked("booked-entries"), &filter)? {
            let text = shown(row.get("text"));
            if let Some((_, found)) = found.iter_mut().find(|(marker, _)| text.ends_with(marker.as_str())) {
                any_posted = true;
                found.posted.read(&row, decimals);
            }
        }
    }
    if any_posted {
        let vat = vat_accounts(call)?;
        found.iter_mut().for_each(|(_, found)| found.posted.vat_accounts.clone_from(&vat));
    }
    Ok(found)
}

fn vat_accounts(call: &Call<'_>) -> Result<Vec<String>, Error> {
    let rows = call.api().list("vat-accounts", "")?;
    let account = |row: &Value, name: &str| shown(row.get(name).and_then(|account| account.get("accountNumber")));
    let both = rows.iter().flat_map(|row| [account(row, "account"), account(row, "contraAccount")]);
    Ok(both.filter(|number| !number.is_empty()).collect())
}
