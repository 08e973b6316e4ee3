//! What became of something that came in.

use super::shapes::CustomerId;
use crate::check::{self, Checked};
use crate::requests::Document;
use accounting_store as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Most customers named at once.
const MOST_RESYNCED: usize = 5_000;

/// What became of something that came in; it is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AcceptedResult {
    /// A new event.
    New,
    /// It became part of an event that waits already.
    Collapsed,
    /// It was there before.
    Duplicate,
    /// An older revision than the one held, or the same without a change: ignored.
    Outdated,
    /// Kept; the customer is not synchronised, so nothing follows.
    NotConcerned,
}

/// What became of something that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Accepted {
    result: AcceptedResult,
    /// The event's number, for `new` and `collapsed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<i64>,
}

impl From<store::Accepted> for Accepted {
    fn from(accepted: store::Accepted) -> Self {
        let (result, seq) = match accepted {
            store::Accepted::New(seq) => (AcceptedResult::New, Some(seq)),
            store::Accepted::Collapsed(seq) => (AcceptedResult::Collapsed, Some(seq)),
            store::Accepted::Duplicate => (AcceptedResult::Duplicate, None),
            store::Accepted::Outdated => (AcceptedResult::Outdated, None),
            store::Accepted::NotConcerned => (AcceptedResult::NotConcerned, None),
        };
        Self { result, seq }
    }
}

/// It was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcceptedAnswer {
    accepted: Accepted,
}

impl From<store::Accepted> for AcceptedAnswer {
    fn from(accepted: store::Accepted) -> Self {
        Self { accepted: accepted.into() }
    }
}

/// What became of one line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineAccepted {
    /// The line, from 1.
    pub(crate) line: usize,
    /// What became of it.
    #[serde(flatten)]
    pub(crate) accepted: Accepted,
}

/// All lines were taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinesAccepted {
    /// One for each line that was not blank, in order.
    pub(crate) results: Vec<LineAccepted>,
}

/// What was taken in: one, or many.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum HandedOver {
    /// One, sent as JSON.
    One(AcceptedAnswer),
    /// Many, sent one a line.
    Many(LinesAccepted),
}

/// Whom to write again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resync {
    /// Ids; left out for all that are synchronised.
    #[schema(value_type = Option<Vec<CustomerId>>, max_items = 5000)]
    pub(crate) customers: Option<Vec<String>>,
}

impl Document for Resync {
    fn unsent() -> Option<Self> {
        Some(Self::default())
    }

    fn check(&self) -> Checked {
        check::each("customers", self.customers.as_deref().unwrap_or_default(), MOST_RESYNCED, |id| {
            check::id("", id, check::LONGEST_CUSTOMER_ID)
        })
    }
}

/// How many events that made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResyncAnswer {
    pub(crate) events: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    #[case(store::Accepted::New(7), json!({"result": "new", "seq": 7}))]
    #[case(store::Accepted::Collapsed(8), json!({"result": "collapsed", "seq": 8}))]
    #[case(store::Accepted::Duplicate, json!({"result": "duplicate"}))]
    #[case(store::Accepted::Outdated, json!({"result": "outdated"}))]
    #[case(store::Accepted::NotConcerned, json!({"result": "not-concerned"}))]
    fn says_what_became_of_it(#[case] accepted: store::Accepted, #[case] expected: Value) {
        assert_eq!(serde_json::to_value(Accepted::from(accepted)).unwrap(), expected);
        let mut line = expected;
        line["line"] = json!(3);
        assert_eq!(serde_json::to_value(LineAccepted { line: 3, accepted: accepted.into() }).unwrap(), line);
    }
}
