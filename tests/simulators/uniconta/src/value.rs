//! Turning a JSON value that somebody sent into what a property keeps, and back into what a row reads.
//!
//! A property keeps a JSON value in one form: a text, a number exactly as written, a Boolean, or a date as text. "No value" is
//! the absence of the key. Numbers may come as texts and `""` counts as empty, because public clients send both.

use crate::enumerations::{COUNTRIES, CURRENCIES};
use crate::refusal::{ErrorCode, Refusal};
use crate::schema::{Kind, Property};
use crate::switches::{AccountTypeFormat, CountryFormat, EmptyUserFields, Switches, TooLong, VatZoneFormat};
use jiff::civil::DateTime;
use rust_decimal::Decimal;
use serde_json::{Number, Value};

/// How an empty date reads.
pub(crate) const EMPTY_DATE: &str = "0001-01-01T00:00:00";
/// VAT zones: the name in the metadata and the label on the screen.
pub(crate) const VAT_ZONES: [(&str, &str); 5] = [
    ("Domestic", "Domestic"),
    ("EU", "EU Member States"),
    ("Foreign", "Abroad"),
    ("NoVatReg", "No VAT Registration"),
    ("VatFree", "Exempt"),
];

/// Account types of a journal line: the name in the metadata and the Danish label. The position is the number.
pub(crate) const ACCOUNT_TYPES: [(&str, &str); 3] =
    [("Finans", "Finans"), ("Debtor", "Debitor"), ("Creditor", "Kreditor")];

/// What `property` keeps of `value`; `None` for "no value".
///
/// # Errors
/// The value does not fit the property's type or length.
pub(crate) fn accept(property: &Property, value: &Value, switches: &Switches) -> Result<Option<Value>, Refusal> {
    let invalid = || Refusal::on(ErrorCode::FieldHasinvalidValue, &property.name);
    if value.is_null() || value.as_str() == Some("") {
        return Ok(None);
    }
    let kept = match &property.kind {
        Kind::Text(length) => return accept_text(property, value, *length, switches),
        Kind::Integer => whole_number(value).map(Value::Number),
        Kind::Number => decimal_number(value).map(Value::Number),
        Kind::Boolean => match value {
            Value::Bool(_) => Some(value.clone()),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::DateTime => {
            let date = value.as_str().and_then(parse_date_time).ok_or_else(invalid)?;
            let text = date_time_text(date);
            return Ok((text != EMPTY_DATE).then_some(Value::String(text)));
        }
        Kind::Country => match position(value, &COUNTRIES) {
            Some(0) => return Ok(None),
            found => found.and_then(|at| COUNTRIES.get(at)).map(|name| Value::from(*name)),
        },
        Kind::Currency => match position(value, &CURRENCIES) {
            Some(0) => return Ok(None),
            found => found.and_then(|at| CURRENCIES.get(at)).map(|name| Value::from(*name)),
        },
        Kind::VatZone => labelled(value, &VAT_ZONES),
        Kind::AccountType => labelled(value, &ACCOUNT_TYPES),
        Kind::Choice(values) => {
            let texts: Vec<&str> = values.iter().map(String::as_str).collect();
            position(value, &texts).and_then(|at| texts.get(at).map(|text| Value::from(*text)))
        }
    };
    kept.map(Some).ok_or_else(invalid)
}

/// The name of a value that is given by name, by label or by number.
fn labelled(value: &Value, known: &[(&str, &str)]) -> Option<Value> {
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let labels: Vec<&str> = known.iter().map(|(_, label)| *label).collect();
    let at = position(value, &names).or_else(|| position(value, &labels))?;
    names.get(at).map(|name| Value::from(*name))
}

fn accept_text(
    property: &Property,
    value: &Value,
    length: Option<usize>,
    switches: &Switches,
) -> Result<Option<Value>, Refusal> {
    let text = match value {
        Value::String(text) => text.clone(),
        // A lenient JSON reader turns a bare number into text; leading zeros are lost on the way, as they are for a client.
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => if *flag { "True" } else { "False" }.to_owned(),
        _ => return Err(Refusal::on(ErrorCode::FieldHasinvalidValue, &property.name)),
    };
    match length {
        Some(limit) if text.chars().count() > limit => match switches.too_long {
            TooLong::Refuse => Err(Refusal::on(ErrorCode::FieldHasinvalidValue, &property.name)),
            TooLong::Truncate => Ok(Some(Value::String(text.chars().take(limit).collect()))),
        },
        _ => Ok(Some(Value::String(text))),
    }
}

/// How a kept value reads in a row; `None` where the key is left out.
pub(crate) fn show(property: &Property, kept: Option<&Value>, switches: &Switches) -> Option<Value> {
    let omitted =
        if property.user_defined { switches.empty_user_fields == EmptyUserFields::Omitted } else { property.nullable };
    let Some(kept) = kept else {
        return if omitted { None } else { zero(&property.kind, switches) };
    };
    Some(match (&property.kind, kept.as_str()) {
        (Kind::Country, Some(name)) => country(name, switches),
        (Kind::VatZone, Some(name)) => Value::from(vat_zone(name, switches)),
        (Kind::AccountType, Some(name)) => account_type(name, switches),
        _ => kept.clone(),
    })
}

fn zero(kind: &Kind, switches: &Switches) -> Option<Value> {
    Some(match kind {
        Kind::Text(_) | Kind::Choice(_) | Kind::Currency => return None,
        Kind::Integer => Value::from(0),
        Kind::Number => Value::Number(serde_json::from_str::<Number>("0.0").ok()?),
        Kind::Boolean => Value::Bool(false),
        Kind::DateTime => Value::from(EMPTY_DATE),
        Kind::Country => country("Unknown", switches),
        Kind::VatZone => Value::from(vat_zone("Domestic", switches)),
        Kind::AccountType => account_type("Finans", switches),
    })
}

fn account_type(name: &str, switches: &Switches) -> Value {
    let at = ACCOUNT_TYPES.iter().position(|(known, _)| *known == name).unwrap_or(0);
    match switches.account_type_format {
        AccountTypeFormat::Name => Value::from(name),
        AccountTypeFormat::Danish => Value::from(ACCOUNT_TYPES.get(at).map_or(name, |(_, label)| label)),
        AccountTypeFormat::Number => Value::from(at),
    }
}

fn country(name: &str, switches: &Switches) -> Value {
    match switches.country_format {
        CountryFormat::Name => Value::from(name),
        CountryFormat::Number => Value::from(COUNTRIES.iter().position(|known| *known == name).unwrap_or(0)),
    }
}

fn vat_zone<'a>(name: &'a str, switches: &Switches) -> &'a str {
    match switches.vat_zone_format {
        VatZoneFormat::Name => name,
        VatZoneFormat::Label => VAT_ZONES.iter().find(|(known, _)| *known == name).map_or(name, |(_, label)| label),
    }
}

/// Position in `names` of a value given by name (in any case) or by number.
fn position(value: &Value, names: &[&str]) -> Option<usize> {
    let at = match value {
        Value::String(text) => match names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
            Some(at) => at,
            None => text.parse().ok()?,
        },
        Value::Number(number) => usize::try_from(number.as_u64()?).ok()?,
        _ => return None,
    };
    (at < names.len()).then_some(at)
}

fn whole_number(value: &Value) -> Option<Number> {
    let text = number_text(value)?;
    let decimal = decimal(&text)?;
    let whole = decimal.is_integer().then(|| decimal.trunc().to_string())?;
    whole.parse::<i64>().ok().map(Number::from)
}

fn decimal_number(value: &Value) -> Option<Number> {
    let text = number_text(value)?;
    decimal(&text)?;
    serde_json::from_str(&text).ok()
}

fn number_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.trim().to_owned()),
        _ => None,
    }
}

/// The value of a decimal text with a dot; `None` for anything else, a Danish comma included.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).ok()
}

/// Reads `2025-01-31`, `2025-01-31T10:20:30`, with or without a fraction and `Z`. An offset other than `Z` is refused, because it
/// would have to be moved to a clock we cannot know.
pub(crate) fn parse_date_time(text: &str) -> Option<DateTime> {
    let text = text.strip_suffix('Z').unwrap_or(text);
    if text.contains('+') || text.contains('[') {
        return None;
    }
    text.parse().ok()
}

/// A date and time as rows show it.
pub(crate) fn date_time_text(date_time: DateTime) -> String {
    date_time.strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    fn kept(property: &Property, value: Value) -> Result<Option<Value>, Refusal> {
        accept(property, &value, &Switches::default())
    }

    #[rstest]
    #[case(P::text("x", 5), json!("æøåÆØ"), Some(json!("æøåÆØ")))]
    #[case(P::text("x", 5), json!(""), None)]
    #[case(P::text("x", 5), json!(null), None)]
    #[case(P::text("x", 20), json!("00042"), Some(json!("00042")))]
    #[case(P::integer("x"), json!("17"), Some(json!(17)))]
    #[case(P::integer("x"), json!(""), None)]
    #[case(P::boolean("x"), json!("True"), Some(json!(true)))]
    #[case(P::country("x"), json!("denmark"), Some(json!("Denmark")))]
    #[case(P::country("x"), json!(57), Some(json!("Denmark")))]
    #[case(P::country("x"), json!("57"), Some(json!("Denmark")))]
    #[case(P::country("x"), json!("Unknown"), None)]
    #[case(P::currency("x"), json!("DKK"), Some(json!("DKK")))]
    #[case(P::vat_zone("x"), json!("Abroad"), Some(json!("Foreign")))]
    #[case(P::vat_zone("x"), json!("Foreign"), Some(json!("Foreign")))]
    #[case(P::choice("x", &["Guld", "Sølv"]), json!("Sølv"), Some(json!("Sølv")))]
    #[case(P::date_time("x"), json!("2025-01-31"), Some(json!("2025-01-31T00:00:00")))]
    #[case(P::date_time("x"), json!("2025-01-31T10:20:30Z"), Some(json!("2025-01-31T10:20:30")))]
    #[case(P::date_time("x"), json!("0001-01-01T00:00:00"), None)]
    fn a_fitting_value_is_kept(#[case] property: P, #[case] value: Value, #[case] expected: Option<Value>) {
        assert_eq!(kept(&property, value), Ok(expected));
    }

    #[rstest]
    #[case(P::text("x", 5), json!("123456"))]
    #[case(P::text("x", 5), json!(["a"]))]
    #[case(P::integer("x"), json!(1.5))]
    #[case(P::integer("x"), json!("abc"))]
    #[case(P::number("x"), json!("1.250,50"))]
    #[case(P::number("x"), json!("1250,50"))]
    #[case(P::number("x"), json!(true))]
    #[case(P::boolean("x"), json!("Ja"))]
    #[case(P::boolean("x"), json!(1))]
    #[case(P::country("x"), json!("DK"))]
    #[case(P::country("x"), json!(999))]
    #[case(P::currency("x"), json!("KRONER"))]
    #[case(P::vat_zone("x"), json!("Mars"))]
    #[case(P::choice("x", &["Guld", "Sølv"]), json!("Bronze"))]
    #[case(P::date_time("x"), json!("31-01-2025"))]
    #[case(P::date_time("x"), json!("2025-01-31T10:20:30+01:00"))]
    #[case(P::date_time("x"), json!(20250131))]
    fn a_value_that_does_not_fit_is_refused(#[case] property: P, #[case] value: Value) {
        assert_eq!(kept(&property, value), Err(Refusal::on(ErrorCode::FieldHasinvalidValue, "x")));
    }

    use crate::schema::Property as P;

    #[test]
    fn a_decimal_number_survives_exactly_as_written() -> Result<(), Box<dyn std::error::Error>> {
        for text in ["1250.50", "0.10", "0.1000", "99999999999999999999.01", "-0.005"] {
            let sent: Value = serde_json::from_str(text)?;
            let kept = kept(&P::number("x"), sent)?.ok_or("nothing kept")?;
            assert_eq!(kept.to_string(), text);
            let from_text = self::kept(&P::number("x"), json!(text))?.ok_or("nothing kept")?;
            assert_eq!(from_text.to_string(), text);
        }
        Ok(())
    }

    #[test]
    fn a_long_text_can_be_cut_instead_counting_characters_not_bytes() {
        let switches = Switches { too_long: TooLong::Truncate, ..Switches::default() };
        assert_eq!(accept(&P::text("x", 3), &json!("æøåx"), &switches), Ok(Some(json!("æøå"))));
    }
}
