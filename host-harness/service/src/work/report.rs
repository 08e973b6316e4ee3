//! What is said of a call: calls counted, a line of activity, the connector's log, metrics.

use super::Job;
use crate::calling::Ready;
use crate::clock::day_of;
use crate::follow::{Followed, Wrong, kind_name};
use accounting_store::{Activity, Installation, Write};
use host_harness::bindings::imports::log::Level;
use host_harness::installation::CallRecord;
use host_harness::sandbox::LogLine;
use serde_json::json;
use std::collections::BTreeMap;
use std::time::Duration;

/// How a call went.
pub(super) enum Said<'a> {
    /// There is an answer: how often each outcome.
    Answered(BTreeMap<String, u64>),
    /// There is none.
    Failed(&'a Wrong, &'a Followed),
}

/// Lines of a connector's log that are written before others have their turn: a few hundredths of a millisecond.
const LINES_AT_A_TIME: usize = 10;

impl Job<'_> {
    /// The writes that tell of the call, which took so long.
    pub(super) fn report(&self, took: Duration, record: Option<&CallRecord>, said: &Said<'_>) -> Vec<Write> {
        let requests = record.map_or(0, |record| record.traffic.requests);
        let function = kind_name(self.claimed.kind);
        let peak = record.map(|record| record.peak_memory);
        let outcome = match said {
            Said::Answered(counts) => json!({"outcomes": counts, "peak_memory": peak}),
            Said::Failed(wrong, followed) => json!({
                "trouble": wrong.trouble.name(), "code": wrong.code, "detail": wrong.detail, "followed": followed.word,
                "peak_memory": peak,
            }),
        };
        let mut writes = vec![Write::PutActivity(Activity {
            id: 0,
            at: self.began_at,
            took_ms: i64::try_from(took.as_millis()).unwrap_or(i64::MAX),
            function: function.to_owned(),
            correlation: self.correlation().to_owned(),
            attempt: self.claimed.attempt,
            items: i64::try_from(self.claimed.events.len()).unwrap_or(i64::MAX),
            requests: i64::try_from(requests).unwrap_or(i64::MAX),
            outcome_json: outcome.to_string(),
        })];
        if requests > 0 {
            let calls = i64::try_from(requests).unwrap_or(i64::MAX);
            writes.push(Write::Calls { day: day_of(self.service.now()), calls });
        }
        writes
    }

    /// The connector's own lines, once for a call. Hundreds of them take longer than many an event, so they are written at the expense of whose
    /// connector it is.
    pub(super) async fn log(&self, ready: &Ready, record: &CallRecord) {
        if record.logs.is_empty() {
            return;
        }
        let (row, lines) = (self.row.clone(), record.logs.clone());
        let (function, correlation) = (kind_name(self.claimed.kind), self.correlation().to_owned());
        let write = async move {
            for some in lines.chunks(LINES_AT_A_TIME) {
                some.iter().for_each(|line| write_line(line, &row, function, &correlation));
                tokio::task::yield_now().await;
            }
        };
        ready.loaded.connector.engine().at_the_expense_of(&self.service.account(&self.row.id), write).await;
    }

    /// Count the call and log it, once what came of it is kept: an answer may have to be worked out several times until then.
    pub(super) fn tell(&self, took: Duration, record: Option<&CallRecord>, said: &Said<'_>) {
        let (installation, connector, correlation) = (&self.row.id, &self.row.connector, self.correlation());
        let function = kind_name(self.claimed.kind);
        let (items, attempt) = (self.claimed.events.len(), self.claimed.attempt);
        let requests = record.map_or(0, |record| record.traffic.requests);
        let outcome = match said {
            Said::Answered(_) => "answered",
            Said::Failed(wrong, _) => wrong.trouble.name(),
        };
        metrics::counter!("accounting_calls_total", "function" => function, "outcome" => outcome).increment(1);
        metrics::counter!("accounting_requests_total", "function" => function).increment(requests);
        metrics::histogram!("accounting_call_seconds", "function" => function).record(took);
        match said {
            Said::Answered(_) => {
                tracing::info!(installation, connector, function, correlation, attempt, items, requests, "called");
            }
            Said::Failed(wrong, followed) => {
                let (trouble, code, detail, followed) =
                    (wrong.trouble.name(), &wrong.code, &wrong.detail, followed.word);
                tracing::warn!(
                    installation,
                    connector,
                    function,
                    correlation,
                    attempt,
                    items,
                    requests,
                    trouble,
                    code,
                    detail,
                    followed,
                    "a call failed"
                );
            }
        }
    }
}

fn write_line(line: &LogLine, row: &Installation, function: &str, correlation: &str) {
    let (installation, connector, message) = (&row.id, &row.connector, &line.message);
    match line.level {
        Level::Debug => tracing::debug!(installation, connector, function, correlation, "{message}"),
        Level::Info => tracing::info!(installation, connector, function, correlation, "{message}"),
        Level::Warn => tracing::warn!(installation, connector, function, correlation, "{message}"),
        Level::Error => tracing::error!(installation, connector, function, correlation, "{message}"),
    }
}
