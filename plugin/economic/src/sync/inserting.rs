//! New customers, and never one twice.
//!
//! e-conomic takes a number of our choosing or gives one of its own. The `Idempotency-Key` covers a lost answer for an
//! hour; after that the customer is found by number, company registration number or e-mail, and one that has none of these
//! by being the same in everything.

use super::reconcile::{Push, canonical, note_written, reconcile, set_agreed, with};
use crate::ECONOMIC;
use crate::api::{Doc, Subject};
use crate::call::Call;
use crate::customer::mapping::mapped;
use crate::settings::{key, missing};
use accounting_kit::exports::on_customer_changed::{Outcome, SyncResult};
use accounting_kit::http::Method;
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::sync::links::active_link;
use accounting_kit::sync::pairing::{Mode, Reconciled};
use accounting_kit::sync::result::{Settled, failed, result};
use accounting_kit::types::{Agreed, Customer, Effect, Error, ErrorKind, Side};
use serde_json::{Map, Value, json};

/// Create a customer. `number` is the one to ask for; e-conomic gives one where there is none.
pub(super) fn insert(call: &Call<'_>, customer: &Customer, number: Option<&str>) -> SyncResult {
    let created = prepare(call, customer, number).and_then(|(pushes, body)| Ok((post(call, customer, body)?, pushes)));
    match created {
        Ok((doc, pushes)) => settle(call, customer, &pushes, &doc),
        Err(error) => failed(&customer.id, error),
    }
}

fn prepare(call: &Call<'_>, customer: &Customer, number: Option<&str>) -> Result<(Vec<Push>, Value), Error> {
    let mut pushes = Vec::new();
    for value in mapped(customer) {
        let canonical = canonical(&value, call.locale)?;
        if !canonical.is_empty() {
            pushes.push(Push::of(&value, canonical));
        }
    }
    let settings = call.settings;
    let required = |key: &str, number: Option<u32>| number.ok_or_else(|| missing(key, call.locale));
    let mut body = Map::new();
    body.insert("customerGroup".to_owned(), json!({ "customerGroupNumber": required(key::GROUP, settings.group)? }));
    body.insert("paymentTerms".to_owned(), json!({ "paymentTermsNumber": required(key::TERMS, settings.terms)? }));
    body.insert("vatZone".to_owned(), json!({ "vatZoneNumber": required(key::VAT_ZONE, settings.vat_zone)? }));
    if settings.currency.is_empty() {
        return Err(missing(key::CURRENCY, call.locale));
    }
    body.insert("currency".to_owned(), Value::String(settings.currency.clone()));
    if let Some(number) = number.and_then(|number| number.parse::<u32>().ok()) {
        body.insert("customerNumber".to_owned(), json!(number));
    }
    let body = with(body, &pushes);
    Ok((pushes, Value::Object(body)))
}

fn post(call: &Call<'_>, customer: &Customer, body: Value) -> Result<Doc, Error> {
    let api = call.api();
    let step = format!("new-{:016x}", accounting_kit::digest::Digest::of(&[customer.id.as_str()]));
    let written = api.write(Subject::Customer, (Method::Post, api.rest("customers")), &step, &body)?;
    Doc::new(written.body).ok_or_else(|| {
        let message = say!(
            call.locale,
            "e-conomic tog imod kunden, men fortalte ikke dens nummer; der ses efter igen",
            "e-conomic took the customer but did not tell its number; it will be looked up again"
        );
        ECONOMIC.error(ErrorKind::Uncertain, "created-but-not-told", message)
    })
}

/// The link of a new customer. What e-conomic filled in by itself comes back at once.
fn settle(call: &Call<'_>, customer: &Customer, pushes: &[Push], doc: &Doc) -> SyncResult {
    let mut base = Vec::new();
    let notices = note_written(pushes, Some(doc), &mut base, call.locale);
    let found = match reconcile(call.locale, customer, &base, doc, Mode::Merge(Side::Accounting)) {
        Ok(found) => found,
        Err(error) => return failed(&customer.id, error),
    };
    let sent = |agreed: &Agreed| pushes.iter().any(|push| push.at.name == agreed.name);
    let pulls = found.pulls.into_iter().filter(|(_, agreed)| !sent(agreed)).collect();
    for agreed in found.base {
        if base.iter().all(|known| known.name != agreed.name) {
            set_agreed(&mut base, &agreed.name, agreed.value);
        }
    }
    let update = Reconciled::<Push> { pulls, ..Reconciled::default() }.customer_update(customer);
    let number = doc.number().unwrap_or_default();
    let link = active_link(customer, number.clone(), number, base);
    let effects = std::iter::once(Effect::PutLink(link)).chain(update.map(Effect::UpdateCustomer)).collect();
    result(&customer.id, Outcome::Created, Settled { effects, conflicts: Vec::new(), notices })
}

/// Several customers there are the same in everything: a person decides.
pub(super) fn several_twins(call: &Call<'_>, twins: &[Doc]) -> Error {
    let numbers: Vec<String> = twins.iter().filter_map(Doc::number).collect();
    let message = say!(
        call.locale,
        "kunde {numbers} i e-conomic er ens i alt, og det er uvist, om en af dem er oprettet herfra; skriv et CVR-nummer eller en e-mail på den rigtige begge steder, eller slet de overflødige dér",
        "customers {numbers} in e-conomic are alike in everything, and it is not known whether one of them was created from here; enter a CVR number or an e-mail address on the right one on both sides, or delete those not needed there",
        numbers = numbers.join(", ")
    );
    ECONOMIC.error(ErrorKind::Conflict, "several-match", message).about("name")
}
