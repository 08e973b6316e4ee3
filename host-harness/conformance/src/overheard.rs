//! Everything connectors told in all cases, for the cases on trust to judge at the end.

use host_harness::bindings::exports::configure::Configured;
use host_harness::bindings::exports::on_customer_changed::{Outcome, SyncResult};
use host_harness::bindings::exports::on_webhook::{WebhookOutcome, WebhookResult};
use host_harness::bindings::types::{Error, Finding};
use host_harness::installation::{ApplyError, CallRecord, Driven, RunError, RunResult};
use host_harness::sandbox::LogSource;
use std::collections::BTreeSet;

/// Who may read a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reader {
    /// People at the screen, who see customers anyway.
    Person,
    /// Operators: log lines, details.
    Operator,
}

/// What was told, and what was done that must not be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overheard {
    /// Texts, and who may read them.
    pub(crate) told: BTreeSet<(Reader, String)>,
    /// Requests that were not let out, by reason.
    pub(crate) not_let_out: BTreeSet<String>,
    /// Effects that could not be applied.
    pub(crate) unsound: BTreeSet<String>,
    /// The most memory of a call, bytes.
    pub(crate) peak_memory: u64,
    /// The most fuel of a call.
    pub(crate) most_fuel: u64,
}

impl Overheard {
    /// Take in what another heard.
    pub(crate) fn add(&mut self, other: Self) {
        self.told.extend(other.told);
        self.not_let_out.extend(other.not_let_out);
        self.unsound.extend(other.unsound);
        self.peak_memory = self.peak_memory.max(other.peak_memory);
        self.most_fuel = self.most_fuel.max(other.most_fuel);
    }

    /// Listen to a call and what came of it.
    pub(crate) fn listen(&mut self, driven: &Driven) {
        driven.records.iter().for_each(|record| self.record(record));
        for error in driven.everything_applied().filter_map(|applied| applied.as_ref().err()) {
            // Two customers that find one debtor are a matter of the data, and told as such.
            if !matches!(error, ApplyError::Link(_)) {
                self.unsound.insert(error.to_string());
            }
        }
        match &driven.result {
            Err(RunError::Connector(error)) => self.error(error),
            Err(RunError::Contract(broken)) => {
                self.unsound.insert(broken.clone());
            }
            Ok(RunResult::Customers(results)) => results.iter().for_each(|result| self.customer(result)),
            Ok(RunResult::Webhook(result)) => self.webhook(result),
            Ok(RunResult::CaughtUp { pages, stopped, .. }) => {
                pages.iter().flat_map(|page| &page.result.results).for_each(|result| self.webhook(result));
                if let Some(RunError::Connector(error)) = stopped {
                    self.error(error);
                }
            }
            Ok(RunResult::Checked(health)) => self.findings(&health.findings),
            Ok(RunResult::Configured(configured)) => self.configured(configured),
            Ok(RunResult::DayClosed(receipt)) => {
                receipt.adjustments.iter().for_each(|one| self.tell(Reader::Person, &one.message));
                self.tell(Reader::Operator, &receipt.fingerprint);
            }
            Ok(RunResult::NobodyConcerned) | Err(RunError::Call(_)) => {}
        }
    }

    fn tell(&mut self, reader: Reader, text: &str) {
        self.told.insert((reader, text.to_owned()));
    }

    fn record(&mut self, record: &CallRecord) {
        self.peak_memory = self.peak_memory.max(record.peak_memory);
        self.most_fuel = self.most_fuel.max(record.fuel.unwrap_or_default());
        for line in record.logs.iter().filter(|line| line.source == LogSource::Connector) {
            self.tell(Reader::Operator, &line.message);
        }
        self.not_let_out.extend(record.traffic.refused.iter().map(|refused| refused.reason.clone()));
    }

    fn error(&mut self, error: &Error) {
        self.tell(Reader::Person, &error.message);
        self.tell(Reader::Operator, &error.code);
        self.tell(Reader::Operator, error.detail.as_deref().unwrap_or_default());
        self.tell(Reader::Operator, error.subject.as_deref().unwrap_or_default());
    }

    fn findings(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.tell(Reader::Operator, &finding.code);
            self.tell(Reader::Person, &finding.message);
            finding.steps.iter().for_each(|step| self.tell(Reader::Person, step));
        }
    }

    fn customer(&mut self, result: &SyncResult) {
        if let Outcome::Failed(error) = &result.outcome {
            self.error(error);
        }
        self.findings(&result.notices);
    }

    fn webhook(&mut self, result: &WebhookResult) {
        if let WebhookOutcome::Failed(error) = &result.outcome {
            self.error(error);
        }
        self.findings(&result.notices);
    }

    fn configured(&mut self, configured: &Configured) {
        self.findings(&configured.findings);
        configured.remember.iter().for_each(|one| self.tell(Reader::Person, &one.value));
    }
}
