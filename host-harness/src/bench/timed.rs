//! A connector whose calls are timed.

use crate::bindings::exports::configure::{Catalogue, Configured, Connector as Description};
use crate::bindings::exports::on_customer_changed::{CustomerChange, SyncResult};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use crate::bindings::exports::on_webhook::{Request, WebhookResult};
use crate::bindings::exports::upkeep::{BookedDay, Health, Page};
use crate::bindings::types::Context;
use crate::connector::Surroundings;
use crate::installation::{CallFailed, Called, Driver};
use crate::measure::nanoseconds;
use async_trait::async_trait;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Hands every call on and keeps how long it took. What the connector says of itself is known, so that a scenario can be
/// played without asking for it.
pub(super) struct Timed<'a> {
    driver: &'a dyn Driver,
    description: &'a Description,
    times: Mutex<Vec<u64>>,
}

impl<'a> Timed<'a> {
    pub(super) fn new(driver: &'a dyn Driver, description: &'a Description) -> Self {
        Self { driver, description, times: Mutex::default() }
    }

    /// The time of each call, in order, in nanoseconds.
    pub(super) fn into_times(self) -> Vec<u64> {
        self.times.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    async fn timed<T>(&self, call: impl Future<Output = Called<T>>) -> Called<T> {
        let (called, time) = timed(call).await;
        self.times.lock().unwrap_or_else(PoisonError::into_inner).push(time);
        called
    }
}

/// What comes of something, and how long it took, in nanoseconds.
pub(super) async fn timed<T>(what: impl Future<Output = T>) -> (T, u64) {
    let began = Instant::now();
    let came = what.await;
    (came, nanoseconds(began.elapsed()))
}

#[async_trait]
impl Driver for Timed<'_> {
    async fn describe(&self) -> Result<Description, CallFailed> {
        Ok(self.description.clone())
    }

    fn compiler(&self) -> Option<String> {
        self.driver.compiler()
    }

    async fn configure(&self, around: &Surroundings, context: Context, catalogue: Catalogue) -> Called<Configured> {
        self.timed(self.driver.configure(around, context, catalogue)).await
    }

    async fn customers_changed(
        &self,
        around: &Surroundings,
        context: Context,
        changes: Vec<CustomerChange>,
    ) -> Called<Vec<SyncResult>> {
        self.timed(self.driver.customers_changed(around, context, changes)).await
    }

    async fn webhook(&self, around: &Surroundings, context: Context, request: Request) -> Called<WebhookResult> {
        self.timed(self.driver.webhook(around, context, request)).await
    }

    async fn day_closed(
        &self,
        around: &Surroundings,
        context: Context,
        report: DailyReport,
        previous: Option<BookedReport>,
    ) -> Called<Receipt> {
        self.timed(self.driver.day_closed(around, context, report, previous)).await
    }

    async fn check(&self, around: &Surroundings, context: Context, unposted: Vec<BookedDay>) -> Called<Health> {
        self.timed(self.driver.check(around, context, unposted)).await
    }

    async fn catch_up(&self, around: &Surroundings, context: Context, cursor: Option<String>) -> Called<Page> {
        self.timed(self.driver.catch_up(around, context, cursor)).await
    }
}
