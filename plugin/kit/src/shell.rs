//! The shell of a connector: the contract's exports over logic that takes its ports as an argument.
//!
//! A connector implements [`Logic`] and is all of the contract's guests by that; its tests call the same functions over ports of
//! their own. A connector that wants it otherwise implements the guests itself.

use crate::exports::configure::{Catalogue, Configured, Connector, Guest as Configure};
use crate::exports::on_customer_changed::{CustomerChange, Guest as OnCustomerChanged, SyncResult};
use crate::exports::on_day_closed::{BookedReport, DailyReport, Guest as OnDayClosed, Receipt};
use crate::exports::on_webhook::{Guest as OnWebhook, Request, WebhookResult};
use crate::exports::upkeep::{BookedDay, Guest as Upkeep, Health, Page};
use crate::ports::{Ports, in_sandbox};
use crate::types::{Context, Error};
use std::mem::ManuallyDrop;

/// What a connector does, over any ports. The errors of each function are those the contract allows it.
pub trait Logic {
    /// What it is and can do.
    fn describe() -> Connector;

    /// Prove the settings.
    ///
    /// # Errors
    /// It could not be found out; what is wrong is a finding.
    fn configure(ports: Ports<'_>, context: &Context, catalogue: &Catalogue) -> Result<Configured, Error>;

    /// Customers changed in FlexyBox: one result for each, in the same order.
    ///
    /// # Errors
    /// Nothing was done.
    fn customers_changed(
        ports: Ports<'_>,
        context: &Context,
        changes: &[CustomerChange],
    ) -> Result<Vec<SyncResult>, Error>;

    /// The accounting system called the link.
    ///
    /// # Errors
    /// Nothing was found out, or the call is not one of the accounting system's.
    fn webhook_called(ports: Ports<'_>, context: &Context, request: &Request) -> Result<WebhookResult, Error>;

    /// A day's report is ready for the books.
    ///
    /// # Errors
    /// The day is not in the books, or it is not known whether it is.
    fn day_closed(
        ports: Ports<'_>,
        context: &Context,
        report: &DailyReport,
        previous: Option<&BookedReport>,
    ) -> Result<Receipt, Error>;

    /// Why does nothing arrive?
    ///
    /// # Errors
    /// It could not be found out; what is wrong is a finding.
    fn checked(ports: Ports<'_>, context: &Context, unposted: &[BookedDay]) -> Result<Health, Error>;

    /// One page of what was missed.
    ///
    /// # Errors
    /// Nothing was read, or the cursor is not one of the connector's.
    fn caught_up(ports: Ports<'_>, context: &Context, cursor: Option<&str>) -> Result<Page, Error>;
}

/// What a call came with, not given back at its end: the instance ends with the call, and all its memory with it.
fn kept<T>(argument: T) -> ManuallyDrop<T> {
    ManuallyDrop::new(argument)
}

impl<L: Logic> Configure for L {
    fn describe() -> Connector {
        <L as Logic>::describe()
    }
    fn configure(context: Context, catalogue: Catalogue) -> Result<Configured, Error> {
        let (context, catalogue) = (kept(context), kept(catalogue));
        in_sandbox(|ports| <L as Logic>::configure(ports, &context, &catalogue))
    }
}

impl<L: Logic> OnCustomerChanged for L {
    fn on_customer_changed(context: Context, changes: Vec<CustomerChange>) -> Result<Vec<SyncResult>, Error> {
        let (context, changes) = (kept(context), kept(changes));
        in_sandbox(|ports| L::customers_changed(ports, &context, &changes))
    }
}

impl<L: Logic> OnWebhook for L {
    fn on_webhook(context: Context, request: Request) -> Result<WebhookResult, Error> {
        let (context, request) = (kept(context), kept(request));
        in_sandbox(|ports| L::webhook_called(ports, &context, &request))
    }
}

impl<L: Logic> OnDayClosed for L {
    fn on_day_closed(context: Context, report: DailyReport, previous: Option<BookedReport>) -> Result<Receipt, Error> {
        let (context, report, previous) = (kept(context), kept(report), kept(previous));
        in_sandbox(|ports| L::day_closed(ports, &context, &report, previous.as_ref()))
    }
}

impl<L: Logic> Upkeep for L {
    fn check(context: Context, unposted: Vec<BookedDay>) -> Result<Health, Error> {
        let (context, unposted) = (kept(context), kept(unposted));
        in_sandbox(|ports| L::checked(ports, &context, &unposted))
    }
    fn catch_up(context: Context, cursor: Option<String>) -> Result<Page, Error> {
        let (context, cursor) = (kept(context), kept(cursor));
        in_sandbox(|ports| L::caught_up(ports, &context, cursor.as_deref()))
    }
}
