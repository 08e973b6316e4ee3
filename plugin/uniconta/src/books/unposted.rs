//! What became of the days in the journal: do they still lie there, and since when; has a person posted, changed or deleted
//! them?

use super::lines::JournalLine;
use super::look::{Found, in_journals, posted};
use crate::assumptions::MAX_ORS;
use crate::call::Call;
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::exports::upkeep::{BookedDay, DayReport, DayState};
use accounting_kit::problem::finding;
use accounting_kit::types::{Error, Finding, Locale, Severity};
use accounting_kit::{day, money, say};

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
    let findings = [DayState::Missing, DayState::Changed, DayState::AwaitsPerson]
        .into_iter()
        .filter_map(|state| tell(call.locale, days.iter().zip(&states).filter(|(_, one)| **one == state), state))
        .collect();
    let reports = days.iter().zip(&states).map(|(day, state)| DayReport {
        report_id: day.report_id.clone(),
        revision: day.revision,
        state: *state,
    });
    Ok((reports.collect(), findings))
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

/// One finding for all days of a state, the days named.
fn tell<'d>(
    locale: Locale,
    days: impl Iterator<Item = (&'d BookedDay, &'d DayState)>,
    state: DayState,
) -> Option<Finding> {
    let named: Vec<String> = days.map(|(day, _)| name(locale, day)).collect();
    if named.is_empty() {
        return None;
    }
    let named = named.join(", ");
    let (severity, code, message, step) = match state {
        DayState::Missing => (
            Severity::Error,
            "uniconta.day-missing",
            say!(
                locale,
                "dage, som var overført, er hverken i kladden eller bogført: {named}",
                "days that were transferred are neither in the journal nor posted: {named}",
                named = named
            ),
            say!(
                locale,
                "er de slettet ved en fejl, så indtast dem i Uniconta i hånden efter dagsrapporten",
                "if they were deleted by mistake, enter them in Uniconta by hand from the daily report"
            ),
        ),
        DayState::Changed => (
            Severity::Warning,
            "uniconta.day-changed",
            say!(
                locale,
                "dage er ændret i Uniconta, siden FlexyBox overførte dem: {named}",
                "days were changed in Uniconta after FlexyBox had transferred them: {named}",
                named = named
            ),
            say!(
                locale,
                "sammenlign bilagene i Uniconta med dagsrapporterne i FlexyBox",
                "compare the vouchers in Uniconta with the daily reports in FlexyBox"
            ),
        ),
        DayState::AwaitsPerson | DayState::Posted => (
            Severity::Info,
            "uniconta.days-unposted",
            say!(
                locale,
                "dage ligger i kladden og venter på at blive bogført: {named}",
                "days lie in the journal and wait to be posted: {named}",
                named = named
            ),
            say!(
                locale,
                "åbn kladden i Uniconta under Finans > Kladder, og tryk Bogfør kladde",
                "open the journal in Uniconta under General ledger > Journals and press Post journal"
            ),
        ),
    };
    Some(Finding { steps: vec![step], ..finding(severity, code, None, message) })
}

/// `24-11-2026 (kladde DAG, bilag 123456789, siden 25-11-2026)`.
fn name(locale: Locale, booked: &BookedDay) -> String {
    let since = day::utc_text(booked.booked_at).and_then(|moment| day::from_invariant(&moment)).unwrap_or_default();
    say!(
        locale,
        "{date} (kladde {journal}, bilag {voucher}, siden {since})",
        "{date} (journal {journal}, voucher {voucher}, since {since})",
        date = day::for_people(&booked.date, locale),
        journal = booked.journal,
        voucher = booked.voucher,
        since = day::for_people(&since, locale)
    )
}
