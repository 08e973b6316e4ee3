//! Customer data fields (kundedata felter) against the properties of a debtor: what matches, what does not, what people
//! probably meant.

use crate::debtor::mapping::{Target, target};
use crate::debtor::properties::{Access, DEBTOR, Property};
use crate::debtor::values::Kind;
use accounting_kit::exports::configure::{CustomerField, FieldMatch, MatchKind};
use accounting_kit::names::nearest;
use accounting_kit::problem::finding;
use accounting_kit::say;
use accounting_kit::types::{Finding, Locale, Severity};

/// Suggestions for a name that matches nothing.
const SUGGESTIONS: usize = 2;

/// One match for each field, and what is worth telling. `seen` are the properties debtors were seen to carry.
pub(super) fn compare(fields: &[CustomerField], seen: &[&str], locale: Locale) -> (Vec<FieldMatch>, Vec<Finding>) {
    let mut matches: Vec<FieldMatch> = Vec::new();
    let mut all = Vec::new();
    for field in fields {
        let (matched, findings) = one(field, seen, locale);
        let same =
            |other: &&FieldMatch| is_match(other) && is_match(&matched) && other.properties == matched.properties;
        match matches.iter().find(same) {
            Some(first) => all.push(twice(&matched, first, locale)),
            None => all.extend(findings),
        }
        matches.push(matched);
    }
    (matches, all)
}

fn is_match(matched: &FieldMatch) -> bool {
    matches!(matched.kind, MatchKind::PropertyName | MatchKind::Label | MatchKind::UserDefined)
}

fn one(field: &CustomerField, seen: &[&str], locale: Locale) -> (FieldMatch, Vec<Finding>) {
    let name = field.name.as_str();
    let matched = |kind, properties| FieldMatch { field: name.to_owned(), kind, properties };
    match target(name, seen) {
        Target::ByName(property) => {
            (matched(MatchKind::PropertyName, vec![property.name.to_owned()]), about(field, property, locale))
        }
        Target::ByLabel(property) => {
            let mut findings = about(field, property, locale);
            findings.extend((!property.label_twins.is_empty()).then(|| label_shared(name, property, locale)));
            (matched(MatchKind::Label, vec![property.name.to_owned()]), findings)
        }
        Target::Own(own) if seen.contains(&own.as_str()) => (matched(MatchKind::UserDefined, vec![own]), Vec::new()),
        Target::Own(_) => {
            let candidates = DEBTOR.iter().filter(|property| property.access != Access::Key);
            let names = candidates.flat_map(|property| [property.name, property.label]).filter(|name| !name.is_empty());
            let near: Vec<String> =
                nearest(name, names.chain(seen.iter().copied()), SUGGESTIONS).into_iter().map(str::to_owned).collect();
            let told = vec![unknown(name, near.first(), locale)];
            (matched(MatchKind::None, near), told)
        }
        Target::Ambiguous(properties) => {
            let told = vec![ambiguous(name, &properties, locale)];
            (matched(MatchKind::Ambiguous, properties), told)
        }
        Target::Taken(property) => {
            (matched(MatchKind::PropertyName, vec![property.name.to_owned()]), vec![taken(name, property, locale)])
        }
    }
}

fn about(field: &CustomerField, property: &Property, locale: Locale) -> Vec<Finding> {
    let name = field.name.as_str();
    if property.access == Access::ReadOnly {
        return vec![finding(
            Severity::Info,
            "uniconta.field-read-only",
            Some(name),
            say!(
                locale,
                "'{name}' beregnes af Uniconta; det kommer til FlexyBox, men aldrig den anden vej",
                "'{name}' is computed by Uniconta; it comes to FlexyBox but never the other way",
                name = name
            ),
        )];
    }
    let wanted = match (property.kind, locale) {
        (Kind::Text | Kind::Cvr, _) => return Vec::new(),
        (kind, _) if kind == Kind::of_field(field.kind) => return Vec::new(),
        (Kind::Number, Locale::Da) => "et tal",
        (Kind::Number, Locale::En) => "a number",
        (Kind::Date, Locale::Da) => "en dato",
        (Kind::Date, Locale::En) => "a date",
        (Kind::YesNo, Locale::Da) => "ja eller nej",
        (Kind::YesNo, Locale::En) => "yes or no",
        (Kind::VatZone, Locale::Da) => "en momszone ved Unicontas eget navn",
        (Kind::VatZone, Locale::En) => "a VAT zone by Uniconta's own name",
        (Kind::Country, Locale::Da) => "en landekode på to bogstaver",
        (Kind::Country, Locale::En) => "a country code of two letters",
    };
    vec![finding(
        Severity::Warning,
        "uniconta.field-kind-differs",
        Some(name),
        say!(
            locale,
            "'{name}' er {wanted} i Uniconta; en kunde, hvor der står andet, kan ikke overføres",
            "'{name}' is {wanted} in Uniconta; a customer with anything else there cannot be transferred",
            name = name,
            wanted = wanted
        ),
    )]
}

fn label_shared(name: &str, property: &Property, locale: Locale) -> Finding {
    finding(
        Severity::Info,
        "uniconta.label-shared",
        Some(name),
        say!(
            locale,
            "'{name}' hedder også {twins} i Uniconta; FlexyBox bruger {property}. Kald feltet {property}, hvis det skal være utvetydigt",
            "'{name}' is the label of {twins} in Uniconta too; FlexyBox uses {property}. Name the field {property} to leave no doubt",
            name = name,
            twins = property.label_twins.join(", "),
            property = property.name
        ),
    )
}

fn unknown(name: &str, nearest: Option<&String>, locale: Locale) -> Finding {
    let message = match nearest {
        Some(nearest) => say!(
            locale,
            "'{name}' findes ikke på debitorer i Uniconta; mente du '{nearest}'? Er det jeres eget felt, så udfyld det på én debitor, og tryk OK igen",
            "there is no '{name}' on debtors in Uniconta; did you mean '{nearest}'? If it is a field of your own, fill it in on one debtor and press OK again",
            name = name,
            nearest = nearest
        ),
        None => say!(
            locale,
            "'{name}' findes ikke på debitorer i Uniconta. Er det jeres eget felt, så udfyld det på én debitor, og tryk OK igen",
            "there is no '{name}' on debtors in Uniconta. If it is a field of your own, fill it in on one debtor and press OK again",
            name = name
        ),
    };
    finding(Severity::Warning, "uniconta.field-unknown", Some(name), message)
}

fn ambiguous(name: &str, properties: &[String], locale: Locale) -> Finding {
    finding(
        Severity::Warning,
        "uniconta.field-ambiguous",
        Some(name),
        say!(
            locale,
            "'{name}' kan være {properties} i Uniconta og overføres ikke; giv feltet et af de navne",
            "'{name}' may be {properties} in Uniconta and is not transferred; give the field one of those names",
            name = name,
            properties = properties.join(" / ")
        ),
    )
}

fn twice(second: &FieldMatch, first: &FieldMatch, locale: Locale) -> Finding {
    finding(
        Severity::Warning,
        "uniconta.field-twice",
        Some(&second.field),
        say!(
            locale,
            "'{second}' er {property} i Uniconta, som '{first}' allerede står for; '{second}' overføres ikke. Slet det ene felt",
            "'{second}' is {property} in Uniconta, which '{first}' stands for already; '{second}' is not transferred. Delete one of the fields",
            second = second.field,
            first = first.field,
            property = second.properties.join(", ")
        ),
    )
}

fn taken(name: &str, property: &Property, locale: Locale) -> Finding {
    finding(
        Severity::Warning,
        "uniconta.field-taken",
        Some(name),
        say!(
            locale,
            "'{name}' er {property} i Uniconta, som FlexyBox selv holder styr på; kundedata feltet overføres ikke",
            "'{name}' is {property} in Uniconta, which FlexyBox takes care of itself; the customer data field is not transferred",
            name = name,
            property = property.name
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_kit::types::FieldKind;
    use rstest::rstest;

    #[test]
    fn a_second_field_for_the_same_property_is_told() {
        let field = |name: &str| CustomerField { name: name.to_owned(), kind: FieldKind::Number, choices: Vec::new() };
        let (matches, findings) = compare(&[field("CreditMax"), field("Kredit maks")], &[], Locale::En);
        assert_eq!(matches.len(), 2);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            (findings[0].code.as_str(), findings[0].subject.as_deref()),
            ("uniconta.field-twice", Some("Kredit maks"))
        );
    }

    #[rstest]
    #[case("CreditMax", FieldKind::Number, MatchKind::PropertyName, "CreditMax", "")]
    #[case("Kredit maks", FieldKind::Number, MatchKind::Label, "CreditMax", "")]
    #[case("Kredit maks", FieldKind::Text, MatchKind::Label, "CreditMax", "uniconta.field-kind-differs")]
    #[case(
        "Saldo",
        FieldKind::Number,
        MatchKind::Label,
        "CurBalance",
        "uniconta.field-read-only uniconta.label-shared"
    )]
    #[case("Spærret", FieldKind::YesNo, MatchKind::Ambiguous, "Blocked Stopped", "uniconta.field-ambiguous")]
    #[case("xHold", FieldKind::Choice, MatchKind::UserDefined, "xHold", "")]
    #[case("Kredit mak", FieldKind::Number, MatchKind::None, "Kredit maks CreditMax", "uniconta.field-unknown")]
    #[case("Navn", FieldKind::Text, MatchKind::PropertyName, "Name", "uniconta.field-taken")]
    fn matches(
        #[case] name: &str,
        #[case] kind: FieldKind,
        #[case] matched: MatchKind,
        #[case] properties: &str,
        #[case] told: &str,
    ) {
        let field = CustomerField { name: name.to_owned(), kind, choices: Vec::new() };
        let (found, findings) = one(&field, &["Name", "Stopped", "xHold"], Locale::Da);
        assert_eq!((found.kind, found.properties.join(" ").as_str()), (matched, properties));
        assert_eq!(findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>().join(" "), told);
    }
}
