//! The id that ties a request to the logs and to what follows from it.

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::convert::Infallible;
use std::sync::Arc;
use uuid::Uuid;

/// The header that carries it, both ways.
pub(crate) const CORRELATION_HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

/// Longest id that is taken: room for a UUID, a trace id or a number with a prefix.
const LONGEST: usize = 64;

/// A correlation id: 1 to 64 of `[A-Za-z0-9._-]`.
#[derive(Debug, Clone)]
pub(crate) struct Correlation(Arc<str>);

impl Correlation {
    /// The sender's, if it has the form; else a new one.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(&CORRELATION_HEADER).and_then(|value| value.to_str().ok());
        match sent {
            Some(id) if has_the_form(id) => Self(id.into()),
            _ => Self(Uuid::new_v4().simple().to_string().into()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// For the answer.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

fn has_the_form(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

impl<S: Sync> FromRequestParts<S> for Correlation {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self::of(&parts.headers)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a", true)]
    #[case("Club.17_x-9", true)]
    #[case("", false)]
    #[case("two words", false)]
    #[case("line\u{e6}", false)]
    fn takes_what_has_the_form_and_makes_the_rest(#[case] sent: &str, #[case] taken: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(CORRELATION_HEADER, HeaderValue::from_bytes(sent.as_bytes()).unwrap());
        let correlation = Correlation::of(&headers);
        assert_eq!(correlation.as_str() == sent, taken);
        assert!(has_the_form(correlation.as_str()));
    }

    #[test]
    fn takes_64_characters_and_not_65() {
        for (length, taken) in [(64, true), (65, false)] {
            let sent = "x".repeat(length);
            let headers = HeaderMap::from_iter([(CORRELATION_HEADER, HeaderValue::from_str(&sent).unwrap())]);
            assert_eq!(Correlation::of(&headers).as_str() == sent, taken);
        }
    }
}
