//! What a resource of the legacy REST interface is: its path, its key, its properties and their limits.
//!
//! Said as data, so that reading, writing, filtering and sorting are each written once for all of them. The properties and limits
//! are those of the vendor's schemas; where the live server was seen to differ, it is the server's.

use serde_json::{Map, Value};
use std::fmt;

/// Ends the names of what a document keeps for the services alone, and the legacy interface neither shows nor clears.
const FOR_SERVICES: &str = "OnServices";
/// A customer's version on the services.
pub(crate) const VERSION: &str = "versionOnServices";
/// What a customer has on the services only.
pub(crate) const REST: &str = "restOnServices";
/// A contact's number on the services, where it is one of all customers' contacts.
pub(crate) const NUMBER: &str = "numberOnServices";
/// An entry's accrual.
pub(crate) const ACCRUAL: &str = "accrualOnServices";

/// Whether a property of a kept document is for the services alone.
pub(crate) fn for_services(name: &str) -> bool {
    name.ends_with(FOR_SERVICES)
}

/// A kept document: properties by name, references as the number (or code) of what they refer to.
pub(crate) type Row = Map<String, Value>;

/// The number or code that a document is known by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// A number.
    Number(u64),
    /// A text: a currency, an accounting year, a VAT code.
    Text(String),
}

impl Key {
    /// The key that a kept or written value means; `None` where it is none.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_u64().map(Self::Number),
            Value::String(text) => Some(Self::Text(text.clone())),
            _ => None,
        }
    }

    /// The key as a document shows it.
    pub(crate) fn shown(&self) -> Value {
        match self {
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
        }
    }

    /// The key as it stands in a path: texts in the vendor's own escapes.
    pub(crate) fn in_path(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.chars().map(escaped).collect(),
        }
    }

    /// The key that a segment of a path means, for a resource with keys of this kind.
    pub(crate) fn from_path(segment: &str, text: bool) -> Option<Self> {
        if text { Some(Self::Text(unescaped(segment))) } else { segment.parse().ok().map(Self::Number) }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

/// The characters that a text key does not carry in a path, in the order of the vendor's numbers for them.
const ESCAPED: [char; 13] = ['<', '>', '*', '%', ':', '&', '/', '\\', '_', ' ', '?', '.', '#'];

fn escaped(character: char) -> String {
    if character == '+' {
        return "_13_".to_owned();
    }
    match ESCAPED.iter().position(|escaped| *escaped == character) {
        Some(number) => format!("_{number}_"),
        None => character.to_string(),
    }
}

fn unescaped(segment: &str) -> String {
    let mut text = String::new();
    let mut rest = segment;
    while let Some((before, after)) = rest.split_once('_') {
        text.push_str(before);
        let escape = after.split_once('_').and_then(|(number, behind)| {
            let number: usize = number.parse().ok()?;
            let character = if number == 13 { Some('+') } else { ESCAPED.get(number).copied() };
            Some((character?, behind))
        });
        match escape {
            Some((character, behind)) => {
                text.push(character);
                rest = behind;
            }
            None => {
                text.push('_');
                rest = after;
            }
        }
    }
    text + rest
}

/// What a property holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A text with a least and greatest number of characters.
    Text(usize, usize),
    /// A whole number with a least and greatest value.
    Integer(i64, i64),
    /// A decimal number.
    Number,
    /// A yes or no; no is left out of answers.
    Boolean,
    /// One of some words, written exactly so.
    Choice(&'static [&'static str]),
    /// Some of some words.
    Choices(&'static [&'static str]),
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A moment to the second, in UTC.
    Moment,
    /// A reference to a document of a resource.
    Reference(&'static Reference),
    /// JSON that is only shown.
    Shown,
}

/// A reference: written as a number or as a `self` link, shown as both.
#[derive(Debug)]
pub(crate) struct Reference {
    /// The property of the number; empty where only a link is used.
    pub key: &'static str,
    /// The path of the resource; of a customer's own, the last part.
    pub resource: &'static str,
    /// What an error calls it.
    pub what: &'static str,
    /// What an error calls many of them.
    pub many: &'static str,
    /// The error code where there is none such; `None` where public evidence has no code.
    pub not_found: Option<&'static str>,
    /// The key is a text.
    pub text: bool,
    /// It belongs to the document that refers to it.
    pub own: bool,
}

/// A property.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// It must be there in a write.
    pub required: bool,
    /// Only the server writes it; in a write it is passed over.
    pub server: bool,
    /// It is passed over when a document is created, and taken when it is replaced.
    pub later: bool,
    /// A filter may name it.
    pub filter: bool,
    /// A sort may name it.
    pub sort: bool,
}

/// A property that may be written and named in filter and sort, the usual kind.
pub(crate) const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false, server: false, later: false, filter: true, sort: true }
}

impl Field {
    pub(crate) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) const fn server(self) -> Self {
        Self { server: true, ..self }
    }

    pub(crate) const fn later(self) -> Self {
        Self { later: true, ..self }
    }

    pub(crate) const fn unsorted(self) -> Self {
        Self { sort: false, ..self }
    }

    /// Neither filter nor sort may name it.
    pub(crate) const fn unnamed(self) -> Self {
        Self { filter: false, sort: false, ..self }
    }

    /// The name by which filter and sort know it.
    pub(crate) fn path(&self) -> String {
        match self.kind {
            Kind::Reference(reference) => format!("{}.{}", self.name, reference.key),
            _ => self.name.to_owned(),
        }
    }
}

/// The writes that a resource takes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Writes {
    pub post: bool,
    pub put: bool,
    pub patch: bool,
    pub delete: bool,
}

/// A resource.
#[derive(Debug)]
pub(crate) struct Resource {
    /// Its path; of a customer's own, the last part.
    pub path: &'static str,
    /// The property of its key.
    pub key: &'static str,
    /// The key is a text.
    pub text_key: bool,
    /// What an error calls one of them.
    pub what: &'static str,
    /// The properties, the key among them.
    pub fields: &'static [Field],
    /// Properties that are links below the document: name, and the path below it.
    pub links: &'static [(&'static str, &'static str)],
    /// The writes it takes.
    pub writes: Writes,
    /// It belongs to a customer.
    pub of_customer: bool,
}

impl Resource {
    /// The property of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The property that a filter or sort means.
    pub(crate) fn named(&self, path: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.path().eq_ignore_ascii_case(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("2026/2027", "2026_6_2027")]
    #[case("2026", "2026")]
    #[case("U25", "U25")]
    #[case("a_b c+", "a_8_b_9_c_13_")]
    fn a_text_key_is_escaped_in_a_path_and_back(#[case] key: &str, #[case] path: &str) {
        assert_eq!(Key::Text(key.to_owned()).in_path(), path);
        assert_eq!(Key::from_path(path, true), Some(Key::Text(key.to_owned())));
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(unescaped("a_b_99_c_"), "a_b_99_c_");
    }
}
