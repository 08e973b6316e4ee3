//! Bookkeeping (bogføring): the day's report as a voucher (bilag) in the journal (kassekladde), once.
//!
//! The server numbers vouchers, and may spread one over several, so a day is known by a marker at the end of each text,
//! worked out from report and revision. Before anything is created, the journal and the booked entries are looked through
//! for it, on every attempt. Every line is booked against one clearing account, which comes to zero each day: so each line
//! stands in the books with its own amount, and each is balanced by itself. See
//! `docs/decisions/0021-vouchers-and-numbers-in-e-conomic.md`.

mod booking;
mod chart;
mod entries;
mod look;
mod post;
mod print;
pub mod setup;
pub mod unposted;

use crate::ECONOMIC;
use crate::call::Call;
use crate::settings::{key, missing};
use accounting_kit::bookkeeping::check::{Rules, check};
use accounting_kit::bookkeeping::found::match_lines;
use accounting_kit::bookkeeping::texts::adjustments;
use accounting_kit::bookkeeping::{revisions, voucher_of};
use accounting_kit::exports::on_day_closed::{
    Adjustment, BookedReport, DailyReport, LineReceipt, PostingState, Receipt,
};
use accounting_kit::problem::concerns_everyone;
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind};
use booking::Day;
use entries::Draft;
use look::Found;

/// The longest account: nine digits [doc].
const MAX_ACCOUNT: usize = 9;
/// The longest VAT code [doc].
const MAX_VAT: usize = 5;
/// The longest number of a department.
const MAX_DIMENSION: usize = 9;
/// The longest text on a line [doc].
pub const MAX_TEXT: usize = 250;

/// By what a day is known: `FB563451601`.
fn marker(report_id: &str, revision: u32) -> String {
    format!("{}{}", crate::assumptions::MARKER, voucher_of(report_id, revision))
}

/// The marker in a voucher as receipts have it: `50001/FB563451601`.
fn marker_in(voucher: &str) -> &str {
    voucher.rsplit_once('/').map_or(voucher, |(_, marker)| marker)
}

/// Put a day into the journal, once, and book it where the setting says so.
///
/// # Errors
/// `validation` naming every fault, and nothing was sent; `conflict` when a person must decide; `unsupported` when no
/// journal is chosen; else what a call came to.
pub fn on_day_closed(call: &Call<'_>, report: &DailyReport, previous: Option<&BookedReport>) -> Result<Receipt, Error> {
    let Some(journal) = call.settings.journal else { return Err(revisions::switched_off(ECONOMIC, call.locale)) };
    let contra = call.settings.contra.ok_or_else(|| missing(key::CONTRA, call.locale))?;
    let rules = Rules {
        system: ECONOMIC.name,
        max_account: MAX_ACCOUNT,
        account_fault: booking::account_fault,
        max_vat: MAX_VAT,
        max_dimension: MAX_DIMENSION,
        currency: &call.settings.books_currency,
        rounding: call.settings.rounding.as_ref(),
    };
    let mut entries = check(report, &rules, call.locale)?;
    if let Some(previous) = previous {
        match revisions::correction(ECONOMIC, call.locale, &rules, report, &entries, previous)? {
            None => return Ok(previous.receipt.clone()),
            Some(change) => entries = change,
        }
    }
    let corrects = revisions::corrects(previous);
    let day = booking::day(call, report, (journal, contra), entries, corrects)?;
    if day.bookings.is_empty() {
        return Ok(receipt(call, &day, &Found::default(), PostingState::Posted, Vec::new()));
    }
    let earlier = revisions::unknown_revisions(report, previous).map(|revision| marker(&report.id, revision));
    let first = marker_in(corrects);
    let mut markers: Vec<String> = earlier.collect();
    markers.extend(Some(first.to_owned()).filter(|first| !first.is_empty()));
    markers.push(day.marker.clone());
    let found = look::look(call, journal, &markers, day.decimals)?;
    if !first.is_empty() && !found.iter().any(|(marker, found)| marker == first && found.is_there()) {
        return Err(revisions::first_voucher_gone(ECONOMIC, call.locale, report, corrects));
    }
    let other = |marker: &str| marker != day.marker && marker != first;
    if let Some((earlier, found)) = found.iter().find(|(marker, found)| other(marker) && found.is_there()) {
        return Err(revisions::earlier_revision(ECONOMIC, call.locale, report, &found.voucher(earlier)));
    }
    let own = found.into_iter().find(|(marker, _)| *marker == day.marker).map(|(_, found)| found);
    complete(call, &day, own.unwrap_or_default())
}

/// Create what is not there yet, and book what is to be booked.
fn complete(call: &Call<'_>, day: &Day<'_>, mut found: Found) -> Result<Receipt, Error> {
    let differs =
        |found: &Found| Err(revisions::voucher_differs(ECONOMIC, call.locale, day.report, &found.voucher(&day.marker)));
    if found.posted.rows > 0 && found.drafts.is_empty() {
        let totals = found.posted.totals(day.contra, day.total_debit(), day.total_credit());
        return match totals && found.posted.is(&day.print()) {
            true => Ok(receipt(call, day, &found, PostingState::Posted, Vec::new())),
            false => differs(&found),
        };
    }
    if found.posted.rows > 0 {
        // Some are booked and some are not: one call books them by the hundreds.
        if !found.adds_up(day.total_debit(), day.total_credit(), day.contra) {
            return differs(&found);
        }
    } else {
        let matched = match_lines(&day.keys(), &found.keys());
        if !matched.is_complete() {
            if matched.spare > 0 {
                return differs(&found);
            }
            let missing: Vec<usize> =
                matched.of_wanted.iter().enumerate().filter(|(_, at)| at.is_none()).map(|(place, _)| place).collect();
            let year = chart::check(call, day)?;
            post::create(call, day, &year, &missing)?;
            found = post::look_again(call, day)?;
        }
    }
    if !call.settings.book {
        return Ok(receipt(call, day, &found, PostingState::AwaitsPerson, Vec::new()));
    }
    match post::book(call, day, &found.drafts) {
        Ok(()) => Ok(receipt(call, day, &found, PostingState::Posted, Vec::new())),
        Err(error) if may_pass(&error) => Err(error),
        Err(error) => Ok(receipt(call, day, &found, PostingState::AwaitsPerson, vec![not_booked(call, &error)])),
    }
}

/// Whether it is tried again: the day is looked up first then.
fn may_pass(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Transient | ErrorKind::Uncertain)
        || concerns_everyone(error) && error.kind != ErrorKind::Config
}

fn not_booked(call: &Call<'_>, error: &Error) -> Adjustment {
    let message = say!(
        call.locale,
        "dagen ligger i kassekladden, men kunne ikke bogføres; bogfør den i e-conomic: {why}",
        "the day lies in the journal but could not be booked; book it in e-conomic: {why}",
        why = error.message
    );
    Adjustment { line: None, code: "not-booked".to_owned(), message }
}

/// The receipt of a day that is in the books.
fn receipt(call: &Call<'_>, day: &Day<'_>, found: &Found, state: PostingState, told: Vec<Adjustment>) -> Receipt {
    let entries: Vec<_> = day.bookings.iter().map(|booking| booking.entry.clone()).collect();
    let mut all = adjustments(&entries, day.corrects, day.room_for_text(), call.locale);
    all.extend(day.left_out.iter().cloned());
    all.extend(told);
    let matched = match_lines(&day.keys(), &found.keys());
    let draft = |place: usize| matched.of_wanted.get(place).copied().flatten().and_then(|at| found.drafts.get(at));
    let lines = day.bookings.iter().enumerate().map(|(place, booking)| LineReceipt {
        line: booking.entry.line,
        external_id: draft(place).map(|draft: &Draft| draft.number.to_string()).unwrap_or_default(),
    });
    Receipt {
        report_id: day.report.id.clone(),
        revision: day.report.revision,
        journal: day.journal.to_string(),
        voucher: found.voucher(&day.marker),
        corrects: day.corrects.to_owned(),
        lines: lines.collect(),
        total_debit: day.total_debit(),
        total_credit: day.total_credit(),
        fingerprint: day.print().to_text(),
        state,
        adjustments: all,
        booked_at: call.context.now,
    }
}
