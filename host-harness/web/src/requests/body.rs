//! A whole body, within a size and a time.

use crate::options::WebOptions;
use crate::problem::Problem;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::time::Duration;

/// How much is read, and for how long it is waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimit {
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
}

impl BodyLimit {
    pub(crate) fn new(bytes: usize, options: &WebOptions) -> Self {
        Self { bytes, time: options.body_time }
    }
}

/// Read a body to its end.
///
/// # Errors
///
/// 413 when it is larger, told before it is read where its length is announced; 408 when it takes longer; 400 when it breaks
/// off.
pub(crate) async fn read(body: Body, limit: BodyLimit) -> Result<Bytes, Problem> {
    let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > limit.bytes {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(limit.time, Limited::new(body, limit.bytes).collect()).await {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Ok(Err(_)) => Err(Problem::new(StatusCode::BAD_REQUEST, "broken-body", "the body broke off")),
        Err(_) => {
            let detail = format!("the body was not there after {} ms; send it faster", limit.time.as_millis());
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "slow-body", detail))
        }
    }
}

fn too_large(limit: BodyLimit) -> Problem {
    let detail = format!("the body has more than {} bytes", limit.bytes);
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
}

/// The media type of the body in lower case, without parameters; empty when none is told.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let told = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::StreamBody;
    use rstest::rstest;

    const LIMIT: BodyLimit = BodyLimit { bytes: 4, time: Duration::from_secs(60) };

    /// A body whose length is not announced.
    fn in_pieces(pieces: &[&'static str]) -> Body {
        let frames = pieces.iter().map(|piece| Ok::<_, std::io::Error>(hyper::body::Frame::data(Bytes::from(*piece))));
        Body::new(StreamBody::new(futures_util::stream::iter(frames.collect::<Vec<_>>())))
    }

    #[rstest]
    #[case(Body::from("1234"), Ok("1234"))]
    #[case(Body::from("12345"), Err(413))]
    #[case(in_pieces(&["12", "34"]), Ok("1234"))]
    #[case(in_pieces(&["123", "45"]), Err(413))]
    #[case(Body::empty(), Ok(""))]
    #[tokio::test]
    async fn reads_up_to_the_limit(#[case] body: Body, #[case] expected: Result<&'static str, u16>) {
        let read = read(body, LIMIT).await.map_err(|problem| problem.status.as_u16());
        assert_eq!(read, expected.map(Bytes::from));
    }

    #[tokio::test]
    async fn waits_no_longer_than_its_time() {
        let never = Body::new(StreamBody::new(futures_util::stream::pending::<
            Result<hyper::body::Frame<Bytes>, std::io::Error>,
        >()));
        let problem = read(never, BodyLimit { bytes: 4, time: Duration::from_millis(1) }).await.unwrap_err();
        assert_eq!((problem.status.as_u16(), problem.code), (408, "slow-body"));
    }

    #[test]
    fn media_types_are_told_without_parameters() {
        let headers = HeaderMap::from_iter([(
            header::CONTENT_TYPE,
            http::HeaderValue::from_static("Application/JSON; charset=utf-8"),
        )]);
        assert_eq!(media_type(&headers), "application/json");
        assert_eq!(media_type(&HeaderMap::new()), "");
    }
}
