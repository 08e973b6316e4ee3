//! One row as Uniconta sends it: a flat JSON object in which properties without a value are left out.
//!
//! A row is kept as the text it came in, and where in it each value stands. A debtor has a hundred properties of which a dozen are looked
//! at, and most rows are read to be sent back: a tree of all values would be most of the work of an event, and what nobody looks at
//! goes back to the letter this way.

mod held;
mod reader;

pub use held::Held;
pub(super) use reader::Reader;

use accounting_kit::names;
use serde::de::DeserializeSeed;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// A row. Numbers keep their exact text. Of a property that stands there twice the last value counts.
#[derive(Clone)]
pub struct Row {
    /// What stands between its braces, from the first name to the last value.
    inner: String,
    members: Vec<Member>,
    /// Names that stand there with escapes, by the place of their member, in order.
    spelt: Vec<(usize, String)>,
}

/// Where in the text a property stands.
#[derive(Clone)]
struct Member {
    /// Within its quotes.
    name: Range<usize>,
    value: Range<usize>,
}

impl Row {
    /// A row from a value; `None` when it is not an object.
    pub fn new(value: &Value) -> Option<Self> {
        Self::from_text(&value.to_string())
    }

    /// A row from its JSON; `None` when it is none.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::read(text).ok()
    }

    /// A row from JSON.
    pub(super) fn read(json: &str) -> Result<Self, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let row = Reader::of_a_row(json).deserialize(&mut reader)?;
        reader.end()?;
        Ok(row)
    }

    /// Whether the row carries the property. Absent means no value, or no such property.
    pub fn has(&self, property: &str) -> bool {
        self.json(property).is_some()
    }

    /// A property that is a text; empty for any other.
    pub fn words(&self, property: &str) -> Cow<'_, str> {
        match self.held(property) {
            Some(Held::Text(text)) => text,
            _ => Cow::default(),
        }
    }

    /// What a property holds; `None` when it is left out or null.
    pub fn held(&self, property: &str) -> Option<Held<'_>> {
        let json = self.json(property)?;
        Some(match json.as_bytes().first() {
            Some(b'"') => match plain_text(json) {
                Some(text) => Held::Text(Cow::Borrowed(text)),
                None => Held::of(value_of(json)),
            },
            Some(b't' | b'f') => Held::YesNo(json),
            // Most numbers are written as they are compared.
            Some(b'-' | b'0'..=b'9') if !json.bytes().any(|byte| matches!(byte, b'e' | b'E')) => {
                Held::Number(Cow::Borrowed(json))
            }
            _ => Held::of(value_of(json)),
        })
    }

    /// A property as text; empty when it is left out. Numbers keep their digits.
    pub fn text(&self, property: &str) -> String {
        match self.held(property) {
            Some(Held::Text(text) | Held::Number(text)) => text.into_owned(),
            Some(Held::YesNo(yes)) => yes.to_owned(),
            Some(Held::Other(_)) | None => String::new(),
        }
    }

    /// Whether a yes/no property is set.
    pub fn is_on(&self, property: &str) -> bool {
        self.text(property).eq_ignore_ascii_case("true")
    }

    /// `RowId`, Uniconta's unchanging key; `None` when the row carries none.
    pub fn id(&self) -> Option<String> {
        let id = self.text("RowId");
        (!id.is_empty() && id != "0" && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
    }

    /// `Account`, the number people see.
    pub fn account(&self) -> String {
        self.text("Account")
    }

    /// The names of the properties the row carries.
    pub fn properties(&self) -> impl Iterator<Item = &str> {
        let name = |(place, member): (usize, &Member)| self.spelt(place).unwrap_or_else(|| self.at(&member.name));
        self.members.iter().enumerate().map(name)
    }

    /// The whole row as JSON.
    pub fn to_text(&self) -> String {
        format!("{{{}}}", self.inner)
    }

    /// The whole row as JSON, with values put on it. A property that the row does not carry stands there once.
    pub fn with(&self, values: &[(&str, &Value)]) -> String {
        let new = |name: &[u8]| {
            values.iter().rev().find(|(wanted, _)| names::equal(wanted, name)).map(|(_, value)| value.to_string())
        };
        let (mut json, mut copied) = (String::with_capacity(self.inner.len() + 64), 0);
        json.push('{');
        for (place, member) in self.members.iter().enumerate() {
            if let Some(value) = new(self.name(place, member)) {
                json.push_str(self.at(&(copied..member.value.start)));
                json.push_str(&value);
                copied = member.value.end;
            }
        }
        json.push_str(self.at(&(copied..self.inner.len())));
        let mut first = self.members.is_empty();
        for (name, value) in values.iter().filter(|(name, _)| self.place(name).is_none()) {
            if !std::mem::take(&mut first) {
                json.push(',');
            }
            json.push_str(&Value::from(*name).to_string());
            json.push(':');
            json.push_str(&value.to_string());
        }
        json.push('}');
        json
    }

    /// The whole row as a tree.
    pub fn to_map(&self) -> Map<String, Value> {
        match value_of(&self.to_text()) {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    fn at(&self, place: &Range<usize>) -> &str {
        self.inner.get(place.clone()).unwrap_or_default()
    }

    /// The name of the member at this place.
    fn name(&self, place: usize, member: &Member) -> &[u8] {
        // Hardly any stands there with escapes.
        let spelt = if self.spelt.is_empty() { None } else { self.spelt(place) };
        match spelt {
            Some(name) => name.as_bytes(),
            None => self.inner.as_bytes().get(member.name.clone()).unwrap_or_default(),
        }
    }

    /// The name of the member at this place, where it stands there with escapes.
    fn spelt(&self, place: usize) -> Option<&str> {
        let at = self.spelt.binary_search_by_key(&place, |(spelt, _)| *spelt).ok()?;
        self.spelt.get(at).map(|(_, name)| name.as_str())
    }

    fn place(&self, property: &str) -> Option<&Member> {
        if !self.spelt.is_empty() {
            let is_it = |(place, member): &(usize, &Member)| names::equal(self.name(*place, member), property);
            return self.members.iter().enumerate().rev().find(is_it).map(|(_, member)| member);
        }
        let text = self.inner.as_bytes();
        let is_it = |name: &[u8]| names::equal(name, property);
        self.members.iter().rev().find(|member| text.get(member.name.clone()).is_some_and(is_it))
    }

    /// A property's value as it stands there; `None` when it is left out or null.
    fn json(&self, property: &str) -> Option<&str> {
        self.place(property).map(|member| self.at(&member.value)).filter(|json| *json != "null")
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_text())
    }
}

/// Rows are the same when their properties are, in whatever order.
impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.to_map() == other.to_map()
    }
}

/// The text within quotes, where nothing in it is spelt another way.
fn plain_text(json: &str) -> Option<&str> {
    json.strip_prefix('"')?.strip_suffix('"').filter(|text| !text.contains('\\'))
}

/// JSON that was read before.
fn value_of(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or(Value::Null)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    fn row(json: &str) -> Row {
        Row::from_text(json).unwrap()
    }

    #[rstest]
    #[case("RowId", "543")]
    #[case("Name", "Maja \"M\" Sørensen")]
    #[case("Credit", "1250.50")]
    #[case("Far", "1e+40")]
    #[case("Blocked", "true")]
    #[case("Nothing", "")]
    #[case("Left out", "")]
    #[case("Deep", "")]
    #[case("Tab\t", "t")]
    fn values_as_text(#[case] property: &str, #[case] expected: &str) {
        let row = row(
            r#" {"RowId":543, "Name":"Maja \"M\" S\u00f8rensen","Credit" : 1250.50,"Far":1E+40,"Blocked":true,"Nothing":null,"Deep":{"a":[1]},"Tab\t":"t"} "#,
        );
        assert_eq!(row.text(property), expected);
    }

    #[test]
    fn of_a_property_that_stands_twice_the_last_value_counts_and_both_are_replaced() {
        let row = row(r#"{"a":1,"b":"x","a":2}"#);
        assert_eq!(row.text("a"), "2");
        assert_eq!(row.with(&[("a", &json!(3))]), r#"{"a":3,"b":"x","a":3}"#);
    }

    #[test]
    fn what_is_not_touched_goes_back_to_the_letter() {
        let text = r#"{"RowId":543,"Credit":1250.500,"Far":1E+40,"Navn":"S\u00f8rensen","Nothing":null}"#;
        assert_eq!(row(&format!(" {{ {} }} ", text.trim_matches(['{', '}']))).with(&[]), text);
        assert_eq!(row(r#"{"a" : 1 , "b":2}"#).with(&[("b", &json!(3))]), r#"{"a" : 1 , "b":3}"#);
        let sent = row(text).with(&[("RowId", &json!("7")), ("Ny \"felt\"", &json!(true))]);
        assert_eq!(
            sent,
            r#"{"RowId":"7","Credit":1250.500,"Far":1E+40,"Navn":"S\u00f8rensen","Nothing":null,"Ny \"felt\"":true}"#
        );
        assert_eq!(row("{ }").with(&[("a", &json!(1))]), r#"{"a":1}"#);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,12}|[\"\\\\\u{0}-\u{1f}]{1,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 16, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,6}", inner, 0..4).prop_map(|map| json!(map)),
            ]
        })
    }

    fn any_object() -> impl Strategy<Value = Map<String, Value>> {
        prop::collection::btree_map("\\PC{0,6}|[\"\\\\\t]{1,2}", any_value(), 0..8)
            .prop_map(|map| map.into_iter().collect())
    }

    proptest! {
        /// It is what a tree of the same text would be, and what is put on it is put on nothing else.
        #[test]
        fn a_row_is_its_tree(object in any_object(), put in any_object()) {
            let row = row(&serde_json::to_string_pretty(&object).unwrap());
            prop_assert_eq!(&row.to_map(), &object);
            prop_assert!(row.properties().eq(object.keys().map(String::as_str)));
            for (name, value) in &object {
                let held = row.held(name).map(|held| held.into_text().into_owned());
                let expected = (!value.is_null()).then(|| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                prop_assert_eq!(held, expected);
            }
            let values: Vec<(&str, &Value)> = put.iter().map(|(name, value)| (name.as_str(), value)).collect();
            let sent: Map<String, Value> = serde_json::from_str(&row.with(&values)).unwrap();
            let mut expected = object;
            expected.extend(put.clone());
            prop_assert_eq!(sent, expected);
        }
    }
}
