//! JSON documents that are sent to the API.
//!
//! What cannot be read is named by the path to it and by what was expected there. The value itself is not repeated.

use super::body::{BodyLimit, media_type, read};
use super::named::Named;
use crate::check::Checked;
use crate::options::WebOptions;
use crate::problem::Problem;
use axum::extract::{FromRef, FromRequest, Request};
use http::StatusCode;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::error::Category;
use std::sync::Arc;

/// Longest path to a field that is told: names of unknown fields are the sender's.
const LONGEST_SUBJECT: usize = 200;

/// Something that is sent as a JSON document.
pub(crate) trait Document: DeserializeOwned {
    /// Most bytes.
    const MOST_BYTES: usize = super::MOST_JSON_BYTES;

    /// What no body at all means; none when there must be one.
    fn unsent() -> Option<Self> {
        None
    }

    /// Hold it against its limits.
    fn check(&self) -> Checked;
}

/// A document that was sent, and keeps its limits.
pub(crate) struct Sent<T>(pub(crate) T);

impl<T: Document, S: Send + Sync> FromRequest<S> for Sent<T>
where
    Arc<WebOptions>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let options = Arc::<WebOptions>::from_ref(state);
        let kind = media_type(request.headers());
        let body = read(request.into_body(), BodyLimit::new(T::MOST_BYTES, &options)).await?;
        if body.is_empty()
            && let Some(unsent) = T::unsent()
        {
            return Ok(Self(unsent));
        }
        if kind != "application/json" {
            return Err(other_media_type("application/json"));
        }
        let document: T = match T::unsent() {
            // Where a body may be left out, `null` says the same.
            Some(unsent) => parse::<Option<T>>(&body)?.unwrap_or(unsent),
            None => parse(&body)?,
        };
        document.check()?;
        Ok(Self(document))
    }
}

/// 415, naming what is taken.
pub(crate) fn other_media_type(taken: &str) -> Problem {
    let detail = format!("the body is not sent as {taken}; say so in `content-type`");
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", detail).about("content-type")
}

/// Read JSON.
///
/// # Errors
///
/// 400 when it is no JSON, 422 when it is JSON of another shape or with a number that does not fit.
pub(crate) fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let read: T = serde_path_to_error::deserialize(Named(&mut reader)).map_err(|error| {
        let path = error.path().to_string();
        refused(text, &path, error.inner())
    })?;
    reader.end().map_err(|error| refused(text, "", &error))?;
    Ok(read)
}

fn refused(text: &[u8], path: &str, error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let told = error.to_string();
    // Some faults of a value (a number too large for any type, an entry or a word too many) count as faults of the text. For
    // whoever sent them, JSON is JSON.
    let too_deep = told.starts_with("recursion limit exceeded");
    if too_deep || (error.classify() != Category::Data && !is_json(text)) {
        let detail = format!("the body is no JSON: see line {line}, column {column}");
        return Problem::new(StatusCode::BAD_REQUEST, "no-json", detail);
    }
    let subject: String = path.trim_start_matches('.').chars().take(LONGEST_SUBJECT).collect();
    let subject = if subject == "?" { String::new() } else { subject };
    let place = if subject.is_empty() { "the document".to_owned() } else { subject.clone() };
    Problem::invalid("invalid-value", format!("{place} {}", what(&told))).about(subject)
}

/// Whether it is JSON of any shape.
fn is_json(text: &[u8]) -> bool {
    // Strings that are passed over are not read as UTF-8, so that is looked at by itself.
    std::str::from_utf8(text).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// What is wrong, without the value that is.
fn what(told: &str) -> String {
    let told = told.rsplit_once(" at line ").map_or(told, |(before, _)| before);
    if told.starts_with("number out of range") {
        return "is a number that does not fit".to_owned();
    }
    if told.starts_with("trailing characters") {
        return "has too many entries".to_owned();
    }
    if told.starts_with("missing field") || told.starts_with("duplicate field") {
        return format!("has a {told}");
    }
    let (_, expected) = told.rsplit_once(", expected ").unwrap_or(("", "another value"));
    // The name of a type is nothing to whoever sent it.
    let expected = if expected.starts_with("struct ") { "an object" } else { expected };
    if told.starts_with("unknown field") {
        format!("is unknown here; expected {expected}")
    } else if told.starts_with("invalid value") {
        format!("is a value that does not fit; expected {expected}")
    } else {
        format!("is something else than expected: {expected}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read")]
    struct Example {
        name: String,
        #[serde(default)]
        amounts: Vec<i64>,
        #[serde(default)]
        revision: u64,
        #[serde(default)]
        pair: [String; 2],
        #[serde(default)]
        place: Option<Where>,
        #[serde(default)]
        parts: Vec<Example>,
        #[serde(default)]
        next: Option<Box<Example>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    #[allow(dead_code, reason = "only read")]
    enum Where {
        Here(String),
        There(String),
    }

    #[rstest]
    #[case("", 400, "")]
    #[case("{", 400, "")]
    #[case(r#"{"name":"x"} tail"#, 400, "")]
    #[case("\"\u{7f}", 400, "")]
    #[case("[]", 422, "")]
    #[case(r#"{"name":7}"#, 422, "name")]
    #[case(r#"{"amounts":[1]}"#, 422, "")]
    #[case(r#"{"name":"x","amounts":[1,2.5]}"#, 422, "amounts[1]")]
    #[case(r#"{"name":"x","amounts":[9223372036854775808]}"#, 422, "amounts[0]")]
    #[case(r#"{"name":"x","amounts":[1e400]}"#, 422, "amounts[0]")]
    #[case(r#"{"name":"x","amounts":[1e3]}"#, 422, "amounts[0]")]
    #[case(r#"{"name":"x","revision":-1}"#, 422, "revision")]
    #[case(r#"{"name":"x","revision":18446744073709551616}"#, 422, "revision")]
    #[case(r#"{"name":"x","revision":99999999999999999999999999}"#, 422, "revision")]
    #[case(r#"{"name":"x","nmae":1}"#, 422, "nmae")]
    #[case(r#"{"name":"x","name":"y"}"#, 422, "")]
    #[case(r#"{"name":"x","pair":["a","b","c"]}"#, 422, "pair")]
    #[case(r#"{"name":"x","pair":["a" "b"]}"#, 400, "")]
    #[case(r#"{"name":"x","place":{"here":"a","there":"b"}}"#, 422, "place")]
    #[case(r#"{"name":"x","place":7}"#, 422, "place")]
    #[case(r#"{"name":"x","place":{"here":"a","there":"b"}"#, 400, "")]
    #[case(r#"{"name":"\ud800"}"#, 422, "name")]
    #[case(r#"["x"]"#, 422, "")]
    #[case(r#"{"name":"x","parts":[{"name":"y"},["z"]]}"#, 422, "parts[1]")]
    #[case(r#"{"name":"x","next":["y"]}"#, 422, "next")]
    fn names_the_place(#[case] sent: &str, #[case] status: u16, #[case] subject: &str) {
        let problem = parse::<Example>(sent.as_bytes()).unwrap_err();
        assert_eq!((problem.status.as_u16(), problem.subject.as_str()), (status, subject), "{}", problem.detail);
    }

    #[rstest]
    #[case(r#"{"name":"x","amounts":["Maja, expected Sørensen"]}"#)]
    #[case(r#"{"name":"x","revision":"Sørensen at line 1"}"#)]
    fn does_not_repeat_values(#[case] sent: &str) {
        let problem = parse::<Example>(sent.as_bytes()).unwrap_err();
        assert!(!problem.detail.contains("Sørensen"), "{}", problem.detail);
    }

    #[test]
    fn what_is_no_utf8_is_no_json() {
        let problem = parse::<Example>(b"{\"name\":\"\xff\"}").unwrap_err();
        assert_eq!(problem.status.as_u16(), 400);
    }

    #[test]
    fn does_not_tell_names_of_types() {
        for sent in ["null", "[]", "[\"x\"]"] {
            let problem = parse::<Example>(sent.as_bytes()).unwrap_err();
            assert_eq!(problem.detail, "the document is something else than expected: an object", "{sent}");
        }
    }

    #[test]
    fn a_deep_document_is_refused() {
        let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        assert_eq!(parse::<serde_json::Value>(deep.as_bytes()).unwrap_err().status.as_u16(), 400);
    }
}
