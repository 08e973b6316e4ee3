//! What FlexyBox must be told, and what it says of it.

use super::kept;
use crate::check::{self, Checked, Invalid};
use crate::problem::Problem;
use crate::requests::Document;
use accounting_service as service;
use accounting_store as store;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Something FlexyBox must be told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutboxItem {
    /// Unique over all installations; grows.
    id: i64,
    installation: String,
    /// Stable, e.g. `customer-update`; an open set: what is not known is acknowledged with `seen`.
    kind: String,
    /// Whom it is about; empty for nobody.
    customer_id: String,
    /// For `customer-update`, the revision it is to be applied to; 0 otherwise.
    revision: i64,
    at_ms: i64,
    /// The content, by kind. Of `customer-update`: `changes` of `property` and `value`, and `conflicts`.
    #[schema(value_type = Object)]
    body: Value,
}

/// Open items, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outbox {
    items: Vec<OutboxItem>,
}

impl TryFrom<Vec<store::OutboxItem>> for Outbox {
    type Error = Problem;

    fn try_from(items: Vec<store::OutboxItem>) -> Result<Self, Problem> {
        let item = |item: store::OutboxItem| {
            Ok(OutboxItem {
                id: item.id,
                installation: item.installation,
                kind: item.item.kind,
                customer_id: item.item.customer_id,
                revision: item.item.revision,
                at_ms: item.item.at,
                body: kept("outbox item", &item.item.body_json)?,
            })
        };
        Ok(Self { items: items.into_iter().map(item).collect::<Result<_, Problem>>()? })
    }
}

/// What FlexyBox did with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AcknowledgementOutcome {
    /// Read. Not for a `customer-update`.
    Seen,
    /// The update was applied to exactly the revision it names.
    Applied,
    /// The customer had moved on from that revision; nothing was applied.
    Stale,
}

/// What FlexyBox says of an item.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledgement {
    outcome: AcknowledgementOutcome,
    /// For `applied`, and only then: the customer's revision now.
    #[schema(minimum = 1, maximum = 9223372036854775807i64)]
    revision: Option<u64>,
}

impl Document for Acknowledgement {
    fn check(&self) -> Checked {
        match (self.outcome, self.revision) {
            (AcknowledgementOutcome::Applied, Some(revision)) => check::revision("revision", revision),
            (AcknowledgementOutcome::Applied, None) => {
                Err(Invalid::new("revision", "is missing; an applied update has the customer's new revision"))
            }
            (_, Some(_)) => Err(Invalid::new("revision", "is only for `applied`")),
            (_, None) => Ok(()),
        }
    }
}

impl From<Acknowledgement> for service::Acknowledgement {
    fn from(acknowledgement: Acknowledgement) -> Self {
        match acknowledgement.outcome {
            AcknowledgementOutcome::Seen => Self::Seen,
            AcknowledgementOutcome::Applied => Self::Applied { revision: acknowledgement.revision.unwrap_or_default() },
            AcknowledgementOutcome::Stale => Self::Stale,
        }
    }
}

/// What became of an acknowledgement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AcknowledgedResult {
    /// Taken.
    Done,
    /// The item is not there any more: it was acknowledged before.
    Gone,
}

/// What became of an acknowledgement.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Acknowledged {
    result: AcknowledgedResult,
}

impl From<service::Acknowledged> for Acknowledged {
    fn from(acknowledged: service::Acknowledged) -> Self {
        let result = match acknowledged {
            service::Acknowledged::Done => AcknowledgedResult::Done,
            service::Acknowledged::Gone => AcknowledgedResult::Gone,
        };
        Self { result }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::parse;
    use rstest::rstest;

    #[rstest]
    #[case(r#"{"outcome":"seen"}"#, Ok(service::Acknowledgement::Seen))]
    #[case(r#"{"outcome":"stale"}"#, Ok(service::Acknowledgement::Stale))]
    #[case(r#"{"outcome":"applied","revision":8}"#, Ok(service::Acknowledgement::Applied { revision: 8 }))]
    #[case(r#"{"outcome":"applied"}"#, Err("revision"))]
    #[case(r#"{"outcome":"applied","revision":0}"#, Err("revision"))]
    #[case(r#"{"outcome":"applied","revision":9223372036854775808}"#, Err("revision"))]
    #[case(r#"{"outcome":"seen","revision":8}"#, Err("revision"))]
    #[case(r#"{"outcome":"done"}"#, Err("outcome"))]
    fn acknowledgements(#[case] sent: &str, #[case] expected: Result<service::Acknowledgement, &str>) {
        let read = parse::<Acknowledgement>(sent.as_bytes()).and_then(|read| {
            read.check()?;
            Ok(service::Acknowledgement::from(read))
        });
        assert_eq!(read.map_err(|problem| problem.subject), expected.map_err(str::to_owned));
    }
}
