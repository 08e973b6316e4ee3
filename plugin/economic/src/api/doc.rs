//! One customer as e-conomic sends it, kept whole: what nobody here models goes back as it came.

use crate::assumptions::READ_ONLY;
use serde_json::{Map, Value};

/// A customer document. Numbers keep their exact text.
#[derive(Debug, Clone, PartialEq)]
pub struct Doc(Map<String, Value>);

impl Doc {
    /// A document from an answer; `None` when it is not an object with a customer number.
    pub fn new(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self(map)).filter(|doc| doc.number().is_some()),
            _ => None,
        }
    }

    /// `customerNumber`, what people see and what a link goes by.
    pub fn number(&self) -> Option<String> {
        let number = self.0.get("customerNumber")?.as_u64()?;
        (1..=999_999_999).contains(&number).then(|| number.to_string())
    }

    /// A property's value; `None` when it is left out or null.
    pub fn value(&self, property: &str) -> Option<&Value> {
        self.0.get(property).filter(|value| !value.is_null())
    }

    /// A text property; empty when it is left out.
    pub fn text(&self, property: &str) -> &str {
        self.value(property).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether a yes/no property is set; what is left out is not.
    pub fn is_on(&self, property: &str) -> bool {
        self.value(property) == Some(&Value::Bool(true))
    }

    /// The whole document, to be changed and sent back: without what a write does not take, without null and without
    /// false, which e-conomic refuses or leaves out itself.
    pub fn to_send(&self) -> Map<String, Value> {
        let mut map = self.0.clone();
        map.retain(|name, value| {
            !READ_ONLY.contains(&name.as_str()) && !value.is_null() && *value != Value::Bool(false)
        });
        map
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_nobody_models_goes_back_to_the_letter() {
        let text = r#"{"customerNumber":42,"name":"Æ","barred":false,"priceGroup":{"self":"https://restapi.e-conomic.com/price-groups/1"},"creditLimit":1250.50,"self":"x","lastUpdated":"2026-01-01T00:00:00Z","ean":null}"#;
        let doc = Doc::new(serde_json::from_str(text).unwrap()).unwrap();
        assert_eq!(
            serde_json::to_string(&doc.to_send()).unwrap(),
            r#"{"creditLimit":1250.50,"customerNumber":42,"name":"Æ","priceGroup":{"self":"https://restapi.e-conomic.com/price-groups/1"}}"#
        );
    }

    #[test]
    fn a_document_without_a_number_is_none() {
        for value in [json!({}), json!({"customerNumber": 0}), json!({"customerNumber": "7"}), json!([])] {
            assert_eq!(Doc::new(value), None);
        }
    }
}
