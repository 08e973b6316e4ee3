//! One value between FlexyBox (text as Danes write it) and Uniconta (typed JSON), over a canonical text that both sides
//! are compared in.

use super::countries;
use accounting_kit::types::FieldKind;
use accounting_kit::{day, decimal};
use serde_json::Value;

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
    pub fn seen_in(self, value: Option<&Value>) -> Self {
        match (value, self) {
            (Some(Value::Number(_)), Self::Text) => Self::Number,
            (Some(Value::Bool(_)), Self::Text) => Self::YesNo,
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
    pub fn from_flexybox(self, text: &str) -> Result<String, WrongType> {
        let text = text.trim();
        match self {
            Self::Text => Some(text.to_owned()),
            Self::Cvr => Some(accounting_kit::matching::normal_cvr(text)),
            Self::Number => decimal::from_danish(text),
            Self::Date => day::from_danish(text),
            Self::YesNo => yes_no(text).map(|yes| yes.to_string()),
            Self::Country if text.is_empty() => Some(String::new()),
            Self::Country => countries::name_of(text).map(|_| text.to_ascii_uppercase()),
            Self::VatZone => vat_zone(text),
        }
        .ok_or(WrongType(self))
    }

    /// The canonical form of what Uniconta holds. What it does not understand is taken as the text it is, so that it is
    /// never mistaken for no value.
    pub fn from_uniconta(self, value: Option<&Value>) -> String {
        let text = match value {
            None | Some(Value::Null) => return self.nothing().to_owned(),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(yes)) => yes.to_string(),
            Some(other) => other.to_string(),
        };
        match self {
            Self::Text => Some(text.clone()),
            Self::Cvr => Some(accounting_kit::matching::normal_cvr(&text)),
            Self::Number => decimal::from_invariant(&text),
            Self::Date => day::from_invariant(&text),
            Self::YesNo => yes_no(&text).map(|yes| yes.to_string()),
            Self::Country => countries::iso_of(&text).map(str::to_owned),
            Self::VatZone => vat_zone(&text),
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

fn vat_zone(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(String::new());
    }
    let same = |known: &str| accounting_kit::names::same(known, text);
    VAT_ZONES.iter().find(|(name, label)| same(name) || same(label)).map(|(name, _)| (*name).to_owned())
}

fn yes_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "ja" | "j" | "yes" | "true" | "1" => Some(true),
        "" | "nej" | "n" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

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
        assert_eq!(kind.from_uniconta(Some(&sent)), canonical);
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
    fn back(#[case] kind: Kind, #[case] held: Value, #[case] canonical: &str, #[case] shown: &str) {
        assert_eq!(kind.from_uniconta(Some(&held)), canonical);
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
            let held = Value::Number(format!("{}.{:02}", minor / 100, minor.unsigned_abs() % 100).parse().unwrap());
            let canonical = Kind::Number.from_uniconta(Some(&held));
            prop_assert_eq!(Kind::Number.from_flexybox(&Kind::Number.to_flexybox(&canonical)), Ok(canonical));
        }
    }
}
