//! Where the functions of the contract are in a component, and whether what stands behind the right names is of the right
//! types: asked when a component is loaded, so that a connector built from an altered contract is refused then, and not when
//! a customer's event runs into it.
//!
//! A call looks up the one function it needs and no other: to look all of them up, types and all, takes longer than to make
//! the instance.

use super::contract::{CONTRACT, HOST};
use super::imports::exported_as;
use super::report::Function;
use crate::bindings::exports::configure::{Catalogue, Configured, Connector as Description};
use crate::bindings::exports::on_customer_changed::{CustomerChange, SyncResult};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use crate::bindings::exports::on_webhook::{Request, WebhookResult};
use crate::bindings::exports::upkeep::{BookedDay, Health, Page};
use crate::bindings::types::{Context, Error};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, ComponentExportIndex, ComponentNamedList, Lift, Lower};

/// Where each function of the contract is.
pub(super) struct Places {
    describe: ComponentExportIndex,
    configure: ComponentExportIndex,
    on_customer_changed: ComponentExportIndex,
    on_webhook: ComponentExportIndex,
    on_day_closed: ComponentExportIndex,
    check: ComponentExportIndex,
    catch_up: ComponentExportIndex,
}

impl Places {
    /// Finds and checks every function of the contract; an error names the function and says what differs.
    /// `exports` are the names in the component's bytes.
    pub(super) fn of(component: &Component, exports: &[String]) -> Result<Self, String> {
        let component = Exports { component, names: exports };
        Ok(Self {
            describe: component.find::<(), (Description,)>("configure", "describe")?,
            configure: component
                .find::<(&Context, &Catalogue), (Result<Configured, Error>,)>("configure", "configure")?,
            on_customer_changed: component.find::<(&Context, &[CustomerChange]), (Result<Vec<SyncResult>, Error>,)>(
                "on-customer-changed",
                "on-customer-changed",
            )?,
            on_webhook: component
                .find::<(&Context, &Request), (Result<WebhookResult, Error>,)>("on-webhook", "on-webhook")?,
            on_day_closed: component
                .find::<(&Context, &DailyReport, Option<&BookedReport>), (Result<Receipt, Error>,)>(
                    "on-day-closed",
                    "on-day-closed",
                )?,
            check: component.find::<(&Context, &[BookedDay]), (Result<Health, Error>,)>("upkeep", "check")?,
            catch_up: component.find::<(&Context, Option<&str>), (Result<Page, Error>,)>("upkeep", "catch-up")?,
        })
    }

    /// Where one of them is; none for what is no function.
    pub(super) fn place(&self, function: Function) -> Option<&ComponentExportIndex> {
        Some(match function {
            Function::Instantiate => return None,
            Function::Describe => &self.describe,
            Function::Configure => &self.configure,
            Function::OnCustomerChanged => &self.on_customer_changed,
            Function::OnWebhook => &self.on_webhook,
            Function::OnDayClosed => &self.on_day_closed,
            Function::Check => &self.check,
            Function::CatchUp => &self.catch_up,
        })
    }
}

struct Exports<'a> {
    component: &'a Component,
    names: &'a [String],
}

impl Exports<'_> {
    fn find<Parameters, Answer>(&self, interface: &str, function: &str) -> Result<ComponentExportIndex, String>
    where
        Parameters: ComponentNamedList + Lower,
        Answer: ComponentNamedList + Lift,
    {
        let engine = self.component.engine();
        let whole = self.component.component_type();
        let interface = format!("{CONTRACT}/{interface}");
        let Some(name) = exported_as(self.names, &interface, &HOST) else {
            return Err(format!("{interface} is not exported"));
        };
        let Some(ComponentItem::ComponentInstance(instance)) = whole.get_export(engine, name).map(|export| export.ty)
        else {
            return Err(format!("{name} is not an interface"));
        };
        let Some(ComponentItem::ComponentFunc(found)) = instance.get_export(engine, function).map(|export| export.ty)
        else {
            return Err(format!("{name} has no function {function}"));
        };
        found
            .typecheck::<Parameters, Answer>(&whole.instance_type())
            .map_err(|error| format!("function {function} of {name} has another type: {error:#}"))?;
        let within = self.component.get_export_index(None, name);
        within
            .and_then(|interface| self.component.get_export_index(Some(&interface), function))
            .ok_or_else(|| format!("{name} has no function {function}"))
    }
}
