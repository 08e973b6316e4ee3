//! What a connector can do to the outside: which requests leave, how many and how large, and what it sees of the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod hostile;

use bytes::Bytes;
use host_harness::sandbox::{Limit, Limits};
use host_harness::transport::{InboundResponse, TransportError};
use hostile::{Canned, run};
use rstest::rstest;

#[tokio::test]
async fn requests_are_counted_and_the_rest_refused() {
    let transport = Canned::ok("yes");
    let report = run(transport.clone(), Limits::default(), "many-requests", "1050").await;
    let seen = report.result.unwrap();
    assert_eq!(seen[999], "200 3 bytes: yes");
    assert_eq!(seen[1000], "error ErrorCode::ConnectionLimitReached");
    assert_eq!(seen.len(), 1050);
    assert_eq!((transport.count(), report.traffic.requests, report.traffic.bytes_in), (1000, 1000, 3000));
    assert_eq!(
        report.exceeded.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["connector hostile went over its limit on requests per call: 1000 requests"]
    );
}

#[rstest]
#[case("https://never-approved.example/", "host never-approved.example is not approved; approved: approved.example")]
#[case("https://sub.approved.example/", "host sub.approved.example is not approved; approved: approved.example")]
#[case("http://approved.example/", "host approved.example was asked for over http; only https is let out")]
#[case("https://approved.example:8443/", "host approved.example was asked for on port 8443; only 443 is let out")]
#[case(
    "https://me:secret@approved.example/",
    "the address of host approved.example carries a user name; credentials belong in a header"
)]
#[case(
    "https://approved.example@evil.example/",
    "the address of host evil.example carries a user name; credentials belong in a header"
)]
#[case("https://127.0.0.1/", "127.0.0.1 is an address, not a host name; only approved names are let out")]
#[case("https://[::1]/", "[::1] is an address, not a host name; only approved names are let out")]
#[tokio::test]
async fn a_request_to_elsewhere_never_leaves(#[case] url: &str, #[case] reason: &str) {
    let transport = Canned::ok("yes");
    let report = run(transport.clone(), Limits::default(), "ask", url).await;
    assert_eq!(report.result.unwrap(), ["error ErrorCode::HttpRequestDenied"]);
    assert_eq!((transport.count(), report.traffic.requests), (0, 0));
    assert_eq!(report.traffic.refused.len(), 1);
    assert_eq!((report.traffic.refused[0].reason.as_str(), report.traffic.refused[0].times), (reason, 1));
    assert_eq!(report.log[0].message, format!("request refused: {reason}"));
    assert!(!format!("{:?}", report.log).contains("secret"));
}

#[tokio::test]
async fn a_host_header_of_its_own_never_leaves() {
    let transport = Canned::ok("yes");
    let report = run(transport.clone(), Limits::default(), "host-header", "").await;
    assert!(report.result.unwrap()[0].starts_with("error "));
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn an_approved_request_arrives_as_it_was_made() {
    let transport = Canned::ok("hello");
    let report = run(transport.clone(), Limits::default(), "ask", "https://approved.example/a%20b?q=%C3%A6&r=1").await;
    assert_eq!(report.result.unwrap(), ["200 5 bytes: hello"]);
    let seen = transport.seen.lock().unwrap();
    assert_eq!(seen[0].url, "https://approved.example/a%20b?q=%C3%A6&r=1");
    assert_eq!((seen[0].method.as_str(), seen[0].body.len()), ("GET", 0));
    assert!(seen[0].headers.iter().all(|(name, _)| name != "host"));
    assert!(report.traffic.refused.is_empty() && report.exceeded.is_empty());
}

#[rstest]
#[case("send-bytes", 8 * 1024 * 1024, None)]
#[case("send-bytes", 8 * 1024 * 1024 + 1, Some(Limit::RequestBytes))]
#[case("send-twice", 5 * 1024 * 1024, Some(Limit::BytesOut))]
#[tokio::test]
async fn bytes_out_are_bounded(#[case] behaviour: &str, #[case] bytes: usize, #[case] limit: Option<Limit>) {
    let transport = Canned::ok("");
    let report = run(transport.clone(), Limits::default(), behaviour, &bytes.to_string()).await;
    let seen = report.result.unwrap();
    assert_eq!(report.exceeded.iter().map(|exceeded| exceeded.limit).collect::<Vec<_>>(), Vec::from_iter(limit));
    match limit {
        None => {
            assert_eq!(seen, ["200 0 bytes: "]);
            assert_eq!(transport.seen.lock().unwrap()[0].body.len(), bytes);
        }
        Some(_) => assert_eq!(seen.last().unwrap(), "error ErrorCode::HttpRequestBodySize(Some(8388608))"),
    }
    assert!(report.traffic.bytes_out <= 8 * 1024 * 1024);
}

#[tokio::test]
async fn bytes_in_are_bounded() {
    let limits = Limits { answer_bytes: 1_000, bytes_in: 2_500, ..Limits::default() };
    let report = run(Canned::ok(vec![b'x'; 1_001]), limits.clone(), "ask", "https://approved.example/").await;
    assert_eq!(report.result.unwrap(), ["error ErrorCode::HttpResponseBodySize(Some(1000))"]);
    assert_eq!(report.exceeded[0].limit, Limit::AnswerBytes);

    let report = run(Canned::ok(vec![b'x'; 1_000]), limits, "many-requests", "3").await;
    assert_eq!(report.result.unwrap()[2], "error ErrorCode::HttpResponseBodySize(Some(2500))");
    assert_eq!(report.exceeded[0].limit, Limit::BytesIn);
    assert_eq!(report.traffic.bytes_in, 2_000);
}

#[tokio::test]
async fn a_large_answer_is_read_whole() {
    let report = run(Canned::ok(vec![b'x'; 3_000_000]), Limits::default(), "ask", "https://approved.example/").await;
    assert!(report.result.unwrap()[0].starts_with("200 3000000 bytes"));
}

#[rstest]
#[case(TransportError::NameNotFound { host: "h".into() }, "DnsError")]
#[case(TransportError::NotConnected { host: "h".into(), reason: String::new() }, "ConnectionRefused")]
#[case(TransportError::Refused { reason: "no".into() }, "HttpRequestDenied")]
#[case(TransportError::TimedOut { host: "h".into(), after_ms: 1 }, "ConnectionReadTimeout")]
#[case(TransportError::Dropped { host: "h".into() }, "ConnectionTerminated")]
#[case(TransportError::TooLarge { host: "h".into(), limit_bytes: 9 }, "HttpResponseBodySize(Some(9))")]
#[tokio::test]
async fn a_connector_sees_why_there_is_no_answer(#[case] error: TransportError, #[case] code: &str) {
    let report = run(Canned::new(Err(error)), Limits::default(), "ask", "https://approved.example/").await;
    let seen = report.result.unwrap();
    assert!(seen[0].starts_with(&format!("error ErrorCode::{code}")), "{}", seen[0]);
}

#[tokio::test]
async fn a_truncated_answer_breaks_off_after_what_came() {
    let answer = InboundResponse { status: 200, headers: Vec::new(), body: Bytes::from("half"), truncated: true };
    let report = run(Canned::new(Ok(answer)), Limits::default(), "ask", "https://approved.example/").await;
    assert_eq!(report.result.unwrap(), ["200 4 bytes: half, then broken"]);
}
