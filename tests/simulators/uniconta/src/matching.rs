//! Whether a row meets a filter, and how two rows are ordered. Works on kept values, typed by the property.

use crate::enumerations::COUNTRIES;
use crate::filter::{Filter, FilterError, Literal, Operator};
use crate::schema::{Kind, Property};
use crate::switches::{Switches, TextCompare};
use crate::value::{ACCOUNT_TYPES, EMPTY_DATE, VAT_ZONES, decimal, parse_date_time};
use jiff::civil::DateTime;
use rust_decimal::Decimal;
use serde_json::Value;
use std::cmp::Ordering;

/// A value that can be compared with another of its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Comparable {
    /// A text, already folded where case does not count.
    Text(String),
    /// A number.
    Number(Decimal),
    /// A yes or no.
    Boolean(bool),
    /// A date and time.
    DateTime(DateTime),
}

/// A text as it is compared: in lower case unless case counts.
pub(crate) fn fold(text: &str, switches: &Switches) -> String {
    match switches.text_compare {
        TextCompare::Insensitive => text.to_lowercase(),
        TextCompare::Sensitive => text.to_owned(),
    }
}

/// A kept value as it is compared. No value compares as the zero of the type: the server does not tell an empty text from none.
pub(crate) fn comparable(property: &Property, kept: Option<&Value>, switches: &Switches) -> Comparable {
    match property.kind {
        Kind::Integer | Kind::Number => {
            Comparable::Number(kept.and_then(|value| decimal(&value.to_string())).unwrap_or_default())
        }
        Kind::Boolean => Comparable::Boolean(kept.and_then(Value::as_bool).unwrap_or(false)),
        Kind::DateTime => {
            let text = kept.and_then(Value::as_str).unwrap_or(EMPTY_DATE);
            Comparable::DateTime(parse_date_time(text).unwrap_or_default())
        }
        Kind::Text(_) | Kind::Choice(_) | Kind::Currency => {
            Comparable::Text(fold(kept.and_then(Value::as_str).unwrap_or_default(), switches))
        }
        Kind::Country => Comparable::Text(fold(kept.and_then(Value::as_str).unwrap_or("Unknown"), switches)),
        Kind::VatZone => Comparable::Text(fold(kept.and_then(Value::as_str).unwrap_or("Domestic"), switches)),
        Kind::AccountType => Comparable::Text(fold(kept.and_then(Value::as_str).unwrap_or("Finans"), switches)),
    }
}

/// A filter whose properties and values have been checked against an entity.
#[derive(Debug)]
pub(crate) struct Matcher<'a> {
    filter: &'a Filter,
    switches: &'a Switches,
}

impl<'a> Matcher<'a> {
    /// Checks every property and the type of every value.
    ///
    /// # Errors
    /// The entity has no such property, or a value is of another type.
    pub(crate) fn new<'p>(
        filter: &'a Filter,
        switches: &'a Switches,
        property: &impl Fn(&str) -> Option<&'p Property>,
    ) -> Result<Self, FilterError> {
        check(filter, property)?;
        Ok(Self { filter, switches })
    }

    /// Whether a row meets the filter. `cell` gives the property and kept value for a name.
    pub(crate) fn meets<'p>(&self, cell: &impl Fn(&str) -> Option<(&'p Property, Option<&'p Value>)>) -> bool {
        meets(self.filter, self.switches, cell)
    }
}

fn check<'p>(filter: &Filter, property: &impl Fn(&str) -> Option<&'p Property>) -> Result<(), FilterError> {
    let known = |name: &str| property(name).ok_or_else(|| FilterError::UnknownProperty(name.to_owned()));
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().try_for_each(|part| check(part, property)),
        Filter::Compare { property: name, value, .. } => match literal(known(name)?, value, &Switches::default()) {
            Some(_) => Ok(()),
            None => Err(FilterError::WrongType(name.clone())),
        },
        Filter::StartsWith { property: name, .. } => match known(name)?.kind {
            Kind::Text(_) | Kind::Choice(_) | Kind::Currency => Ok(()),
            _ => Err(FilterError::WrongType(name.clone())),
        },
    }
}

/// The value of a filter as it is compared with `property`; `None` where the types differ.
fn literal(property: &Property, value: &Literal, switches: &Switches) -> Option<Comparable> {
    match (&property.kind, value) {
        (_, Literal::Null) => Some(comparable(property, None, switches)),
        (Kind::Integer | Kind::Number, Literal::Number(text)) => decimal(text).map(Comparable::Number),
        (Kind::Boolean, Literal::Boolean(flag)) => Some(Comparable::Boolean(*flag)),
        (Kind::DateTime, Literal::DateTime(text)) => parse_date_time(text).map(Comparable::DateTime),
        (Kind::VatZone, Literal::Text(text)) => Some(Comparable::Text(fold(name_of(&VAT_ZONES, text), switches))),
        (Kind::AccountType, Literal::Text(text)) => {
            Some(Comparable::Text(fold(name_of(&ACCOUNT_TYPES, text), switches)))
        }
        (Kind::AccountType, Literal::Number(text)) => {
            let (name, _) = ACCOUNT_TYPES.get(text.parse::<usize>().ok()?)?;
            Some(Comparable::Text(fold(name, switches)))
        }
        (Kind::Country, Literal::Number(text)) => {
            let name = COUNTRIES.get(text.parse::<usize>().ok()?)?;
            Some(Comparable::Text(fold(name, switches)))
        }
        (Kind::Text(_) | Kind::Choice(_) | Kind::Currency | Kind::Country, Literal::Text(text)) => {
            Some(Comparable::Text(fold(text, switches)))
        }
        _ => None,
    }
}

/// The name that a label on the screen stands for, or the text itself.
fn name_of<'t>(known: &[(&'static str, &'static str)], text: &'t str) -> &'t str {
    known.iter().find(|(_, label)| label.eq_ignore_ascii_case(text)).map_or(text, |(name, _)| name)
}

fn meets<'p>(
    filter: &Filter,
    switches: &Switches,
    cell: &impl Fn(&str) -> Option<(&'p Property, Option<&'p Value>)>,
) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| meets(part, switches, cell)),
        Filter::Any(parts) => parts.iter().any(|part| meets(part, switches, cell)),
        Filter::Compare { property, operator, value } => cell(property).is_some_and(|(property, kept)| {
            literal(property, value, switches).is_some_and(|wanted| {
                let order = comparable(property, kept, switches).cmp(&wanted);
                match operator {
                    Operator::Eq => order == Ordering::Equal,
                    Operator::Ne => order != Ordering::Equal,
                    Operator::Gt => order == Ordering::Greater,
                    Operator::Ge => order != Ordering::Less,
                    Operator::Lt => order == Ordering::Less,
                    Operator::Le => order != Ordering::Greater,
                }
            })
        }),
        Filter::StartsWith { property, text } => cell(property).is_some_and(|(_, kept)| {
            fold(kept.and_then(Value::as_str).unwrap_or_default(), switches).starts_with(&fold(text, switches))
        }),
    }
}
