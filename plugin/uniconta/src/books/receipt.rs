//! The receipt (kvittering) of a day.

use super::MAX_TEXT;
use super::booking::Day;
use super::insert::Inserted;
use super::look::Found;
use crate::call::Call;
use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::bookkeeping::entry::Entry;
use accounting_kit::bookkeeping::found::{Keys, Matched, match_lines};
use accounting_kit::bookkeeping::texts::adjustments;
use accounting_kit::exports::on_day_closed::{Adjustment, LineReceipt, PostingState, Receipt};

/// Where the lines are, as far as Uniconta said.
#[derive(Default)]
pub(super) struct Proof {
    row_ids: Vec<Option<String>>,
    /// Of the rows as Uniconta holds them; none when it did not show all of them.
    print: Option<Fingerprint>,
    adjustments: Vec<Adjustment>,
}

impl Proof {
    /// Of lines that were there, by `matched`, and of lines that were just created at the `missing` places of `wanted`.
    pub(super) fn of(wanted: &[Keys], matched: &Matched, found: &Found, missing: &[usize], inserted: Inserted) -> Self {
        let id = |ids: &[String], at: Option<usize>| at.and_then(|at| ids.get(at)).filter(|id| !id.is_empty()).cloned();
        let mut row_ids: Vec<Option<String>> = matched.of_wanted.iter().map(|at| id(&found.row_ids, *at)).collect();
        let sent: Vec<Keys> = missing.iter().filter_map(|place| wanted.get(*place)).copied().collect();
        let created = match_lines(&sent, &inserted.rows.keys);
        for (place, at) in missing.iter().zip(&created.of_wanted) {
            if let Some(row_id) = row_ids.get_mut(*place) {
                *row_id = id(&inserted.rows.row_ids, *at);
            }
        }
        let print = created.is_complete().then(|| found.journal.and(inserted.rows.journal));
        Self { row_ids, print, adjustments: inserted.adjustments }
    }
}

/// The receipt of a day that is in the books.
pub(super) fn receipt(day: &Day<'_>, call: &Call<'_>, now: u64, state: PostingState, proof: &Proof) -> Receipt {
    let entries: Vec<Entry<'_>> = day.bookings.iter().map(|booking| booking.entry.clone()).collect();
    let mut told = adjustments(&entries, day.corrects, MAX_TEXT, call.locale);
    told.extend(proof.adjustments.iter().cloned());
    let lines = entries.iter().enumerate().map(|(place, entry)| LineReceipt {
        line: entry.line,
        external_id: proof.row_ids.get(place).cloned().flatten().unwrap_or_default(),
    });
    Receipt {
        report_id: day.report.id.clone(),
        revision: day.report.revision,
        journal: call.settings.journal.clone(),
        voucher: day.voucher.clone(),
        corrects: day.corrects.to_owned(),
        lines: lines.collect(),
        total_debit: day.total_debit(),
        total_credit: day.total_credit(),
        fingerprint: proof.print.unwrap_or_else(|| day.fingerprint()).to_text(),
        state,
        adjustments: told,
        booked_at: now,
    }
}
