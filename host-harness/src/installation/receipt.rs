//! What must be true of a receipt before it is kept: it is the host's only proof that a day is in the books.

use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};

/// The longest fingerprint, in characters, as the contract says.
const LONGEST_FINGERPRINT: usize = 100;

/// Check the receipt for a report that was handed over together with `previous`.
///
/// # Errors
/// The first thing that the contract does not allow.
pub(super) fn check_receipt(
    report: &DailyReport,
    previous: Option<&BookedReport>,
    receipt: &Receipt,
) -> Result<(), String> {
    let (id, revision) = (&report.id, receipt.revision);
    if receipt.report_id != *id {
        return Err(format!("the receipt for report {id} names report {:?}", receipt.report_id));
    }
    // The same content again is answered with the receipt there is, whatever the revision.
    let known = previous.filter(|previous| previous.receipt.revision == revision);
    if revision > report.revision && known.is_none() {
        return Err(format!("the receipt for report {id} is of revision {revision}, and {} was sent", report.revision));
    }
    for (what, text) in [("journal", &receipt.journal), ("voucher", &receipt.voucher)] {
        if text.is_empty() {
            return Err(format!("the receipt for report {id} names no {what}"));
        }
    }
    let characters = receipt.fingerprint.chars().count();
    if characters > LONGEST_FINGERPRINT {
        return Err(format!(
            "the fingerprint of the receipt for report {id} has {characters} characters; at most {LONGEST_FINGERPRINT}"
        ));
    }
    if receipt.total_debit != receipt.total_credit {
        let (debit, credit) = (receipt.total_debit, receipt.total_credit);
        return Err(format!(
            "the receipt for report {id} has a debit of {debit} and a credit of {credit}, not the same"
        ));
    }
    // The first receipt once more is about the lines that were sent then.
    let lines = known.map_or(report, |known| &known.report).lines.len();
    let within = |line: u32| usize::try_from(line).is_ok_and(|line| line < lines);
    let named = receipt.lines.iter().map(|line| line.line);
    let adjusted = receipt.adjustments.iter().map(|adjustment| adjustment.line);
    match named.chain(adjusted).flatten().find(|line| !within(*line)) {
        Some(line) => Err(format!(
            "the receipt for report {id} is about the line with index {line}, and the report has {lines} lines, counted from 0"
        )),
        None => Ok(()),
    }
}
