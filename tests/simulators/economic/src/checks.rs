//! Reading a document that somebody writes: types, limits, references. What is wrong is told property by property.
//!
//! Unknown properties and those that only the server writes are passed over in silence, as the real server does.

use crate::books::Books;
use crate::refusal::Leaf;
use crate::resource::{Field, Key, Kind, Reference, Resource, Row};
use crate::switches::Switches;
use jiff::Timestamp;
use jiff::civil::Date;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writer {
    /// A call that creates a document.
    Create,
    /// A call that replaces one.
    Replace,
    /// The data file, which may also say what only the server writes.
    Loader,
}

/// What a document is checked against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Check<'a> {
    pub books: &'a Books,
    pub switches: &'a Switches,
    /// Scheme and host that `self` links may name.
    pub origin: &'a str,
    pub writer: Writer,
    /// The customer that refers to something of its own.
    pub owner: Option<u64>,
}

impl Check<'_> {
    /// The document as it is kept.
    ///
    /// # Errors
    /// Every broken rule.
    pub(crate) fn document(&self, resource: &Resource, body: &Map<String, Value>) -> Result<Row, Vec<Leaf>> {
        let mut row = Row::new();
        let mut leaves = Vec::new();
        for field in resource.fields {
            let passed_over = match self.writer {
                Writer::Create => field.server || field.later,
                Writer::Replace => field.server,
                Writer::Loader => false,
            };
            if passed_over {
                continue;
            }
            match body.get(field.name) {
                None if field.required => leaves.push(missing(field)),
                None => {}
                Some(value) => match self.value(field, value) {
                    Ok(Value::Bool(false)) => {}
                    Ok(kept) => {
                        row.insert(field.name.to_owned(), kept);
                    }
                    Err(leaf) => leaves.push(leaf),
                },
            }
        }
        if leaves.is_empty() { Ok(row) } else { Err(leaves) }
    }

    fn value(&self, field: &Field, value: &Value) -> Result<Value, Leaf> {
        let wrong = |message: String| Leaf::new(field.name, message, None, value.clone());
        let typed = |expected: &str| wrong(format!("Invalid type. Expected {expected} but got {}.", type_of(value)));
        match field.kind {
            Kind::Text(min, max) => {
                let text = value.as_str().ok_or_else(|| typed("String"))?;
                let length = text.chars().count();
                if length > max {
                    return Err(wrong(format!("String '{text}' exceeds maximum length of {max}.")));
                }
                if length < min {
                    return Err(wrong(format!("String '{text}' is less than minimum length of {min}.")));
                }
                Ok(value.clone())
            }
            Kind::Integer(min, max) => {
                let whole = value.as_number().ok_or_else(|| typed("Integer"))?.as_i64();
                let whole = whole.ok_or_else(|| typed("Integer"))?;
                within(field.name, whole, min, max)?;
                Ok(value.clone())
            }
            Kind::Number => value.is_number().then(|| value.clone()).ok_or_else(|| typed("Number")),
            Kind::Boolean => value.is_boolean().then(|| value.clone()).ok_or_else(|| typed("Boolean")),
            Kind::Choice(words) => match value.as_str() {
                None => Err(typed("String")),
                Some(word) if words.contains(&word) => Ok(value.clone()),
                Some(word) => Err(wrong(format!("Value \"{word}\" is not defined in enum."))),
            },
            Kind::Choices(words) => {
                let list = value.as_array().ok_or_else(|| typed("Array"))?;
                match list.iter().find(|one| !one.as_str().is_some_and(|word| words.contains(&word))) {
                    Some(other) => Err(wrong(format!("Value {other} is not defined in enum."))),
                    None => Ok(value.clone()),
                }
            }
            Kind::Date => {
                let text = value.as_str().ok_or_else(|| typed("String"))?;
                day(text).map(|_| value.clone()).ok_or_else(|| wrong(format!("'{text}' is not a date, YYYY-MM-DD.")))
            }
            Kind::Moment => match value.as_str().and_then(|text| text.parse::<Timestamp>().ok()) {
                Some(_) => Ok(value.clone()),
                None => Err(wrong("It is not a moment, such as 2026-01-31T12:00:00Z.".to_owned())),
            },
            Kind::Shown => Ok(value.clone()),
            Kind::Reference(reference) => self.reference(field.name, reference, value).map(|key| key.shown()),
        }
    }

    /// The key that a written reference means.
    pub(crate) fn reference(&self, name: &str, reference: &Reference, value: &Value) -> Result<Key, Leaf> {
        let key = self.identified(name, reference, value)?;
        // A data file's chart of accounts may refer to what comes later in it.
        if self.writer != Writer::Loader && !self.books.has(reference, self.owner, &key) {
            return Err(self.not_found(name, reference, &key));
        }
        Ok(key)
    }

    /// The key that a written reference names, whether or not there is such a document.
    pub(crate) fn identified(&self, name: &str, reference: &Reference, value: &Value) -> Result<Key, Leaf> {
        let Some(object) = value.as_object() else {
            let message = format!("Invalid type. Expected Object but got {}.", type_of(value));
            return Err(Leaf::new(name, message, None, value.clone()));
        };
        let key = match object.get(reference.key).filter(|_| !reference.key.is_empty()) {
            Some(number) if reference.text => match number.as_str() {
                Some(text) => Key::Text(text.to_owned()),
                None => {
                    let message = format!("Invalid type. Expected String but got {}.", type_of(number));
                    return Err(Leaf::new(reference.key, message, None, number.clone()));
                }
            },
            Some(number) => match number.as_number().and_then(serde_json::Number::as_i64) {
                Some(whole) => {
                    within(reference.key, whole, 1, i64::MAX)?;
                    Key::Number(whole.unsigned_abs())
                }
                None => {
                    let message = format!("Invalid type. Expected Integer but got {}.", type_of(number));
                    return Err(Leaf::new(reference.key, message, None, number.clone()));
                }
            },
            None => match object.get("self").and_then(Value::as_str) {
                Some(link) => self.linked(reference, link).ok_or_else(|| {
                    let message = format!("'{link}' is not a link to one of the {}.", reference.many);
                    Leaf::new(name, message, None, value.clone())
                })?,
                None => {
                    let number = if reference.key.is_empty() { "self link" } else { reference.key };
                    let message =
                        format!("No identifiers present on {name}. Please include either a self link or a {number}.");
                    return Err(Leaf::new(name, message, Some("E04500"), value.clone()));
                }
            },
        };
        Ok(key)
    }

    /// What a reference means is not there.
    pub(crate) fn not_found(&self, name: &str, reference: &Reference, key: &Key) -> Leaf {
        let code = reference.not_found.unwrap_or(&self.switches.reference_code);
        let hint = format!("Find a list of {} at {}/{} .", reference.many, self.origin, reference.resource);
        Leaf::new(name, format!("{} '{key}' not found.", reference.what), Some(code), key.shown()).hinting(hint)
    }

    fn linked(&self, reference: &Reference, link: &str) -> Option<Key> {
        let ours = [REAL_ORIGIN, self.origin].iter().find_map(|origin| link.strip_prefix(origin))?;
        let path = ours.split('?').next().unwrap_or_default().strip_prefix('/')?;
        let (resource, key) = path.rsplit_once('/')?;
        let expected = match self.owner.filter(|_| reference.own) {
            Some(owner) => format!("customers/{owner}/{}", reference.resource),
            None => reference.resource.to_owned(),
        };
        let key = percent_decode_str(key).decode_utf8().ok()?;
        if resource == expected { Key::from_path(&key, reference.text) } else { None }
    }
}

/// Where the real interface is; links to it are taken as links to this simulator.
const REAL_ORIGIN: &str = "https://restapi.e-conomic.com";

fn missing(field: &Field) -> Leaf {
    let message = format!("Required properties are missing from object: {}.", field.name);
    Leaf::new(field.name, message, None, Value::Null)
}

/// Whether a number is within its limits.
pub(crate) fn within(name: &str, whole: i64, min: i64, max: i64) -> Result<(), Leaf> {
    let message = if whole < min {
        format!("Integer {whole} is less than minimum value of {min}.")
    } else if whole > max {
        format!("Integer {whole} exceeds maximum value of {max}.")
    } else {
        return Ok(());
    };
    Err(Leaf::new(name, message, None, Value::from(whole)))
}

/// A day as the interface writes it, `YYYY-MM-DD`.
pub(crate) fn day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// What JSON calls the type of a value, as the server writes it.
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "Integer",
        Value::Number(_) => "Float",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Object(_) => "Object",
    }
}
