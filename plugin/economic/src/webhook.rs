//! A call of the link: what it says, and what follows.
//!
//! e-conomic puts the number a customer had and the one it has now into the address, as the registered link asks. One of
//! them is empty for a new or a deleted customer [inf]; where they differ the customer was renumbered. The call is not
//! signed, so it is only a reason to read.

use crate::ECONOMIC;
use crate::call::Call;
use crate::registration::{NEW, OLD};
use crate::sync::{gone, incoming, renumbered};
use accounting_kit::exports::on_webhook::{IgnoreReason, Request, WebhookResult};
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::sync::result::ignored;
use accounting_kit::types::{Error, ErrorKind, Locale};
use serde_json::Value;

/// What a call says: the number now and the number before, at least one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The number now; none when the customer was deleted.
    pub new: Option<String>,
    /// The number before; none when the customer is new.
    pub old: Option<String>,
}

/// Read a call: the query, and where it names no number, the body.
///
/// # Errors
/// `validation` when it names no customer: it is not a call of e-conomic's.
pub fn parse(query: &str, body: &[u8], locale: Locale) -> Result<Notice, Error> {
    let pairs: Vec<(String, String)> = query
        .split('?')
        .flat_map(|part| form_urlencoded::parse(part.as_bytes()))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.into_owned()))
        .collect();
    let from_query = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).and_then(|(_, value)| number(value));
    let notice = Notice { new: from_query(NEW), old: from_query(OLD) };
    if notice.new.is_some() || notice.old.is_some() {
        return Ok(notice);
    }
    let body = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let from_body = |wanted: &str| match body.get(wanted)? {
        Value::String(text) => number(text),
        Value::Number(digits) => number(&digits.to_string()),
        _ => None,
    };
    let notice = Notice { new: from_body(NEW), old: from_body(OLD) };
    if notice.new.is_some() || notice.old.is_some() { Ok(notice) } else { Err(unreadable(locale)) }
}

/// A customer number as digits; none for nothing and for what is none. Numbers stand in addresses.
fn number(text: &str) -> Option<String> {
    let number = text.trim().parse::<u32>().ok()?;
    (1..=999_999_999).contains(&number).then(|| number.to_string())
}

fn unreadable(locale: Locale) -> Error {
    let message = say!(
        locale,
        "kaldet af linket kunne ikke læses; det stammer næppe fra e-conomic",
        "the call of the link could not be read; it hardly comes from e-conomic"
    );
    ECONOMIC.error(ErrorKind::Validation, "webhook-unreadable", message).detail("it names no customer number")
}

/// Handle one call of the link.
///
/// # Errors
/// `validation` for a call nobody can read; what a read came to.
pub fn on_webhook(call: &Call<'_>, request: &Request) -> Result<WebhookResult, Error> {
    if call.settings.tag.is_empty() {
        return Ok(ignored(None, IgnoreReason::NoTaggedCustomer));
    }
    let notice = parse(&request.query, &request.body, call.locale)?;
    let api = call.api();
    let before = notice.old.as_deref().and_then(|old| call.ports.host.link_by_external_id(old));
    match (&notice.new, before) {
        // The old number may have been given to somebody else at once, so it must be gone before the link leaves it.
        (Some(new), Some(link)) if *new != link.external_id => {
            match (api.customer(new)?, api.customer(&link.external_id)?) {
                (Some(doc), None) if call.ports.host.link_by_external_id(new).is_none() => {
                    Ok(renumbered(call, &link, doc))
                }
                (Some(doc), _) => Ok(incoming(call, doc, true)),
                (None, None) => Ok(gone(call, Some(&link))),
                (None, Some(doc)) => Ok(incoming(call, doc, true)),
            }
        }
        (new, link) => {
            let Some(number) = new.as_ref().or(notice.old.as_ref()) else { return Err(unreadable(call.locale)) };
            match api.customer(number)? {
                Some(doc) => Ok(incoming(call, doc, true)),
                None => Ok(gone(call, link.or_else(|| call.ports.host.link_by_external_id(number)).as_ref())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("new=42&old=42", "", Some("42"), Some("42"))]
    #[case("new=42&old=", "", Some("42"), None)]
    #[case("new=&old=42", "", None, Some("42"))]
    #[case("NEW=42&Old=7", "", Some("42"), Some("7"))]
    #[case("a=1?new=42&old=7", "", Some("42"), Some("7"))]
    #[case("", "{\"new\":\"42\",\"old\":7}", Some("42"), Some("7"))]
    fn calls(#[case] query: &str, #[case] body: &str, #[case] new: Option<&str>, #[case] old: Option<&str>) {
        let notice = parse(query, body.as_bytes(), Locale::En).unwrap();
        assert_eq!((notice.new.as_deref(), notice.old.as_deref()), (new, old));
    }

    #[rstest]
    #[case("")]
    #[case("new=&old=")]
    #[case("new=[NEWNUMBER]&old=[OLDNUMBER]")]
    #[case("new=1/../../self&old=0")]
    fn rubbish_is_told(#[case] query: &str) {
        assert_eq!(parse(query, b"\xff", Locale::Da).unwrap_err().code, "economic.webhook-unreadable");
    }

    proptest! {
        #[test]
        fn never_panics_and_numbers_are_digits(query in "\\PC{0,80}", body in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(notice) = parse(&query, &body, Locale::En) {
                for number in notice.new.iter().chain(&notice.old) {
                    prop_assert!(number.bytes().all(|byte| byte.is_ascii_digit()));
                }
            }
        }
    }
}
