//! FlexyBox's side: a swimming club with a few customers, and the host around the connector.

use super::CannotRun;
use super::books::{API_KEY, COMPANY, PASSWORD, USER};
use host_harness::bindings::exports::configure::{Catalogue, Connector as Description, CustomerField};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::exports::on_webhook::Request;
use host_harness::bindings::types::{Customer, Field, FieldKind, Locale};
use host_harness::connector::Connector;
use host_harness::egress::{AllowList, Routes};
use host_harness::installation::{Driven, Event, EventId, Host, Installation, Moment};
use host_harness::sandbox::Limits;
use std::sync::Arc;

/// The customer tag of the guide's example.
pub(crate) const TAG: &str = "Uniconta";

/// The club and the connector it uses.
pub(crate) struct Club {
    connector: Connector,
    pub(crate) installation: Installation,
    routes: Arc<Routes>,
    hosts: AllowList,
    events: u32,
}

impl Club {
    pub(crate) fn open(
        connector: Connector,
        described: Description,
        routes: Arc<Routes>,
        hosts: AllowList,
        link: &str,
    ) -> Self {
        let installation = Installation::new("demo", described.settings);
        for (key, value) in [
            ("enabled", "true"),
            ("username", USER),
            ("password", PASSWORD),
            ("api-key", API_KEY),
            ("company-id", COMPANY),
            ("customer-tag", TAG),
            ("debtor-group", "1"),
            ("payment-term", "Net8"),
            ("currency", "DKK"),
        ] {
            installation.set_setting(key, value);
        }
        installation.set_webhook_link(Some(link.to_owned()));
        let field = |name: &str, kind| CustomerField { name: name.to_owned(), kind, choices: Vec::new() };
        installation
            .set_customer_fields(vec![field("Kredit maks", FieldKind::Number), field("xNote", FieldKind::Text)]);
        Self { connector, installation, routes, hosts, events: 0 }
    }

    /// Run an event; an update that came too late runs again with the customer as it is then.
    pub(crate) async fn run(&mut self, event: &Event, attempt: u32) -> Result<Driven, CannotRun> {
        if attempt == 1 {
            self.events += 1;
        }
        let now = u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or(0);
        let moment = Moment { now, locale: Locale::En, event: EventId(format!("event-{}", self.events)), attempt };
        let driven = self.host().run(event, &moment).await;
        if driven.is_stale() {
            let fresh = event.refreshed(&self.installation).map_err(|error| CannotRun::because("the event", error))?;
            return Ok(self.host().run(&fresh, &moment).await);
        }
        Ok(driven)
    }

    /// The event that a customer changed.
    pub(crate) fn changed(&self, id: &str, kind: ChangeKind) -> Result<Event, CannotRun> {
        self.installation.customers_changed([(id, kind)]).map_err(|error| CannotRun::because("the event", error))
    }

    pub(crate) async fn configure(&mut self) -> Result<Driven, CannotRun> {
        // A tag exists once a customer of the club carries it or it was made in the tag list; the guide makes it first.
        let catalogue = Catalogue { customer_tags: vec![TAG.to_owned()], ..self.installation.catalogue() };
        self.run(&Event::Configure(catalogue), 1).await
    }

    pub(crate) async fn webhook(&mut self, request: Request) -> Result<Driven, CannotRun> {
        self.run(&Event::Webhook(request), 1).await
    }

    pub(crate) fn edit(&self, id: &str, edit: impl FnOnce(&mut Customer)) -> Result<(), CannotRun> {
        self.installation.edit_customer(id, edit).map(drop).map_err(|error| CannotRun::because("the club", error))
    }

    fn host(&self) -> Host<'_> {
        Host {
            driver: &self.connector,
            installation: &self.installation,
            transport: Arc::clone(&self.routes) as _,
            hosts: self.hosts.clone(),
            limits: Limits::default(),
        }
    }
}

/// A customer of the club, all made up.
pub(crate) fn customer(id: &str, number: &str, name: &str) -> Customer {
    let text = String::new;
    Customer {
        id: id.to_owned(),
        number: number.to_owned(),
        name: name.to_owned(),
        address: text(),
        zip: text(),
        city: text(),
        country: "DK".to_owned(),
        phone: text(),
        mobile: text(),
        email: text(),
        cvr: text(),
        ean: text(),
        tags: Vec::new(),
        fields: vec![
            Field { name: "Kredit maks".to_owned(), kind: FieldKind::Number, value: text() },
            Field { name: "xNote".to_owned(), kind: FieldKind::Text, value: text() },
        ],
        deleted: false,
        revision: 1,
    }
}
