//! The connector as a whole: the contract's functions over the modules that do the work. Nothing is decided here but whether the
//! integration is switched on, and whether its settings have the right form.

use crate::call::Call;
use crate::settings::{UnicontaSettings, is_enabled};
use crate::{books, catch_up, configure, describe, health, sync, webhook};
use accounting_kit::exports::configure::{Catalogue, Configured, Connector as Described};
use accounting_kit::exports::on_customer_changed::{CustomerChange, Outcome, SkipReason, SyncResult};
use accounting_kit::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use accounting_kit::exports::on_webhook::{IgnoreReason, Request, WebhookResult};
use accounting_kit::exports::upkeep::{BookedDay, Health, Page};
use accounting_kit::ports::Ports;
use accounting_kit::problem::error;
use accounting_kit::shell::Logic;
use accounting_kit::sync::catch_up::nothing_read;
use accounting_kit::sync::result::{ignored, plain};
use accounting_kit::types::{Context, Error, ErrorKind};

/// The connector.
pub struct Uniconta;

impl Logic for Uniconta {
    fn describe() -> Described {
        describe::describe()
    }

    fn configure(ports: Ports<'_>, context: &Context, catalogue: &Catalogue) -> Result<Configured, Error> {
        configure::configure(ports, context, catalogue)
    }

    fn customers_changed(
        ports: Ports<'_>,
        context: &Context,
        changes: &[CustomerChange],
    ) -> Result<Vec<SyncResult>, Error> {
        if !is_enabled(&context.settings) {
            return Ok(changes
                .iter()
                .map(|change| plain(&change.customer.id, Outcome::Skipped(SkipReason::NotEnabled)))
                .collect());
        }
        let settings = UnicontaSettings::for_call(&context.settings, context.locale)?;
        Ok(sync::customers_changed(&Call::new(ports, context, &settings), changes))
    }

    fn webhook_called(ports: Ports<'_>, context: &Context, request: &Request) -> Result<WebhookResult, Error> {
        if !is_enabled(&context.settings) {
            return Ok(ignored(None, IgnoreReason::NotEnabled));
        }
        let settings = UnicontaSettings::for_call(&context.settings, context.locale)?;
        webhook::on_webhook(&Call::new(ports, context, &settings), request)
    }

    fn day_closed(
        ports: Ports<'_>,
        context: &Context,
        report: &DailyReport,
        previous: Option<&BookedReport>,
    ) -> Result<Receipt, Error> {
        if !is_enabled(&context.settings) {
            let disabled = configure::disabled(context.locale);
            return Err(error(ErrorKind::Unsupported, disabled.code, disabled.message));
        }
        let settings = UnicontaSettings::for_call(&context.settings, context.locale)?;
        books::on_day_closed(&Call::new(ports, context, &settings), context.now, report, previous)
    }

    fn checked(ports: Ports<'_>, context: &Context, unposted: &[BookedDay]) -> Result<Health, Error> {
        if !is_enabled(&context.settings) {
            return Ok(health::not_enabled(context.locale));
        }
        match UnicontaSettings::parse(&context.settings, context.locale) {
            Ok(settings) => {
                health::check(&Call::new(ports, context, &settings), context.webhook_link.as_deref(), unposted)
            }
            Err(faults) => Ok(health::unusable(faults)),
        }
    }

    fn caught_up(ports: Ports<'_>, context: &Context, cursor: Option<&str>) -> Result<Page, Error> {
        if !is_enabled(&context.settings) {
            return Ok(nothing_read(cursor));
        }
        let settings = UnicontaSettings::for_call(&context.settings, context.locale)?;
        catch_up::catch_up(&Call::new(ports, context, &settings), context.now, cursor)
    }
}
