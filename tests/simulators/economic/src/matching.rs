//! Whether a document meets a filter, and how two documents are ordered. Works on kept values, typed by the property.

use crate::filter::{Filter, FilterError, Operand, Operator, Piece};
use crate::resource::{Field, Kind, Resource, Row};
use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;
use std::cmp::Ordering;

/// A value that can be compared with another of its kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Comparable {
    /// A text, in lower case: case does not count.
    Text(String),
    Number(Decimal),
    Boolean(bool),
    Moment(Timestamp),
}

/// A decimal number, as it is kept or written.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// A kept value as it is compared; `None` where there is none. No yes is a no.
fn comparable(field: &Field, kept: Option<&Value>) -> Option<Comparable> {
    match (field.kind, kept) {
        (Kind::Boolean, kept) => Some(Comparable::Boolean(kept.and_then(Value::as_bool).unwrap_or(false))),
        (_, None) => None,
        (Kind::Moment | Kind::Date, Some(Value::String(text))) => moment(text).map(Comparable::Moment),
        (_, Some(Value::Number(number))) => decimal(&number.to_string()).map(Comparable::Number),
        (_, Some(Value::String(text))) => Some(Comparable::Text(text.to_lowercase())),
        (_, Some(_)) => None,
    }
}

/// A moment, or the beginning of a day.
fn moment(text: &str) -> Option<Timestamp> {
    text.parse::<Timestamp>().ok().or_else(|| {
        let day: Date = text.parse().ok()?;
        day.at(0, 0, 0, 0).in_tz("UTC").ok().map(|start| start.timestamp())
    })
}

/// What a filter compares with, as the property's type reads it.
fn operand(field: &Field, text: &str) -> Option<Comparable> {
    match field.kind {
        Kind::Boolean => text.to_lowercase().parse().ok().map(Comparable::Boolean),
        Kind::Integer(..) | Kind::Number => decimal(text).map(Comparable::Number),
        Kind::Moment | Kind::Date => moment(text).map(Comparable::Moment),
        Kind::Reference(reference) if !reference.text => decimal(text).map(Comparable::Number),
        _ => Some(Comparable::Text(text.to_lowercase())),
    }
}

fn is_text(field: &Field) -> bool {
    match field.kind {
        Kind::Text(..) | Kind::Choice(_) => true,
        Kind::Reference(reference) => reference.text,
        _ => false,
    }
}

fn is_numeric(field: &Field) -> bool {
    match field.kind {
        Kind::Integer(..) | Kind::Number => true,
        Kind::Reference(reference) => !reference.text,
        _ => false,
    }
}

/// What lists in filters may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lists {
    /// Numbers, as on the legacy interface.
    OfNumbers,
    /// Texts too, as on the services.
    OfAll,
}

/// Checks that a filter names only properties that it may, with operators and values of their types.
///
/// # Errors
/// See [`FilterError`].
pub(crate) fn check(filter: &Filter, resource: &Resource, lists: Lists) -> Result<(), FilterError> {
    let (property, operator, value) = match filter {
        Filter::All(parts) | Filter::Any(parts) => {
            return parts.iter().try_for_each(|part| check(part, resource, lists));
        }
        Filter::Compare { property, operator, value } => (property, *operator, value),
    };
    let field = resource.named(property).filter(|field| field.filter);
    let field = field.ok_or_else(|| FilterError::NotAllowed(property.clone()))?;
    let fits = match operator {
        Operator::Like => is_text(field),
        Operator::In | Operator::Nin => is_numeric(field) || (is_text(field) && lists == Lists::OfAll),
        Operator::Gt | Operator::Gte | Operator::Lt | Operator::Lte => !matches!(field.kind, Kind::Boolean),
        Operator::Eq | Operator::Ne => true,
    };
    if !fits {
        return Err(FilterError::WrongOperator(field.path(), operator.word()));
    }
    let typed = match value {
        Operand::Null => matches!(operator, Operator::Eq | Operator::Ne),
        Operand::Text(pieces) => operand(field, &plain(pieces)).is_some(),
        Operand::List(list) => list.iter().all(|one| operand(field, one).is_some()),
    };
    typed.then_some(()).ok_or_else(|| FilterError::WrongType(field.path()))
}

fn plain(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.character()).collect()
}

/// Whether a document meets a checked filter.
pub(crate) fn meets(filter: &Filter, resource: &Resource, row: &Row) -> bool {
    let (property, operator, value) = match filter {
        Filter::All(parts) => return parts.iter().all(|part| meets(part, resource, row)),
        Filter::Any(parts) => return parts.iter().any(|part| meets(part, resource, row)),
        Filter::Compare { property, operator, value } => (property, *operator, value),
    };
    let Some(field) = resource.named(property) else {
        return false;
    };
    let kept = comparable(field, row.get(field.name));
    let text = match value {
        Operand::Null => return (operator == Operator::Eq) == kept.is_none(),
        Operand::List(list) => {
            let among = kept.is_some_and(|kept| list.iter().any(|one| operand(field, one).as_ref() == Some(&kept)));
            return (operator == Operator::In) == among;
        }
        Operand::Text(pieces) => pieces,
    };
    if operator == Operator::Like {
        let kept = row.get(field.name).and_then(Value::as_str).unwrap_or_default().to_lowercase();
        return like(&pattern(text), &kept.chars().collect::<Vec<_>>());
    }
    let Some(order) = kept.zip(operand(field, &plain(text))).map(|(kept, wanted)| kept.cmp(&wanted)) else {
        // What is not there differs from every value, and is neither more nor less.
        return operator == Operator::Ne;
    };
    match operator {
        Operator::Eq => order.is_eq(),
        Operator::Ne => order.is_ne(),
        Operator::Gt => order.is_gt(),
        Operator::Gte => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Lte => order.is_le(),
        Operator::Like | Operator::In | Operator::Nin => false,
    }
}

/// A step of a `$like:` pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// Any number of characters.
    Many,
    /// This character, in lower case.
    One(char),
    /// One of these, or with the flag none of these; ranges are written out as their ends.
    Class(bool, Vec<(char, char)>),
}

/// The steps of a pattern: `*` is any text, brackets are a class of characters; without a `*` the pattern may stand anywhere.
fn pattern(pieces: &[Piece]) -> Vec<Step> {
    let lower = |character: char| character.to_lowercase().next().unwrap_or(character);
    let mut steps = Vec::new();
    let mut rest = pieces;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match first {
            Piece::Character('*') => steps.push(Step::Many),
            Piece::Character('[') => match rest.iter().position(|piece| piece.character() == ']') {
                Some(end) => {
                    let (inside, behind) = rest.split_at(end);
                    rest = behind.get(1..).unwrap_or_default();
                    let inside: Vec<char> = inside.iter().map(|piece| lower(piece.character())).collect();
                    steps.push(class(&inside));
                }
                None => steps.push(Step::One('[')),
            },
            piece => steps.push(Step::One(lower(piece.character()))),
        }
    }
    if !steps.contains(&Step::Many) {
        steps.insert(0, Step::Many);
        steps.push(Step::Many);
    }
    steps
}

fn class(inside: &[char]) -> Step {
    let (negated, mut rest) = match inside.split_first() {
        Some(('^', rest)) => (true, rest),
        _ => (false, inside),
    };
    let mut ranges = Vec::new();
    loop {
        rest = match rest {
            [from, '-', to, behind @ ..] => {
                ranges.push((*from, *to));
                behind
            }
            [one, behind @ ..] => {
                ranges.push((*one, *one));
                behind
            }
            [] => return Step::Class(negated, ranges),
        };
    }
}

/// Whether a text meets a pattern; walks the text once for each step, so that no pattern takes long.
fn like(steps: &[Step], text: &[char]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    for step in steps {
        reached = match step {
            Step::Many => reached
                .iter()
                .scan(false, |open, here| {
                    *open |= here;
                    Some(*open)
                })
                .collect(),
            one => {
                let moved = reached.iter().zip(text).map(|(here, character)| *here && fits(one, *character));
                std::iter::once(false).chain(moved).collect()
            }
        };
    }
    reached.last().copied().unwrap_or(false)
}

fn fits(step: &Step, character: char) -> bool {
    match step {
        Step::Many => true,
        Step::One(wanted) => *wanted == character,
        Step::Class(negated, ranges) => ranges.iter().any(|(from, to)| (*from..=*to).contains(&character)) != *negated,
    }
}

/// How documents are sorted: by which property, downwards, numbers as texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct By {
    pub field: String,
    pub down: bool,
    pub as_text: bool,
}

/// The order of two documents; what is not there comes first.
pub(crate) fn order(sort: &[By], resource: &Resource, one: &Row, other: &Row) -> Ordering {
    sort.iter().fold(Ordering::Equal, |so_far, by| {
        so_far.then_with(|| {
            let Some(field) = resource.named(&by.field) else {
                return Ordering::Equal;
            };
            let (one, other) = (row_value(field, one, by.as_text), row_value(field, other, by.as_text));
            if by.down { other.cmp(&one) } else { one.cmp(&other) }
        })
    })
}

fn row_value(field: &Field, row: &Row, as_text: bool) -> Option<Comparable> {
    match row.get(field.name) {
        Some(Value::Number(number)) if as_text => Some(Comparable::Text(number.to_string())),
        kept => comparable(field, kept),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("sen", "Jensen ApS", true)]
    #[case("jens*", "Jensen ApS", true)]
    #[case("*aps", "Jensen ApS", true)]
    #[case("sen*", "Jensen ApS", false)]
    #[case("j*n*s", "Jensen ApS", true)]
    #[case("[a-j]ens*", "Jensen", true)]
    #[case("[^j]ens*", "Jensen", false)]
    #[case("[xyz]", "Jensen", false)]
    #[case("*", "", true)]
    #[case("ÅSE", "åse øst", true)]
    fn like_knows_stars_and_classes(#[case] wanted: &str, #[case] text: &str, #[case] expected: bool) {
        let pieces: Vec<Piece> = wanted.chars().map(Piece::Character).collect();
        assert_eq!(like(&pattern(&pieces), &text.to_lowercase().chars().collect::<Vec<_>>()), expected);
    }

    #[test]
    fn an_escaped_star_means_itself() {
        let pieces = [Piece::Character('a'), Piece::Escaped('*')];
        assert!(like(&pattern(&pieces), &['x', 'a', '*']));
        assert!(!like(&pattern(&pieces), &['a', 'b']));
    }
}
