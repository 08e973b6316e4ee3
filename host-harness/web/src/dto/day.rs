//! A closed day as FlexyBox sends it.

use super::shapes::{self, Text};
use super::words::SourceWord;
use crate::check::{self, Checked, Invalid};
use crate::requests::{Document, MOST_REPORT_BYTES};
use host_harness::bindings::exports::on_day_closed as contract;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Where a line goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Posting {
    /// An account, at most 4,096 characters; empty when it is missing in FlexyBox.
    Ledger(String),
    /// The debtor linked to a customer: its id, 1 to 64 characters.
    Customer(String),
}

impl PartialSchema for Posting {
    fn schema() -> RefOr<Schema> {
        shapes::one_of([
            ("ledger", "An account; empty when it is missing in FlexyBox.", shapes::text(check::LONGEST_TEXT).build()),
            ("customer", "The debtor linked to a customer.", shapes::id(check::LONGEST_CUSTOMER_ID).build()),
        ])
    }
}

impl ToSchema for Posting {}

/// The period a line belongs to, both days included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accrual {
    #[schema(format = "date", pattern = r"^\d{4}-\d{2}-\d{2}$")]
    first: String,
    #[schema(format = "date", pattern = r"^\d{4}-\d{2}-\d{2}$")]
    last: String,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportLine {
    source: SourceWord,
    /// The item group, payment type or special account.
    #[schema(max_length = 4096)]
    source_name: String,
    posting: Posting,
    /// Minor units (øre); positive is debit, negative is credit. Not 0.
    amount: i64,
    /// VAT code; empty for none.
    #[serde(default)]
    #[schema(max_length = 4096)]
    vat_code: String,
    /// What stands on the line.
    #[serde(default)]
    #[schema(max_length = 4096)]
    text: String,
    /// Dimension 1 to 5; empty for none.
    #[serde(default)]
    #[schema(value_type = Vec<Text>, min_items = 5, max_items = 5)]
    dimensions: [String; 5],
    /// For amounts that belong to a period.
    #[serde(default)]
    accrual: Option<Accrual>,
}

fn first_revision() -> u32 {
    1
}

/// A closed day of one department.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DailyReport {
    /// FlexyBox's id of the report; never used again.
    #[schema(min_length = 1, max_length = 64, pattern = r"^[^\u0000-\u001f\u007f-\u009f]+$")]
    id: String,
    #[schema(format = "date", pattern = r"^\d{4}-\d{2}-\d{2}$")]
    date: String,
    /// Department (afdeling); empty for none.
    #[serde(default)]
    #[schema(max_length = 4096)]
    department: String,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: String,
    /// Grows when a closed day is corrected.
    #[serde(default = "first_revision")]
    #[schema(format = Int64, minimum = 1, maximum = 4294967295i64)]
    revision: u32,
    /// The amounts sum to zero.
    #[schema(max_items = 10000)]
    lines: Vec<ReportLine>,
}

impl ReportLine {
    fn check(&self) -> Checked {
        check::text("source_name", &self.source_name, check::LONGEST_TEXT)?;
        match &self.posting {
            Posting::Ledger(account) => check::text("posting.ledger", account, check::LONGEST_TEXT)?,
            Posting::Customer(id) => check::id("posting.customer", id, check::LONGEST_CUSTOMER_ID)?,
        }
        if self.amount == 0 {
            return Err(Invalid::new("amount", "is 0; leave the line out"));
        }
        check::text("vat_code", &self.vat_code, check::LONGEST_TEXT)?;
        check::text("text", &self.text, check::LONGEST_TEXT)?;
        check::texts("dimensions", &self.dimensions, self.dimensions.len(), check::LONGEST_TEXT)?;
        let Some(period) = &self.accrual else {
            return Ok(());
        };
        check::day("accrual.first", &period.first)?;
        check::day("accrual.last", &period.last)?;
        // Days of this form are in order when their texts are.
        if period.last < period.first {
            return Err(Invalid::new("accrual.last", "is before accrual.first"));
        }
        Ok(())
    }
}

impl DailyReport {
    fn check(&self) -> Checked {
        check::id("id", &self.id, check::LONGEST_REPORT_ID)?;
        check::day("date", &self.date)?;
        check::text("department", &self.department, check::LONGEST_TEXT)?;
        check::currency("currency", &self.currency)?;
        check::revision("revision", self.revision.into())?;
        check::each("lines", &self.lines, check::MOST_LINES, ReportLine::check)
    }
}

impl From<DailyReport> for contract::DailyReport {
    fn from(report: DailyReport) -> Self {
        let line = |line: ReportLine| contract::ReportLine {
            source: line.source.into(),
            source_name: line.source_name,
            posting: match line.posting {
                Posting::Ledger(account) => contract::Posting::Ledger(account),
                Posting::Customer(id) => contract::Posting::Customer(id),
            },
            amount: line.amount,
            vat_code: line.vat_code,
            text: line.text,
            dimensions: line.dimensions.into(),
            accrual: line.accrual.map(|period| contract::Accrual { first: period.first, last: period.last }),
        };
        Self {
            id: report.id,
            date: report.date,
            department: report.department,
            currency: report.currency,
            revision: report.revision,
            lines: report.lines.into_iter().map(line).collect(),
        }
    }
}

/// A day is closed, or a closed day was corrected.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClosedDay {
    /// FlexyBox's id of the event: the same again is the same event.
    #[serde(default)]
    #[schema(max_length = 128, pattern = r"^[^\u0000-\u001f\u007f-\u009f]*$")]
    event_id: String,
    report: DailyReport,
}

impl ClosedDay {
    /// The event's id and the report.
    pub(crate) fn into_parts(self) -> (String, contract::DailyReport) {
        (self.event_id, self.report.into())
    }
}

impl Document for ClosedDay {
    const MOST_BYTES: usize = MOST_REPORT_BYTES;

    fn check(&self) -> Checked {
        check::event_id(&self.event_id)?;
        self.report.check().map_err(|invalid| invalid.under("report"))
    }
}

#[cfg(test)]
mod tests;
