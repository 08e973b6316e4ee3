//! One value between FlexyBox (text as Danes write it) and Uniconta (typed JSON), over a canonical text that both sides
//! are compared in.

use super::countries;
use crate::api::Held;
use accounting_kit::types::FieldKind;
use accounting_kit::{day, decimal, names};
use serde_json::Value;
use std::borrow::Cow;

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text; canonical without surrounding spaces.
    Text,
    /// A company registration number: two spellings of the same number are the same.
    Cvr,
    /// A number; canonical `1250.5`, no value is `0`.
    Number,
    /// A day; canonical ISO, no value is empty.
    Date,
    /// Yes or no; canonical `true` or `false`, no value is `false`.
    YesNo,
    /// A country; canonical ISO 3166-1 alpha-2.
    Country,
    /// A VAT zone; canonical Uniconta's name. It answers with the label of the screen.
    VatZone,
}

/// VAT zones by Uniconta's names, and the labels it shows for them [code].
pub const VAT_ZONES: [(&str, &str); 5] = [
    ("Domestic", "Domestic"),
    ("EU", "EU Member States"),
    ("Foreign", "Abroad"),
    ("NoVatReg", "No VAT Registration"),
    ("VatFree", "Exempt"),
];

/// A value that cannot be what its property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongType(pub Kind);

impl Kind {
    /// The kind of a customer data field, where nothing better is known of the property.
    pub fn of_field(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Text | FieldKind::Choice => Self::Text,
            FieldKind::Number => Self::Number,
            FieldKind::Date => Self::Date,
            FieldKind::YesNo => Self::YesNo,
        }
    }

    /// The kind of a property Uniconta has answered with: a number or a yes/no says so itself.
    pub fn seen_in(self, held: Option<&Held<'_>>) -> Self {
        match (held, self) {
            (Some(Held::Number(_)), Self::Text) => Self::Number,
            (Some(Held::YesNo(_)), Self::Text) => Self::YesNo,
            _ => self,
        }
    }

    /// The canonical form of no value.
    pub fn nothing(self) -> &'static str {
        match self {
            Self::Number => "0",
            Self::YesNo => "false",
            Self::Text | Self::Cvr | Self::Date | Self::Country | Self::VatZone => "",
        }
    }

    /// The canonical form of what FlexyBox holds.
    ///
    /// # Errors
    /// [`WrongType`] when it is not such a value.
    pub fn from_flexybox(self, text: &str) -> Result<Cow<'_, str>, WrongType> {
        let text = names::trimmed(text);
        match self {
            Self::Text => Some(text.into()),
            Self::Cvr => Some(accounting_kit::matching::normal_cvr(text).into()),
            Self::Number => decimal::from_danish(text).map(Cow::Owned),
            Self::Date => day::from_danish(text).map(Cow::Owned),
            Self::YesNo => yes_no(text).map(Cow::Borrowed),
            Self::Country if text.is_empty() => Some(text.into()),
            Self::Country => countries::name_of(text).map(|_| text.to_ascii_uppercase().into()),
            Self::VatZone => vat_zone(text).map(Cow::Borrowed),
        }
        .ok_or(WrongType(self))
    }

    /// The canonical form of what Uniconta holds. What it does not understand is taken as the text it is, so that it is
    /// never mistaken for no value.
    pub fn from_uniconta(self, held: Option<Held<'_>>) -> Cow<'_, str> {
        let Some(held) = held else { return self.nothing().into() };
        let text = trimmed(held.into_text());
        match self {
            Self::Text => None,
            Self::Cvr => Some(accounting_kit::matching::normal_cvr(&text).into()),
            Self::Number => decimal::from_invariant(&text).map(Cow::Owned),
            Self::Date => day::from_invariant(&text).map(Cow::Owned),
            Self::YesNo => yes_no(&text).map(Cow::Borrowed),
            Self::Country => countries::iso_of(&text).map(Cow::Borrowed),
            Self::VatZone => vat_zone(&text).map(Cow::Borrowed),
        }
        .unwrap_or(text)
    }

    /// What goes to Uniconta. `typed` is FlexyBox's own text, which keeps its spelling where the canonical form does not.
    pub fn to_uniconta(self, canonical: &str, typed: &str) -> Value {
        match self {
            Self::Text | Self::Cvr => Value::String(typed.trim().to_owned()),
            Self::Number => serde_json::from_str(canonical).unwrap_or_else(|_| Value::String(canonical.to_owned())),
            Self::Date if canonical.is_empty() => Value::String(crate::assumptions::EMPTY_DATE.to_owned()),
            Self::Date => Value::String(format!("{canonical}T00:00:00")),
            Self::YesNo => Value::Bool(canonical == "true"),
            Self::VatZone => Value::String(canonical.to_owned()),
            Self::Country => Value::String(countries::name_of(canonical).unwrap_or("Unknown").to_owned()),
        }
    }

    /// What goes to FlexyBox.
    pub fn to_flexybox(self, canonical: &str) -> String {
        match self {
            Self::Text | Self::Cvr | Self::Country | Self::VatZone => canonical.to_owned(),
            Self::Number => decimal::to_danish(canonical),
            Self::Date => day::to_danish(canonical),
            Self::YesNo => match canonical {
                "true" => "ja",
                "false" => "nej",
                other => other,
            }
            .to_owned(),
        }
    }
}

/// Without the spaces around it.
fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => names::trimmed(text).into(),
        Cow::Owned(text) if names::trimmed(&text).len() < text.len() => names::trimmed(&text).to_owned().into(),
        owned => owned,
    }
}

fn vat_zone(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("");
    }
    let same = |known: &str| names::same(known, text);
    VAT_ZONES.iter().find(|(name, label)| same(name) || same(label)).map(|(name, _)| *name)
}

/// Canonical.
fn yes_no(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "ja" | "j" | "yes" | "true" | "1" => Some("true"),
        "" | "nej" | "n" | "no" | "false" | "0" => Some("false"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Row;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    /// As a debtor holds it.
    fn held(kind: Kind, value: &Value) -> String {
        let row = Row::new(&json!({ "it": value })).unwrap();
        kind.from_uniconta(row.held("it")).into_owned()
    }

    #[rstest]
    #[case(Kind::Number, "1.250,50", "1250.5", json!(1250.5))]
    #[case(Kind::Number, "", "0", json!(0))]
    #[case(Kind::Date, "24-11-2026", "2026-11-24", json!("2026-11-24T00:00:00"))]
    #[case(Kind::Date, "", "", json!("0001-01-01T00:00:00"))]
    #[case(Kind::YesNo, "Ja", "true", json!(true))]
    #[case(Kind::YesNo, "", "false", json!(false))]
    #[case(Kind::Country, "dk", "DK", json!("Denmark"))]
    #[case(Kind::Country, "", "", json!("Unknown"))]
    #[case(Kind::VatZone, "Abroad", "Foreign", json!("Foreign"))]
    #[case(Kind::Text, " 00042 ", "00042", json!("00042"))]
    #[case(Kind::Cvr, "DK 12 34 56 78", "12345678", json!("DK 12 34 56 78"))]
    #[case(Kind::Text, "Æblegården", "Æblegården", json!("Æblegården"))]
    fn out(#[case] kind: Kind, #[case] typed: &str, #[case] canonical: &str, #[case] sent: Value) {
        assert_eq!(kind.from_flexybox(typed).as_deref(), Ok(canonical));
        assert_eq!(kind.to_uniconta(canonical, typed).to_string(), sent.to_string());
        assert_eq!(held(kind, &sent), canonical);
    }

    #[rstest]
    #[case(Kind::Number, json!("1250.50"), "1250.5", "1.250,50")]
    #[case(Kind::Number, Value::Null, "0", "0")]
    #[case(Kind::Date, json!("0001-01-01T00:00:00"), "", "")]
    #[case(Kind::Country, json!(57), "DK", "DK")]
    #[case(Kind::Country, json!("Atlantis"), "Atlantis", "Atlantis")]
    #[case(Kind::YesNo, json!(true), "true", "ja")]
    #[case(Kind::VatZone, json!("EU Member States"), "EU", "EU")]
    #[case(Kind::YesNo, json!("måske"), "måske", "måske")]
    #[case(Kind::YesNo, json!(12345), "12345", "12345")]
    #[case(Kind::Number, serde_json::from_str("1E+40").unwrap(), "1e+40", "1e+40")]
    #[case(Kind::Number, json!("fire"), "fire", "fire")]
    #[case(Kind::Date, json!("24-11-2026"), "24-11-2026", "24-11-2026")]
    fn back(#[case] kind: Kind, #[case] value: Value, #[case] canonical: &str, #[case] shown: &str) {
        assert_eq!(held(kind, &value), canonical);
        assert_eq!(kind.to_flexybox(canonical), shown);
    }

    #[rstest]
    #[case(Kind::Number, "12.5")]
    #[case(Kind::Date, "31-02-2026")]
    #[case(Kind::YesNo, "måske")]
    #[case(Kind::Country, "Danmark")]
    #[case(Kind::VatZone, "Mars")]
    fn wrong_types(#[case] kind: Kind, #[case] typed: &str) {
        assert_eq!(kind.from_flexybox(typed), Err(WrongType(kind)));
    }

    proptest! {
        #[test]
        fn what_flexybox_shows_is_what_it_takes(minor in any::<i64>()) {
            let value = Value::Number(format!("{}.{:02}", minor / 100, minor.unsigned_abs() % 100).parse().unwrap());
            let canonical = held(Kind::Number, &value);
            let shown = Kind::Number.to_flexybox(&canonical);
            prop_assert_eq!(Kind::Number.from_flexybox(&shown), Ok(canonical.into()));
        }
    }
}
