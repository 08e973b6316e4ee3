//! Whoever answers the calls: a component in the sandbox, or a stand-in in a test. One method for each export.

use crate::bindings::exports::configure::{Catalogue, Configured, Connector as Description};
use crate::bindings::exports::on_customer_changed::{CustomerChange, SyncResult};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use crate::bindings::exports::on_webhook::{Request, WebhookResult};
use crate::bindings::exports::upkeep::{BookedDay, Health, Page};
use crate::bindings::types::{Context, Error};
use crate::connector::{CallError, CallReport, Connector, Surroundings};
use crate::sandbox::{LimitExceeded, Limits, LogLine, Traffic};
use async_trait::async_trait;

/// What one call said and used, whether it went well or not.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct CallRecord {
    /// What was logged.
    pub logs: Vec<LogLine>,
    /// What was sent, received, and not let out.
    pub traffic: Traffic,
    /// Every limit it went over, also those that did not end the call.
    pub exceeded: Vec<LimitExceeded>,
    /// Fuel used, in the engine's units, the same for the same component and input; none where it is not counted.
    pub fuel: Option<u64>,
    /// The most memory used, in bytes.
    pub peak_memory: u64,
}

/// Why a call gave no result, for whoever decides what follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallFailure {
    /// The connector broke down.
    Trapped,
    /// It went over a limit.
    Limit,
    /// The host had no place for it: nothing ran.
    Busy,
    /// The host's own store did not answer in the middle of it.
    Store,
}

impl From<CallError> for CallFailed {
    fn from(error: CallError) -> Self {
        let kind = match &error {
            CallError::Trapped { .. } => CallFailure::Trapped,
            CallError::Limit(_) => CallFailure::Limit,
            CallError::Host { .. } => CallFailure::Busy,
            CallError::Directory { .. } => CallFailure::Store,
        };
        Self { kind, message: error.to_string() }
    }
}

/// A call that gave no result: a limit was passed, the connector crashed, or the host's own store failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CallFailed {
    /// What kind of failure it is.
    pub kind: CallFailure,
    /// What happened, naming the connector and the limit.
    pub message: String,
}

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Called<T> {
    /// The connector's own answer, or why there is none.
    pub result: Result<Result<T, Error>, CallFailed>,
    /// What it took.
    pub record: CallRecord,
}

/// Answers the calls of the contract. An implementation must be a function of its input: no memory between calls.
#[async_trait]
pub trait Driver: Send + Sync {
    /// What the connector is. No outside calls.
    async fn describe(&self) -> Result<Description, CallFailed>;
    /// The compiler the connector was built by, e.g. `rustc 1.96.0`, where it is known: fuel is comparable only between
    /// builds of the same compiler.
    fn compiler(&self) -> Option<String>;
    /// `configure.configure`.
    async fn configure(&self, around: &Surroundings, context: Context, catalogue: Catalogue) -> Called<Configured>;
    /// `on-customer-changed.on-customer-changed`.
    async fn customers_changed(
        &self,
        around: &Surroundings,
        context: Context,
        changes: Vec<CustomerChange>,
    ) -> Called<Vec<SyncResult>>;
    /// `on-webhook.on-webhook`.
    async fn webhook(&self, around: &Surroundings, context: Context, request: Request) -> Called<WebhookResult>;
    /// `on-day-closed.on-day-closed`.
    async fn day_closed(
        &self,
        around: &Surroundings,
        context: Context,
        report: DailyReport,
        previous: Option<BookedReport>,
    ) -> Called<Receipt>;
    /// `upkeep.check`.
    async fn check(&self, around: &Surroundings, context: Context, unposted: Vec<BookedDay>) -> Called<Health>;
    /// `upkeep.catch-up`.
    async fn catch_up(&self, around: &Surroundings, context: Context, cursor: Option<String>) -> Called<Page>;
}

impl<T> From<CallReport<Result<T, Error>>> for Called<T> {
    fn from(report: CallReport<Result<T, Error>>) -> Self {
        let record = CallRecord {
            logs: report.log,
            traffic: report.traffic,
            exceeded: report.exceeded,
            fuel: report.fuel,
            peak_memory: report.peak_memory,
        };
        let result = report.result.map_err(CallFailed::from);
        Self { result, record }
    }
}

#[async_trait]
impl Driver for Connector {
    async fn describe(&self) -> Result<Description, CallFailed> {
        let report = Self::describe(self, Limits::default()).await;
        report.result.map_err(CallFailed::from)
    }

    fn compiler(&self) -> Option<String> {
        self.info().producers.iter().find(|producer| producer.starts_with("rustc ")).cloned()
    }

    async fn configure(&self, around: &Surroundings, context: Context, catalogue: Catalogue) -> Called<Configured> {
        Self::configure(self, around, context, catalogue).await.into()
    }

    async fn customers_changed(
        &self,
        around: &Surroundings,
        context: Context,
        changes: Vec<CustomerChange>,
    ) -> Called<Vec<SyncResult>> {
        self.on_customer_changed(around, context, changes).await.into()
    }

    async fn webhook(&self, around: &Surroundings, context: Context, request: Request) -> Called<WebhookResult> {
        self.on_webhook(around, context, request).await.into()
    }

    async fn day_closed(
        &self,
        around: &Surroundings,
        context: Context,
        report: DailyReport,
        previous: Option<BookedReport>,
    ) -> Called<Receipt> {
        self.on_day_closed(around, context, report, previous).await.into()
    }

    async fn check(&self, around: &Surroundings, context: Context, unposted: Vec<BookedDay>) -> Called<Health> {
        Self::check(self, around, context, unposted).await.into()
    }

    async fn catch_up(&self, around: &Surroundings, context: Context, cursor: Option<String>) -> Called<Page> {
        Self::catch_up(self, around, context, cursor).await.into()
    }
}
