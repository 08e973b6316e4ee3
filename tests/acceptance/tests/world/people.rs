//! The customers, and where each edited value stands on them.

use super::PROPERTIES;
use accounting_kit::doubles::nobody;
use accounting_kit::types::{Attribute, Customer, CustomerProperty, Field, FieldKind};

pub(super) fn number(who: usize) -> String {
    format!("{}", 7000 + who)
}

pub(super) fn index(id: &str) -> usize {
    id.trim_start_matches('C').parse().unwrap()
}

pub(super) fn customer(who: usize) -> Customer {
    Customer {
        number: number(who),
        name: format!("first {who}"),
        fields: vec![Field { name: "xNote".to_owned(), kind: FieldKind::Text, value: String::new() }],
        ..nobody(&format!("C{who}"))
    }
}

pub(super) fn place(customer: &mut Customer, what: usize) -> &mut String {
    match PROPERTIES[what] {
        "Name" => &mut customer.name,
        "City" => &mut customer.city,
        "Phone" => &mut customer.phone,
        _ => &mut customer.fields[0].value,
    }
}

/// The simulator fills in a default country and the like; those come back too.
pub(super) fn place_of<'c>(customer: &'c mut Customer, property: &CustomerProperty) -> &'c mut String {
    match property {
        CustomerProperty::Field(_) => &mut customer.fields[0].value,
        CustomerProperty::Attribute(attribute) => match attribute {
            Attribute::Name => &mut customer.name,
            Attribute::Address => &mut customer.address,
            Attribute::Zip => &mut customer.zip,
            Attribute::City => &mut customer.city,
            Attribute::Country => &mut customer.country,
            Attribute::Phone => &mut customer.phone,
            Attribute::Mobile => &mut customer.mobile,
            Attribute::Email => &mut customer.email,
            Attribute::Cvr => &mut customer.cvr,
            Attribute::Ean => &mut customer.ean,
        },
    }
}
