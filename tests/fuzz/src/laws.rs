//! Laws that hold of every call of every connector.

use crate::club::{Club, EMAIL, NAME, SECRETS};
use accounting_kit::http::Method;
use accounting_kit::types::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;
use std::fmt::Debug;
use std::sync::LazyLock;

/// The hosts a connector describes, with what may follow them.
const HOSTS: [&str; 4] = [
    "https://odata.uniconta.com/",
    "https://api.uniconta.com/",
    "https://restapi.e-conomic.com/",
    "https://apis.e-conomic.com/",
];

/// The most requests one call may make: as the host's own limit.
const MOST_REQUESTS: usize = 1_000;

/// The secrets as they are, and what is the same in their base64 whatever stands before and behind them.
static SPELT: LazyLock<Vec<String>> = LazyLock::new(|| {
    let encoded = |secret: &str, before: usize| {
        let encoded = BASE64.encode(format!("{}{secret}", "x".repeat(before)));
        // The first four letters may hold a part of what stands before, the last four of what stands behind.
        encoded.get(4..encoded.len().saturating_sub(4)).unwrap_or_default().to_owned()
    };
    let each = SECRETS.into_iter().flat_map(|secret| {
        let encoded = (0..3).map(move |before| encoded(secret, before));
        std::iter::once(secret.to_owned()).chain(encoded)
    });
    each.collect()
});

/// Whether the input holds a secret itself; then nothing can be told from finding it again.
pub(crate) fn holds_a_secret(input: &[u8]) -> bool {
    let within = |secret: &str| input.windows(secret.len()).any(|window| window == secret.as_bytes());
    SPELT.iter().any(|secret| within(secret))
}

/// The JSON of a body that is whole. Bytes that are no UTF-8 may stand in texts that nobody reads.
pub(crate) fn whole(body: &[u8]) -> Option<Value> {
    serde_json::from_str(&String::from_utf8_lossy(body)).ok()
}

/// Requests go to the described hosts and nowhere else, carry a credential only where it belongs, and are not endless;
/// nothing secret or personal is logged.
pub(crate) fn of_the_outside(club: &Club) {
    let asked = club.asked.borrow();
    assert!(asked.len() <= MOST_REQUESTS, "{} requests in one call", asked.len());
    for (request, _) in asked.iter() {
        let url = &request.url;
        assert!(HOSTS.iter().any(|host| url.starts_with(host)), "a request to another host: {url}");
        assert!(url.bytes().all(|byte| byte.is_ascii_graphic()), "an address that is not encoded: {url}");
        without_secrets("an address", url);
        if url.starts_with("https://api.uniconta.com/login") {
            assert_eq!(request.method, Method::Post, "credentials go in a body");
        } else {
            without_secrets("a body", &String::from_utf8_lossy(&request.body));
        }
    }
    for (_, line) in club.host.log.borrow().iter() {
        without_secrets("a log line", line);
        without_people("a log line", line);
    }
}

/// What a connector answers holds no secret.
pub(crate) fn of_a_result(result: &impl Debug) {
    without_secrets("a result", &format!("{result:?}"));
}

/// An error says what happened, under a code of its own or of the kit's, with nothing in it that the operator must not see.
pub(crate) fn of_an_error(error: &Error, system: &str) {
    let code = &error.code;
    let rest = code
        .strip_prefix(system)
        .or_else(|| code.strip_prefix("bookkeeping"))
        .and_then(|rest| rest.strip_prefix('.'))
        .unwrap_or_default();
    let fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.';
    assert!(!rest.is_empty() && rest.bytes().all(fit), "not a code of {system}: {code:?}");
    assert!(!error.message.trim().is_empty(), "{code}: says nothing");
    assert!(!error.message.ends_with('.'), "{code}: ends in a full stop: {}", error.message);
    for (what, text) in [("a detail", &error.detail), ("a subject", &error.subject)] {
        without_people(what, text.as_deref().unwrap_or_default());
    }
}

fn without_secrets(what: &str, text: &str) {
    for secret in SPELT.iter() {
        assert!(!text.contains(secret.as_str()), "a secret in {what}: {text}");
    }
}

fn without_people(what: &str, text: &str) {
    for person in [NAME, EMAIL] {
        assert!(!text.contains(person), "personal data in {what}: {text}");
    }
}
