//! Which value of a customer stands in which property.

use super::properties::{PROPERTIES, Property, for_field};
use accounting_kit::sync::naming::attribute_of;
use accounting_kit::types::{Customer, CustomerProperty};

/// One value of a customer and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped<'c> {
    /// The FlexyBox side.
    pub property: CustomerProperty,
    /// The e-conomic side.
    pub at: &'static Property,
    /// What FlexyBox holds, as typed.
    pub typed: &'c str,
}

/// Everything of a customer that is synchronised: its attributes, and the first data field for each other property.
pub fn mapped(customer: &Customer) -> Vec<Mapped<'_>> {
    let attributes = PROPERTIES.iter().filter_map(|at| {
        let attribute = at.attribute?;
        Some(Mapped { property: CustomerProperty::Attribute(attribute), at, typed: attribute_of(customer, attribute) })
    });
    let mut all: Vec<Mapped<'_>> = attributes.collect();
    for field in &customer.fields {
        if let Some(at) = for_field(&field.name)
            && all.iter().all(|other| other.at != at)
        {
            all.push(Mapped { property: CustomerProperty::Field(field.name.clone()), at, typed: &field.value });
        }
    }
    all
}
