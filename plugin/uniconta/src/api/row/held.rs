//! What a property of a row holds, lent where it stands in the row as it is.

use serde_json::Value;
use std::borrow::Cow;

/// What a property holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Held<'r> {
    /// A text.
    Text(Cow<'r, str>),
    /// A number, with its exact digits.
    Number(Cow<'r, str>),
    /// `true` or `false`.
    YesNo(&'r str),
    /// A list or an object, as JSON.
    Other(String),
}

impl<'r> Held<'r> {
    pub(super) fn of(value: Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.into()),
            Value::Number(number) => Self::Number(number.to_string().into()),
            Value::Bool(yes) => Self::YesNo(if yes { "true" } else { "false" }),
            other => Self::Other(other.to_string()),
        }
    }

    /// As text, whatever it is.
    pub fn into_text(self) -> Cow<'r, str> {
        match self {
            Self::Text(text) | Self::Number(text) => text,
            Self::YesNo(yes) => yes.into(),
            Self::Other(json) => json.into(),
        }
    }
}
