//! Refusals as problem documents (RFC 9457).
//!
//! A [`Problem`] travels as an extension of an empty answer and is written down in one place, by
//! [`observe`](crate::observe), which knows the correlation id. Answers that the framework refused by itself (no such
//! route, no such method) become problems there too, so no other form of refusal leaves the server.

use accounting_service::{Refusal, ServiceError};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

/// Media type of a problem.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds to wait before asking a service again that takes no work: long enough to let a disk or a restart pass.
const RETRY_UNAVAILABLE_S: u32 = 5;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    /// Stable.
    pub(crate) code: &'static str,
    /// What is wrong and what to do.
    pub(crate) detail: String,
    /// The field, parameter, setting or scope it is about; empty for none.
    pub(crate) subject: String,
    /// Seconds to wait, where waiting helps.
    pub(crate) retry_after_s: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), subject: String::new(), retry_after_s: None }
    }

    /// The same, about this.
    pub(crate) fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// The same, with how long to wait.
    pub(crate) fn after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds.max(1));
        self
    }

    /// What was sent breaks a limit.
    pub(crate) fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// A defect of the host. Nothing of it is told; the log has it under the correlation id.
    pub(crate) fn internal() -> Self {
        let detail = "something went wrong in the host; its log says what, under this correlation id";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// What the framework refused by itself, by its status.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::NOT_FOUND => {
                ("unknown-route", "there is nothing at this address; /openapi.json lists what there is")
            }
            StatusCode::METHOD_NOT_ALLOWED => {
                ("method", "this address does not take that method; `allow` lists those it takes")
            }
            _ if status.is_server_error() => return Self { status, ..Self::internal() },
            _ => ("refused", "the request was refused"),
        };
        Self::new(status, code, detail)
    }

    /// As it is sent.
    pub(crate) fn document(&self, correlation: &str) -> ProblemDocument {
        ProblemDocument {
            r#type: format!("urn:flexybox:accounting:problem:{}", self.code),
            title: self.code.replace('-', " "),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code.to_owned(),
            subject: (!self.subject.is_empty()).then(|| self.subject.clone()),
            correlation: correlation.to_owned(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        let status = match error.refusal {
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::Conflict => StatusCode::CONFLICT,
            Refusal::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::Internal => {
                tracing::error!(code = error.code, message = %error.message, "the service failed");
                return Self::internal();
            }
        };
        let problem = Self::new(status, error.code, error.message).about(error.subject);
        if status == StatusCode::SERVICE_UNAVAILABLE { problem.after(RETRY_UNAVAILABLE_S) } else { problem }
    }
}

/// Why a request was refused (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDocument {
    /// `urn:flexybox:accounting:problem:` and the code.
    #[schema(example = "urn:flexybox:accounting:problem:unknown-installation")]
    r#type: String,
    /// The code in words.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong and what to do, in English, for developers and operators. No secrets and no personal data.
    detail: String,
    /// Stable; an open set.
    #[schema(example = "unknown-installation")]
    code: String,
    /// The field, parameter, setting or scope it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// Ties it to the logs; the same as in the header `x-correlation-id`.
    correlation: String,
}
