//! A made-up installation of either connector, and an outside that answers from a script.

use crate::input;
use accounting_kit::doubles::MemoryHost;
use accounting_kit::exports::on_webhook::Request as LinkCall;
use accounting_kit::http::{Http, HttpError, Request, Response};
use accounting_kit::ports::Ports;
use accounting_kit::types::{Agreed, Context, Customer, Field, FieldKind, Link, LinkState, Locale, Setting};
use std::cell::RefCell;
use std::collections::VecDeque;

/// Moment of every call: 24 November 2026, 8 o'clock.
pub(crate) const NOW: u64 = 1_795_507_200_000;
/// The customer tag.
pub(crate) const TAG: &str = "Bogholderi";
/// The link FlexyBox hands out.
pub(crate) const LINK: &str = "https://flexybox.example/hooks/0123456789abcdef";
/// Uniconta's company.
pub(crate) const COMPANY: u32 = 71234;
/// The customer that is linked, to the row or number 1008.
pub(crate) const LINKED: &str = "C1";
/// The customer that waits for its debtor.
pub(crate) const WAITING: &str = "C2";
/// The linked customer's name: personal data that belongs in no log.
pub(crate) const NAME: &str = "Maja Sørensen";
/// The linked customer's address: likewise.
pub(crate) const EMAIL: &str = "maja@example.com";

/// Values of settings that are secret.
pub(crate) const SECRETS: [&str; 4] =
    ["Kodeord-9f3b", "11111111-2222-4333-8444-555555555555", "app-hemmelig-71c2", "aftale-hemmelig-55d0"];

const SETTINGS: [(&str, &str); 17] = [
    ("enabled", "true"),
    ("username", "klubben"),
    ("password", SECRETS[0]),
    ("api-key", SECRETS[1]),
    ("company-id", "71234"),
    ("app-secret-token", SECRETS[2]),
    ("agreement-grant-token", SECRETS[3]),
    ("customer-tag", TAG),
    ("customer-group", "1"),
    ("payment-terms", "1"),
    ("currency", "DKK"),
    ("journal", "3"),
    ("contra-account", "9999"),
    ("rounding-account", "8390"),
    ("uniconta.books-currency", "DKK"),
    ("economic.books-currency", "DKK"),
    ("uniconta.own-fields", "xNote\nxTal"),
];

/// The settings of both connectors; each reads its own.
pub(crate) fn settings(vat_zone: &str) -> Vec<Setting> {
    let zone = ("vat-zone", vat_zone);
    SETTINGS.into_iter().chain([zone]).map(|(key, value)| Setting { key: key.into(), value: value.into() }).collect()
}

/// The context of a call. `vat_zone` is written differently by the two.
pub(crate) fn context(locale: Locale, vat_zone: &str) -> Context {
    Context {
        now: NOW,
        locale,
        settings: settings(vat_zone),
        webhook_link: Some(LINK.to_owned()),
        idempotency_key: "event-1".to_owned(),
        attempt: 1,
    }
}

/// A call of the link.
pub(crate) fn link_call(query: &str, body: &[u8]) -> LinkCall {
    let method = if body.is_empty() { "GET" } else { "POST" };
    LinkCall {
        method: method.to_owned(),
        query: query.to_owned(),
        headers: Vec::new(),
        body: body.to_vec(),
        received: NOW,
    }
}

/// The two customers of the club.
pub(crate) fn customers() -> [Customer; 2] {
    let field = |name: &str, kind, value: &str| Field { name: name.to_owned(), kind, value: value.to_owned() };
    let linked = Customer {
        id: LINKED.to_owned(),
        number: "00042".to_owned(),
        name: NAME.to_owned(),
        address: "Æblestien 3".to_owned(),
        zip: "8000".to_owned(),
        city: "Aarhus C".to_owned(),
        country: "DK".to_owned(),
        phone: "00000010".to_owned(),
        mobile: String::new(),
        email: EMAIL.to_owned(),
        cvr: String::new(),
        ean: String::new(),
        tags: vec![TAG.to_owned()],
        fields: vec![
            field("Kredit maks", FieldKind::Number, "1.250,50"),
            field("Spærret", FieldKind::YesNo, "nej"),
            field("xNote", FieldKind::Text, ""),
            field("xTal", FieldKind::Number, "7"),
            field("website", FieldKind::Text, ""),
        ],
        deleted: false,
        revision: 7,
    };
    let waiting = Customer {
        id: WAITING.to_owned(),
        number: "1009".to_owned(),
        name: "Svømmeklubben Hajen".to_owned(),
        email: "hajen@example.com".to_owned(),
        cvr: "12345674".to_owned(),
        fields: Vec::new(),
        ..linked.clone()
    };
    [linked, waiting]
}

/// The link of the first customer.
pub(crate) fn link() -> Link {
    let agreed = |name: &str, value: &str| Agreed { name: name.to_owned(), value: value.to_owned() };
    Link {
        customer_id: LINKED.to_owned(),
        external_id: "1008".to_owned(),
        external_key: "1008".to_owned(),
        state: LinkState::Active,
        base: vec![
            agreed("Name", NAME),
            agreed("name", NAME),
            agreed("Address1", "Æblestien 3"),
            agreed("address", "Æblestien 3"),
            agreed("CreditMax", "1250.5"),
            agreed("xTal", "7"),
        ],
    }
}

/// FlexyBox and an outside that answers from a script, in order; when the script is at its end, nothing answers.
pub(crate) struct Club {
    pub(crate) host: MemoryHost,
    script: RefCell<VecDeque<Result<Response, HttpError>>>,
    /// What was asked, and the status of the answer where there was one.
    pub(crate) asked: RefCell<Vec<(Request, Option<u16>)>>,
}

impl Club {
    /// The club, with these sections as answers.
    pub(crate) fn new(answers: &[&[u8]]) -> Self {
        let host = MemoryHost::default();
        *host.customers.borrow_mut() = customers().to_vec();
        *host.links.borrow_mut() = vec![link()];
        let script = answers.iter().map(|section| input::answer(section)).collect();
        Self { host, script: RefCell::new(script), asked: RefCell::default() }
    }

    /// What a connector reaches.
    pub(crate) fn ports(&self) -> Ports<'_> {
        Ports { http: self, host: &self.host }
    }
}

impl Http for Club {
    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let silence = || Err(HttpError::Unknown("nothing answers any more".to_owned()));
        let answer = self.script.borrow_mut().pop_front().unwrap_or_else(silence);
        let status = answer.as_ref().ok().map(|response| response.status);
        self.asked.borrow_mut().push((request.clone(), status));
        answer
    }
}
