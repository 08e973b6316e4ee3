//! Listening in on a connector at work: each call becomes a fixture, without a request more than the call itself made.
//!
//! What a connector is told and what it is answered is kept in memory while the call runs, and then handed on as a
//! [`HeardCall`]. Some calls cannot be told as a scenario ([`NotTold`]); whoever listens is told of those, too.

mod call;
mod playback;
mod witness;

pub use call::{HeardCall, NotTold};

use super::recorder::Recorder;
use super::transport::EventTransport as _;
use crate::bindings::exports::configure::{Catalogue, Configured, Connector as Description};
use crate::bindings::exports::on_customer_changed::{CustomerChange, SyncResult};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use crate::bindings::exports::on_webhook::{Request, WebhookResult};
use crate::bindings::exports::upkeep::{BookedDay, Health, Page};
use crate::bindings::types::Context;
use crate::connector::Surroundings;
use crate::installation::{CallFailed, Called, Driver};
use async_trait::async_trait;
use call::Asked;
use std::sync::Arc;
use witness::Witness;

/// Is told of every call.
pub trait Listener: Send + Sync {
    /// A call ended; told at once, so it must not take long.
    fn heard(&self, call: Result<HeardCall, NotTold>);
}

/// A connector that is listened to.
pub struct Listening<D, L> {
    connector: D,
    listener: L,
}

impl<D: Driver, L: Listener> Listening<D, L> {
    /// Listen to this connector.
    pub fn new(connector: D, listener: L) -> Self {
        Self { connector, listener }
    }

    async fn listen<T>(
        &self,
        around: &Surroundings,
        context: &Context,
        asked: Result<Asked, NotTold>,
        call: impl AsyncFnOnce(&D, &Surroundings) -> Called<T>,
    ) -> Called<T> {
        let asked = match asked {
            Ok(asked) => asked,
            Err(why) => {
                self.listener.heard(Err(why));
                return call(&self.connector, around).await;
            }
        };
        let witness = Arc::new(Witness::new(Arc::clone(&around.directory), asked.handed_over()));
        let recorder = Arc::new(Recorder::new(Arc::clone(&around.transport)));
        recorder.begin_event(1);
        let listened = Surroundings {
            directory: Arc::clone(&witness) as _,
            transport: Arc::clone(&recorder) as _,
            ..around.clone()
        };
        let called = call(&self.connector, &listened).await;
        let told = witness.seen().await.map_err(|_| NotTold::Store);
        self.listener.heard(told.map(|seen| asked.told(context.clone(), around, seen, recorder.heard())));
        called
    }
}

#[async_trait]
impl<D: Driver, L: Listener> Driver for Listening<D, L> {
    async fn describe(&self) -> Result<Description, CallFailed> {
        self.connector.describe().await
    }

    fn compiler(&self) -> Option<String> {
        self.connector.compiler()
    }

    async fn configure(&self, around: &Surroundings, context: Context, catalogue: Catalogue) -> Called<Configured> {
        let asked = Asked::configure(&context, catalogue.clone());
        self.listen(around, &context, asked, async |connector, around| {
            connector.configure(around, context.clone(), catalogue).await
        })
        .await
    }

    async fn customers_changed(
        &self,
        around: &Surroundings,
        context: Context,
        changes: Vec<CustomerChange>,
    ) -> Called<Vec<SyncResult>> {
        let asked = Asked::customers(&context, &changes);
        self.listen(around, &context, Ok(asked), async |connector, around| {
            connector.customers_changed(around, context.clone(), changes).await
        })
        .await
    }

    async fn webhook(&self, around: &Surroundings, context: Context, request: Request) -> Called<WebhookResult> {
        let asked = Asked::webhook(&context, request.clone());
        self.listen(around, &context, asked, async |connector, around| {
            connector.webhook(around, context.clone(), request).await
        })
        .await
    }

    async fn day_closed(
        &self,
        around: &Surroundings,
        context: Context,
        report: DailyReport,
        previous: Option<BookedReport>,
    ) -> Called<Receipt> {
        let asked = Asked::day(&context, report.clone(), previous.is_some());
        self.listen(around, &context, asked, async |connector, around| {
            connector.day_closed(around, context.clone(), report, previous).await
        })
        .await
    }

    async fn check(&self, around: &Surroundings, context: Context, unposted: Vec<BookedDay>) -> Called<Health> {
        let asked = Asked::check(&context, !unposted.is_empty());
        self.listen(around, &context, asked, async |connector, around| {
            connector.check(around, context.clone(), unposted).await
        })
        .await
    }

    async fn catch_up(&self, around: &Surroundings, context: Context, cursor: Option<String>) -> Called<Page> {
        let asked = Asked::page(&context, cursor.clone());
        self.listen(around, &context, asked, async |connector, around| {
            connector.catch_up(around, context.clone(), cursor).await
        })
        .await
    }
}
