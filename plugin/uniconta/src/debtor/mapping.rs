//! Which value of a customer stands in which property of the debtor.

use super::properties::{self, Access, Property};
use super::values::Kind;
use crate::api::Row;
use accounting_kit::names;
use accounting_kit::sync::naming::attribute_of;
use accounting_kit::types::{Attribute, Customer, CustomerProperty, Field};
use std::borrow::Cow;

/// The standard attributes and their properties. The number is not among them: it becomes the account once, and an
/// account never changes.
const STANDARD: [(Attribute, &str, Kind); 10] = [
    (Attribute::Name, "Name", Kind::Text),
    (Attribute::Address, "Address1", Kind::Text),
    (Attribute::Zip, "ZipCode", Kind::Text),
    (Attribute::City, "City", Kind::Text),
    (Attribute::Country, "Country", Kind::Country),
    (Attribute::Phone, "Phone", Kind::Text),
    (Attribute::Mobile, "MobilPhone", Kind::Text),
    (Attribute::Email, "ContactEmail", Kind::Text),
    (Attribute::Cvr, "CompanyRegNo", Kind::Cvr),
    (Attribute::Ean, "EAN", Kind::Text),
];

/// What a customer data field stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A property of every debtor, found by its own name.
    ByName(&'static Property),
    /// A property of every debtor, found by the label on the screen.
    ByLabel(&'static Property),
    /// A field the company made itself, or none at all: Uniconta answers with it only where it has a value.
    Own(String),
    /// The label stands for several properties.
    Ambiguous(Vec<String>),
    /// The property is what the customer's own attribute or key stands in already.
    Taken(&'static Property),
}

/// What a customer data field stands for. `known` are properties seen on debtors, user-defined ones among them.
pub fn target(name: &str, known: &[&str]) -> Target {
    let taken = |property: &Property| {
        property.access == Access::Key || STANDARD.iter().any(|(_, standard, _)| *standard == property.name)
    };
    if let Some(property) = properties::by_name(name) {
        return if taken(property) { Target::Taken(property) } else { Target::ByName(property) };
    }
    if let Some(own) = known
        .iter()
        .find(|known| **known == name.trim())
        .or_else(|| known.iter().find(|known| names::same(known, name)))
    {
        return Target::Own((*own).to_owned());
    }
    let labelled = properties::by_label(name);
    let twins = labelled.iter().flat_map(|property| property.label_twins).filter(|twin| known.contains(*twin));
    let candidates: Vec<&str> = labelled.iter().map(|property| property.name).chain(twins.copied()).collect();
    match (labelled.first(), candidates.len()) {
        (Some(property), 1) if taken(property) => Target::Taken(property),
        (Some(property), 1) => Target::ByLabel(property),
        (None, _) => Target::Own(name.trim().to_owned()),
        _ => Target::Ambiguous(candidates.into_iter().map(str::to_owned).collect()),
    }
}

/// One value of a customer and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped<'c> {
    /// The FlexyBox side.
    pub property: CustomerProperty,
    /// The Uniconta side.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
    /// Longest text; 0 for none known.
    pub max: u16,
    /// Uniconta computes it: it only comes back.
    pub read_only: bool,
    /// Whether it is one of Uniconta's own properties, and not a user-defined field.
    pub known: bool,
    /// What FlexyBox holds, as typed.
    pub typed: &'c str,
}

/// Everything of a customer that is synchronised, seen against a row where there is one. `own` are the company's own
/// fields known from before.
pub fn mapped<'c>(customer: &'c Customer, row: Option<&Row>, own: &[String]) -> Vec<Mapped<'c>> {
    let in_row = row.map(|row| row.properties().collect::<Vec<_>>()).unwrap_or_default();
    let known: Vec<&str> = in_row.into_iter().chain(own.iter().map(String::as_str)).collect();
    let standard = STANDARD.iter().map(|(attribute, name, kind)| Mapped {
        property: CustomerProperty::Attribute(*attribute),
        name: Cow::Borrowed(*name),
        kind: *kind,
        max: properties::by_name(name).map_or(0, |property| property.max),
        read_only: false,
        known: true,
        typed: attribute_of(customer, *attribute),
    });
    let mut all: Vec<Mapped<'c>> = standard.collect();
    for field in &customer.fields {
        if let Some(mapped) = mapped_field(field, &known, row)
            && all.iter().all(|other| other.name != mapped.name)
        {
            all.push(mapped);
        }
    }
    all
}

fn mapped_field<'c>(field: &'c Field, known: &[&str], row: Option<&Row>) -> Option<Mapped<'c>> {
    let property = CustomerProperty::Field(field.name.clone());
    match target(&field.name, known) {
        Target::ByName(found) | Target::ByLabel(found) => Some(Mapped {
            property,
            name: Cow::Borrowed(found.name),
            kind: found.kind,
            max: found.max,
            read_only: found.access == Access::ReadOnly,
            known: true,
            typed: &field.value,
        }),
        Target::Own(name) => Some(Mapped {
            property,
            kind: Kind::of_field(field.kind).seen_in(row.and_then(|row| row.held(&name)).as_ref()),
            name: Cow::Owned(name),
            max: 0,
            read_only: false,
            known: false,
            typed: &field.value,
        }),
        Target::Ambiguous(_) | Target::Taken(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("CreditMax", &[], "name CreditMax")]
    #[case("creditmax", &[], "name CreditMax")]
    #[case("Kredit maks", &[], "label CreditMax")]
    #[case("Saldo", &[], "label CurBalance")]
    #[case("Spærret", &[], "label Blocked")]
    #[case("Spærret", &["Stopped"], "ambiguous Blocked, Stopped")]
    #[case("Navn", &[], "taken Name")]
    #[case("Account", &[], "taken Account")]
    #[case("xHold", &["xHold"], "own xHold")]
    #[case("xhold", &["xHold"], "own xHold")]
    #[case("Skostørrelse", &[], "own Skostørrelse")]
    #[case("Gruppe", &["Gruppe"], "own Gruppe")]
    fn targets(#[case] name: &str, #[case] known: &[&str], #[case] expected: &str) {
        let found = match target(name, known) {
            Target::ByName(property) => format!("name {}", property.name),
            Target::ByLabel(property) => format!("label {}", property.name),
            Target::Own(name) => format!("own {name}"),
            Target::Ambiguous(names) => format!("ambiguous {}", names.join(", ")),
            Target::Taken(property) => format!("taken {}", property.name),
        };
        assert_eq!(found, expected);
    }
}
