//! The `$filter` grammar that Uniconta is known to take, and nothing more.
//!
//! `eq ne gt ge lt le`, `and`, parentheses, `or` between conditions on one and the same property, `startswith(Property,'text')`;
//! texts in single quotes (a quote is doubled), numbers, `true`, `false`, `null` and `datetime'2025-01-31T00:00:00'`. What is known
//! not to work is refused with a message, so that a connector cannot come to lean on it.

use winnow::ascii::{multispace0, multispace1};
use winnow::combinator::{alt, cut_err, delimited, not, opt, peek, preceded, repeat, terminated};
use winnow::error::{ContextError, ErrMode, StrContext};
use winnow::prelude::*;
use winnow::token::{any, one_of, take_while};

/// Most `or` in one filter: the server refuses more than 40 (`[code]`).
pub(crate) const MAX_ORS: usize = 40;
/// Deepest nesting of parentheses that is read; keeps a hostile filter from exhausting the stack.
const MAX_DEPTH: usize = 32;
/// Longest filter, in bytes.
const MAX_LENGTH: usize = 8 * 1024;

/// A parsed filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All must hold.
    All(Vec<Filter>),
    /// One must hold; all are about the same property.
    Any(Vec<Filter>),
    /// `property operator value`.
    Compare {
        /// Property name.
        property: String,
        /// How to compare.
        operator: Operator,
        /// What to compare with.
        value: Literal,
    },
    /// `startswith(property,'text')`.
    StartsWith {
        /// Property name.
        property: String,
        /// How its text must begin.
        text: String,
    },
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
}

/// A value in a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `'text'`.
    Text(String),
    /// A number, as written.
    Number(String),
    /// `true` or `false`.
    Boolean(bool),
    /// `datetime'…'`, the text between the quotes.
    DateTime(String),
    /// `null`.
    Null,
}

/// Why a filter was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// Longer than is read.
    #[error("the filter is longer than {MAX_LENGTH} bytes")]
    TooLong,
    /// Nested deeper than is read.
    #[error("the filter nests parentheses deeper than {MAX_DEPTH}")]
    TooDeep,
    /// Not in the grammar.
    #[error("the filter cannot be read at character {at}: expected a condition such as Account eq '1000'")]
    Syntax {
        /// Position of the first character that cannot be read, from 0.
        at: usize,
    },
    /// A function other than `startswith`.
    #[error("the function {0}() is not supported; startswith() is")]
    Function(String),
    /// `or` between two properties.
    #[error("or is only supported between conditions on the same property, not between {0} and {1}")]
    OrAcross(String, String),
    /// Too many `or`.
    #[error("the filter has more than {MAX_ORS} or")]
    TooManyOrs,
    /// The entity has no such property.
    #[error("there is no property {0}")]
    UnknownProperty(String),
    /// The value is of another type than the property.
    #[error("the value compared with {0} is of another type than the property")]
    WrongType(String),
}

impl Filter {
    /// Reads a filter and checks the rules that need no knowledge of the entity.
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
        if let Some(name) = unsupported_function(text) {
            return Err(FilterError::Function(name));
        }
        let filter = delimited(multispace0, either, multispace0).parse(text).map_err(|error| FilterError::Syntax {
            at: text.get(..error.offset()).map_or(0, |read| read.chars().count()),
        })?;
        if filter.ors() > MAX_ORS {
            return Err(FilterError::TooManyOrs);
        }
        filter.check_ors()?;
        Ok(filter)
    }

    /// The properties it names, in order, with repetitions.
    pub fn properties(&self) -> Vec<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::properties).collect(),
            Self::Compare { property, .. } | Self::StartsWith { property, .. } => vec![property],
        }
    }

    fn ors(&self) -> usize {
        match self {
            Self::All(parts) => parts.iter().map(Self::ors).sum(),
            Self::Any(parts) => parts.len() - 1 + parts.iter().map(Self::ors).sum::<usize>(),
            Self::Compare { .. } | Self::StartsWith { .. } => 0,
        }
    }

    fn check_ors(&self) -> Result<(), FilterError> {
        match self {
            Self::All(parts) => parts.iter().try_for_each(Self::check_ors),
            Self::Any(_) => {
                let names = self.properties();
                match names.split_first() {
                    Some((first, rest)) => match rest.iter().find(|name| *name != first) {
                        Some(other) => Err(FilterError::OrAcross((*first).to_owned(), (*other).to_owned())),
                        None => Ok(()),
                    },
                    None => Ok(()),
                }
            }
            Self::Compare { .. } | Self::StartsWith { .. } => Ok(()),
        }
    }
}

/// The characters of `text` that stand outside quoted texts.
fn unquoted(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut quoted = false;
    text.chars().map(move |character| {
        if character == '\'' {
            quoted = !quoted;
        }
        if quoted || character == '\'' { '\'' } else { character }
    })
}

fn depth(text: &str) -> usize {
    let (mut now, mut deepest) = (0_usize, 0);
    for character in unquoted(text) {
        match character {
            '(' => now += 1,
            ')' => now = now.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(now);
    }
    deepest
}

/// A name directly before `(`, other than `startswith`, `and`, `or`.
fn unsupported_function(text: &str) -> Option<String> {
    let mut name = String::new();
    for character in unquoted(text) {
        if is_name(character) {
            name.push(character);
        } else {
            if character == '(' && !matches!(name.as_str(), "" | "startswith" | "and" | "or") {
                return Some(name);
            }
            name.clear();
        }
    }
    None
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn either(input: &mut &str) -> ModalResult<Filter> {
    let first = both.parse_next(input)?;
    let rest: Vec<Filter> = repeat(0.., preceded(word("or"), cut_err(both))).parse_next(input)?;
    Ok(join(first, rest, Filter::Any))
}

fn both(input: &mut &str) -> ModalResult<Filter> {
    let first = condition.parse_next(input)?;
    let rest: Vec<Filter> = repeat(0.., preceded(word("and"), cut_err(condition))).parse_next(input)?;
    Ok(join(first, rest, Filter::All))
}

fn join(first: Filter, rest: Vec<Filter>, of: fn(Vec<Filter>) -> Filter) -> Filter {
    if rest.is_empty() {
        return first;
    }
    of(std::iter::once(first).chain(rest).collect())
}

/// A word between conditions, with the space around it; a parenthesis may stand for the space.
fn word<'i>(text: &'static str) -> impl Parser<&'i str, (), ErrMode<ContextError>> {
    (multispace0, text, peek(not(one_of(is_name))), multispace0).void()
}

fn condition(input: &mut &str) -> ModalResult<Filter> {
    alt((delimited(('(', multispace0), either, (multispace0, cut_err(')'))), starts_with, compare))
        .context(StrContext::Label("condition"))
        .parse_next(input)
}

fn starts_with(input: &mut &str) -> ModalResult<Filter> {
    let (_, property, _, text, _) = (
        ("startswith", multispace0, '(', multispace0),
        cut_err(name),
        cut_err((multispace0, ',', multispace0)),
        cut_err(quoted),
        cut_err((multispace0, ')')),
    )
        .parse_next(input)?;
    Ok(Filter::StartsWith { property, text })
}

fn compare(input: &mut &str) -> ModalResult<Filter> {
    let (property, _, operator, _, value) = (name, multispace1, operator, multispace1, literal).parse_next(input)?;
    Ok(Filter::Compare { property, operator, value })
}

fn name(input: &mut &str) -> ModalResult<String> {
    (one_of(|character: char| character.is_alphabetic() || character == '_'), take_while(0.., is_name))
        .take()
        .map(str::to_owned)
        .parse_next(input)
}

fn operator(input: &mut &str) -> ModalResult<Operator> {
    alt((
        "eq".value(Operator::Eq),
        "ne".value(Operator::Ne),
        "gt".value(Operator::Gt),
        "ge".value(Operator::Ge),
        "lt".value(Operator::Lt),
        "le".value(Operator::Le),
    ))
    .parse_next(input)
}

fn literal(input: &mut &str) -> ModalResult<Literal> {
    let end = || peek(not(one_of(is_name)));
    alt((
        preceded("datetime", quoted).map(Literal::DateTime),
        quoted.map(Literal::Text),
        terminated("true", end()).value(Literal::Boolean(true)),
        terminated("false", end()).value(Literal::Boolean(false)),
        terminated("null", end()).value(Literal::Null),
        terminated(number, end()).map(|text: &str| Literal::Number(text.to_owned())),
    ))
    .parse_next(input)
}

fn number<'i>(input: &mut &'i str) -> ModalResult<&'i str> {
    let digits = || take_while(1.., |character: char| character.is_ascii_digit());
    (opt('-'), digits(), opt(('.', digits()))).take().parse_next(input)
}

fn quoted(input: &mut &str) -> ModalResult<String> {
    let character = alt(("''".value('\''), any.verify(|character: &char| *character != '\'')));
    delimited('\'', repeat(0.., character), '\'').parse_next(input)
}
