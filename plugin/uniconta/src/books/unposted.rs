//! What became of the days in the journal: do they still lie there, and since when; has a person posted, changed or deleted
//! them?

use super::lines::JournalLine;
use super::look::{Found, in_journals, posted};
use crate::UNICONTA;
use crate::assumptions::MAX_ORS;
use crate::call::Call;
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::bookkeeping::days::told;
use accounting_kit::exports::upkeep::{BookedDay, DayReport, DayState};
use accounting_kit::types::{Error, Finding};
use accounting_kit::{money, say};

/// Lines asked for in one query, so that an answer stays small.
const LINES_AT_ONCE: u32 = 2_000;

/// Look the days up, and tell what a person should know of them.
///
/// # Errors
/// A read failed: nothing is known.
pub fn days(call: &Call<'_>, days: &[BookedDay]) -> Result<(Vec<DayReport>, Vec<Finding>), Error> {
    let mut states = Vec::with_capacity(days.len());
    let mut rest = days;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(one_query(rest));
        states.extend(look(call, now)?);
        rest = later;
    }
    let to_post = say!(
        call.locale,
        "åbn kladden i Uniconta under Finans > Kladder, og tryk Bogfør kladde",
        "open the journal in Uniconta under General ledger > Journals and press Post journal"
    );
    Ok(told(UNICONTA, call.locale, days, &states, &to_post))
}

/// How many days are asked for at once: at least one.
fn one_query(days: &[BookedDay]) -> usize {
    let mut lines = 0u32;
    let fits = days.iter().take(MAX_ORS).take_while(|day| {
        lines = lines.saturating_add(day.lines);
        lines <= LINES_AT_ONCE
    });
    fits.count().max(1)
}

fn look(call: &Call<'_>, days: &[BookedDay]) -> Result<Vec<DayState>, Error> {
    let currency = &call.settings.books_currency;
    let decimals = money::decimals(currency).unwrap_or(2);
    let mut found: Vec<Found> = days.iter().map(|_| Found::default()).collect();
    let vouchers: Vec<&str> = days.iter().map(|day| day.voucher.as_str()).collect();
    let place = |voucher: &str| days.iter().position(|day| day.voucher == voucher);
    in_journals(call, &vouchers, &mut |voucher, row| {
        if let Some(found) = place(voucher).and_then(|at| found.get_mut(at)) {
            found.journal_line(&JournalLine::read(row, decimals));
        }
    })?;
    // Whatever does not lie in the journal as it was sent may have been posted.
    let as_sent = |day: &BookedDay, found: &Found| Fingerprint::from_text(&day.fingerprint) == Some(found.journal);
    let moved = days.iter().zip(&found).filter(|(day, found)| !as_sent(day, found));
    let vouchers: Vec<&str> = moved.map(|(day, _)| day.voucher.as_str()).collect();
    if !vouchers.is_empty() {
        posted(call, &vouchers, &mut |voucher, row| {
            if let Some(found) = place(voucher).and_then(|at| found.get_mut(at)) {
                found.posted_row(row, decimals);
            }
        })?;
    }
    let state = |(day, found): (&BookedDay, &Found)| {
        let sent = Fingerprint::from_text(&day.fingerprint).unwrap_or_default();
        if as_sent(day, found) {
            DayState::AwaitsPerson
        } else if found.posted_lines > 0 && found.is_posted(sent, day.total_debit) {
            DayState::Posted
        } else if found.posted_lines == 0 && found.keys.is_empty() {
            DayState::Missing
        } else {
            DayState::Changed
        }
    };
    Ok(days.iter().zip(&found).map(state).collect())
}
