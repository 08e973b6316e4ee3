//! What the standard attributes of a customer are called: in code, on the page, in errors.

use crate::types::{Attribute, Customer, CustomerProperty, Locale};

/// What a property is called in `subject`: the same in every language.
pub fn subject_of(property: &CustomerProperty) -> String {
    use Attribute as A;
    let name = match property {
        CustomerProperty::Field(name) => name,
        CustomerProperty::Attribute(attribute) => match attribute {
            A::Name => "name",
            A::Address => "address",
            A::Zip => "zip",
            A::City => "city",
            A::Country => "country",
            A::Phone => "phone",
            A::Mobile => "mobile",
            A::Email => "email",
            A::Cvr => "cvr",
            A::Ean => "ean",
        },
    };
    name.to_owned()
}

/// What a property is called on the customer's page.
pub fn name_of(property: &CustomerProperty, locale: Locale) -> String {
    use Attribute as A;
    let (da, en) = match property {
        CustomerProperty::Field(name) => return name.clone(),
        CustomerProperty::Attribute(attribute) => match attribute {
            A::Name => ("navn", "name"),
            A::Address => ("adresse", "address"),
            A::Zip => ("postnummer", "postal code"),
            A::City => ("by", "town"),
            A::Country => ("land", "country"),
            A::Phone => ("telefon", "phone"),
            A::Mobile => ("mobil", "mobile"),
            A::Email => ("e-mail", "e-mail"),
            A::Cvr => ("CVR-nummer", "CVR number"),
            A::Ean => ("EAN-nummer", "EAN number"),
        },
    };
    match locale {
        Locale::Da => da.to_owned(),
        Locale::En => en.to_owned(),
    }
}

/// What a customer holds in an attribute.
pub fn attribute_of(customer: &Customer, attribute: Attribute) -> &str {
    match attribute {
        Attribute::Name => &customer.name,
        Attribute::Address => &customer.address,
        Attribute::Zip => &customer.zip,
        Attribute::City => &customer.city,
        Attribute::Country => &customer.country,
        Attribute::Phone => &customer.phone,
        Attribute::Mobile => &customer.mobile,
        Attribute::Email => &customer.email,
        Attribute::Cvr => &customer.cvr,
        Attribute::Ean => &customer.ean,
    }
}
