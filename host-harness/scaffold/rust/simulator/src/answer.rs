//! An answer of the REST interface.

use serde_json::{Value, json};

/// A status and JSON.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) retry_after_s: Option<u32>,
}

impl Answer {
    pub(crate) fn ok(body: Value) -> Self {
        Self { status: 200, body, retry_after_s: None }
    }

    pub(crate) fn created(body: Value) -> Self {
        Self { status: 201, body, retry_after_s: None }
    }

    /// A refusal: a code for programs, a text for people.
    pub(crate) fn refused(status: u16, code: &str, message: &str) -> Self {
        Self { status, body: json!({"code": code, "message": message}), retry_after_s: None }
    }
}
