//! Customers, links, flags and receipts, as they are kept.

use crate::Ms;

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerRow {
    /// FlexyBox's id.
    pub id: String,
    /// FlexyBox's revision.
    pub revision: i64,
    /// The number people see; searched by as it stands.
    pub number: String,
    /// Company registration number, digits only; searched by.
    pub cvr_digits: String,
    /// E-mail address, trimmed and in lower case; searched by.
    pub email_lower: String,
    /// Carries the installation's customer tag.
    pub tagged: bool,
    /// Deleted in FlexyBox; not found by number, CVR or e-mail.
    pub deleted: bool,
    /// The whole customer.
    pub body_json: String,
    /// When it came in otherwise than it was held before. [`crate::Store::accept_customers`] sets it.
    pub changed: Ms,
}

/// A link between a customer and a debtor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// FlexyBox's side.
    pub customer_id: String,
    /// The accounting system's own id; at most one link has it.
    pub external_id: String,
    /// The whole link.
    pub body_json: String,
    /// Grows with every change; set by the store. For [`crate::Guard::Link`].
    pub version: i64,
}

/// Something about a customer that a person must look at. One for each customer and code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagRow {
    /// Whom.
    pub customer_id: String,
    /// Why, stable.
    pub code: String,
    /// Why, in the installation's language.
    pub message: String,
    /// Since when.
    pub at: Ms,
}

/// A booked day: one for each report id and revision of the receipt. The first one kept stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    /// The report.
    pub report_id: String,
    /// The receipt's revision.
    pub revision: i64,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Known to be posted.
    pub posted: bool,
    /// The report and its receipt.
    pub body_json: String,
    /// When it was kept.
    pub at: Ms,
}
