//! One value between FlexyBox (text as Danes write it) and e-conomic (JSON), over a canonical text that both sides are
//! compared in. No value is empty text on both sides; e-conomic leaves the property out.

use super::countries;
use accounting_kit::decimal;
use accounting_kit::matching::normal_cvr;
use serde_json::Value;

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text; canonical without surrounding spaces.
    Text,
    /// A company registration number: two spellings of the same number are the same.
    Cvr,
    /// A number; canonical `1250.5`. Zero counts as no value, since e-conomic leaves out what is not set.
    Number,
    /// A country as somebody typed it; canonical ISO 3166-1 alpha-2.
    Country,
    /// E-mail addresses with spaces between. FlexyBox holds the first; the others stay.
    Emails,
}

/// A value that cannot be what its property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongType(pub Kind);

impl Kind {
    /// The canonical form of what FlexyBox holds.
    ///
    /// # Errors
    /// [`WrongType`] when it is not such a value.
    pub fn from_flexybox(self, text: &str) -> Result<String, WrongType> {
        let text = text.trim();
        match self {
            Self::Text => Some(text.to_owned()),
            Self::Cvr => Some(normal_cvr(text)),
            Self::Number => decimal::from_danish(text).map(not_zero),
            Self::Country if text.is_empty() => Some(String::new()),
            Self::Country => countries::name_of(text).map(|_| text.to_ascii_uppercase()),
            Self::Emails => Some(text.to_owned()).filter(|text| !text.contains(char::is_whitespace)),
        }
        .ok_or(WrongType(self))
    }

    /// The canonical form of what e-conomic holds; `None` for text that is not what the property should hold. Such text is
    /// left alone.
    pub fn from_economic(self, value: Option<&Value>) -> Option<String> {
        let text = match value {
            None | Some(Value::Null) => return Some(String::new()),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(other) => other.to_string(),
        };
        match self {
            Self::Text => Some(text),
            Self::Cvr => Some(normal_cvr(&text)),
            Self::Number => decimal::from_invariant(&text).map(not_zero),
            Self::Country => countries::iso_of(&text).map(str::to_owned),
            Self::Emails => Some(text.split_whitespace().next().unwrap_or_default().to_owned()),
        }
    }

    /// What goes to e-conomic in the place of `held`; `None` takes the property away. `typed` is FlexyBox's own text,
    /// which keeps its spelling where the canonical form does not.
    pub fn to_economic(self, canonical: &str, typed: &str, held: Option<&Value>) -> Option<Value> {
        if canonical.is_empty() {
            return None;
        }
        let text = match self {
            Self::Text | Self::Cvr => typed.trim().to_owned(),
            Self::Number => return serde_json::from_slice(canonical.as_bytes()).ok(),
            Self::Country => countries::name_of(canonical).unwrap_or(canonical).to_owned(),
            Self::Emails => {
                let others = held.and_then(Value::as_str).unwrap_or_default().split_whitespace().skip(1);
                let others = others.filter(|other| !other.eq_ignore_ascii_case(canonical));
                std::iter::once(canonical).chain(others).collect::<Vec<_>>().join(" ")
            }
        };
        Some(Value::String(text))
    }

    /// What goes to FlexyBox.
    pub fn to_flexybox(self, canonical: &str) -> String {
        match self {
            Self::Number if !canonical.is_empty() => decimal::to_danish(canonical),
            _ => canonical.to_owned(),
        }
    }
}

fn not_zero(number: String) -> String {
    if number == "0" { String::new() } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(Kind::Number, "1.250,50", "1250.5", json!(1250.5))]
    #[case(Kind::Country, "dk", "DK", json!("Danmark"))]
    #[case(Kind::Text, " 00042 ", "00042", json!("00042"))]
    #[case(Kind::Cvr, "DK 12 34 56 78", "12345678", json!("DK 12 34 56 78"))]
    #[case(Kind::Emails, "maja@example.com", "maja@example.com", json!("maja@example.com"))]
    #[case(Kind::Text, "Æblegården", "Æblegården", json!("Æblegården"))]
    fn out(#[case] kind: Kind, #[case] typed: &str, #[case] canonical: &str, #[case] sent: Value) {
        assert_eq!(kind.from_flexybox(typed).as_deref(), Ok(canonical));
        assert_eq!(kind.to_economic(canonical, typed, None).map(|value| value.to_string()), Some(sent.to_string()));
        assert_eq!(kind.from_economic(Some(&sent)).as_deref(), Some(canonical));
    }

    #[rstest]
    #[case(Kind::Number, json!(1250.50), Some("1250.5"), "1.250,50")]
    #[case(Kind::Number, json!(0.0), Some(""), "")]
    #[case(Kind::Country, json!("Sweden"), Some("SE"), "SE")]
    #[case(Kind::Country, json!("Atlantis"), None, "")]
    #[case(Kind::Emails, json!("a@example.com b@example.com"), Some("a@example.com"), "a@example.com")]
    fn back(#[case] kind: Kind, #[case] held: Value, #[case] canonical: Option<&str>, #[case] shown: &str) {
        assert_eq!(kind.from_economic(Some(&held)).as_deref(), canonical);
        assert_eq!(kind.to_flexybox(canonical.unwrap_or_default()), shown);
    }

    #[test]
    fn the_other_addresses_stay_when_the_first_changes() {
        let held = json!("a@example.com b@example.com c@example.com");
        assert_eq!(
            Kind::Emails.to_economic("B@example.com", "B@example.com", Some(&held)),
            Some(json!("B@example.com c@example.com"))
        );
    }

    #[rstest]
    #[case(Kind::Number, "12.5")]
    #[case(Kind::Country, "Danmark")]
    #[case(Kind::Emails, "a@example.com b@example.com")]
    fn wrong_types(#[case] kind: Kind, #[case] typed: &str) {
        assert_eq!(kind.from_flexybox(typed), Err(WrongType(kind)));
    }

    proptest! {
        #[test]
        fn what_flexybox_shows_is_what_it_takes(minor in any::<i64>()) {
            let held = Value::Number(accounting_kit::money::to_decimal(minor.into(), 2).parse().unwrap());
            let canonical = Kind::Number.from_economic(Some(&held)).unwrap();
            prop_assert_eq!(Kind::Number.from_flexybox(&Kind::Number.to_flexybox(&canonical)), Ok(canonical));
        }

        #[test]
        fn what_is_sent_is_read_back_alike(text in "\\PC{0,40}") {
            for kind in [Kind::Text, Kind::Cvr, Kind::Number, Kind::Country, Kind::Emails] {
                if let Ok(canonical) = kind.from_flexybox(&text) {
                    let sent = kind.to_economic(&canonical, &text, None);
                    prop_assert_eq!(kind.from_economic(sent.as_ref()), Some(canonical));
                }
            }
        }
    }
}
