//! One row as Uniconta sends it: a flat JSON object in which properties without a value are left out.
//!
//! A row is kept as the text it came in, and where in it each value stands. A debtor has a hundred properties of which a dozen are looked
//! at, and most rows are read to be sent back: a tree of all values would be most of the work of an event, and what nobody looks at
//! goes back to the letter this way. Only the spaces between are left out.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// What a row of a list takes at first, in bytes and in properties: a debtor with some of its properties filled in.
const ROOM: (usize, usize) = (1024, 48);
/// About what a property takes in a row, name and value.
const BYTES_A_MEMBER: usize = 24;

/// A row. Numbers keep their exact text. Of a property that stands there twice the last value counts.
#[derive(Clone)]
pub struct Row {
    text: String,
    members: Vec<Member>,
}

/// Where in the text a property stands.
#[derive(Clone)]
struct Member {
    name: Name,
    value: Range<usize>,
}

/// A property's name.
#[derive(Clone)]
enum Name {
    /// As it stands in the text.
    Here(Range<usize>),
    /// The text spells it with escapes.
    Otherwise(Box<str>),
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
        let row = Reader { room: (json.len(), json.len() / BYTES_A_MEMBER) }.deserialize(&mut reader)?;
        reader.end()?;
        Ok(row)
    }

    /// Whether the row carries the property. Absent means no value, or no such property.
    pub fn has(&self, property: &str) -> bool {
        self.json(property).is_some()
    }

    /// A property that is a text; empty for any other.
    pub fn words(&self, property: &str) -> Cow<'_, str> {
        let json = self.json(property).unwrap_or_default();
        match plain_text(json) {
            Some(text) => Cow::Borrowed(text),
            None if json.starts_with('"') => Cow::Owned(self.text(property)),
            None => Cow::default(),
        }
    }

    /// A property's value; `None` when it is left out or null.
    pub fn value(&self, property: &str) -> Option<Value> {
        let json = self.json(property)?;
        Some(plain_text(json).map_or_else(|| value_of(json), |text| Value::String(text.to_owned())))
    }

    /// A property as text; empty when it is left out. Numbers keep their digits.
    pub fn text(&self, property: &str) -> String {
        match self.value(property) {
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(yes)) => yes.to_string(),
            _ => String::new(),
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
        self.members.iter().map(|member| self.name(member))
    }

    /// The whole row as JSON.
    pub fn to_text(&self) -> &str {
        &self.text
    }

    /// The whole row as JSON, with values put on it. A property that the row does not carry stands there once.
    pub fn with(&self, values: &[(&str, &Value)]) -> String {
        let new =
            |name: &str| values.iter().rev().find(|(wanted, _)| *wanted == name).map(|(_, value)| value.to_string());
        let (mut json, mut copied) = (String::with_capacity(self.text.len() + 64), 0);
        for member in &self.members {
            if let Some(value) = new(self.name(member)) {
                json.push_str(self.at(&(copied..member.value.start)));
                json.push_str(&value);
                copied = member.value.end;
            }
        }
        json.push_str(self.at(&(copied..self.text.len().saturating_sub(1))));
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
        match value_of(self.to_text()) {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }

    fn at(&self, place: &Range<usize>) -> &str {
        self.text.get(place.clone()).unwrap_or_default()
    }

    fn name<'r>(&'r self, member: &'r Member) -> &'r str {
        match &member.name {
            Name::Here(place) => self.at(place),
            Name::Otherwise(name) => name,
        }
    }

    fn place(&self, property: &str) -> Option<&Member> {
        self.members.iter().rev().find(|member| match &member.name {
            Name::Here(place) => place.len() == property.len() && self.at(place) == property,
            Name::Otherwise(name) => **name == *property,
        })
    }

    /// A property's value as it stands there; `None` when it is left out or null.
    fn json(&self, property: &str) -> Option<&str> {
        self.place(property).map(|member| self.at(&member.value)).filter(|json| *json != "null")
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.to_text())
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

/// Reads an object, and notes where its properties stand.
pub(super) struct Reader {
    room: (usize, usize),
}

impl Reader {
    /// For one row of a list.
    pub(super) fn of_a_list() -> Self {
        Self { room: ROOM }
    }
}

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Row;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Row, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Reader {
    type Value = Row;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Row, A::Error> {
        let (bytes, properties) = self.room;
        let mut row = Row { text: String::with_capacity(bytes), members: Vec::with_capacity(properties) };
        row.text.push('{');
        while let Some(name) = members.next_key_seed(NameInto(&mut row.text))? {
            let json = members.next_value::<&'de RawValue>()?.get();
            // What is not flat and plain is looked through now, so that reading it later cannot fail.
            if json.starts_with(['{', '[']) || json.contains('\\') {
                serde_json::from_str::<Value>(json).map_err(serde::de::Error::custom)?;
            }
            let start = row.text.len();
            row.text.push_str(json);
            row.members.push(Member { name, value: start..row.text.len() });
        }
        row.text.push('}');
        Ok(row)
    }
}

/// Writes a property's name behind those there are.
struct NameInto<'r>(&'r mut String);

impl<'de> DeserializeSeed<'de> for NameInto<'_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Name, D::Error> {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        json.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameInto<'_> {
    type Value = Name;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a property's name")
    }

    // What can be borrowed is spelt without escapes.
    fn visit_borrowed_str<E: serde::de::Error>(self, name: &'de str) -> Result<Name, E> {
        self.0.push('"');
        let start = self.0.len();
        self.0.push_str(name);
        let place = start..self.0.len();
        self.0.push_str("\":");
        Ok(Name::Here(place))
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Name, E> {
        self.0.push_str(&Value::from(name).to_string());
        self.0.push(':');
        Ok(Name::Otherwise(name.into()))
    }
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
    fn of_a_property_that_stands_twice_the_last_value_counts_and_both_are_replaced() {
        let row = row(r#"{"a":1,"b":"x","a":2}"#);
        assert_eq!(row.text("a"), "2");
        assert_eq!(row.with(&[("a", &json!(3))]), r#"{"a":3,"b":"x","a":3}"#);
    }

    #[test]
    fn what_is_not_touched_goes_back_to_the_letter() {
        let text = r#"{"RowId":543,"Credit":1250.500,"Far":1E+40,"Navn":"S\u00f8rensen","Nothing":null}"#;
        assert_eq!(row(&text.replace(':', " : ")).with(&[]), text);
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
                prop_assert_eq!(row.value(name), Some(value.clone()).filter(|value| !value.is_null()));
            }
            let values: Vec<(&str, &Value)> = put.iter().map(|(name, value)| (name.as_str(), value)).collect();
            let sent: Map<String, Value> = serde_json::from_str(&row.with(&values)).unwrap();
            let mut expected = object;
            expected.extend(put.clone());
            prop_assert_eq!(sent, expected);
        }

        #[test]
        fn reads_what_a_tree_would_and_nothing_else(text in "[{}\\[\\]\",:\\\\u0-9a-fdD89 .eE+truls-]{0,24}") {
            let tree = serde_json::from_str::<Value>(&text).ok().filter(Value::is_object);
            prop_assert_eq!(Row::from_text(&text).map(|row| Value::Object(row.to_map())), tree);
        }
    }
}
