//! What a connector can do to the outside: which requests leave, how many and how large, and what it sees of the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod hostile;

use bytes::Bytes;
use host_harness::sandbox::{Limit, Limits};
use host_harness::transport::{InboundResponse, TransportError};
use hostile::{Canned, Silence, ended_by, run};
use rstest::rstest;
use std::time::Duration;

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

/// All are begun before the first answer is looked at; they go out one after the other, and no more than allowed.
#[tokio::test]
async fn thousands_begun_at_once_are_counted_like_any_others() {
    let transport = Canned::ok("yes");
    let limits = Limits { requests: 50, ..Limits::default() };
    let report = run(transport.clone(), limits, "requests-at-once", "400").await;
    let seen = report.result.unwrap();
    assert_eq!(seen.iter().filter(|answer| *answer == "200").count(), 50);
    assert_eq!(seen.iter().filter(|answer| *answer == "error ErrorCode::ConnectionLimitReached").count(), 350);
    assert_eq!((transport.count(), report.traffic.requests), (50, 50));
    assert_eq!(report.exceeded.iter().map(|exceeded| exceeded.limit).collect::<Vec<_>>(), [Limit::Requests]);
}

#[rstest]
#[case::requests("requests-at-once", "5000")]
#[case::headers("hoard-handles", "")]
#[case::bodies("hoard-bodies", "")]
#[tokio::test]
async fn handles_are_bounded(#[case] behaviour: &str, #[case] argument: &str) {
    let report = run(std::sync::Arc::new(Silence), Limits::default(), behaviour, argument).await;
    assert_eq!(ended_by(&report), (Limit::Handles, 2_000, "hostile".to_owned()));
    assert_eq!(
        report.result.unwrap_err().to_string(),
        "connector hostile went over its limit on handles held at once: 2000 handles"
    );
}

#[tokio::test]
async fn headers_are_bounded() {
    let report = run(Canned::ok(""), Limits::default(), "giant-headers", "").await;
    assert_eq!(ended_by(&report), (Limit::HeaderBytes, 32 * 1024, "hostile".to_owned()));
}

/// Parts of a request that no client would put together so: method, scheme, authority, path, then headers.
#[rstest]
#[case::another_authority("GET\nhttps\nevil.example\n/", "error ErrorCode::HttpRequestDenied")]
#[case::a_user_who_looks_like_a_host(
    "GET\nhttps\napproved.example@evil.example\n/",
    "error ErrorCode::HttpRequestDenied"
)]
#[case::a_host_as_a_user("GET\nhttps\nevil.example@approved.example\n/", "error ErrorCode::HttpRequestDenied")]
#[case::another_port("GET\nhttps\napproved.example:8443\n/", "error ErrorCode::HttpRequestDenied")]
#[case::a_name_within_a_name("GET\nhttps\napproved.example.evil.example\n/", "error ErrorCode::HttpRequestDenied")]
#[case::a_dot_behind("GET\nhttps\napproved.example.\n/", "error ErrorCode::HttpRequestDenied")]
#[case::an_address("GET\nhttps\n2130706433\n/", "error ErrorCode::HttpRequestDenied")]
#[case::nobody("GET\nhttps\n\n/", "no such authority")]
#[case::a_line_break_in_the_authority("GET\nhttps\napproved.example\u{b}evil\n/", "no such authority")]
#[case::a_path_in_the_authority("GET\nhttps\nevil.example/\n/", "no such authority")]
#[case::plain_http("GET\nhttp\napproved.example\n/", "error ErrorCode::HttpRequestDenied")]
#[case::another_scheme("GET\nftp\napproved.example\n/", "error ErrorCode::HttpRequestDenied")]
#[case::an_absolute_path("GET\nhttps\napproved.example\nhttps://evil.example/", "no such path")]
#[case::a_tunnel("CONNECT\nhttps\napproved.example\n/", "error ErrorCode::HttpRequestDenied")]
#[case::a_trace("TRACE\nhttps\napproved.example\n/", "error ErrorCode::HttpRequestDenied")]
#[case::a_method_of_its_own("SMUGGLE\nhttps\napproved.example\n/", "error ErrorCode::HttpRequestDenied")]
#[case::a_method_with_a_line_break("GET / HTTP/1.1\nhttps\napproved.example\n/", "no such method")]
#[case::a_host("GET\nhttps\napproved.example\n/\nhost: evil.example", "header host: forbidden")]
#[case::a_host_in_capitals("GET\nhttps\napproved.example\n/\nHOST: evil.example", "header HOST: forbidden")]
#[case::a_connection("GET\nhttps\napproved.example\n/\nconnection: keep-alive", "header connection: forbidden")]
#[case::chunks("GET\nhttps\napproved.example\n/\ntransfer-encoding: chunked", "header transfer-encoding: forbidden")]
#[case::an_upgrade("GET\nhttps\napproved.example\n/\nupgrade: h2c", "header upgrade: forbidden")]
#[case::a_proxy(
    "GET\nhttps\napproved.example\n/\nproxy-authorization: Basic abc",
    "header proxy-authorization: forbidden"
)]
#[case::a_pseudo_header(
    "GET\nhttps\napproved.example\n/\n:authority: evil.example",
    "header :authority: invalid syntax"
)]
#[case::a_line_break("GET\nhttps\napproved.example\n/\nx-a: b\\r\\nhost: evil.example", "header x-a: invalid syntax")]
#[case::a_bare_line_break("GET\nhttps\napproved.example\n/\nx-a: b\\nhost: evil.example", "header x-a: invalid syntax")]
#[case::a_space_in_a_name("GET\nhttps\napproved.example\n/\nhost : evil.example", "header host : invalid syntax")]
#[case::bytes_that_never_come(
    "GET\nhttps\napproved.example\n/\ncontent-length: 5",
    "error ErrorCode::HttpRequestBodySize(Some(0))"
)]
#[case::a_length_below_none(
    "GET\nhttps\napproved.example\n/\ncontent-length: -1",
    "header content-length: invalid syntax"
)]
#[case::two_lengths(
    "GET\nhttps\napproved.example\n/\ncontent-length: 0\ncontent-length: 5",
    "header content-length: invalid syntax"
)]
#[tokio::test]
async fn no_trick_with_a_request_leads_elsewhere(#[case] parts: &str, #[case] told: &str) {
    let transport = Canned::ok("yes");
    let report = run(transport.clone(), Limits::default(), "request", parts).await;
    assert_eq!(report.result.unwrap(), [told]);
    assert_eq!((transport.count(), report.traffic.requests), (0, 0));
}

#[rstest]
#[case::more_than_promised("3", "hello")]
#[case::less_than_promised("9", "hello")]
#[tokio::test]
async fn a_body_of_another_length_than_promised_never_leaves(#[case] promised: &str, #[case] sent: &str) {
    let transport = Canned::ok("yes");
    let report = run(transport.clone(), Limits::default(), "lie-about-length", &format!("{promised} {sent}")).await;
    let seen = report.result.unwrap();
    assert!(seen[0].contains("finished false: error "), "{seen:?}");
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn a_redirect_leads_no_further_than_the_list() {
    let location = ("location".to_owned(), "https://evil.example/?secret=hush".to_owned());
    let answer = InboundResponse { status: 302, headers: vec![location], body: Bytes::new(), truncated: false };
    let transport = Canned::new(Ok(answer));
    let report = run(transport.clone(), Limits::default(), "follow", "/").await;
    assert_eq!(report.result.unwrap(), ["302 https://evil.example/?secret=hush", "error ErrorCode::HttpRequestDenied"]);
    assert_eq!(transport.count(), 1);
    assert_eq!(report.traffic.refused[0].reason, "host evil.example is not approved; approved: approved.example");
}

/// A call that keeps something open, or lets it come in drops, has no more time than any other.
#[rstest]
#[case::an_answer_nobody_reads("hold-answer", "")]
#[case::answers_nobody_reads("hoard-answers", "8")]
#[case::a_body_in_drops("drip", "")]
#[case::nothing_at_all("sleep", "")]
#[case::a_look_at_the_clock_for_ever("poll", "")]
#[case::lines_too_long_for_the_log("log-large", "")]
#[case::the_same_question_for_ever("look-up-without-end", "42")]
#[tokio::test]
async fn what_has_no_end_of_its_own_is_stopped(#[case] behaviour: &str, #[case] argument: &str) {
    let limits = Limits { wall_time: Duration::from_millis(300), ..Limits::default() };
    let report = run(Canned::ok(vec![b'x'; 100_000]), limits, behaviour, argument).await;
    assert_eq!(ended_by(&report), (Limit::WallTime, 300, "hostile".to_owned()));
}

#[tokio::test]
async fn a_body_without_end_is_taken_no_further_than_its_limit() {
    let transport = Canned::ok("yes");
    let report = run(transport.clone(), Limits::default(), "pour", "").await;
    assert_eq!(report.result.unwrap(), ["error ErrorCode::HttpRequestBodySize(Some(8388608))"]);
    assert_eq!(transport.count(), 0);
    assert_eq!(report.exceeded[0].limit, Limit::RequestBytes);
}

/// Answers that are held open and unread lie in the host's memory: all of a call's together have their limit.
#[tokio::test]
async fn answers_nobody_reads_are_bounded() {
    let limits = Limits { wall_time: Duration::from_millis(500), bytes_in: 1_000_000, ..Limits::default() };
    let report = run(Canned::ok(vec![b'x'; 400_000]), limits, "hoard-answers", "10").await;
    assert_eq!(ended_by(&report).0, Limit::WallTime);
    assert_eq!(report.traffic.bytes_in, 800_000);
    assert!(report.exceeded.iter().any(|exceeded| exceeded.limit == Limit::BytesIn), "{:?}", report.exceeded);
}
