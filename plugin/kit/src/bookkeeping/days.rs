//! What became of days that were booked, told to a person: one finding for all days of a state, the days named.

use crate::exports::upkeep::{BookedDay, DayReport, DayState};
use crate::problem::{System, finding};
use crate::types::{Finding, Locale, Severity};
use crate::{day, say};

/// What is reported of these days, and what a person should know of them. `to_post` says how days in the journal are
/// posted.
pub fn told(
    system: System,
    locale: Locale,
    days: &[BookedDay],
    states: &[DayState],
    to_post: &str,
) -> (Vec<DayReport>, Vec<Finding>) {
    let findings = [DayState::Missing, DayState::Changed, DayState::AwaitsPerson]
        .into_iter()
        .filter_map(|state| {
            let those = days.iter().zip(states).filter(|(_, one)| **one == state);
            tell(system, locale, those.map(|(day, _)| name(locale, day)).collect(), state, to_post)
        })
        .collect();
    let reports = days.iter().zip(states).map(|(day, state)| DayReport {
        report_id: day.report_id.clone(),
        revision: day.revision,
        state: *state,
    });
    (reports.collect(), findings)
}

fn tell(system: System, locale: Locale, named: Vec<String>, state: DayState, to_post: &str) -> Option<Finding> {
    if named.is_empty() {
        return None;
    }
    let named = named.join(", ");
    let (severity, code, message, step) = match state {
        DayState::Missing => (
            Severity::Error,
            "day-missing",
            say!(
                locale,
                "dage, som var overført, er hverken i kladden eller bogført: {named}",
                "days that were transferred are neither in the journal nor posted: {named}",
                named = named
            ),
            say!(
                locale,
                "er de slettet ved en fejl, så indtast dem i {system} i hånden efter dagsrapporten",
                "if they were deleted by mistake, enter them in {system} by hand from the daily report",
                system = system.name
            ),
        ),
        DayState::Changed => (
            Severity::Warning,
            "day-changed",
            say!(
                locale,
                "dage er ændret i {system}, siden FlexyBox overførte dem: {named}",
                "days were changed in {system} after FlexyBox had transferred them: {named}",
                system = system.name,
                named = named
            ),
            say!(
                locale,
                "sammenlign bilagene i {system} med dagsrapporterne i FlexyBox",
                "compare the vouchers in {system} with the daily reports in FlexyBox",
                system = system.name
            ),
        ),
        DayState::AwaitsPerson | DayState::Posted => (
            Severity::Info,
            "days-unposted",
            say!(
                locale,
                "dage ligger i kladden og venter på at blive bogført: {named}",
                "days lie in the journal and wait to be posted: {named}",
                named = named
            ),
            to_post.to_owned(),
        ),
    };
    Some(Finding { steps: vec![step], ..finding(severity, system.code(code), None, message) })
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
