//! Reading an answer: a 2xx whose body is an error is an error, and so is a body that is not JSON.
//!
//! What an error body looks like on the OData interface is not known [inf]; all shapes seen or likely are understood: a
//! bare JSON string or plain text with the name of a code, a bare number, an object with `Err`, OData's own `error` object.

use super::error_codes::Code;
use super::{Row, refusal};
use accounting_kit::http::Response;
use accounting_kit::types::{Error, Locale};
use serde_json::{Map, Value};

/// The longest name of a property, in bytes; the longest Uniconta has is half as long.
const MOST_PROPERTY_BYTES: usize = 64;

/// What a call is for: a failed write may have happened all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Write,
}

/// The JSON of a good answer (`Null` for an empty one), or the error the answer stands for.
pub(super) fn read(response: &Response, purpose: Purpose, locale: Locale) -> Result<Value, Error> {
    let text = std::str::from_utf8(&response.body).ok();
    let body = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    if let Some((code, property)) = error_in(text, body.as_ref()) {
        return Err(refusal::by_code(code, property.as_deref(), purpose, locale));
    }
    if !response.is_success() {
        return Err(refusal::by_status(response, purpose, locale));
    }
    match body {
        Some(value @ (Value::Object(_) | Value::Array(_))) => Ok(value),
        Some(Value::Null | Value::Number(_)) => Ok(Value::Null),
        Some(Value::String(text)) if text.is_empty() || Code::by_name(&text).is_some_and(Code::is_success) => {
            Ok(Value::Null)
        }
        Some(_) => Err(refusal::not_understood(purpose, "the answer is a bare text", locale)),
        None if response.body.iter().all(u8::is_ascii_whitespace) => Ok(Value::Null),
        None if response.body.trim_ascii_start().starts_with(b"<") => {
            Err(refusal::not_understood(purpose, "the answer is XML or HTML, not JSON", locale))
        }
        None => Err(refusal::not_understood(purpose, "the answer is not whole JSON", locale)),
    }
}

/// The row a good answer holds; `None` for another good answer.
pub(super) fn read_row(response: &Response, purpose: Purpose, locale: Locale) -> Result<Option<Row>, Error> {
    let json = std::str::from_utf8(&response.body).ok().filter(|_| response.is_success());
    if let Some(Ok(row)) = json.map(Row::read)
        && !["Err", "error"].iter().any(|name| row.has(name))
    {
        return Ok(Some(row));
    }
    read(response, purpose, locale).map(|answer| Row::new(&answer))
}

/// The code an answer carries, and the property it is about. Text that names no code is not an error by itself.
fn error_in(text: Option<&str>, body: Option<&Value>) -> Option<(Code, Option<String>)> {
    let failed = |code: Code| !code.is_success();
    match body {
        Some(Value::String(name)) => Code::by_name(name.trim()).filter(|code| failed(*code)).map(|code| (code, None)),
        Some(Value::Number(number)) => by_number(number).filter(|code| failed(*code)).map(|code| (code, None)),
        Some(Value::Object(object)) => in_object(object).filter(|(code, _)| failed(*code)),
        Some(_) => None,
        None => {
            let text = text?.trim();
            Code::by_name(text).filter(|code| failed(*code)).map(|code| (code, None))
        }
    }
}

fn in_object(object: &Map<String, Value>) -> Option<(Code, Option<String>)> {
    let property =
        object.get("ErrorProperty").and_then(Value::as_str).filter(|name| is_property(name)).map(str::to_owned);
    if let Some(code) = object.get("Err").and_then(code_of) {
        return Some((code, property));
    }
    let inner = object.get("error")?.as_object()?;
    let code = inner.get("code").and_then(code_of).or_else(|| inner.get("message").and_then(code_of))?;
    Some((code, property))
}

/// Whether a text can be a property's name. What is none may be what somebody typed, and that belongs in no error.
fn is_property(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    (1..=MOST_PROPERTY_BYTES).contains(&name.len()) && name.bytes().all(fits)
}

fn code_of(value: &Value) -> Option<Code> {
    match value {
        Value::String(name) => Code::by_name(name.trim()),
        Value::Number(number) => by_number(number),
        _ => None,
    }
}

fn by_number(number: &serde_json::Number) -> Option<Code> {
    Code::by_number(usize::try_from(number.as_u64()?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use accounting_kit::types::ErrorKind;
    use rstest::rstest;

    fn response(status: u16, body: &str) -> Response {
        Response { status, retry_after_s: None, body: body.as_bytes().to_vec() }
    }

    #[rstest]
    #[case(200, "\"NoCompanyId\"", "uniconta.no-company-id")]
    #[case(200, "ArgumentMissing", "uniconta.argument-missing")]
    #[case(200, "40", "uniconta.key-exists")]
    #[case(200, "{\"Err\":40,\"ErrorProperty\":\"Account\"}", "uniconta.key-exists")]
    #[case(200, "{\"error\":{\"code\":\"KeyExists\",\"message\":\"x\"}}", "uniconta.key-exists")]
    #[case(400, "\"FieldHasinvalidValue\"", "uniconta.field-hasinvalid-value")]
    #[case(500, "ServerIsBusy", "uniconta.server-is-busy")]
    #[case(200, "<rows/>", "uniconta.not-understood")]
    #[case(200, "{\"value\":[", "uniconta.not-understood")]
    #[case(200, "\"good morning\"", "uniconta.not-understood")]
    fn errors_in_every_disguise(#[case] status: u16, #[case] body: &str, #[case] code: &str) {
        assert_eq!(read(&response(status, body), Purpose::Read, Locale::En).unwrap_err().code, code);
    }

    #[test]
    fn a_property_is_named_and_nothing_else_is() {
        let subject = |property: &str| {
            let body = format!("{{\"Err\":\"KeyExists\",\"ErrorProperty\":\"{property}\"}}");
            read(&response(200, &body), Purpose::Write, Locale::En).unwrap_err().subject
        };
        assert_eq!(subject("CreditMax").as_deref(), Some("CreditMax"));
        assert_eq!(subject("Maja Sørensen"), None);
    }

    #[test]
    fn a_read_is_never_uncertain() {
        for (purpose, kind) in [(Purpose::Read, ErrorKind::Transient), (Purpose::Write, ErrorKind::Uncertain)] {
            assert_eq!(read(&response(200, "CouldNotSave"), purpose, Locale::En).unwrap_err().kind, kind);
        }
    }

    #[rstest]
    #[case(200, "[]")]
    #[case(200, "{\"Err\":0}")]
    #[case(200, "{\"RowId\":1,\"Name\":\"KeyExists\"}")]
    #[case(204, "")]
    #[case(200, "0")]
    #[case(200, "\"Succes\"")]
    fn good_answers(#[case] status: u16, #[case] body: &str) {
        let answer = read(&response(status, body), Purpose::Write, Locale::En);
        assert!(answer.is_ok(), "{answer:?}");
    }

    #[rstest]
    #[case(500, Purpose::Read, ErrorKind::Transient)]
    #[case(500, Purpose::Write, ErrorKind::Uncertain)]
    #[case(503, Purpose::Write, ErrorKind::Uncertain)]
    #[case(401, Purpose::Write, ErrorKind::Auth)]
    #[case(403, Purpose::Read, ErrorKind::Auth)]
    #[case(404, Purpose::Read, ErrorKind::Config)]
    #[case(429, Purpose::Write, ErrorKind::RateLimited)]
    #[case(400, Purpose::Write, ErrorKind::Validation)]
    fn by_status(#[case] status: u16, #[case] purpose: Purpose, #[case] kind: ErrorKind) {
        assert_eq!(read(&response(status, "oops"), purpose, Locale::Da).unwrap_err().kind, kind);
    }

    #[test]
    fn a_write_whose_answer_makes_no_sense_may_have_happened() {
        assert_eq!(read(&response(200, "<ok/>"), Purpose::Write, Locale::Da).unwrap_err().kind, ErrorKind::Uncertain);
        assert_eq!(read(&response(200, "<ok/>"), Purpose::Read, Locale::Da).unwrap_err().kind, ErrorKind::Internal);
    }
}
