//! The trial surface under `/_trial`: what a suite that knows no accounting system by name needs of this one.
//!
//! A customer's number is its only id on the legacy interface, so `external_id` and `external_key` are the same; e-conomic may give a
//! number to another customer once it is free. All of it is about the first agreement.

use crate::economic::Economic;
use crate::ledger::{Booked, Entry, Line as Side};
use crate::resource::{Kind, Row, VERSION as OBJECT_VERSION};
use crate::resources::CUSTOMERS;
use crate::screen::ScreenError;
use accounting_trial::{
    Ability, About, Attribute, Call, Clock, Debtor, Delivery, Fault, Header, How, Line, Link, On, Surface,
    SurfaceError, Typed, VERSION, Voucher,
};
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};
use simulator_kit::answer::{self, JSON};
use simulator_kit::{Fault as Ordered, FaultAction, Request};
use std::collections::BTreeMap;

/// The attributes of the contract, and the properties that hold them.
const ATTRIBUTES: [(Attribute, &str); 10] = [
    (Attribute::Name, "name"),
    (Attribute::Address, "address"),
    (Attribute::Zip, "zip"),
    (Attribute::City, "city"),
    (Attribute::Country, "country"),
    (Attribute::Phone, "telephoneAndFaxNumber"),
    (Attribute::Mobile, "mobilePhone"),
    (Attribute::Email, "email"),
    (Attribute::Cvr, "corporateIdentificationNumber"),
    (Attribute::Ean, "ean"),
];
/// What the contract knows in other words, or the server changes by itself, or follows from the number.
const NOT_UNMODELLED: [&str; 6] = ["customerNumber", "barred", "lastUpdated", "balance", "dueAmount", OBJECT_VERSION];
/// Methods that change nothing, and those that may.
const READS: &str = "GET HEAD";
const WRITES: &str = "POST PUT PATCH DELETE";

/// Answers a request on the trial surface.
pub(crate) fn answer(core: &Economic, request: &Request) -> Response<Bytes> {
    let answered = accounting_trial::answer(core, request.method.as_str(), &request.path, &request.body);
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::BAD_REQUEST);
    answer::json(status, &answered.body)
}

impl From<ScreenError> for SurfaceError {
    fn from(error: ScreenError) -> Self {
        match error {
            ScreenError::NotFound(what) => Self::NotThere(what),
            other => Self::Wrong(other.to_string()),
        }
    }
}

fn number(external_id: &str) -> Result<u64, SurfaceError> {
    external_id.parse().map_err(|_| SurfaceError::NotThere(format!("debtor {external_id}")))
}

/// A value as text: a text as it is, anything else as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A kept customer in the contract's words.
fn debtor(row: &Row) -> Debtor {
    let number = row.get(CUSTOMERS.key).map(text).unwrap_or_default();
    let own = |name: &str| row.get(name).map(text).filter(|text| !text.is_empty());
    let attributes = ATTRIBUTES.iter().filter_map(|(attribute, name)| Some((*attribute, own(name)?))).collect();
    let modelled = |name: &str| NOT_UNMODELLED.contains(&name) || ATTRIBUTES.iter().any(|(_, own)| *own == name);
    Debtor {
        external_id: number.clone(),
        external_key: number,
        blocked: row.get("barred") == Some(&Value::Bool(true)),
        attributes,
        unmodelled: row
            .iter()
            .filter(|(name, _)| !modelled(name))
            .map(|(name, value)| (name.clone(), text(value)))
            .collect(),
    }
}

/// What a person types, in the words of the API; an empty value takes one away.
fn properties(typed: &Typed) -> Map<String, Value> {
    let value = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
    ATTRIBUTES
        .iter()
        .filter_map(|(attribute, name)| Some(((*name).to_owned(), value(typed.attributes.get(attribute)?))))
        .collect()
}

impl Economic {
    fn debtor(&self, number: u64) -> Result<Debtor, SurfaceError> {
        let found = self.with_first(|agreement| agreement.books.customer(number).map(debtor)).flatten();
        found.ok_or_else(|| SurfaceError::NotThere(format!("debtor {number}")))
    }

    /// Fills in every property that the contract has no word for, with made-up values.
    fn fill_in(&self, number: u64) -> Result<(), SurfaceError> {
        let contact = json!({"name": "Kontakt Prøve"});
        let location = json!({"address": "Bagvejen 1", "city": "Testrup"});
        self.at_the_screen(|scene| {
            let mut changes = Map::new();
            for (resource, body, properties) in [
                (&crate::resources::CONTACTS, &contact, &["attention", "customerContact"][..]),
                (&crate::resources::DELIVERY_LOCATIONS, &location, &["defaultDeliveryLocation"][..]),
            ] {
                let body = body.as_object().cloned().unwrap_or_default();
                let made = scene.create(resource, Some(number), &body)?;
                for property in properties {
                    changes.insert((*property).to_owned(), json!({resource.key: made.key.shown()}));
                }
            }
            for field in CUSTOMERS.fields {
                let Kind::Reference(reference) = field.kind else {
                    continue;
                };
                if let (false, false, Some(key)) =
                    (reference.own, field.required, scene.agreement.books.first_of(reference))
                {
                    let link = scene.links.to(&format!("{}/{}", reference.resource, key.in_path()));
                    changes.insert(field.name.to_owned(), json!({"self": link}));
                }
            }
            Ok(changes)
        })
        .map_err(SurfaceError::from)
        .and_then(|mut changes| {
            let plain = json!({
                "creditLimit": 12_345, "website": "https://example.com", "pNumber": "1000000001", "publicEntryNumber": "PROV-1",
                "vatNumber": "PROV1",
            });
            changes.extend(plain.as_object().cloned().unwrap_or_default());
            self.edit_customer(number, &Value::Object(changes))?;
            let patch = json!([{"op": "add", "path": "/eInvoicingDisabledByDefault", "value": true}]);
            let key = crate::resource::Key::Number(number);
            Ok(self.at_the_screen(|scene| Ok(scene.patch_customer(&key, &patch)?))?)
        })
    }
}

fn line(side: &Side) -> Line {
    Line {
        account: side.account.filter(|_| side.customer.is_none()).map(|number| number.to_string()).unwrap_or_default(),
        debtor: side.customer.map(|number| number.to_string()).unwrap_or_default(),
        amount: side.amount.clone(),
        vat_code: side.vat_code.clone().unwrap_or_default(),
        text: side.text.clone(),
    }
}

/// A voucher's place among all: posted or not, journal, year, number, day, currency.
type Place = (bool, u64, String, u64, String, String);

fn place_of_entry(entry: &Entry, base: &str) -> Place {
    let date = entry.text("date").unwrap_or_default().to_owned();
    let currency = entry.text("currency").unwrap_or(base).to_owned();
    (false, entry.journal, entry.year.clone(), entry.voucher, date, currency)
}

fn place_of_booked(booked: &Booked) -> Place {
    (true, booked.journal, booked.year.clone(), booked.voucher, booked.date.clone(), booked.currency.clone())
}

impl Surface for Economic {
    fn about(&self) -> About {
        About {
            trial: VERSION,
            system: "e-conomic".to_owned(),
            abilities: vec![Ability::Customers, Ability::Link, Ability::Bookkeeping],
        }
    }

    fn reset(&self) -> Result<(), SurfaceError> {
        let fixed = {
            let state = self.lock();
            (!state.clock.is_system()).then(|| state.clock.now())
        };
        Self::reset(self);
        if let Some(now) = fixed {
            self.set_now(now);
        }
        Ok(())
    }

    fn debtors(&self) -> Result<Vec<Debtor>, SurfaceError> {
        let all = self.with_first(|agreement| agreement.books.rows(&CUSTOMERS, None).values().map(debtor).collect());
        Ok(all.unwrap_or_default())
    }

    fn type_debtor(&self, typed: Typed) -> Result<Debtor, SurfaceError> {
        let mut customer = properties(&typed);
        customer.retain(|_, value| !value.is_null());
        if let Some(key) = &typed.external_key {
            let wrong = |_| SurfaceError::Wrong(format!("{key:?} must be a whole number, as customer numbers are"));
            customer.insert(CUSTOMERS.key.to_owned(), Value::from(key.parse::<u64>().map_err(wrong)?));
        }
        let made = self.type_customer(&Value::Object(customer))?;
        let number = made.get(CUSTOMERS.key).and_then(Value::as_u64).unwrap_or_default();
        if typed.unmodelled {
            self.fill_in(number)?;
        }
        self.debtor(number)
    }

    fn edit_debtor(&self, external_id: &str, typed: Typed) -> Result<Debtor, SurfaceError> {
        let mut number = number(external_id)?;
        self.debtor(number)?;
        let changes = properties(&typed);
        if !changes.is_empty() {
            self.edit_customer(number, &Value::Object(changes))?;
        }
        if let Some(new) = typed.external_key.filter(|new| new != external_id) {
            let wrong = |_| SurfaceError::Wrong(format!("{new:?} must be a whole number, as customer numbers are"));
            let new: u64 = new.parse().map_err(wrong)?;
            self.renumber_customer(number, new)?;
            number = new;
        }
        if typed.unmodelled {
            self.fill_in(number)?;
        }
        self.debtor(number)
    }

    fn delete_debtor(&self, external_id: &str) -> Result<(), SurfaceError> {
        Ok(self.delete_customer(number(external_id)?)?)
    }

    fn vouchers(&self) -> Result<Vec<Voucher>, SurfaceError> {
        let vouchers = self.with_first(|agreement| {
            let mut vouchers: BTreeMap<Place, Vec<Line>> = BTreeMap::new();
            for entry in agreement.ledger.entries.values() {
                let place = place_of_entry(entry, &agreement.base_currency);
                vouchers.entry(place).or_default().extend(entry.lines().iter().map(line));
            }
            for booked in &agreement.ledger.booked {
                vouchers.entry(place_of_booked(booked)).or_default().push(line(&booked.line));
            }
            let told = |((posted, journal, _, voucher, date, currency), lines)| Voucher {
                journal: u64::to_string(&journal),
                voucher: u64::to_string(&voucher),
                date,
                currency,
                posted,
                lines,
            };
            vouchers.into_iter().map(told).collect()
        });
        Ok(vouchers.unwrap_or_default())
    }

    fn add_fault(&self, fault: Fault) -> Result<(), SurfaceError> {
        let answer = |status: u16, body: &Value| FaultAction::Status {
            status,
            body: body.to_string(),
            content_type: JSON.to_owned(),
        };
        let action = match fault.how {
            How::Unavailable => answer(503, &json!({"message": "Service unavailable.", "httpStatusCode": 503})),
            How::RateLimited { retry_after_s } => FaultAction::Limited(retry_after_s),
            How::NotAccepted => answer(401, &json!({"message": "Access denied.", "httpStatusCode": 401})),
            How::LostBefore => FaultAction::DropBefore,
            How::LostAfter => FaultAction::DropAfter,
            How::Truncated => FaultAction::TruncateHalf,
            How::UnknownFields => FaultAction::UnknownFields,
            How::Padded { bytes } => FaultAction::Padded(bytes),
            How::Empty => FaultAction::Status { status: 200, body: String::new(), content_type: JSON.to_owned() },
            How::Rubbish => FaultAction::Status {
                status: 200,
                body: "<html><body>Velkommen</body></html>".to_owned(),
                content_type: "text/html".to_owned(),
            },
        };
        let method = match fault.on {
            On::Any => None,
            On::Read => Some(READS.to_owned()),
            On::Write => Some(WRITES.to_owned()),
        };
        let order = Ordered { method, path_contains: None, skip: fault.skip, times: fault.times, action };
        if order.times > 0 {
            Self::add_fault(self, order);
        }
        Ok(())
    }

    fn clear_faults(&self) -> Result<(), SurfaceError> {
        Self::clear_faults(self);
        Ok(())
    }

    fn calls(&self) -> Result<Vec<Call>, SurfaceError> {
        let told = |call: simulator_kit::Call| Call {
            write: !READS.split(' ').any(|read| read == call.method),
            path: if call.query.is_empty() { call.path } else { format!("{}?{}", call.path, call.query) },
            method: call.method,
            status: call.status,
        };
        Ok(Self::calls(self).into_iter().map(told).collect())
    }

    fn clear_calls(&self) -> Result<(), SurfaceError> {
        Self::clear_calls(self);
        Ok(())
    }

    fn enter_link(&self, link: Link) -> Result<(), SurfaceError> {
        Ok(self.set_webhook(&link.url)?)
    }

    fn take_deliveries(&self) -> Result<Vec<Delivery>, SurfaceError> {
        let taken = std::iter::from_fn(|| {
            let call = self.next_delivery()?;
            self.delivery_done(call.id, Ok(200));
            Some(call)
        });
        Ok(taken.map(|call| delivery(&call)).collect())
    }

    /// Calls of a webhook name neither company nor table, so none can be told to be somebody else's.
    fn foreign_delivery(&self) -> Result<Option<Delivery>, SurfaceError> {
        Ok(None)
    }

    fn set_clock(&self, clock: Clock) -> Result<(), SurfaceError> {
        let wrong = |_| SurfaceError::Wrong("now must be a time such as 2026-03-02T08:00:00Z".to_owned());
        self.set_now(clock.now.parse().map_err(wrong)?);
        Ok(())
    }
}

fn delivery(call: &simulator_kit::Delivery) -> Delivery {
    let header = |(name, value): &(String, String)| Header { name: name.to_lowercase(), value: value.clone() };
    Delivery {
        method: call.method.to_string(),
        query: call.url.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
        headers: call.headers.iter().map(header).collect(),
        body: call.body.clone().unwrap_or_default(),
    }
}
