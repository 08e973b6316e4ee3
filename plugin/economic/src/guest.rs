//! The guest shell: the contract's exports over the modules that do the work. Nothing is decided here.

use crate::call::Call;
use crate::settings::{EconomicSettings, is_enabled};
use crate::{ECONOMIC, books, catch_up, configure, describe, health, sync, webhook};
use accounting_kit::exports::configure::{Catalogue, Configured, Connector as Described, Guest as Configure};
use accounting_kit::exports::on_customer_changed::{
    CustomerChange, Guest as OnCustomerChanged, Outcome, SkipReason, SyncResult,
};
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, Guest as OnDayClosed, Receipt};
use accounting_kit::exports::on_webhook::{Guest as OnWebhook, IgnoreReason, Request, WebhookResult};
use accounting_kit::exports::upkeep::{BookedDay, Guest as Upkeep, Health, Page};
use accounting_kit::ports::{Ports, in_sandbox};
use accounting_kit::sync::catch_up::nothing_read;
use accounting_kit::sync::result::{ignored, plain};
use accounting_kit::types::{Context, Error, ErrorKind};

/// The connector.
pub struct Economic;

impl Configure for Economic {
    fn describe() -> Described {
        describe::describe()
    }
    fn configure(context: Context, catalogue: Catalogue) -> Result<Configured, Error> {
        in_sandbox(|ports| configure::configure(ports, &context, &catalogue))
    }
}

impl OnCustomerChanged for Economic {
    fn on_customer_changed(context: Context, changes: Vec<CustomerChange>) -> Result<Vec<SyncResult>, Error> {
        in_sandbox(|ports| customers_changed(ports, &context, &changes))
    }
}

impl OnWebhook for Economic {
    fn on_webhook(context: Context, request: Request) -> Result<WebhookResult, Error> {
        in_sandbox(|ports| webhook_called(ports, &context, &request))
    }
}

impl OnDayClosed for Economic {
    fn on_day_closed(context: Context, report: DailyReport, previous: Option<BookedReport>) -> Result<Receipt, Error> {
        in_sandbox(|ports| day_closed(ports, &context, &report, previous.as_ref()))
    }
}

impl Upkeep for Economic {
    fn check(context: Context, unposted: Vec<BookedDay>) -> Result<Health, Error> {
        in_sandbox(|ports| checked(ports, &context, &unposted))
    }
    fn catch_up(context: Context, cursor: Option<String>) -> Result<Page, Error> {
        in_sandbox(|ports| caught_up(ports, &context, cursor.as_deref()))
    }
}

/// `on-customer-changed` over any ports.
///
/// # Errors
/// `config` when the settings do not have the right form: nothing was done.
pub fn customers_changed(
    ports: Ports<'_>,
    context: &Context,
    changes: &[CustomerChange],
) -> Result<Vec<SyncResult>, Error> {
    if !is_enabled(&context.settings) {
        let skipped = || Outcome::Skipped(SkipReason::NotEnabled);
        return Ok(changes.iter().map(|change| plain(&change.customer.id, skipped())).collect());
    }
    let settings = EconomicSettings::for_call(&context.settings, context.locale)?;
    Ok(sync::customers_changed(&Call::new(ports, context, &settings), changes))
}

/// `on-webhook` over any ports.
///
/// # Errors
/// See `webhook::on_webhook`; `config` when the settings do not have the right form.
pub fn webhook_called(ports: Ports<'_>, context: &Context, request: &Request) -> Result<WebhookResult, Error> {
    if !is_enabled(&context.settings) {
        return Ok(ignored(None, IgnoreReason::NotEnabled));
    }
    let settings = EconomicSettings::for_call(&context.settings, context.locale)?;
    webhook::on_webhook(&Call::new(ports, context, &settings), request)
}

/// `on-day-closed` over any ports.
///
/// # Errors
/// See `books::on_day_closed`; `unsupported` when the integration is switched off, `config` when the settings do not have
/// the right form.
pub fn day_closed(
    ports: Ports<'_>,
    context: &Context,
    report: &DailyReport,
    previous: Option<&BookedReport>,
) -> Result<Receipt, Error> {
    if !is_enabled(&context.settings) {
        let disabled = configure::disabled(context.locale);
        return Err(ECONOMIC.error(ErrorKind::Unsupported, "disabled", disabled.message));
    }
    let settings = EconomicSettings::for_call(&context.settings, context.locale)?;
    books::on_day_closed(&Call::new(ports, context, &settings), report, previous)
}

/// `check` over any ports.
///
/// # Errors
/// See `health::check`.
pub fn checked(ports: Ports<'_>, context: &Context, unposted: &[BookedDay]) -> Result<Health, Error> {
    if !is_enabled(&context.settings) {
        return Ok(health::not_enabled(context.locale));
    }
    match EconomicSettings::parse(&context.settings, context.locale) {
        Ok(settings) => health::check(&Call::new(ports, context, &settings), unposted),
        Err(faults) => Ok(health::unusable(faults)),
    }
}

/// `catch-up` over any ports.
///
/// # Errors
/// See `catch_up::catch_up`; `config` when the settings do not have the right form.
pub fn caught_up(ports: Ports<'_>, context: &Context, cursor: Option<&str>) -> Result<Page, Error> {
    if !is_enabled(&context.settings) {
        return Ok(nothing_read(cursor));
    }
    let settings = EconomicSettings::for_call(&context.settings, context.locale)?;
    catch_up::catch_up(&Call::new(ports, context, &settings), context.now, cursor)
}
