//! The grammar of `filter`: `property$op:value`, joined by `$and:` and `$or:`, with parentheses.
//!
//! `$eq $ne $gt $gte $lt $lte $like $in $nin`; `$null:` is a value, a list stands in brackets. In a value `$` and `)` must be escaped
//! by a `$`; `(`, `*` and `,` may be; `[` and `]` must not be. `$and:` binds closer than `$or:` (inferred).

use winnow::combinator::{alt, cut_err, delimited, opt, preceded, repeat};
use winnow::error::{ContextError, ErrMode};
use winnow::prelude::*;
use winnow::token::{one_of, take_while};

/// Most values in a list.
pub const MAX_LIST: usize = 200;
/// Deepest nesting of parentheses that is read; keeps a hostile filter from exhausting the stack.
const MAX_DEPTH: usize = 32;
/// Longest filter, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// A parsed filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All must hold.
    All(Vec<Filter>),
    /// One must hold.
    Any(Vec<Filter>),
    /// `property$operator:value`.
    Compare {
        /// Property name, with dots into references.
        property: String,
        /// How to compare.
        operator: Operator,
        /// What to compare with.
        value: Operand,
    },
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `$eq:`
    Eq,
    /// `$ne:`
    Ne,
    /// `$gt:`
    Gt,
    /// `$gte:`
    Gte,
    /// `$lt:`
    Lt,
    /// `$lte:`
    Lte,
    /// `$like:`
    Like,
    /// `$in:`
    In,
    /// `$nin:`
    Nin,
}

impl Operator {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Eq => "$eq:",
            Self::Ne => "$ne:",
            Self::Gt => "$gt:",
            Self::Gte => "$gte:",
            Self::Lt => "$lt:",
            Self::Lte => "$lte:",
            Self::Like => "$like:",
            Self::In => "$in:",
            Self::Nin => "$nin:",
        }
    }
}

/// What a property is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// `$null:`.
    Null,
    /// A text, without its escapes.
    Text(Vec<Piece>),
    /// `[1,2]`, the texts between the commas.
    List(Vec<String>),
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A character that means itself.
    Character(char),
    /// A character that was escaped, and means itself everywhere.
    Escaped(char),
}

impl Piece {
    /// The character.
    pub fn character(self) -> char {
        match self {
            Self::Character(character) | Self::Escaped(character) => character,
        }
    }
}

/// Why a filter was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Longer than is read.
    #[error("The filter is longer than {MAX_LENGTH} bytes.")]
    TooLong,
    /// Nested deeper than is read.
    #[error("The filter nests parentheses deeper than {MAX_DEPTH}.")]
    TooDeep,
    /// Not in the grammar.
    #[error("The filter cannot be read at character {at}.")]
    Syntax {
        /// Position of the first character that cannot be read, from 0.
        at: usize,
    },
    /// A list with too many values.
    #[error("The list of {0} has more than {MAX_LIST} values.")]
    TooMany(String),
    /// The resource has no such property, or it is not for filters.
    #[error("Filtering is not allowed on property '{0}'.")]
    NotAllowed(String),
    /// The operator is not for properties of that type.
    #[error("The operator '{1}' cannot be used on property '{0}'.")]
    WrongOperator(String, &'static str),
    /// The value is of another type than the property.
    #[error("The value compared with property '{0}' is of another type.")]
    WrongType(String),
}

impl Filter {
    /// Reads a filter, already decoded from the URL.
    ///
    /// # Errors
    /// See [`FilterError`].
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > MAX_LENGTH {
            return Err(FilterError::TooLong);
        }
        if depth(text) > MAX_DEPTH {
            return Err(FilterError::TooDeep);
        }
        let filter = either.parse(text).map_err(|error| FilterError::Syntax {
            at: text.get(..error.offset()).map_or(0, |read| read.chars().count()),
        })?;
        filter.check_lists()?;
        Ok(filter)
    }

    fn check_lists(&self) -> Result<(), FilterError> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().try_for_each(Self::check_lists),
            Self::Compare { property, value: Operand::List(list), .. } if list.len() > MAX_LIST => {
                Err(FilterError::TooMany(property.clone()))
            }
            Self::Compare { .. } => Ok(()),
        }
    }
}

fn depth(text: &str) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    for character in text.chars() {
        match character {
            '(' => now += 1,
            ')' => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

fn either(input: &mut &str) -> ModalResult<Filter> {
    let first = both.parse_next(input)?;
    let rest: Vec<Filter> = repeat(0.., preceded("$or:", cut_err(both))).parse_next(input)?;
    Ok(join(first, rest, Filter::Any))
}

fn both(input: &mut &str) -> ModalResult<Filter> {
    let first = condition.parse_next(input)?;
    let rest: Vec<Filter> = repeat(0.., preceded("$and:", cut_err(condition))).parse_next(input)?;
    Ok(join(first, rest, Filter::All))
}

fn join(first: Filter, rest: Vec<Filter>, of: fn(Vec<Filter>) -> Filter) -> Filter {
    if rest.is_empty() {
        return first;
    }
    of(std::iter::once(first).chain(rest).collect())
}

fn condition(input: &mut &str) -> ModalResult<Filter> {
    alt((delimited('(', either, cut_err(')')), compare)).parse_next(input)
}

fn compare(input: &mut &str) -> ModalResult<Filter> {
    let (property, operator) = (name, operator).parse_next(input)?;
    let value = match operator {
        Operator::In | Operator::Nin => cut_err(list).parse_next(input)?,
        _ => cut_err(alt(("$null:".value(Operand::Null), text.map(Operand::Text)))).parse_next(input)?,
    };
    Ok(Filter::Compare { property, operator, value })
}

fn name(input: &mut &str) -> ModalResult<String> {
    let part = |character: char| character.is_alphanumeric() || character == '_' || character == '.';
    take_while(1.., part).map(str::to_owned).parse_next(input)
}

fn operator(input: &mut &str) -> ModalResult<Operator> {
    use Operator::{Eq, Gt, Gte, In, Like, Lt, Lte, Ne, Nin};
    let word = |operator: Operator| operator.word().value(operator);
    alt((word(Eq), word(Ne), word(Gt), word(Gte), word(Lt), word(Lte), word(Like), word(In), word(Nin)))
        .parse_next(input)
}

/// A value goes on to the next `$` that escapes nothing, or to a `)`.
fn text(input: &mut &str) -> ModalResult<Vec<Piece>> {
    repeat(1.., alt((escaped.map(Piece::Escaped), plain.map(Piece::Character)))).parse_next(input)
}

fn escaped(input: &mut &str) -> ModalResult<char> {
    preceded('$', one_of(['$', '(', ')', '*', ','])).parse_next(input)
}

fn plain<'i>(input: &mut &'i str) -> Result<char, ErrMode<ContextError>>
where
    &'i str: winnow::stream::Stream<Token = char>,
{
    one_of(|character: char| character != '$' && character != ')').parse_next(input)
}

fn list(input: &mut &str) -> ModalResult<Operand> {
    let values = delimited('[', take_while(0.., |character: char| character != ']'), ']');
    opt(values)
        .verify_map(|values: Option<&str>| {
            let list: Vec<String> = values?.split(',').map(|value| value.trim().to_owned()).collect();
            Some(Operand::List(list))
        })
        .parse_next(input)
}
