//! The words of the surface. Unknown keys are errors on both sides: a suite and a simulator that misunderstand each other
//! should say so at once.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a simulator is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The version of the surface it offers.
    pub trial: u32,
    /// The name of the accounting system.
    pub system: String,
    /// What can be tried on it.
    pub abilities: Vec<Ability>,
}

/// Something that can be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ability {
    /// Debtors are kept.
    Customers,
    /// Changes of debtors call a link.
    Link,
    /// Vouchers are kept.
    Bookkeeping,
}

/// The attributes of the contract, by its own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Attribute {
    /// Person or company.
    Name,
    /// Street and house number.
    Address,
    /// Postal code.
    Zip,
    /// Town.
    City,
    /// Country, as the accounting system writes it.
    Country,
    /// Land line.
    Phone,
    /// Mobile.
    Mobile,
    /// E-mail.
    Email,
    /// Company registration number.
    Cvr,
    /// EAN location number.
    Ean,
}

/// A debtor, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debtor {
    /// The system's own unchanging id: what a link's `external-id` must be.
    pub external_id: String,
    /// The number people see: what a link's `external-key` must be.
    pub external_key: String,
    /// May not be traded with.
    pub blocked: bool,
    /// Attributes that have a value.
    pub attributes: BTreeMap<Attribute, String>,
    /// Properties of the system's own that the contract has no word for, as text; a connector must leave them as they are.
    pub unmodelled: BTreeMap<String, String>,
}

/// What a person types.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// The number for a new debtor; the system chooses where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_key: Option<String>,
    /// The attributes; an empty value takes one away.
    #[serde(default)]
    pub attributes: BTreeMap<Attribute, String>,
    /// Fill in every property the contract has no word for, with made-up values.
    #[serde(default)]
    pub unmodelled: bool,
}

/// A voucher (bilag), in a journal or posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voucher {
    /// The journal (kladde) it lies in or was posted from.
    pub journal: String,
    /// Its number.
    pub voucher: String,
    /// Its day, `YYYY-MM-DD`.
    pub date: String,
    /// ISO 4217.
    pub currency: String,
    /// Posted, and no longer in the journal.
    pub posted: bool,
    /// What a double-entry bookkeeper reads: a line with an account and a contra account is two.
    pub lines: Vec<Line>,
}

/// One line of a voucher.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The account of the chart; empty for a debtor's line.
    pub account: String,
    /// The debtor's number (`external_key`); empty for a line of the chart.
    pub debtor: String,
    /// Decimal text exactly as the system holds it, `-1250.50`; positive is debit.
    pub amount: String,
    /// VAT code; empty for none.
    pub vat_code: String,
    /// What stands on it.
    pub text: String,
}

/// Trouble for the next calls that match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Which calls.
    pub on: On,
    /// How many of them go well first.
    #[serde(default)]
    pub skip: u32,
    /// How many go wrong after that.
    pub times: u32,
    /// How.
    pub how: How,
}

/// Which calls a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum On {
    /// All, logins too.
    Any,
    /// Those that change nothing, logins not among them.
    Read,
    /// Those that may change something.
    Write,
}

/// How a call goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// Nothing is done; the system says that it is not available for now.
    Unavailable,
    /// Nothing is done; too many calls, come again after so many seconds.
    RateLimited {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// Nothing is done; the credentials are not accepted.
    NotAccepted,
    /// Nothing is done, and the connection closes without an answer.
    LostBefore,
    /// It is done, and the connection closes without an answer.
    LostAfter,
    /// It is done, and the answer ends in the middle.
    Truncated,
    /// It is done, and every object of the answer has fields nobody knows.
    UnknownFields,
    /// It is done, and the answer is made longer by so many bytes that mean nothing.
    Padded {
        /// How many.
        bytes: u64,
    },
    /// Nothing is done; success without a body.
    Empty,
    /// Nothing is done; success with a body of another kind.
    Rubbish,
}

/// A call the system got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// Method.
    pub method: String,
    /// Path and query, as sent.
    pub path: String,
    /// May change something.
    pub write: bool,
    /// The status of the answer, as it would have been where the connection closed.
    pub status: u16,
}

/// A link (ændrings-URL) that a person enters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The whole of it.
    pub url: String,
}

/// A call of the link, as the host would hand it to a connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// `GET` or `POST`.
    pub method: String,
    /// What stands after the first `?`, undecoded.
    pub query: String,
    /// Headers, names in lower case.
    pub headers: Vec<Header>,
    /// The body; empty for GET.
    pub body: String,
}

/// One header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// In lower case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Where the clock stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// `2026-03-02T08:00:00Z`.
    pub now: String,
}

/// Why a request of the surface was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// What is wrong, and what to do.
    pub error: String,
}
