//! The properties of a customer that are synchronised. Source: the vendor's schemas [doc], see `docs/sources/economic.md`.

use super::values::Kind;
use accounting_kit::names;
use accounting_kit::types::Attribute;

/// A property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Property {
    /// e-conomic's name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Longest text, in characters; 0 for none.
    pub max: u16,
    /// The attribute of FlexyBox that stands in it; none for one that only a customer data field can stand in.
    pub attribute: Option<Attribute>,
}

const fn property(name: &'static str, kind: Kind, max: u16, attribute: Option<Attribute>) -> Property {
    Property { name, kind, max, attribute }
}

/// All of them. The number is not among them: it is how a customer is found, and e-conomic may give another.
pub const PROPERTIES: [Property; 15] = [
    property("name", Kind::Text, 255, Some(Attribute::Name)),
    property("address", Kind::Text, 510, Some(Attribute::Address)),
    property("zip", Kind::Text, 30, Some(Attribute::Zip)),
    property("city", Kind::Text, 50, Some(Attribute::City)),
    property("country", Kind::Country, 50, Some(Attribute::Country)),
    property("telephoneAndFaxNumber", Kind::Text, 255, Some(Attribute::Phone)),
    property("mobilePhone", Kind::Text, 50, Some(Attribute::Mobile)),
    property("email", Kind::Emails, 255, Some(Attribute::Email)),
    property("corporateIdentificationNumber", Kind::Cvr, 40, Some(Attribute::Cvr)),
    property("ean", Kind::Text, 13, Some(Attribute::Ean)),
    property("website", Kind::Text, 255, None),
    property("creditLimit", Kind::Number, 0, None),
    property("pNumber", Kind::Text, 10, None),
    property("publicEntryNumber", Kind::Text, 50, None),
    property("vatNumber", Kind::Text, 20, None),
];

/// The property a customer data field may stand in: its name equals one that no attribute stands in.
pub fn for_field(name: &str) -> Option<&'static Property> {
    PROPERTIES.iter().find(|property| property.attribute.is_none() && names::same(property.name, name))
}
