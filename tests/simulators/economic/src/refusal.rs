//! How the legacy REST interface says no. Three shapes: one property after another, a list of broken vouchers, a list of texts.

use http::StatusCode;
use serde_json::{Map, Value, json};

/// What the server says where a path leads nowhere.
const NOWHERE: &str = "The API tries to provide all the resource urls you need. If you follow the links of the documents you will get where you want to go.";
/// What it says of a body that breaks a rule.
const INSPECT: &str = "Inspect validation errors and correct your request.";

/// A refusal, before the request's own marks (log id, time) are on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: StatusCode,
    said: Box<Said>,
}

/// What a refusal says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Said {
    message: String,
    /// The code at the top, where there is one.
    code: Option<String>,
    /// What the developer should do.
    hint: String,
    /// `errors`, in one of its shapes.
    errors: Option<Value>,
    /// Further keys of the body.
    more: Map<String, Value>,
    /// How many errors there are, where the body says so.
    count: Option<usize>,
}

/// One broken rule of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// The property, as the server writes it.
    pub property: Box<str>,
    /// What is wrong.
    pub message: Box<str>,
    /// The error code, where there is one.
    pub code: Option<Box<str>>,
    /// The value that is wrong.
    pub input: Value,
    /// What to do.
    pub hint: Box<str>,
}

impl Leaf {
    pub(crate) fn new(property: &str, message: String, code: Option<&str>, input: Value) -> Self {
        let hint = "Correct the value of the property.".into();
        Self { property: property.into(), message: message.into(), code: code.map(Into::into), input, hint }
    }

    pub(crate) fn hinting(self, hint: impl Into<Box<str>>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    pub(crate) fn shown(&self) -> Value {
        let mut shown = json!({
            "propertyName": self.property,
            "errorMessage": self.message,
            "inputValue": self.input,
            "developerHint": self.hint,
        });
        if let (Some(code), Some(object)) = (&self.code, shown.as_object_mut()) {
            object.insert("errorCode".to_owned(), Value::from(&**code));
        }
        shown
    }
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { status, said: Box::new(Said { message: message.into(), hint: hint.into(), ..Said::default() }) }
    }

    /// With a code at the top.
    pub(crate) fn coded(mut self, code: &str) -> Self {
        self.said.code = Some(code.to_owned());
        self
    }

    /// With `errors` in one of its shapes.
    fn with(mut self, errors: Value) -> Self {
        self.said.errors = Some(errors);
        self
    }

    /// With a further key.
    pub(crate) fn and(mut self, key: &str, value: Value) -> Self {
        self.said.more.insert(key.to_owned(), value);
        self
    }

    /// The code at the top, where there is one.
    pub fn code(&self) -> Option<&str> {
        self.said.code.as_deref()
    }

    /// Some of the properties of a document break rules.
    pub(crate) fn invalid(leaves: &[Leaf]) -> Self {
        let mut errors: Map<String, Value> = Map::new();
        for leaf in leaves {
            let at = errors.entry(first_lower(&leaf.property)).or_insert_with(|| json!({"errors": []}));
            if let Some(list) = at.get_mut("errors").and_then(Value::as_array_mut) {
                list.push(leaf.shown());
            }
        }
        Self::validation(Value::Object(errors), leaves.len())
    }

    /// A body breaks rules; `errors` tells which, in the shape of its resource.
    pub(crate) fn validation(errors: Value, count: usize) -> Self {
        let plural = if count == 1 { "" } else { "s" };
        let message = format!("Validation failed. {count} error{plural} found.");
        let mut refusal = Self::new(StatusCode::BAD_REQUEST, message, INSPECT).coded("E04300").with(errors);
        refusal.said.count = Some(count);
        refusal
    }

    /// There is no such document.
    pub(crate) fn not_found(what: &str, key: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("{what} '{key}' does not exist."), NOWHERE).coded("E06000")
    }

    /// The path leads nowhere.
    pub(crate) fn nowhere() -> Self {
        Self::new(StatusCode::NOT_FOUND, "The resource you have been looking for does not exist.", NOWHERE)
    }

    /// A query parameter cannot be used.
    pub(crate) fn query(message: &str, hint: &str, error: String) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, hint).with(json!([error]))
    }

    /// The body, with the marks of the request: `log_id`, and the local time without a zone.
    pub(crate) fn body(&self, log_id: &str, local_time: &str) -> Value {
        let Said { message, code, hint, errors, more, count } = &*self.said;
        let mut body = more.clone();
        let mut set = |key: &str, value: Value| body.insert(key.to_owned(), value);
        set("message", Value::from(message.as_str()));
        set("developerHint", Value::from(hint.as_str()));
        set("logId", Value::from(log_id));
        set("httpStatusCode", Value::from(self.status.as_u16()));
        set("logTime", Value::from(local_time));
        if let Some(code) = code {
            set("errorCode", Value::from(code.as_str()));
        }
        if let Some(errors) = errors {
            set("errors", errors.clone());
        }
        if let Some(count) = count {
            set("errorCount", Value::from(*count));
        }
        Value::Object(body)
    }
}

/// `Date` stands under `date`.
pub(crate) fn first_lower(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.said.message)?;
        match &self.said.errors {
            Some(errors) => write!(formatter, " {errors}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}
