//! From a scenario to an installation and the events that are run on it.

use super::{ChangeKindSpec, EditSpec, EventSpec, LineSpec, LocaleSpec, PostingSpec, ReportSpec, Scenario};
use super::{WebhookBody, WebhookSpec};
use crate::bindings::exports::configure::{AccountEntry, Catalogue, CustomerField, DimensionEntry, SettingSpec};
use crate::bindings::exports::on_customer_changed::ChangeKind;
use crate::bindings::exports::on_day_closed::{Accrual, DailyReport, Posting, ReportLine};
use crate::bindings::exports::on_webhook::{Header, Request};
use crate::bindings::types::{Customer, Field, FieldKind, Link, Locale};
use crate::installation::{Event, EventError, Installation, LinkError};

/// What an event of a scenario asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Run this event on this attempt.
    Run(Box<Event>, u32),
    /// Run the last event that was run once more.
    Again,
    /// It was done; nothing is called.
    Done,
}

/// The language, as the contract has it.
pub fn locale_of(locale: LocaleSpec) -> Locale {
    match locale {
        LocaleSpec::Da => Locale::Da,
        LocaleSpec::En => Locale::En,
    }
}

/// The installation a scenario begins with. `specs` are the connector's settings.
///
/// # Errors
/// Links that contradict each other; a scenario that was read with [`Scenario::read`] has none.
pub fn build_installation(scenario: &Scenario, specs: Vec<SettingSpec>) -> Result<Installation, LinkError> {
    // The name goes into idempotency keys, so it is the same for every scenario.
    let installation = Installation::new("scenario", specs);
    for (key, value) in &scenario.settings {
        installation.set_setting(key, value);
    }
    installation.set_customer_fields(customer_fields(scenario));
    installation.set_account_plan(scenario.catalogue.account_plan.iter().map(AccountEntry::from).collect());
    installation.set_dimensions(scenario.catalogue.dimensions.iter().map(DimensionEntry::from).collect());
    for customer in &scenario.customers {
        installation.put_customer(Customer::from(customer));
    }
    for link in &scenario.links {
        installation.put_link(Link::from(link))?;
    }
    installation.set_webhook_link(scenario.webhook_link.clone());
    installation.set_cursor(scenario.cursor.clone());
    Ok(installation)
}

/// What an event asks for; edits are made here and now.
///
/// # Errors
/// More customers or lines than one call takes, or a report without a usable id.
pub fn step_of(
    event: &EventSpec,
    scenario: &Scenario,
    installation: &Installation,
    now: u64,
) -> Result<Step, EventError> {
    let run = |event| Ok(Step::Run(Box::new(event), 1));
    match event {
        EventSpec::CustomersChanged(changed) => {
            let all = changed.customers.iter().map(|one| (one.id.as_str(), change_kind(one.kind), one.force));
            let event = installation.customers_changed_with_forced(all)?;
            Ok(Step::Run(Box::new(event), changed.attempt))
        }
        EventSpec::Edit(edit) => {
            let defined = customer_fields(scenario);
            let unknown = |error: crate::installation::UnknownCustomer| EventError::UnknownCustomer(error.0);
            installation
                .edit_customer(&edit.customer, |customer| apply_edit(edit, &defined, customer))
                .map_err(unknown)?;
            Ok(Step::Done)
        }
        EventSpec::Webhook(call) => run(Event::Webhook(request(call, now))),
        EventSpec::Configure(_) => run(Event::Configure(scenario.catalogue(installation))),
        EventSpec::Check(_) => run(installation.checked()),
        EventSpec::CatchUp(spec) => run(Event::CatchUp { max_pages: spec.max_pages }),
        EventSpec::DayClosed(report) => run(installation.day_closed(daily_report(report))?),
        EventSpec::Retry(_) => Ok(Step::Again),
        EventSpec::Advance(_) | EventSpec::Simulator(_) => Ok(Step::Done),
    }
}

impl Scenario {
    /// What FlexyBox is set up with, for `configure`: what the installation holds, but the scenario's own tags if it
    /// names any.
    pub fn catalogue(&self, installation: &Installation) -> Catalogue {
        let mut catalogue = installation.catalogue();
        if let Some(tags) = &self.catalogue.tags {
            catalogue.customer_tags.clone_from(tags);
        }
        catalogue
    }
}

/// Customer data fields: those of the catalogue, or those on the customers in the order they appear.
fn customer_fields(scenario: &Scenario) -> Vec<CustomerField> {
    if let Some(fields) = &scenario.catalogue.fields {
        return fields.iter().map(CustomerField::from).collect();
    }
    let mut fields: Vec<CustomerField> = Vec::new();
    for field in scenario.customers.iter().flat_map(|customer| &customer.fields) {
        if !fields.iter().any(|known| known.name == field.name) {
            fields.push(CustomerField { name: field.name.clone(), kind: field.kind.into(), choices: Vec::new() });
        }
    }
    fields
}

fn apply_edit(edit: &EditSpec, defined: &[CustomerField], customer: &mut Customer) {
    for (name, value) in &edit.set {
        let place = match name.as_str() {
            "number" => &mut customer.number,
            "name" => &mut customer.name,
            "address" => &mut customer.address,
            "zip" => &mut customer.zip,
            "city" => &mut customer.city,
            "country" => &mut customer.country,
            "phone" => &mut customer.phone,
            "mobile" => &mut customer.mobile,
            "email" => &mut customer.email,
            "cvr" => &mut customer.cvr,
            "ean" => &mut customer.ean,
            _ => continue,
        };
        value.clone_into(place);
    }
    for (name, value) in &edit.fields {
        if let Some(field) = customer.fields.iter_mut().find(|field| field.name == *name) {
            value.clone_into(&mut field.value);
        } else {
            let kind = defined.iter().find(|field| field.name == *name).map_or(FieldKind::Text, |field| field.kind);
            customer.fields.push(Field { name: name.clone(), kind, value: value.clone() });
        }
    }
    if let Some(tags) = &edit.tags {
        customer.tags.clone_from(tags);
    }
    if let Some(deleted) = edit.deleted {
        customer.deleted = deleted;
    }
}

fn request(call: &WebhookSpec, received: u64) -> Request {
    let headers = call.headers.iter().map(|(name, value)| Header { name: name.clone(), value: value.clone() });
    let body = match &call.body {
        WebhookBody::Empty => Vec::new(),
        WebhookBody::Json(value) => value.to_string().into_bytes(),
        WebhookBody::Text(text) => text.clone().into_bytes(),
    };
    Request { method: call.method.clone(), query: call.query.clone(), headers: headers.collect(), body, received }
}

fn daily_report(report: &ReportSpec) -> DailyReport {
    DailyReport {
        id: report.id.clone(),
        date: report.date.clone(),
        department: report.department.clone(),
        currency: report.currency.clone(),
        revision: report.revision,
        lines: report.lines.iter().map(line).collect(),
    }
}

fn line(line: &LineSpec) -> ReportLine {
    let accrual = line.accrual.as_ref().map(|(first, last)| Accrual { first: first.clone(), last: last.clone() });
    ReportLine {
        source: line.source.into(),
        source_name: line.source_name.clone(),
        posting: match &line.posting {
            PostingSpec::Ledger(account) => Posting::Ledger(account.clone()),
            PostingSpec::Customer(id) => Posting::Customer(id.clone()),
        },
        amount: line.amount,
        vat_code: line.vat_code.clone(),
        text: line.text.clone(),
        dimensions: line.dimensions.clone().into(),
        accrual,
    }
}

fn change_kind(kind: ChangeKindSpec) -> ChangeKind {
    match kind {
        ChangeKindSpec::Created => ChangeKind::Created,
        ChangeKindSpec::Changed => ChangeKind::Changed,
        ChangeKindSpec::Deleted => ChangeKind::Deleted,
        ChangeKindSpec::Resync => ChangeKind::Resync,
    }
}
