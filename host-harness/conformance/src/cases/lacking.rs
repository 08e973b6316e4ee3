//! What a connector does not claim to be capable of, it says when it is asked all the same.

use crate::stage::{Stage, kind, said};
use crate::verdict::{Checked, Wrong, expect, fails};
use host_harness::bindings::exports::configure::AccountSource;
use host_harness::bindings::exports::on_customer_changed::{ChangeKind, Outcome};
use host_harness::bindings::exports::on_day_closed::{DailyReport, Posting, ReportLine};
use host_harness::bindings::exports::on_webhook::{Request, WebhookOutcome};
use host_harness::bindings::types::{Error, ErrorKind};
use host_harness::installation::{Event, RunError, RunResult};

/// Capabilities that stand for a function of the contract each.
const ASKED: [&str; 4] = ["customers", "webhook", "catch-up", "bookkeeping"];

pub(super) async fn says_so(stage: &mut Stage) -> Checked {
    let has = |name: &&str| stage.setting.description.capabilities.iter().any(|one| one == name);
    let lacking: Vec<&str> = ASKED.into_iter().filter(|name| !has(name)).collect();
    if lacking.is_empty() {
        return Err(Wrong::NotNeeded("it is capable of everything a host asks for".to_owned()));
    }
    stage.configure().await?;
    stage.books.forget_calls().await?;
    for capability in lacking {
        let event = asked(stage, capability)?;
        let driven = stage.run(&event).await?;
        quiet(&driven.result).map_err(|seen| {
            Wrong::Fails(format!(
                "without the capability {capability} it answers unsupported, or passes it over, and is {seen}"
            ))
        })?;
    }
    let writes = stage.books.writes().await?;
    expect(writes == 0, || format!("what it cannot do leads to no write, and there were {writes}"))
}

/// The event that needs the capability.
fn asked(stage: &Stage, capability: &str) -> Checked<Event> {
    match capability {
        "customers" => {
            let member = stage.member(0);
            stage.event(&[(&member.id, ChangeKind::Created)])
        }
        "webhook" => Ok(Event::Webhook(Request {
            method: "GET".to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: Vec::new(),
            received: stage.profile().now_ms(),
        })),
        "catch-up" => Ok(Event::CatchUp { max_pages: Some(1) }),
        "bookkeeping" => stage.day(&day(stage)),
        other => fails(format!("the suite knows how to ask for {other:?}, and does not")),
    }
}

fn day(stage: &Stage) -> DailyReport {
    let line = |amount| ReportLine {
        source: AccountSource::ItemGroup,
        source_name: "Kontingent".to_owned(),
        posting: Posting::Ledger("1000".to_owned()),
        amount,
        vat_code: String::new(),
        text: "Kontingent".to_owned(),
        dimensions: Default::default(),
        accrual: None,
    };
    DailyReport {
        id: "day-1".to_owned(),
        date: stage.profile().now.chars().take(10).collect(),
        department: String::new(),
        currency: "DKK".to_owned(),
        revision: 1,
        lines: vec![line(100), line(-100)],
    }
}

/// Nothing was done: `unsupported`, or passed over; else what was seen.
fn quiet(result: &Result<RunResult, RunError>) -> Result<(), String> {
    let unsupported = |error: &Error| match error.kind {
        ErrorKind::Unsupported => Ok(()),
        _ => Err(format!("an error of the kind {}", kind(error))),
    };
    match result {
        Err(RunError::Connector(error)) => unsupported(error),
        Ok(RunResult::Customers(results)) => results.iter().try_for_each(|one| match &one.outcome {
            Outcome::Skipped(_) => Ok(()),
            Outcome::Failed(error) => unsupported(error),
            _ => Err(said(result)),
        }),
        Ok(RunResult::Webhook(one)) => match &one.outcome {
            WebhookOutcome::Ignored(_) => Ok(()),
            WebhookOutcome::Failed(error) => unsupported(error),
            _ => Err(said(result)),
        },
        Ok(RunResult::CaughtUp { stopped: Some(RunError::Connector(error)), .. }) => unsupported(error),
        Ok(RunResult::CaughtUp { pages, .. }) if pages.iter().all(|page| page.result.results.is_empty()) => Ok(()),
        _ => Err(said(result)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use host_harness::bindings::exports::on_webhook::{IgnoreReason, WebhookResult};

    fn error(kind: ErrorKind) -> RunError {
        let (code, message) = ("toy.no".to_owned(), "no".to_owned());
        RunError::Connector(Error { kind, code, message, detail: None, retry_after_ms: None, subject: None })
    }

    fn webhook(outcome: WebhookOutcome) -> Result<RunResult, RunError> {
        let (effects, conflicts, notices) = (Vec::new(), Vec::new(), Vec::new());
        Ok(RunResult::Webhook(WebhookResult { customer_id: None, outcome, effects, conflicts, notices }))
    }

    #[test]
    fn only_unsupported_and_passing_over_are_quiet() {
        assert_eq!(quiet(&Err(error(ErrorKind::Unsupported))), Ok(()));
        assert_eq!(quiet(&webhook(WebhookOutcome::Ignored(IgnoreReason::OtherTable))), Ok(()));
        assert_eq!(quiet(&Err(error(ErrorKind::Internal))), Err("an error of the kind internal".to_owned()));
        assert!(quiet(&webhook(WebhookOutcome::Updated)).is_err());
    }
}
