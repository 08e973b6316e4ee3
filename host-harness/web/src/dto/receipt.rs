//! Proofs that a day is in the books.

use super::kept;
use super::words::PostingStateWord;
use crate::problem::Problem;
use accounting_store as store;
use host_harness::bindings::exports::on_day_closed as contract;
use serde::Serialize;
use utoipa::ToSchema;

/// What became of one line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineReceipt {
    /// Index into the report's lines; null for a line that no line of the report stands for.
    line: Option<u32>,
    /// The accounting system's id; empty when it gives none.
    external_id: String,
}

/// Something that is not in the books exactly as FlexyBox sent it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Adjustment {
    /// Index into the report's lines; null for the report as a whole.
    line: Option<u32>,
    /// Stable; an open set.
    code: String,
    message: String,
}

/// Proof that a day is in the books, once: one for each revision that was booked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Receipt {
    report_id: String,
    /// The revision the books now hold.
    #[schema(format = Int64)]
    revision: u32,
    /// Journal (kladde).
    journal: String,
    /// Voucher (bilag) of the lines of this receipt.
    voucher: String,
    /// For a correction, the voucher the day was first booked with.
    corrects: String,
    lines: Vec<LineReceipt>,
    /// Minor units.
    total_debit: u64,
    /// Minor units.
    total_credit: u64,
    fingerprint: String,
    /// What was left for a person when it was booked; `posted` says how it stands now.
    state: PostingStateWord,
    adjustments: Vec<Adjustment>,
    /// Milliseconds since 1970.
    booked_at: u64,
}

impl From<contract::Receipt> for Receipt {
    fn from(receipt: contract::Receipt) -> Self {
        let line = |line: contract::LineReceipt| LineReceipt { line: line.line, external_id: line.external_id };
        let adjustment = |adjustment: contract::Adjustment| Adjustment {
            line: adjustment.line,
            code: adjustment.code,
            message: adjustment.message,
        };
        Self {
            report_id: receipt.report_id,
            revision: receipt.revision,
            journal: receipt.journal,
            voucher: receipt.voucher,
            corrects: receipt.corrects,
            lines: receipt.lines.into_iter().map(line).collect(),
            total_debit: receipt.total_debit,
            total_credit: receipt.total_credit,
            fingerprint: receipt.fingerprint,
            state: receipt.state.into(),
            adjustments: receipt.adjustments.into_iter().map(adjustment).collect(),
            booked_at: receipt.booked_at,
        }
    }
}

/// A receipt and how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeptReceipt {
    #[serde(flatten)]
    receipt: Receipt,
    /// Known to be posted.
    posted: bool,
}

/// Receipts of a report, lowest revision first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Receipts {
    receipts: Vec<KeptReceipt>,
}

impl TryFrom<Vec<store::ReceiptRow>> for Receipts {
    type Error = Problem;

    fn try_from(rows: Vec<store::ReceiptRow>) -> Result<Self, Problem> {
        let receipt = |row: store::ReceiptRow| {
            let booked: contract::BookedReport = kept("receipt", &row.body_json)?;
            Ok(KeptReceipt { receipt: booked.receipt.into(), posted: row.posted })
        };
        Ok(Self { receipts: rows.into_iter().map(receipt).collect::<Result<_, Problem>>()? })
    }
}
