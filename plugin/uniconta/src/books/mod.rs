//! Bookkeeping (bogføring): the day's report in the journal (kladde), once.
//!
//! A report has a voucher number (bilagsnummer) of its own, worked out from its id and revision. Before anything is
//! created, the journal and the posted transactions are looked through for that voucher, on every attempt: a host that
//! lost its memory, and not only its connection, still books a day once. The journal is read first, because lines move
//! from there to the posted ones and never back. See `docs/decisions/0013-voucher-of-a-report.md`.

mod booking;
pub(crate) mod chart;
mod insert;
mod lines;
mod look;
mod receipt;
pub mod setup;
pub mod unposted;

use crate::UNICONTA;
use crate::call::Call;
use accounting_kit::bookkeeping::check::{Rules, check};
use accounting_kit::bookkeeping::found::match_lines;
use accounting_kit::bookkeeping::{revisions, voucher_of};
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, PostingState, Receipt};
use accounting_kit::types::Error;
use booking::Day;
use look::Found;
use receipt::{Proof, receipt};

/// The longest account [meta].
const MAX_ACCOUNT: usize = 20;
/// The longest VAT code and value of a dimension [meta].
const MAX_KEY: usize = 10;
/// The longest text on a line: more is not loaded [doc].
pub const MAX_TEXT: usize = 50;

/// Put a day into the journal, once.
///
/// # Errors
/// `validation` naming every fault, and nothing was sent; `conflict` when a person must decide; `unsupported` when no
/// journal is chosen; else what a call came to.
pub fn on_day_closed(
    call: &Call<'_>,
    now: u64,
    report: &DailyReport,
    previous: Option<&BookedReport>,
) -> Result<Receipt, Error> {
    if call.settings.journal.is_empty() {
        return Err(revisions::switched_off(UNICONTA, call.locale));
    }
    let rules = rules(call);
    let mut entries = check(report, &rules, call.locale)?;
    let corrects = revisions::corrects(previous);
    if let Some(previous) = previous {
        match revisions::correction(UNICONTA, call.locale, &rules, report, &entries, previous)? {
            None => return Ok(previous.receipt.clone()),
            Some(change) => entries = change,
        }
    }
    let voucher = voucher_of(&report.id, report.revision).to_string();
    let day = booking::day(call, report, entries, voucher, corrects)?;
    if day.bookings.is_empty() {
        return Ok(receipt(&day, call, now, PostingState::Posted, &Proof::default()));
    }
    let earlier =
        revisions::unknown_revisions(report, previous).map(|revision| voucher_of(&report.id, revision).to_string());
    let found = look::look(call, &day, &earlier.collect::<Vec<_>>())?;
    if !corrects.is_empty() && !found.first {
        return Err(revisions::first_voucher_gone(UNICONTA, call.locale, report, corrects));
    }
    complete(call, now, &day, found)
}

/// What stands in the way of the books, and how it is asked.
fn rules<'a>(call: &Call<'a>) -> Rules<'a> {
    Rules {
        system: UNICONTA.name,
        max_account: MAX_ACCOUNT,
        account_fault: |_, _| None,
        max_vat: MAX_KEY,
        max_dimension: MAX_KEY,
        currency: &call.settings.books_currency,
        rounding: call.settings.rounding.as_ref(),
    }
}

/// Create what is not there yet.
fn complete(call: &Call<'_>, now: u64, day: &Day<'_>, found: Found) -> Result<Receipt, Error> {
    if let Some(earlier) = found.earlier {
        return Err(revisions::earlier_revision(UNICONTA, call.locale, day.report, &earlier));
    }
    let wanted = day.keys();
    let matched = match_lines(&wanted, &found.keys);
    if found.posted_lines > 0 {
        let sent = day.fingerprint();
        if found.is_posted(sent, day.total_debit()) {
            return Ok(receipt(day, call, now, PostingState::Posted, &Proof::default()));
        }
        if !found.posted.and(found.journal).same_sums(sent) {
            return Err(revisions::voucher_differs(UNICONTA, call.locale, day.report, &day.voucher));
        }
    } else if !matched.is_complete() {
        if matched.spare > 0 {
            return Err(revisions::voucher_differs(UNICONTA, call.locale, day.report, &day.voucher));
        }
        let missing: Vec<usize> =
            matched.of_wanted.iter().enumerate().filter(|(_, at)| at.is_none()).map(|(place, _)| place).collect();
        chart::check(call, day)?;
        let inserted = insert::insert(call, day, &missing)?;
        let proof = Proof::of(&wanted, &matched, &found, &missing, inserted);
        return Ok(receipt(day, call, now, PostingState::AwaitsPerson, &proof));
    }
    let proof = Proof::of(&wanted, &matched, &found, &[], insert::Inserted::default());
    Ok(receipt(day, call, now, PostingState::AwaitsPerson, &proof))
}
