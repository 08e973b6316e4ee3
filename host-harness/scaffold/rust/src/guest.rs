//! The guest shell: the contract's exports over the modules that do the work. Nothing is decided here but whether the
//! integration is switched on.

use crate::api::Api;
use crate::{books, configure, describe, health, incoming, outgoing};
use accounting_kit::exports::configure::{Catalogue, Configured, Connector, Guest as Configure};
use accounting_kit::exports::on_customer_changed::{
    CustomerChange, Guest as OnCustomerChanged, Outcome, SkipReason, SyncResult,
};
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, Guest as OnDayClosed, Receipt};
use accounting_kit::exports::on_webhook::{Guest as OnWebhook, IgnoreReason, Request, WebhookResult};
use accounting_kit::exports::upkeep::{BookedDay, Guest as Upkeep, Health, Page};
use accounting_kit::ports::in_sandbox;
use accounting_kit::problem::error;
use accounting_kit::say;
use accounting_kit::settings::Settings;
use accounting_kit::types::{Context, Error, ErrorKind};

/// The connector.
pub struct ToyLedger;

impl Configure for ToyLedger {
    fn describe() -> Connector {
        describe::describe()
    }
    fn configure(context: Context, catalogue: Catalogue) -> Result<Configured, Error> {
        in_sandbox(|ports| configure::configure(&Api::new(ports, &context), &context, &catalogue))
    }
}

impl OnCustomerChanged for ToyLedger {
    fn on_customer_changed(context: Context, changes: Vec<CustomerChange>) -> Result<Vec<SyncResult>, Error> {
        if !is_enabled(&context) {
            let skipped = |change: &CustomerChange| outgoing::plain(change, Outcome::Skipped(SkipReason::NotEnabled));
            return Ok(changes.iter().map(skipped).collect());
        }
        in_sandbox(|ports| Ok(outgoing::changed(&Api::new(ports, &context), &changes)))
    }
}

impl OnWebhook for ToyLedger {
    fn on_webhook(context: Context, request: Request) -> Result<WebhookResult, Error> {
        if !is_enabled(&context) {
            return Ok(incoming::ignored(None, IgnoreReason::NotEnabled));
        }
        in_sandbox(|ports| incoming::called(&Api::new(ports, &context), &request))
    }
}

impl OnDayClosed for ToyLedger {
    fn on_day_closed(context: Context, report: DailyReport, previous: Option<BookedReport>) -> Result<Receipt, Error> {
        if !is_enabled(&context) {
            let message = say!(
                context.locale,
                "integrationen er slået fra; slå den til, før dage bogføres",
                "the integration is switched off; switch it on before days are booked"
            );
            return Err(error(ErrorKind::Unsupported, "toy-ledger.switched-off", message));
        }
        in_sandbox(|ports| books::book(&Api::new(ports, &context), context.now, &report, previous.as_ref()))
    }
}

impl Upkeep for ToyLedger {
    fn check(context: Context, unposted: Vec<BookedDay>) -> Result<Health, Error> {
        if !is_enabled(&context) {
            return Ok(health::not_enabled(context.locale));
        }
        in_sandbox(|ports| health::check(&Api::new(ports, &context), context.webhook_link.as_deref(), &unposted))
    }
    fn catch_up(context: Context, cursor: Option<String>) -> Result<Page, Error> {
        if !is_enabled(&context) {
            return Ok(Page { results: Vec::new(), examined: 0, cursor: cursor.unwrap_or_default(), more: false });
        }
        in_sandbox(|ports| incoming::catch_up(&Api::new(ports, &context), cursor.as_deref()))
    }
}

fn is_enabled(context: &Context) -> bool {
    Settings::new(&context.settings).is_on(describe::ENABLED)
}
