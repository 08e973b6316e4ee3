//! Whether what stands behind the right names is of the right types: asked when a component is loaded, so that a connector
//! built from an altered contract is refused then, and not when a customer's event runs into it.

use super::contract::{CONTRACT, HOST};
use super::imports::exported_as;
use crate::bindings::exports::configure::{Catalogue, Configured, Connector as Description};
use crate::bindings::exports::on_customer_changed::{CustomerChange, SyncResult};
use crate::bindings::exports::on_day_closed::{BookedReport, DailyReport, Receipt};
use crate::bindings::exports::on_webhook::{Request, WebhookResult};
use crate::bindings::exports::upkeep::{BookedDay, Health, Page};
use crate::bindings::types::{Context, Error};
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, ComponentNamedList, Lift, Lower};

/// Checks every function of the contract; an error names the function and says what differs.
/// `exports` are the names in the component's bytes.
pub(super) fn check(component: &Component, exports: &[String]) -> Result<(), String> {
    let component = Exports { component, names: exports };
    component.has::<(), (Description,)>("configure", "describe")?;
    component.has::<(&Context, &Catalogue), (Result<Configured, Error>,)>("configure", "configure")?;
    component.has::<(&Context, &[CustomerChange]), (Result<Vec<SyncResult>, Error>,)>(
        "on-customer-changed",
        "on-customer-changed",
    )?;
    component.has::<(&Context, &Request), (Result<WebhookResult, Error>,)>("on-webhook", "on-webhook")?;
    component.has::<(&Context, &DailyReport, Option<&BookedReport>), (Result<Receipt, Error>,)>(
        "on-day-closed",
        "on-day-closed",
    )?;
    component.has::<(&Context, &[BookedDay]), (Result<Health, Error>,)>("upkeep", "check")?;
    component.has::<(&Context, Option<&str>), (Result<Page, Error>,)>("upkeep", "catch-up")
}

struct Exports<'a> {
    component: &'a Component,
    names: &'a [String],
}

impl Exports<'_> {
    fn has<Parameters, Answer>(&self, interface: &str, function: &str) -> Result<(), String>
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
            .map_err(|error| format!("function {function} of {name} has another type: {error:#}"))
    }
}
