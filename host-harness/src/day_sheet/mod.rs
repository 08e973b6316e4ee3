//! A closed day as a bookkeeper reads it: what is to be booked, and what the connector makes of it.
//!
//! A day can be looked at before anything is sent: as a table, as JSON, or as CSV for a spreadsheet. Amounts stay whole
//! numbers of minor units until they are written, with as many decimals as the currency has.

mod amount;
mod csv;
mod json;
mod outcome;
mod table;
mod words;

pub use self::csv::{CsvDay, csv};
pub use outcome::DayOutcome;

use crate::bindings::exports::on_day_closed::{Adjustment, DailyReport, Posting, ReportLine};
use crate::installation::{RunError, RunResult};

/// A day's report and what became of it.
#[derive(Debug, Clone)]
pub struct DaySheet {
    /// What is to be booked.
    pub report: DailyReport,
    /// What the connector makes of it.
    pub outcome: DayOutcome,
    /// True when a request of the connector's had no answer: what it checks against the books was not checked, or not
    /// all of it.
    pub unanswered: bool,
}

/// Sums of a report, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sums {
    debit: i128,
    credit: i128,
}

impl DaySheet {
    /// What became of a report. `hide` takes out of a text of the connector's what must not be shown.
    pub fn of(
        report: &DailyReport,
        result: &Result<RunResult, RunError>,
        unanswered: bool,
        hide: impl Fn(&str) -> String,
    ) -> Self {
        Self { report: report.clone(), outcome: DayOutcome::of(result, unanswered, hide), unanswered }
    }

    fn sums(&self) -> Sums {
        let amounts = self.report.lines.iter().map(|line| i128::from(line.amount));
        let (debit, credit) = amounts.fold((0, 0), |(debit, credit), amount| match amount {
            0.. => (debit + amount, credit),
            _ => (debit, credit - amount),
        });
        Sums { debit, credit }
    }

    /// What the connector changed on a line; `None` for what it says of the report as a whole.
    fn adjustments(&self, line: Option<usize>) -> impl Iterator<Item = &Adjustment> {
        let all = self.outcome.receipt().into_iter().flat_map(|receipt| &receipt.adjustments);
        all.filter(move |one| one.line.map(|number| usize::try_from(number).unwrap_or(usize::MAX)) == line)
    }
}

impl Sums {
    /// Positive when there is more debit.
    fn difference(self) -> i128 {
        self.debit - self.credit
    }
}

/// The account of a line, if it goes to one.
fn account(line: &ReportLine) -> Option<&str> {
    match &line.posting {
        Posting::Ledger(account) => Some(account),
        Posting::Customer(_) => None,
    }
}

/// The customer of a line, if it goes to one.
fn customer(line: &ReportLine) -> Option<&str> {
    match &line.posting {
        Posting::Ledger(_) => None,
        Posting::Customer(id) => Some(id),
    }
}

/// Dimension 1 to 5 of a line.
fn dimensions(line: &ReportLine) -> [&str; 5] {
    let (one, two, three, four, five) = &line.dimensions;
    [one, two, three, four, five]
}
