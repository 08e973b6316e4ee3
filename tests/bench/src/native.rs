//! The same connector compiled for this machine, without a sandbox: what it costs by itself.

use crate::error::CannotRun;
use crate::event::Event;
use accounting_kit::doubles::MemoryHost;
use accounting_kit::exports::on_customer_changed as kit_changes;
use accounting_kit::http::{Http, HttpError, Request, Response};
use accounting_kit::ports::Ports;
use accounting_kit::shell::Logic;
use accounting_kit::types as kit;
use host_harness::bindings::exports::on_customer_changed::CustomerChange;
use host_harness::bindings::types as host;
use std::cell::Cell;
use uniconta_connector::guest::Uniconta;

/// The event as the connector sees it.
pub struct Native {
    answers: Vec<(String, String, Response)>,
    flexybox: MemoryHost,
    context: kit::Context,
    changes: Vec<kit_changes::CustomerChange>,
}

impl Native {
    /// The same event.
    pub fn new(event: &Event) -> Self {
        let answers = event.round_trips.iter().map(|one| {
            let answer = Response { status: one.answer.status, retry_after_s: None, body: one.answer.body.to_vec() };
            (one.method.clone(), one.url.clone(), answer)
        });
        let flexybox = MemoryHost::default();
        flexybox.customers.borrow_mut().extend(event.customers.iter().map(customer));
        flexybox.links.borrow_mut().extend(event.installation.links().iter().map(link));
        let changes = event.changes.iter().map(change);
        Self { answers: answers.collect(), flexybox, context: context(&event.context), changes: changes.collect() }
    }

    /// Run the event once; its results.
    ///
    /// # Errors
    /// It did not end well.
    pub fn run(&self) -> Result<Vec<kit_changes::SyncResult>, CannotRun> {
        let http = Canned { answers: &self.answers, next: Cell::new(0) };
        let ports = Ports { http: &http, host: &self.flexybox };
        let results = Uniconta::customers_changed(ports, &self.context, &self.changes)
            .map_err(|error| CannotRun::new(format!("the event did not end well: {}", error.code)))?;
        self.flexybox.log.borrow_mut().clear();
        if http.next.get() == self.answers.len() {
            Ok(results)
        } else {
            Err(CannotRun::new("the event made other requests than were recorded"))
        }
    }
}

struct Canned<'a> {
    answers: &'a [(String, String, Response)],
    next: Cell<usize>,
}

impl Http for Canned<'_> {
    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let place = self.next.replace(self.next.get().saturating_add(1));
        match self.answers.get(place) {
            Some((method, url, answer)) if method == request.method.as_str() && *url == request.url => {
                Ok(answer.clone())
            }
            _ => Err(HttpError::Refused("this was not recorded".to_owned())),
        }
    }
}

/// A change of a customer, as the connector sees it; what kind of change it is makes no difference here.
pub(crate) fn change(change: &CustomerChange) -> kit_changes::CustomerChange {
    kit_changes::CustomerChange {
        kind: kit_changes::ChangeKind::Changed,
        customer: customer(&change.customer),
        link: change.link.as_ref().map(link),
    }
}

/// What surrounds the call, as the connector sees it.
pub(crate) fn context(context: &host::Context) -> kit::Context {
    let setting = |setting: &host::Setting| kit::Setting { key: setting.key.clone(), value: setting.value.clone() };
    kit::Context {
        now: context.now,
        locale: match context.locale {
            host::Locale::Da => kit::Locale::Da,
            host::Locale::En => kit::Locale::En,
        },
        settings: context.settings.iter().map(setting).collect(),
        webhook_link: context.webhook_link.clone(),
        idempotency_key: context.idempotency_key.clone(),
        attempt: context.attempt,
    }
}

/// A customer, as the connector sees it.
pub(crate) fn customer(customer: &host::Customer) -> kit::Customer {
    let customer = customer.clone();
    let field = |field: host::Field| kit::Field {
        name: field.name,
        kind: match field.kind {
            host::FieldKind::Text => kit::FieldKind::Text,
            host::FieldKind::Number => kit::FieldKind::Number,
            host::FieldKind::Date => kit::FieldKind::Date,
            host::FieldKind::YesNo => kit::FieldKind::YesNo,
            host::FieldKind::Choice => kit::FieldKind::Choice,
        },
        value: field.value,
    };
    kit::Customer {
        id: customer.id,
        number: customer.number,
        name: customer.name,
        address: customer.address,
        zip: customer.zip,
        city: customer.city,
        country: customer.country,
        phone: customer.phone,
        mobile: customer.mobile,
        email: customer.email,
        cvr: customer.cvr,
        ean: customer.ean,
        tags: customer.tags,
        fields: customer.fields.into_iter().map(field).collect(),
        deleted: customer.deleted,
        revision: customer.revision,
    }
}

/// A link, as the connector sees it.
pub(crate) fn link(link: &host::Link) -> kit::Link {
    let agreed = |agreed: &host::Agreed| kit::Agreed { name: agreed.name.clone(), value: agreed.value.clone() };
    kit::Link {
        customer_id: link.customer_id.clone(),
        external_id: link.external_id.clone(),
        external_key: link.external_key.clone(),
        state: match link.state {
            host::LinkState::Active => kit::LinkState::Active,
            host::LinkState::Dormant => kit::LinkState::Dormant,
        },
        base: link.base.iter().map(agreed).collect(),
    }
}

/// A link, as the host sees it.
pub(crate) fn host_link(link: &kit::Link) -> host::Link {
    let agreed = |agreed: &kit::Agreed| host::Agreed { name: agreed.name.clone(), value: agreed.value.clone() };
    host::Link {
        customer_id: link.customer_id.clone(),
        external_id: link.external_id.clone(),
        external_key: link.external_key.clone(),
        state: match link.state {
            kit::LinkState::Active => host::LinkState::Active,
            kit::LinkState::Dormant => host::LinkState::Dormant,
        },
        base: link.base.iter().map(agreed).collect(),
    }
}
