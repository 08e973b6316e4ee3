//! Days that are in the books: one booked report for each report id and revision, and whether it is known to be posted.
//!
//! A correction has a voucher of its own beside the first one, and a person posts each by itself; so a receipt never
//! takes the place of another.

use crate::bindings::exports::on_day_closed::{BookedReport, PostingState};
use crate::bindings::exports::upkeep::{BookedDay, DayReport, DayState};
use std::collections::BTreeMap;

/// What was sent, what came back, and whether a person is known to have posted it.
#[derive(Debug, Clone)]
struct Booked {
    report: BookedReport,
    posted: bool,
}

/// All receipts, by report id and the receipt's revision.
#[derive(Debug, Clone, Default)]
pub(crate) struct BookedDays {
    by_report: BTreeMap<String, BTreeMap<u32, Booked>>,
}

impl BookedDays {
    /// Keep a receipt. The first one of a revision stands: the same content sent again is answered with it, and what was
    /// kept with it is then not overwritten. A receipt can say that its lines are posted, never that they are not.
    pub(crate) fn keep(&mut self, report: BookedReport) {
        let posted = report.receipt.state == PostingState::Posted;
        let revisions = self.by_report.entry(report.report.id.clone()).or_default();
        let kept = revisions.entry(report.receipt.revision).or_insert(Booked { report, posted });
        kept.posted |= posted;
    }

    /// The receipt of the highest revision of this report.
    pub(crate) fn last(&self, report_id: &str) -> Option<&BookedReport> {
        self.by_report.get(report_id)?.last_key_value().map(|(_, booked)| &booked.report)
    }

    /// All receipts of this report, lowest revision first.
    pub(crate) fn of(&self, report_id: &str) -> impl Iterator<Item = &BookedReport> {
        self.by_report.get(report_id).into_iter().flatten().map(|(_, booked)| &booked.report)
    }

    /// Receipts not known to be posted, oldest day first.
    pub(crate) fn unposted(&self) -> Vec<BookedDay> {
        let all = self.by_report.values().flat_map(BTreeMap::values);
        let mut days: Vec<BookedDay> =
            all.filter(|booked| !booked.posted).map(|booked| booked_day(&booked.report)).collect();
        // Days are written YYYY-MM-DD; those of one day stay by report id and revision.
        days.sort_by(|one, other| one.date.cmp(&other.date));
        days
    }

    /// Note what `check` says of days. `asked` are those it was asked about: of any other it can say that it is posted,
    /// but not take that back.
    pub(crate) fn note(&mut self, asked: &[BookedDay], said: &[DayReport]) {
        for day in said {
            let revisions = self.by_report.get_mut(&day.report_id);
            let Some(booked) = revisions.and_then(|revisions| revisions.get_mut(&day.revision)) else { continue };
            let posted = day.state == DayState::Posted;
            let was_asked = asked.iter().any(|one| one.report_id == day.report_id && one.revision == day.revision);
            if posted || was_asked {
                booked.posted = posted;
            }
        }
    }
}

/// What `check` needs to know of a booked day.
fn booked_day(booked: &BookedReport) -> BookedDay {
    let receipt = &booked.receipt;
    BookedDay {
        report_id: booked.report.id.clone(),
        revision: receipt.revision,
        date: booked.report.date.clone(),
        journal: receipt.journal.clone(),
        voucher: receipt.voucher.clone(),
        lines: u32::try_from(receipt.lines.len()).unwrap_or(u32::MAX),
        total_debit: receipt.total_debit,
        fingerprint: receipt.fingerprint.clone(),
        booked_at: receipt.booked_at,
    }
}
