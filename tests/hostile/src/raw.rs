//! Requests as no well-meant client makes them, over the bindings alone: many at once, with headers and addresses of any
//! kind, with bodies that have no end, with answers that nobody reads.

use crate::requests;
use std::hint::black_box;
use waki::bindings::wasi::clocks::monotonic_clock::subscribe_duration;
use waki::bindings::wasi::http::outgoing_handler::handle;
use waki::bindings::wasi::http::types::{
    Fields, FutureIncomingResponse, HeaderError, IncomingBody, IncomingResponse, Method, OutgoingBody, OutgoingRequest,
    Scheme,
};
use waki::bindings::wasi::io::streams::InputStream;

/// Who was approved, where a behaviour needs somebody.
const APPROVED: &str = "approved.example";

/// The most that one write may hand over, as `wasi:io` has it.
const WRITE_BYTES: usize = 4096;

/// Between two bytes of a body that drips, nanoseconds: 20 ms.
const DRIP: u64 = 20_000_000;

/// A request in its parts: one line each of method, scheme, authority and path, then a header a line, `name: value`; in these
/// `\r` and `\n` stand for the characters.
pub(crate) fn in_parts(text: &str) -> Vec<String> {
    let mut lines = text.lines();
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let (method, scheme, authority, path) = (line(), line(), line(), line());
    let fields = Fields::new();
    for header in lines {
        let (name, value) = header.split_once(": ").unwrap_or((header, ""));
        let value = value.replace("\\r", "\r").replace("\\n", "\n");
        if let Err(error) = fields.append(&name.to_owned(), &value.into_bytes()) {
            return vec![format!("header {name}: {}", of_header(&error))];
        }
    }
    let request = OutgoingRequest::new(fields);
    let scheme = match scheme.as_str() {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    };
    let method = match method.as_str() {
        "GET" => Method::Get,
        "CONNECT" => Method::Connect,
        "TRACE" => Method::Trace,
        other => Method::Other(other.to_owned()),
    };
    let set = [
        ("method", request.set_method(&method)),
        ("scheme", request.set_scheme(Some(&scheme))),
        ("authority", request.set_authority(Some(&authority))),
        ("path", request.set_path_with_query(Some(&path))),
    ];
    if let Some((part, _)) = set.iter().find(|(_, set)| set.is_err()) {
        return vec![format!("no such {part}")];
    }
    match handle(request, None) {
        Ok(answer) => vec![told(&answer)],
        Err(code) => vec![requests::refused(&code)],
    }
}

/// So many requests, all begun before the first answer is looked at.
pub(crate) fn at_once(count: usize) -> Vec<String> {
    let begun: Vec<_> = (0..count).map(|_| handle(get("/"), None)).collect();
    begun
        .iter()
        .map(|answer| match answer {
            Ok(answer) => told(answer),
            Err(code) => requests::refused(code),
        })
        .collect()
}

/// Headers and requests that are kept, without end.
pub(crate) fn hoard_handles() -> ! {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(Fields::new()));
    }
}

/// So many bodies are begun and written to as far as one may, and nothing is ever sent; then a trap in the end.
pub(crate) fn hoard_bodies() -> ! {
    let piece = [b'x'; WRITE_BYTES];
    let mut kept = Vec::new();
    loop {
        let request = get("/");
        if let Ok(body) = request.body() {
            if let Ok(stream) = body.write() {
                while matches!(stream.check_write(), Ok(room) if room >= WRITE_BYTES as u64) {
                    let _full = stream.write(&piece).is_err();
                }
                kept.push((request, body, stream));
                continue;
            }
        }
        spin()
    }
}

/// Headers of one request, more and more of them.
pub(crate) fn giant_headers() -> Vec<String> {
    let fields = Fields::new();
    for number in 0..100_000_u32 {
        if let Err(error) = fields.append(&format!("x-{number}"), &vec![b'x'; 1_000]) {
            return vec![format!("after {number}: {}", of_header(&error))];
        }
    }
    vec!["100000 headers".to_owned()]
}

/// An answer whose body is opened and not read.
pub(crate) fn hold_answer() -> ! {
    let _held = opened("/large");
    spin()
}

/// So many answers, all held open and unread; then the call waits for its end.
pub(crate) fn hoard_answers(count: usize) -> ! {
    let _held: Vec<_> = (0..count).filter_map(|_| opened("/large")).collect();
    sleep()
}

/// A body that comes a byte at a time and has no end.
pub(crate) fn drip() -> ! {
    let request = get("/");
    let body = request.body();
    let _under_way = handle(request, None);
    if let Ok(body) = &body
        && let Ok(stream) = body.write()
    {
        while stream.blocking_write_and_flush(b"x").is_ok() {
            subscribe_duration(DRIP).block();
        }
    }
    sleep()
}

/// A body as fast as it is taken, without end, and whatever becomes of it.
pub(crate) fn pour() -> Vec<String> {
    let request = get("/");
    let body = request.body();
    let answer = handle(request, None);
    let piece = [b'x'; WRITE_BYTES];
    if let Ok(body) = body {
        if let Ok(stream) = body.write() {
            for _ in 0..100_000 {
                if stream.blocking_write_and_flush(&piece).is_err() {
                    break;
                }
            }
        }
        let _unfinished = OutgoingBody::finish(body, None).is_err();
    }
    match answer {
        Ok(answer) => vec![told(&answer)],
        Err(code) => vec![requests::refused(&code)],
    }
}

/// Says that so many bytes follow, and sends others.
pub(crate) fn lie_about_length(promised: &str, sent: &[u8]) -> Vec<String> {
    let fields = Fields::new();
    if let Err(error) = fields.append(&"content-length".to_owned(), &promised.as_bytes().to_vec()) {
        return vec![format!("header content-length: {}", of_header(&error))];
    }
    let request = addressed(OutgoingRequest::new(fields), "/");
    let Ok(body) = request.body() else { return vec!["no body".to_owned()] };
    let answer = handle(request, None);
    let wrote = match body.write() {
        Ok(stream) => stream.blocking_write_and_flush(sent).is_ok(),
        Err(()) => false,
    };
    let finished = OutgoingBody::finish(body, None).is_ok();
    let told = match answer {
        Ok(answer) => told(&answer),
        Err(code) => requests::refused(&code),
    };
    vec![format!("wrote {wrote}, finished {finished}: {told}")]
}

/// Asks, and where the answer names another place, asks there with the same secret.
pub(crate) fn follow(path: &str) -> Vec<String> {
    let Some(answer) = begun(path) else { return vec!["no answer".to_owned()] };
    let place = answer.headers().get(&"location".to_owned()).into_iter().next().unwrap_or_default();
    let place = String::from_utf8_lossy(&place).into_owned();
    vec![format!("{} {place}", answer.status()), requests::ask("GET", &place, &[])]
}

/// Looks at a time that has come, again and again.
pub(crate) fn poll_in_a_circle() -> ! {
    loop {
        subscribe_duration(0).block();
    }
}

/// Waits for what never comes.
pub(crate) fn sleep() -> ! {
    loop {
        subscribe_duration(u64::MAX).block();
    }
}

pub(crate) fn spin() -> ! {
    loop {
        black_box(());
    }
}

fn get(path: &str) -> OutgoingRequest {
    addressed(OutgoingRequest::new(Fields::new()), path)
}

fn addressed(request: OutgoingRequest, path: &str) -> OutgoingRequest {
    let _as_it_is = request
        .set_scheme(Some(&Scheme::Https))
        .and_then(|()| request.set_authority(Some(APPROVED)))
        .and_then(|()| request.set_path_with_query(Some(path)))
        .is_err();
    request
}

fn begun(path: &str) -> Option<IncomingResponse> {
    let answer = handle(get(path), None).ok()?;
    answer.subscribe().block();
    answer.get()?.ok()?.ok()
}

fn opened(path: &str) -> Option<(InputStream, IncomingBody, IncomingResponse)> {
    let answer = begun(path)?;
    let body = answer.consume().ok()?;
    Some((body.stream().ok()?, body, answer))
}

/// What came of a request, in one line.
fn told(answer: &FutureIncomingResponse) -> String {
    answer.subscribe().block();
    match answer.get() {
        Some(Ok(Ok(answer))) => format!("{}", answer.status()),
        Some(Ok(Err(code))) => requests::refused(&code),
        Some(Err(())) | None => "no answer".to_owned(),
    }
}

fn of_header(error: &HeaderError) -> &'static str {
    match error {
        HeaderError::InvalidSyntax => "invalid syntax",
        HeaderError::Forbidden => "forbidden",
        HeaderError::Immutable => "immutable",
    }
}
