//! What became of the days in the journal: do they still lie there; has a person booked, changed or deleted them?

use super::look::{Found, look};
use super::marker;
use super::print::Print;
use crate::ECONOMIC;
use crate::call::Call;
use accounting_kit::bookkeeping::days::told;
use accounting_kit::exports::upkeep::{BookedDay, DayReport, DayState};
use accounting_kit::types::{Error, Finding};
use accounting_kit::{money, say};

/// Look the days up, and tell what a person should know of them.
///
/// # Errors
/// A read failed: nothing is known.
pub fn days(call: &Call<'_>, days: &[BookedDay]) -> Result<(Vec<DayReport>, Vec<Finding>), Error> {
    let decimals = money::decimals(&call.settings.books_currency).unwrap_or(2);
    let mut states = vec![DayState::Missing; days.len()];
    let mut journals: Vec<u32> = days.iter().filter_map(|day| day.journal.parse().ok()).collect();
    journals.sort_unstable();
    journals.dedup();
    for journal in journals {
        let name = journal.to_string();
        let here = || days.iter().enumerate().filter(|(_, day)| day.journal == name);
        let markers: Vec<String> = here().map(|(_, day)| marker(&day.report_id, day.revision)).collect();
        let found = look(call, journal, &markers, decimals)?;
        for ((at, day), (_, found)) in here().zip(&found) {
            if let Some(state) = states.get_mut(at) {
                *state = state_of(day, found);
            }
        }
    }
    let to_post = say!(
        call.locale,
        "åbn kassekladden i e-conomic under Regnskab > Kassekladder, og tryk Bogfør",
        "open the journal in e-conomic under Accounting > Journals and press Book"
    );
    Ok(told(ECONOMIC, call.locale, days, &states, &to_post))
}

fn state_of(day: &BookedDay, found: &Found) -> DayState {
    let sent = Print::from_text(&day.fingerprint).unwrap_or_default();
    match (found.drafts.is_empty(), found.posted.rows) {
        (true, 0) => DayState::Missing,
        (false, 0) if found.print() == sent.lines => DayState::AwaitsPerson,
        (true, _) if found.posted.is(&sent) && found.posted.totals(sent.contra, day.total_debit, day.total_debit) => {
            DayState::Posted
        }
        _ => DayState::Changed,
    }
}
