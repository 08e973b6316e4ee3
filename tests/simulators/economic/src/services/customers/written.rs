//! A customer as a caller of the customers service writes it: its types and limits, what must be there, what it refers to.
//!
//! Unknown properties are passed over in silence, so a name of the legacy interface shows up as the error of another property.

use super::names::{CUSTOMERS, NAMES};
use crate::gate::Scene;
use crate::problem::Breach;
use crate::resource::{Field, Key, Kind, REST, Resource, Row};
use crate::resources::{
    CONTACTS, CURRENCIES, CUSTOMER_GROUPS, DELIVERY_LOCATIONS, EMPLOYEES, LAYOUTS, PAYMENT_TERMS, PRICE_GROUPS,
    VAT_ZONES,
};
use jiff::Timestamp;
use serde_json::{Map, Value};

/// The code of a change of the number, in the vendor's own spelling.
pub(super) const NO_NUMBER: &str = "CustomerannotChangeNumber";
/// The code of a value of another type, or beyond its limits.
const INVALID: &str = "InvalidValue";
/// What may not be null.
const NOT_NULL: [&str; 6] =
    ["customerNumber", "customerGroupNumber", "zone", "access", "emailAttachmentLanguage", "defaultDisableEInvoicing"];
/// Length of a production unit's number.
const UNIT_DIGITS: usize = 10;

/// What a customer refers to: the property, what it leads to, the code where it leads nowhere, and whether it must be there.
const REFERENCES: [(&str, &Resource, &str, bool); 10] = [
    ("customerGroupNumber", &CUSTOMER_GROUPS, "CustomerInvalidGroupId", true),
    ("zone", &VAT_ZONES, "CustomerInvalidVatZone", true),
    ("currency", &CURRENCIES, INVALID, true),
    ("paymentTermId", &PAYMENT_TERMS, "CustomerInvalidPaymentTerm", true),
    ("priceGroupNumber", &PRICE_GROUPS, "CustomerInvalidPriceGroup", false),
    ("defaultAttention", &CONTACTS, "CustomerInvalidDefaultAttention", false),
    ("defaultTheirRef", &CONTACTS, "CustomerInvalidDefaultTheirRef", false),
    ("defaultDeliveryLocation", &DELIVERY_LOCATIONS, INVALID, false),
    ("layoutGroup", &LAYOUTS, INVALID, false),
    ("ourRef", &EMPLOYEES, INVALID, false),
];

/// Reads a customer: its number, and the row as it is kept.
///
/// # Errors
/// Every breach.
pub(super) fn read(scene: &Scene<'_>, body: &Map<String, Value>) -> Result<(u64, Row), Vec<Breach>> {
    let mut typed = typed(body)?;
    let mut breaches = Vec::new();
    let number = typed.get(CUSTOMERS.key).and_then(Value::as_u64).unwrap_or_default();
    if number == 0 {
        breaches.push(out_of_range(CUSTOMERS.key));
    }
    if !typed.contains_key("name") {
        breaches.push(Breach::new("name", "CustomerMissingName", "The name of the customer is missing."));
    }
    for (name, resource, code, required) in REFERENCES {
        let owner = resource.of_customer.then_some(number);
        let leads_there = match typed.get(name).and_then(Key::of) {
            Some(key) => scene.agreement.books.row(resource, owner, &key).is_some(),
            None => !required && !typed.contains_key(name),
        };
        if !leads_there {
            breaches.push(Breach::new(name, code, format!("The {name} of the customer is not valid.")));
        }
    }
    let unit = typed.get("pnr").and_then(Value::as_str);
    if unit.is_some_and(|unit| unit.chars().count() != UNIT_DIGITS) {
        breaches.push(Breach::new("pnr", "CustomerInvalidPNumber", "A production unit number has 10 digits."));
    }
    if !breaches.is_empty() {
        return Err(breaches);
    }
    let mut row = Row::new();
    for (name, legacy) in NAMES {
        row.extend(typed.remove(name).map(|value| (legacy.to_owned(), value)));
    }
    if typed.remove("access").is_none() {
        row.insert("barred".to_owned(), Value::Bool(true));
    }
    let lines = ["address1", "address2"].map(|name| typed.remove(name));
    let lines: Vec<&str> = lines.iter().flatten().filter_map(Value::as_str).collect();
    if !lines.is_empty() {
        row.insert("address".to_owned(), Value::from(lines.join("\n")));
    }
    if !typed.is_empty() {
        row.insert(REST.to_owned(), Value::Object(typed));
    }
    Ok((number, row))
}

/// The properties that are there, of their types and within their limits. No, nothing and an empty text are as good as left out.
fn typed(body: &Map<String, Value>) -> Result<Row, Vec<Breach>> {
    let mut breaches = Vec::new();
    let mut typed = Row::new();
    for field in CUSTOMERS.fields.iter().filter(|field| !field.server) {
        match body.get(field.name) {
            None => {}
            Some(Value::Bool(false)) if matches!(field.kind, Kind::Boolean) => {}
            Some(Value::Null) if !NOT_NULL.contains(&field.name) => {}
            Some(Value::String(text)) if text.is_empty() && matches!(field.kind, Kind::Text(..)) => {}
            Some(value) => match fits(field, value) {
                Ok(()) => {
                    typed.insert(field.name.to_owned(), value.clone());
                }
                Err(breach) => breaches.push(breach),
            },
        }
    }
    if breaches.is_empty() { Ok(typed) } else { Err(breaches) }
}

fn fits(field: &Field, value: &Value) -> Result<(), Breach> {
    let wrong = || Breach::new(field.name, INVALID, "Invalid value provided.");
    match field.kind {
        Kind::Text(_, max) => {
            let length = value.as_str().ok_or_else(wrong)?.chars().count();
            let message = format!("The field {} must be a text of at most {max} characters.", pascal(field.name));
            if length <= max { Ok(()) } else { Err(Breach::new(field.name, INVALID, message)) }
        }
        Kind::Integer(min, max) => {
            let whole = value.as_number().and_then(serde_json::Number::as_i64).ok_or_else(wrong)?;
            if (min..=max).contains(&whole) { Ok(()) } else { Err(out_of_range(field.name)) }
        }
        Kind::Number => value.is_number().then_some(()).ok_or_else(wrong),
        Kind::Boolean => value.is_boolean().then_some(()).ok_or_else(wrong),
        _ => {
            let moment = value.as_str().map(|text| text.parse::<Timestamp>().is_ok());
            (moment == Some(true)).then_some(()).ok_or_else(wrong)
        }
    }
}

/// A number that is beyond its limits, as it was seen told of the customer's own.
fn out_of_range(name: &str) -> Breach {
    let limits = CUSTOMERS.field(name).map(|field| field.kind);
    let message = match limits {
        Some(Kind::Integer(min, max)) => format!("The field {} must be between {min} and {max}", pascal(name)),
        _ => "Invalid value provided.".to_owned(),
    };
    let code = if name == CUSTOMERS.key { "CustomerInvalidCustomerNumber" } else { INVALID };
    Breach::new(name, code, message)
}

/// `CustomerNumber`, as messages write it.
fn pascal(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
