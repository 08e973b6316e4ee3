//! How the services say no: problem+json.

use http::StatusCode;
use serde_json::{Value, json};

/// A refusal, before the request's own marks are on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// What the server says.
    pub title: String,
    /// The code at the top.
    pub code: String,
    /// The broken rules.
    pub errors: Vec<Breach>,
}

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    /// The property.
    pub property: String,
    /// What is wrong.
    pub message: String,
    /// The error code.
    pub code: String,
}

impl Breach {
    pub(crate) fn new(property: &str, code: &str, message: impl Into<String>) -> Self {
        Self { property: property.to_owned(), code: code.to_owned(), message: message.into() }
    }
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &str, code: &str) -> Self {
        Self { status, title: title.to_owned(), code: code.to_owned(), errors: Vec::new() }
    }

    /// A body breaks rules.
    pub(crate) fn invalid(errors: Vec<Breach>) -> Self {
        Self { errors, ..Self::new(StatusCode::BAD_REQUEST, "Validation failed.", "ValidationError") }
    }

    pub(crate) fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized access.", "Unauthorized")
    }

    pub(crate) fn forbidden(code: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Access forbidden.", code)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Resource not found.", "ResourceNotFound")
    }

    /// The document was changed since it was read.
    pub(crate) fn conflict() -> Self {
        let breach = Breach::new("objectVersion", "UpdateConflict", "Update conflict. Version does not match.");
        let problem =
            Self::new(StatusCode::CONFLICT, "Update conflict. Object version does not match.", "UpdateConflict");
        Self { errors: vec![breach], ..problem }
    }

    pub(crate) fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests.", "TooManyRequests")
    }

    pub(crate) fn unsupported() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Unsupported media type.", "UnsupportedMediaType")
    }

    pub(crate) fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal server error.", "InternalServerError")
    }

    /// The body, with the marks of the request.
    pub(crate) fn body(&self, trace_id: &str, utc: &str) -> Value {
        let errors: Vec<Value> = self
            .errors
            .iter()
            .map(|breach| json!({"message": breach.message, "errorCode": breach.code, "property": breach.property}))
            .collect();
        let mut body = json!({
            "type": format!("https://httpstatuses.io/{}", self.status.as_u16()),
            "title": self.title,
            "status": self.status.as_u16(),
            "traceId": trace_id,
            "errorCode": self.code,
            "traceTimeUtc": utc,
        });
        if let (false, Some(object)) = (errors.is_empty(), body.as_object_mut()) {
            object.insert("errors".to_owned(), Value::Array(errors));
        }
        body
    }
}
