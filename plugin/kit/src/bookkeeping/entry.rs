//! A line ready for the books: what a report's line says, with everything that is compared.

use crate::digest::Digest;
use crate::exports::on_day_closed::{DailyReport, Posting, ReportLine};

/// The largest amount, in minor units: 15 digits, what an accounting system that calculates in double precision keeps
/// exactly.
pub const MAX_AMOUNT: i64 = 999_999_999_999_999;

/// One line for the books.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry<'r> {
    /// Index into the report's lines; none for a line that no line of the report stands for.
    pub line: Option<u32>,
    /// Where it goes. An account is never empty.
    pub posting: &'r Posting,
    /// Minor units; positive is debit. Never zero.
    pub amount: i64,
    /// VAT code; empty for none.
    pub vat: &'r str,
    /// What stands on the line, as long as FlexyBox has it.
    pub text: &'r str,
    /// Dimension 1 to 5; empty for none.
    pub dimensions: [&'r str; 5],
    /// First and last day of the period it belongs to.
    pub accrual: Option<(&'r str, &'r str)>,
}

impl<'r> Entry<'r> {
    /// The entry of a report's line. A line without text carries the name of its source.
    pub fn of(line: &'r ReportLine, index: usize) -> Self {
        let (one, two, three, four, five) = &line.dimensions;
        let text = line.text.trim();
        Self {
            line: u32::try_from(index).ok(),
            posting: &line.posting,
            amount: line.amount,
            vat: line.vat_code.trim(),
            text: if text.is_empty() { line.source_name.trim() } else { text },
            dimensions: [one, two, three, four, five].map(|dimension| dimension.trim()),
            accrual: line.accrual.as_ref().map(|accrual| (accrual.first.as_str(), accrual.last.as_str())),
        }
    }

    /// All entries of a report, in order.
    pub fn all(report: &'r DailyReport) -> Vec<Self> {
        report.lines.iter().enumerate().map(|(index, line)| Self::of(line, index)).collect()
    }

    /// Everything but the amount, as one number: entries alike in this may be added up.
    pub(super) fn kind(&self) -> u64 {
        let (kind, account) = match self.posting {
            Posting::Ledger(account) => ("ledger", account.trim()),
            Posting::Customer(id) => ("customer", id.as_str()),
        };
        let (first, last) = self.accrual.unwrap_or_default();
        Digest::of([kind, account, self.vat, self.text, first, last].iter().chain(&self.dimensions))
    }
}
