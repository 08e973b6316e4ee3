//! How a refusal is written into an answer: the switches decide status and shape, the caller decides JSON or XML.

use crate::refusal::Refusal;
use crate::switches::{ErrorBody, Switches, WebApiErrorBody};
use crate::xml;
use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};
use simulator_kit::answer::{self, TEXT, XML};

/// A refusal on the OData surface.
pub(crate) fn on_odata(refusal: &Refusal, json: bool, switches: &Switches) -> Response<Bytes> {
    let status = StatusCode::from_u16(switches.odata_error_status).unwrap_or(StatusCode::BAD_REQUEST);
    match (json, switches.odata_error_body) {
        (_, ErrorBody::Text) => answer::body(status, TEXT, refusal.code.name()),
        (true, shape) => answer::json(status, &value(refusal, shape)),
        (false, ErrorBody::Number) => answer::body(status, XML, xml::text(&refusal.code.number().to_string())),
        (false, _) => answer::body(status, XML, xml::text(refusal.code.name())),
    }
}

/// A refusal on the Web API.
pub(crate) fn on_web_api(refusal: &Refusal, switches: &Switches) -> Response<Bytes> {
    let status = StatusCode::from_u16(switches.web_api_error_status).unwrap_or(StatusCode::OK);
    let shape = match switches.web_api_error_body {
        WebApiErrorBody::Text => return answer::body(status, TEXT, refusal.code.name()),
        WebApiErrorBody::Name => ErrorBody::Name,
        WebApiErrorBody::Number => ErrorBody::Number,
        WebApiErrorBody::Object => ErrorBody::Object,
    };
    answer::json(status, &value(refusal, shape))
}

fn value(refusal: &Refusal, shape: ErrorBody) -> Value {
    match shape {
        ErrorBody::Name | ErrorBody::Text => Value::from(refusal.code.name()),
        ErrorBody::Number => Value::from(refusal.code.number()),
        ErrorBody::Object => {
            json!({"Err": refusal.code.number(), "ErrorProperty": refusal.property})
        }
    }
}

/// A request that the server cannot read: always 400, with a message for a person.
pub(crate) fn unreadable(message: &str, json: bool) -> Response<Bytes> {
    if json {
        answer::json(StatusCode::BAD_REQUEST, &json!({"error": {"code": "", "message": message}}))
    } else {
        answer::body(StatusCode::BAD_REQUEST, XML, xml::text(message))
    }
}
