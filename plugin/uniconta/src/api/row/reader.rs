//! Reading a row out of an answer: where its properties stand, and the one piece of the answer they stand in.

use super::{Member, Row};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;
use std::ops::Range;

/// Properties of a row of a list that there is room for at first: a debtor with some of its properties filled in.
const MEMBERS: usize = 48;
/// About what a property takes in a row, name and value.
const BYTES_A_MEMBER: usize = 24;

/// A property's name, in an answer.
enum Name<'de> {
    /// As it stands there.
    Plain(&'de str),
    /// It stands there with escapes.
    Spelt(String),
}

/// Reads an object of an answer, and notes where in it its properties stand.
pub(in crate::api) struct Reader<'de> {
    answer: &'de str,
    members: usize,
}

impl<'de> Reader<'de> {
    /// For an answer that is one row.
    pub(super) fn of_a_row(answer: &'de str) -> Self {
        Self { answer, members: answer.len() / BYTES_A_MEMBER }
    }

    /// For one row of a list in this answer.
    pub(in crate::api) fn of_a_list(answer: &'de str) -> Self {
        Self { answer, members: MEMBERS }
    }

    /// Where in the answer a piece of it stands.
    fn place(&self, piece: &'de str) -> Range<usize> {
        let start = piece.as_ptr().addr().saturating_sub(self.answer.as_ptr().addr());
        start..start.saturating_add(piece.len())
    }

    /// The row with these members, cut out of the answer.
    fn cut_out(&self, mut members: Vec<Member>, spelt: Vec<(usize, String)>) -> Row {
        let (Some(first), Some(last)) = (members.first(), members.last()) else {
            return Row { inner: String::new(), members, spelt };
        };
        let start = match spelt.first() {
            Some((0, _)) => self.quote_before(first.value.start),
            _ => first.name.start.saturating_sub(1),
        };
        let inner = self.answer.get(start..last.value.end).unwrap_or_default().to_owned();
        for Member { name, value } in &mut members {
            for place in [&mut name.start, &mut name.end, &mut value.start, &mut value.end] {
                *place = place.saturating_sub(start);
            }
        }
        Row { inner, members, spelt }
    }

    /// Where the name of the first value of an object begins, with its quote. Within a name no quote stands behind a brace, since there
    /// is a backslash between, but for the one that ends it, and behind that stands no other.
    fn quote_before(&self, value: usize) -> usize {
        let before = self.answer.get(..value).unwrap_or_default();
        let behind = |brace: usize| before.get(brace..).and_then(|text| text.strip_prefix('{')).map(str::trim_start);
        let begins = |name: &&str| name.strip_prefix('"').is_some_and(|rest| rest.bytes().any(|byte| byte == b'"'));
        let name = (0..value).rev().filter_map(behind).find(begins);
        value.saturating_sub(name.map_or(0, str::len))
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'de> {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Row, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reader<'de> {
    type Value = Row;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut json: A) -> Result<Row, A::Error> {
        let (mut members, mut spelt) = (Vec::with_capacity(self.members), Vec::new());
        while let Some(name) = json.next_key_seed(AsItStands)? {
            let name = match name {
                Name::Plain(name) => self.place(name),
                Name::Spelt(name) => {
                    spelt.push((members.len(), name));
                    0..0
                }
            };
            let value = json.next_value::<&'de RawValue>()?.get();
            // What is not flat and plain is looked through now, so that reading it later cannot fail.
            if matches!(value.as_bytes().first(), Some(b'{' | b'[')) || value.contains('\\') {
                serde_json::from_str::<Value>(value).map_err(serde::de::Error::custom)?;
            }
            members.push(Member { name, value: self.place(value) });
        }
        Ok(self.cut_out(members, spelt))
    }
}

/// Reads a property's name.
struct AsItStands;

impl<'de> DeserializeSeed<'de> for AsItStands {
    type Value = Name<'de>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Name<'de>, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for AsItStands {
    type Value = Name<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a property's name")
    }

    // What can be borrowed is spelt without escapes.
    fn visit_borrowed_str<E: serde::de::Error>(self, name: &'de str) -> Result<Name<'de>, E> {
        Ok(Name::Plain(name))
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Name<'de>, E> {
        Ok(Name::Spelt(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case("[1]")]
    #[case("12")]
    #[case("\"{}\"")]
    #[case("{\"a\":\"\\ud800\"}")]
    #[case("{\"a\":[\"\\ud800\"]}")]
    #[case("{\"a\":1")]
    #[case("{\"a\":1}}")]
    #[case("{\"a\":01}")]
    #[case("{1:1}")]
    fn no_row(#[case] json: &str) {
        assert!(Row::from_text(json).is_none());
    }

    #[test]
    fn a_name_with_escapes_may_hold_what_looks_like_an_object() {
        let row = Row::from_text(r#"{ "{\"S\u00f8 { \"" : 1, "b":2}"#).unwrap();
        assert_eq!(row.text("{\"Sø { \""), "1");
        assert_eq!(row.with(&[("b", &json!(3))]), r#"{"{\"S\u00f8 { \"" : 1, "b":3}"#);
    }

    #[rstest]
    #[case(r#"{"\"{":null}"#)]
    #[case(r#"{ "\t{ " : 1 , "b":2}"#)]
    fn a_name_with_escapes_may_end_like_the_beginning_of_an_object(#[case] json: &str) {
        let row = Row::from_text(json).unwrap();
        assert_eq!(Value::Object(row.to_map()), serde_json::from_str::<Value>(json).unwrap());
    }

    proptest! {
        #[test]
        fn reads_what_a_tree_would_and_nothing_else(text in "[{}\\[\\]\",:\\\\u0-9a-fdD89 .eE+truls-]{0,24}") {
            let tree = serde_json::from_str::<Value>(&text).ok().filter(Value::is_object);
            prop_assert_eq!(Row::from_text(&text).map(|row| Value::Object(row.to_map())), tree);
        }
    }
}
