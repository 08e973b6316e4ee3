//! Customer data fields (kundedata felter): e-conomic has no fields of a company's own, so all but the few that are
//! properties of every customer are lost, and each is told.

use crate::ECONOMIC;
use crate::customer::properties::{PROPERTIES, for_field};
use crate::customer::values::Kind;
use accounting_kit::exports::configure::{CustomerField, FieldMatch, MatchKind};
use accounting_kit::names::nearest;
use accounting_kit::problem::finding;
use accounting_kit::say;
use accounting_kit::types::{FieldKind, Finding, Locale, Severity};

/// One match for each field, and what is worth telling.
pub(super) fn compare(fields: &[CustomerField], locale: Locale) -> (Vec<FieldMatch>, Vec<Finding>) {
    let mut matches: Vec<FieldMatch> = Vec::new();
    let mut findings = Vec::new();
    for field in fields {
        let name = field.name.as_str();
        let tell = |code: &str, message: String| finding(Severity::Warning, ECONOMIC.code(code), Some(name), message);
        let found = for_field(name);
        let properties = match found {
            Some(property) => vec![property.name.to_owned()],
            None => {
                let names = PROPERTIES.iter().filter(|property| property.attribute.is_none());
                nearest(name, names.map(|property| property.name), 1).into_iter().map(str::to_owned).collect()
            }
        };
        if found.is_none() {
            let message = say!(
                locale,
                "e-conomic har ikke felter af jeres egne, så '{name}' overføres ikke",
                "e-conomic has no fields of your own, so '{name}' is not transferred",
                name = name
            );
            findings.push(tell("field-lost", message));
        } else if matches.iter().any(|other| other.kind == MatchKind::PropertyName && other.properties == properties) {
            let message = say!(
                locale,
                "et andet kundedata felt står allerede for {property} i e-conomic; '{name}' overføres ikke. Slet det ene felt",
                "another customer data field stands for {property} in e-conomic already; '{name}' is not transferred. Delete one of the fields",
                property = properties.join(", "),
                name = name
            );
            findings.push(tell("field-twice", message));
        } else if found.is_some_and(|property| property.kind == Kind::Number) && field.kind != FieldKind::Number {
            let message = say!(
                locale,
                "'{name}' er et tal i e-conomic; en kunde, hvor der står andet, kan ikke overføres",
                "'{name}' is a number in e-conomic; a customer with anything else there cannot be transferred",
                name = name
            );
            findings.push(tell("field-kind-differs", message));
        }
        let kind = if found.is_some() { MatchKind::PropertyName } else { MatchKind::None };
        matches.push(FieldMatch { field: name.to_owned(), kind, properties });
    }
    (matches, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("website", FieldKind::Text, MatchKind::PropertyName, "website", "")]
    #[case("creditlimit", FieldKind::Number, MatchKind::PropertyName, "creditLimit", "")]
    #[case("creditLimit", FieldKind::Text, MatchKind::PropertyName, "creditLimit", "economic.field-kind-differs")]
    #[case("Websit", FieldKind::Text, MatchKind::None, "website", "economic.field-lost")]
    #[case("Skostørrelse", FieldKind::Number, MatchKind::None, "", "economic.field-lost")]
    #[case("name", FieldKind::Text, MatchKind::None, "", "economic.field-lost")]
    fn matches(
        #[case] name: &str,
        #[case] kind: FieldKind,
        #[case] matched: MatchKind,
        #[case] properties: &str,
        #[case] told: &str,
    ) {
        let field = CustomerField { name: name.to_owned(), kind, choices: Vec::new() };
        let (found, findings) = compare(&[field], Locale::Da);
        assert_eq!((found[0].kind, found[0].properties.join(" ").as_str()), (matched, properties));
        assert_eq!(findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>().join(" "), told);
    }

    #[test]
    fn a_second_field_for_the_same_property_is_told() {
        let field = |name: &str| CustomerField { name: name.to_owned(), kind: FieldKind::Text, choices: Vec::new() };
        let (_, findings) = compare(&[field("website"), field("Website")], Locale::En);
        assert_eq!(findings[0].code, "economic.field-twice");
    }
}
