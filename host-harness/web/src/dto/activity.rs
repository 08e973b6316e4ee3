//! What happened, for people who look.

use super::kept;
use crate::problem::Problem;
use accounting_store as store;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A call of the connector. No personal data, no secrets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Activity {
    id: i64,
    /// When the call began.
    at_ms: i64,
    took_ms: i64,
    /// Which function, e.g. `on-webhook`.
    function: String,
    correlation: String,
    attempt: i64,
    /// Customers or lines handed over.
    items: i64,
    /// Requests to the accounting system.
    requests: i64,
    /// Counts of outcomes, or the error's kind, code and detail.
    #[schema(value_type = Object)]
    outcome: Value,
}

/// What happened, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActivityPage {
    activity: Vec<Activity>,
    /// `after` of the next part; null at the end.
    next: Option<String>,
}

/// A page as it is answered.
pub(crate) fn activity_page(page: store::Page<store::Activity>) -> Result<ActivityPage, Problem> {
    let activity = page.items.into_iter().map(|row| {
        Ok(Activity {
            id: row.id,
            at_ms: row.at,
            took_ms: row.took_ms,
            function: row.function,
            correlation: row.correlation,
            attempt: row.attempt,
            items: row.items,
            requests: row.requests,
            outcome: kept("activity", &row.outcome_json)?,
        })
    });
    Ok(ActivityPage { activity: activity.collect::<Result<_, Problem>>()?, next: page.next })
}
