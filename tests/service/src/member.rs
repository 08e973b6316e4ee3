//! A customer as FlexyBox holds it, and as the host is handed it.

use crate::books::TAG;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// All attributes of a customer but its number.
pub(crate) const ATTRIBUTES: [&str; 10] =
    ["name", "address", "zip", "city", "country", "phone", "mobile", "email", "cvr", "ean"];
/// A customer.
#[derive(Debug, Clone)]
pub struct Member {
    /// FlexyBox's id.
    pub id: String,
    /// The number people see; the account of the debtor.
    pub number: String,
    /// Carries the tag.
    pub tagged: bool,
    /// Carried it at some time.
    pub ever_tagged: bool,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) revision: u64,
}

impl Member {
    /// The value of an attribute; empty where there is none.
    pub fn value(&self, attribute: &str) -> &str {
        self.attributes.get(attribute).map(String::as_str).unwrap_or_default()
    }

    /// As the API takes it.
    pub fn json(&self) -> Value {
        let mut customer = json!({
            "id": self.id,
            "number": self.number,
            "tags": if self.tagged { vec![TAG] } else { Vec::new() },
            "fields": [],
            "deleted": false,
            "revision": self.revision,
        });
        if let Some(object) = customer.as_object_mut() {
            object.extend(ATTRIBUTES.map(|name| (name.to_owned(), Value::from(self.value(name)))));
        }
        customer
    }
}
