//! JSON that two machines write alike: keys sorted, numbers as they were written, and its SHA-256.

use crate::digest::{hexadecimal, sha256};
use serde_json::{Map, Value};

/// The same value with the keys of every object sorted, whatever order they came in.
pub fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort();
            let sorted = keys.into_iter().filter_map(|key| Some((key.clone(), canonical(members.get(key)?))));
            Value::Object(sorted.collect::<Map<_, _>>())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(canonical).collect()),
        plain => plain.clone(),
    }
}

/// SHA-256 of the canonical form, lower-case hexadecimal.
pub fn digest(value: &Value) -> String {
    hexadecimal(&sha256(canonical(value).to_string()))
}

/// Indented by two, with a line break at the end: how every file of a fixture is written.
pub fn pretty(value: &Value) -> String {
    format!("{:#}\n", canonical(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_numbers_apart_as_they_are_written_and_not_keys_by_order() {
        let one: Value = serde_json::from_str(r#"{"b": 1.0, "a": 12345678901234567890123}"#).unwrap();
        let same: Value = serde_json::from_str(r#"{"a":12345678901234567890123,"b":1.0}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"a":12345678901234567890123,"b":1.00}"#).unwrap();
        assert_eq!(digest(&one), digest(&same));
        assert_ne!(digest(&one), digest(&other));
        assert_eq!(canonical(&one).to_string(), r#"{"a":12345678901234567890123,"b":1.0}"#);
    }
}
