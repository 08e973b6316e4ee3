//! One row as Uniconta sends it: a flat JSON object in which properties without a value are left out.

use serde_json::{Map, Value};

/// A row. Numbers keep their exact text.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(Map<String, Value>);

impl Row {
    /// A row from an answer; `None` when it is not an object.
    pub fn new(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self(map)),
            _ => None,
        }
    }

    /// Whether the row carries the property. Absent means no value, or no such property.
    pub fn has(&self, property: &str) -> bool {
        self.value(property).is_some()
    }

    /// A property's value; `None` when it is left out or null.
    pub fn value(&self, property: &str) -> Option<&Value> {
        self.0.get(property).filter(|value| !value.is_null())
    }

    /// A property as text; empty when it is left out. Numbers keep their digits.
    pub fn text(&self, property: &str) -> String {
        match self.value(property) {
            Some(Value::String(text)) => text.clone(),
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
        self.0.keys().map(String::as_str)
    }

    /// The whole row as JSON.
    pub fn to_text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// A row from its JSON; `None` when it is none.
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_slice(text.as_bytes()).ok().and_then(Self::new)
    }

    /// The whole row, to be changed and sent back.
    pub fn to_map(&self) -> Map<String, Value> {
        self.0.clone()
    }
}
