//! What can happen in a scenario. In the file each event is an object with one key, e.g.
//! `{"customers-changed": {"customers": [{"id": "C1"}]}}`.

use super::is_default;
use crate::bindings::exports::configure::AccountSource;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventSpec {
    /// Customers changed in FlexyBox.
    CustomersChanged(ChangedSpec),
    /// A person edits a customer in FlexyBox; nothing is called.
    Edit(EditSpec),
    /// The accounting system calls the link.
    Webhook(WebhookSpec),
    /// The administrator presses OK.
    Configure(Empty),
    /// Look at the installation, with every receipt that is not known to be posted.
    Check(Empty),
    /// Read again what changed in the accounting system.
    CatchUp(CatchUpSpec),
    /// A day's report is ready for the books.
    DayClosed(ReportSpec),
    /// Time passes; nothing is called.
    Advance(AdvanceSpec),
    /// What happens in the simulator before the next event, for whoever records; a replay passes over it.
    Simulator(Vec<Value>),
    /// `true`: run the event before this one that called the connector once more, with its input and its idempotency
    /// key, as the next attempt.
    Retry(bool),
}

/// No particulars.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// Particulars of `customers-changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedSpec {
    /// Whom, in order.
    pub customers: Vec<ChangedCustomer>,
    /// 1 unless set.
    #[serde(default = "first_attempt", skip_serializing_if = "is_first_attempt")]
    pub attempt: u32,
}

fn first_attempt() -> u32 {
    1
}

fn is_first_attempt(attempt: &u32) -> bool {
    *attempt == first_attempt()
}

/// What happened to a customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum ChangeKindSpec {
    Created,
    #[default]
    Changed,
    Deleted,
    Resync,
}

/// A customer that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangedCustomer {
    /// Who.
    pub id: String,
    /// What happened; `changed` unless set.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: ChangeKindSpec,
    /// Hand the customer over even if it neither carries the customer tag nor has a link.
    #[serde(default, skip_serializing_if = "is_default")]
    pub force: bool,
}

/// Particulars of `edit`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditSpec {
    /// Whom.
    pub customer: String,
    /// New values by attribute, `number` among them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub set: BTreeMap<String, String>,
    /// New values of customer data fields, by name; a field that is not there yet is added as text, or as the
    /// catalogue defines it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub fields: BTreeMap<String, String>,
    /// All tags from now on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Option<Vec<String>>,
    /// Deleted or not from now on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deleted: Option<bool>,
}

/// Particulars of `webhook`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookSpec {
    /// `GET` unless set.
    #[serde(default = "get")]
    pub method: String,
    /// What stood after the `?`, undecoded.
    #[serde(default, skip_serializing_if = "is_default")]
    pub query: String,
    /// Headers; names in lower case.
    #[serde(default, skip_serializing_if = "is_default")]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default, skip_serializing_if = "is_default")]
    pub body: WebhookBody,
}

fn get() -> String {
    "GET".to_owned()
}

/// The body of a call of the link.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WebhookBody {
    /// No body.
    #[default]
    Empty,
    /// This value as JSON.
    Json(Value),
    /// These characters.
    Text(String),
}

/// Particulars of `catch-up`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CatchUpSpec {
    /// Stop after so many pages.
    #[serde(skip_serializing_if = "is_default")]
    pub max_pages: Option<u32>,
}

/// Particulars of `advance`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvanceSpec {
    /// Milliseconds.
    pub ms: u64,
}

/// Where an account was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum SourceSpec {
    ItemGroup,
    PaymentType,
    SpecialAccount,
}

impl From<SourceSpec> for AccountSource {
    fn from(source: SourceSpec) -> Self {
        match source {
            SourceSpec::ItemGroup => Self::ItemGroup,
            SourceSpec::PaymentType => Self::PaymentType,
            SourceSpec::SpecialAccount => Self::SpecialAccount,
        }
    }
}

/// Where a line goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PostingSpec {
    /// An account.
    Ledger(String),
    /// The debtor linked to a customer.
    Customer(String),
}

/// Particulars of `day-closed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportSpec {
    /// FlexyBox's id of the report. Once more in a later event: the host has the last receipt to hand over with it.
    pub id: String,
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// Department; empty for none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub department: String,
    /// ISO 4217.
    pub currency: String,
    /// 1 unless set; a correction has a higher one.
    #[serde(default = "first_attempt", skip_serializing_if = "is_first_attempt")]
    pub revision: u32,
    /// The lines.
    pub lines: Vec<LineSpec>,
}

/// One line of a day's report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSpec {
    /// Where the account was entered.
    pub source: SourceSpec,
    /// The item group, payment type or special account.
    pub source_name: String,
    /// Where it goes.
    pub posting: PostingSpec,
    /// Minor units; positive is debit.
    pub amount: i64,
    /// VAT code; empty for none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub vat_code: String,
    /// What stands on the line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub text: String,
    /// Dimension 1 to 5; empty for none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub dimensions: [String; 5],
    /// First and last day of the period, for amounts that belong to one.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accrual: Option<(String, String)>,
}

impl EventSpec {
    /// What the event is called in the file.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::CustomersChanged(_) => "customers-changed",
            Self::Edit(_) => "edit",
            Self::Webhook(_) => "webhook",
            Self::Configure(_) => "configure",
            Self::Check(_) => "check",
            Self::CatchUp(_) => "catch-up",
            Self::DayClosed(_) => "day-closed",
            Self::Advance(_) => "advance",
            Self::Simulator(_) => "simulator",
            Self::Retry(_) => "retry",
        }
    }

    /// Whether it calls the connector, or would.
    pub fn is_call(&self) -> bool {
        !matches!(self, Self::Edit(_) | Self::Advance(_) | Self::Simulator(_))
    }
}
