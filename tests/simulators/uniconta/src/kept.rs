//! Reading typed values out of a kept row, for the rules that compute with them. No value reads as the zero of the type.

use crate::value::{decimal, parse_date_time};
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Number, Value};
use std::collections::BTreeMap;

/// Kept values by property name.
pub(crate) type Values = BTreeMap<String, Value>;

/// A text; `None` where there is none.
pub(crate) fn text<'v>(values: &'v Values, name: &str) -> Option<&'v str> {
    values.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A yes or no.
pub(crate) fn flag(values: &Values, name: &str) -> bool {
    values.get(name) == Some(&Value::Bool(true))
}

/// A decimal number.
pub(crate) fn number(values: &Values, name: &str) -> Decimal {
    values.get(name).and_then(|value| decimal(&value.to_string())).unwrap_or_default()
}

/// A whole number.
pub(crate) fn whole(values: &Values, name: &str) -> i64 {
    values.get(name).and_then(Value::as_i64).unwrap_or(0)
}

/// A day; `None` where there is none.
pub(crate) fn day(values: &Values, name: &str) -> Option<Date> {
    text(values, name).and_then(parse_date_time).map(|date_time| date_time.date())
}

/// A decimal number as it is kept: with the digits it has.
pub(crate) fn kept_number(number: Decimal) -> Option<Value> {
    serde_json::from_str::<Number>(&number.to_string()).ok().map(Value::Number)
}
