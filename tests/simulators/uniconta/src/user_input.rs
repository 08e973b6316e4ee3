//! What a person types into a filter field of Uniconta, which the Web API takes as `FilterValue`: `1000`, `1000..2000`, `..2000`,
//! `Jens*`, `*sen*`, and alternatives between semicolons. `[inf]`: the public clients only send plain values.

use crate::matching::{Comparable, comparable, fold};
use crate::schema::{Kind, Property};
use crate::switches::{Switches, TooLong};
use crate::value::accept;
use serde_json::Value;

/// A typed condition, checked against a property.
#[derive(Clone, Debug)]
pub(crate) struct UserInput {
    alternatives: Vec<Alternative>,
}

#[derive(Clone, Debug)]
enum Alternative {
    Equal(Comparable),
    Between(Option<Comparable>, Option<Comparable>),
    Like(Vec<String>),
}

impl UserInput {
    /// Reads a condition; `None` where a value does not fit the property's type.
    pub(crate) fn parse(property: &Property, text: &str, switches: &Switches) -> Option<Self> {
        let alternatives = text.split(';').map(|part| alternative(property, part.trim(), switches));
        Some(Self { alternatives: alternatives.collect::<Option<_>>()? })
    }

    /// Whether a kept value meets it.
    pub(crate) fn meets(&self, property: &Property, kept: Option<&Value>, switches: &Switches) -> bool {
        let value = comparable(property, kept, switches);
        self.alternatives.iter().any(|alternative| match alternative {
            Alternative::Equal(wanted) => value == *wanted,
            Alternative::Between(from, to) => {
                from.as_ref().is_none_or(|from| value >= *from) && to.as_ref().is_none_or(|to| value <= *to)
            }
            Alternative::Like(parts) => match &value {
                Comparable::Text(text) => like(text, parts),
                _ => false,
            },
        })
    }
}

fn alternative(property: &Property, text: &str, switches: &Switches) -> Option<Alternative> {
    if let Some((from, to)) = text.split_once("..") {
        let end = |text: &str| match text.trim() {
            "" => Some(None),
            text => typed(property, text, switches).map(Some),
        };
        return Some(Alternative::Between(end(from)?, end(to)?));
    }
    if text.contains('*') && matches!(property.kind, Kind::Text(_) | Kind::Choice(_)) {
        return Some(Alternative::Like(text.split('*').map(|part| fold(part, switches)).collect()));
    }
    typed(property, text, switches).map(Alternative::Equal)
}

fn typed(property: &Property, text: &str, switches: &Switches) -> Option<Comparable> {
    // A text longer than its property finds nothing; it is not an error.
    if let Kind::Text(_) = property.kind {
        return Some(Comparable::Text(fold(text, switches)));
    }
    let strict = Switches { too_long: TooLong::Refuse, ..switches.clone() };
    let kept = accept(property, &Value::from(text), &strict).ok()?;
    Some(comparable(property, kept.as_ref(), switches))
}

/// Whether `text` is the parts in order, with anything between them.
fn like(text: &str, parts: &[String]) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return false;
    };
    let Some(mut left) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return left.is_empty();
    };
    for part in middle {
        let Some((_, after)) = left.split_once(part.as_str()) else {
            return false;
        };
        left = after;
    }
    left.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("1000", "1000", true)]
    #[case("1000", "100", false)]
    #[case("1000..2000", "1500", true)]
    #[case("1000..2000", "2500", false)]
    #[case("..2000", "1000", true)]
    #[case("1000..", "2000", true)]
    #[case("a*", "Anna", true)]
    #[case("*n*a", "Anna", true)]
    #[case("*x*", "Anna", false)]
    #[case("a*a", "a", false)]
    #[case("1000;2000", "2000", true)]
    #[case("", "", true)]
    fn texts(#[case] typed: &str, #[case] value: &str, #[case] expected: bool) {
        let property = Property::text("x", 20);
        let switches = Switches::default();
        let input = UserInput::parse(&property, typed, &switches).unwrap();
        assert_eq!(input.meets(&property, Some(&json!(value)), &switches), expected);
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        assert!(UserInput::parse(&Property::integer("x"), "abc", &Switches::default()).is_none());
        let switches = Switches::default();
        let input = UserInput::parse(&Property::number("x"), "10..20.5", &switches).unwrap();
        assert!(input.meets(&Property::number("x"), Some(&json!(20.5)), &switches));
    }
}
