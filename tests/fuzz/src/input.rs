//! The form of an input: sections with a line `%` between them, and answers as sections.
//!
//! Everything is a valid input, so that nothing the fuzzer makes up is thrown away: what is not there is empty.

use accounting_kit::http::{HttpError, Response};

const BETWEEN: &[u8] = b"\n%\n";

/// The sections of an input; at least one.
pub(crate) fn sections(bytes: &[u8]) -> Vec<&[u8]> {
    let mut sections = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN) {
        sections.push(&rest[..at]);
        rest = &rest[at + BETWEEN.len()..];
    }
    sections.push(rest);
    sections
}

/// A section as text; what is no UTF-8 is left out.
pub(crate) fn text(section: &[u8]) -> String {
    String::from_utf8_lossy(section).into_owned()
}

/// A section as an answer: the first line is the status (with how long to wait behind it), or why there is none
/// (`refused`, `not-sent`, `lost`); the rest is the body. Without such a line the whole is the body of a 200.
pub(crate) fn answer(section: &[u8]) -> Result<Response, HttpError> {
    let at = section.iter().position(|byte| *byte == b'\n');
    let (first, rest) = at.map_or((section, &b""[..]), |at| (&section[..at], &section[at + 1..]));
    let good = |status, retry_after_s, body: &[u8]| Ok(Response { status, retry_after_s, body: body.to_vec() });
    match first {
        b"refused" => return Err(HttpError::Refused("a limit of the call is used up".to_owned())),
        b"not-sent" => return Err(HttpError::NotSent("no connection".to_owned())),
        b"lost" => return Err(HttpError::Unknown("the connection was dropped".to_owned())),
        _ => {}
    }
    let words = std::str::from_utf8(first).unwrap_or_default();
    let (status, wait) = words.split_once(' ').unwrap_or((words, ""));
    match status.parse::<u16>() {
        Ok(status @ 100..=599) if status.to_string().len() == words.len().min(3) => {
            good(status, wait.parse().ok(), rest)
        }
        _ => good(200, None, section),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_answers_are_told_apart() {
        assert_eq!(sections(b"a\n%\nb\n%\n"), [&b"a"[..], b"b", b""]);
        assert_eq!(sections(b""), [&b""[..]]);
        let slow = answer(b"429 30\n{}").unwrap();
        assert_eq!((slow.status, slow.retry_after_s, slow.body.as_slice()), (429, Some(30), &b"{}"[..]));
        assert_eq!(answer(b"lost"), Err(HttpError::Unknown("the connection was dropped".to_owned())));
        let bare = answer(b"[1,\n2]").unwrap();
        assert_eq!((bare.status, bare.body.as_slice()), (200, &b"[1,\n2]"[..]));
    }
}
