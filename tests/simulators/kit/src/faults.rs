//! Faults that a test orders: the next calls that match a rule go wrong in a chosen way.

use crate::answer::{self, Answer, Cut};
use bytes::{BufMut, Bytes, BytesMut};
use http::header::RETRY_AFTER;
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Only calls of this method, or of one of several with spaces between them.
    pub method: Option<String>,
    /// Only calls whose path and query contain this text.
    pub path_contains: Option<String>,
    /// How many matching calls go well first.
    pub skip: u32,
    /// How many go wrong after that.
    pub times: u32,
    /// How.
    pub action: FaultAction,
}

impl Fault {
    /// The next call, whatever it is, goes wrong.
    pub fn next(action: FaultAction) -> Self {
        Self { method: None, path_contains: None, skip: 0, times: 1, action }
    }
}

/// How a call goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultAction {
    /// This answer, and nothing is written.
    Status {
        /// HTTP status.
        status: u16,
        /// Body.
        body: String,
        /// Content-Type.
        content_type: String,
    },
    /// The call is carried out, and its answer comes so much later.
    Delay(Duration),
    /// The connection is closed without an answer, and nothing is written.
    DropBefore,
    /// The call is carried out, and the connection is closed without an answer.
    DropAfter,
    /// The call is carried out, and its answer ends after so many bytes of the body.
    TruncateAt(usize),
    /// Status 200 with a JSON string that names an error, and nothing is written.
    OkWithError(String),
    /// Status 429 that says when to come again, in seconds, and nothing is written.
    Limited(u32),
    /// The call is carried out, and its answer ends after half of the body.
    TruncateHalf,
    /// The call is carried out, and every object of its JSON answer has a field that nobody knows.
    UnknownFields,
    /// The call is carried out, and its answer is longer by so many spaces.
    Padded(u64),
}

/// The field that [`FaultAction::UnknownFields`] adds.
const UNKNOWN_FIELD: &str = "zzUnknownToAll";
/// Most spaces that [`FaultAction::Padded`] adds, so that an order cannot fill the memory.
const MOST_PADDING: usize = 256 * 1024 * 1024;

/// The rules, in the order they were given.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    count: u64,
    rules: Vec<(u64, Fault)>,
}

impl Faults {
    /// Adds a rule and gives its number.
    pub fn add(&mut self, fault: Fault) -> u64 {
        self.count += 1;
        self.rules.push((self.count, fault));
        self.count
    }

    /// Forgets all rules.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The rules that have something left to do.
    pub fn rules(&self) -> &[(u64, Fault)] {
        &self.rules
    }

    /// The fault for a call: that of the first matching rule. Rules that are used up disappear.
    pub fn take(&mut self, method: &str, path_and_query: &str) -> Option<FaultAction> {
        let (_, rule) = self.rules.iter_mut().find(|(_, rule)| {
            let fits = |wanted: &str| wanted.split(' ').any(|one| one.eq_ignore_ascii_case(method));
            rule.method.as_deref().is_none_or(fits)
                && rule.path_contains.as_deref().is_none_or(|part| path_and_query.contains(part))
        })?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.times = rule.times.saturating_sub(1);
        let action = rule.action.clone();
        self.rules.retain(|(_, rule)| rule.times > 0);
        Some(action)
    }
}

impl FaultAction {
    /// Whether the call is carried out all the same.
    pub fn writes(&self) -> bool {
        match self {
            Self::Status { .. } | Self::DropBefore | Self::OkWithError(_) | Self::Limited(_) => false,
            Self::Delay(_)
            | Self::DropAfter
            | Self::TruncateAt(_)
            | Self::TruncateHalf
            | Self::UnknownFields
            | Self::Padded(_) => true,
        }
    }

    /// The answer that stands in for one, where the call is not carried out. A connection that is to be dropped needs none; it
    /// is recorded as 503.
    pub fn instead(&self) -> Response<Bytes> {
        match self {
            Self::Status { status, body, content_type } => {
                let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                answer::body(status, content_type, body.clone())
            }
            Self::OkWithError(name) => answer::json(StatusCode::OK, &Value::from(name.as_str())),
            Self::Limited(seconds) => {
                let mut response = answer::empty(StatusCode::TOO_MANY_REQUESTS);
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
                response
            }
            _ => answer::empty(StatusCode::SERVICE_UNAVAILABLE),
        }
    }

    /// What becomes of an answer on its way.
    pub fn on_the_way(&self, response: Response<Bytes>) -> Answer {
        let half = response.body().len() / 2;
        let answer = Answer::plain(response);
        match self {
            Self::Status { .. } | Self::OkWithError(_) | Self::Limited(_) => answer,
            Self::Delay(by) => Answer { delay: *by, ..answer },
            Self::DropBefore => Answer { cut: Cut::DropBefore, ..answer },
            Self::DropAfter => Answer { cut: Cut::DropAfter, ..answer },
            Self::TruncateAt(at) => Answer { cut: Cut::TruncateAt(*at), ..answer },
            Self::TruncateHalf => Answer { cut: Cut::TruncateAt(half), ..answer },
            Self::UnknownFields => Answer { response: answer.response.map(with_unknown_fields), ..answer },
            Self::Padded(bytes) => Answer { response: answer.response.map(|body| padded(&body, *bytes)), ..answer },
        }
    }

    /// Its name in the record of calls.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Delay(_) => "delay",
            Self::DropBefore => "drop-before",
            Self::DropAfter => "drop-after",
            Self::TruncateAt(_) => "truncate",
            Self::OkWithError(_) => "ok-with-error",
            Self::Limited(_) => "limited",
            Self::TruncateHalf => "truncate-half",
            Self::UnknownFields => "unknown-fields",
            Self::Padded(_) => "padded",
        }
    }

    /// Reads the action of a rule: a name, or an object with exactly the keys of one action.
    ///
    /// # Errors
    /// The text says what is wrong.
    pub fn parse(value: &Value) -> Result<Self, String> {
        let help = "action: give \"drop-before\", \"drop-after\", \"truncate-half\", \"unknown-fields\", or an object with one of status, delay_ms, truncate_at, ok_with_error, limited_s, padded";
        let object = match value {
            Value::String(name) => {
                return match name.as_str() {
                    "drop-before" => Ok(Self::DropBefore),
                    "drop-after" => Ok(Self::DropAfter),
                    "truncate-half" => Ok(Self::TruncateHalf),
                    "unknown-fields" => Ok(Self::UnknownFields),
                    other => Err(format!("{help}, not {other:?}")),
                };
            }
            Value::Object(object) => object,
            _ => return Err(help.to_owned()),
        };
        let number = |key: &str| {
            object
                .get(key)
                .and_then(Value::as_u64)
                .ok_or_else(|| format!("action: {key} must be a whole number of 0 or more"))
        };
        let text = |key: &str, absent: &str| match object.get(key) {
            None => Ok(absent.to_owned()),
            Some(value) => value.as_str().map(str::to_owned).ok_or_else(|| format!("action: {key} must be a text")),
        };
        let allowed: &[&str] = if object.contains_key("status") {
            &["status", "body", "content_type"]
        } else {
            &["delay_ms", "truncate_at", "ok_with_error", "limited_s", "padded"]
        };
        if let Some(unknown) = object.keys().find(|key| !allowed.contains(&key.as_str())) {
            return Err(format!("action: {unknown} cannot stand here; {help}"));
        }
        if object.contains_key("status") {
            let status = u16::try_from(number("status")?).ok().filter(|status| (200..=599).contains(status));
            let status = status.ok_or("action: status must be from 200 to 599")?;
            let content_type = text("content_type", "text/plain; charset=utf-8")?;
            if HeaderValue::from_str(&content_type).is_err() {
                return Err("action: content_type is no header value".to_owned());
            }
            return Ok(Self::Status { status, body: text("body", "")?, content_type });
        }
        match (object.len(), object.keys().next().map(String::as_str)) {
            (1, Some("delay_ms")) => Ok(Self::Delay(Duration::from_millis(number("delay_ms")?))),
            (1, Some("truncate_at")) => {
                Ok(Self::TruncateAt(usize::try_from(number("truncate_at")?).unwrap_or(usize::MAX)))
            }
            (1, Some("limited_s")) => {
                let seconds = u32::try_from(number("limited_s")?);
                Ok(Self::Limited(seconds.map_err(|_| "action: limited_s is too large".to_owned())?))
            }
            (1, Some("padded")) => Ok(Self::Padded(number("padded")?)),
            (1, Some("ok_with_error")) => Ok(Self::OkWithError(text("ok_with_error", "")?)),
            _ => Err(help.to_owned()),
        }
    }
}

/// A JSON body with a field that nobody knows in every object; any other body as it is.
fn with_unknown_fields(body: Bytes) -> Bytes {
    fn add(value: &mut Value) {
        match value {
            Value::Object(object) => {
                object.values_mut().for_each(add);
                object.insert(UNKNOWN_FIELD.to_owned(), Value::from("new"));
            }
            Value::Array(list) => list.iter_mut().for_each(add),
            _ => {}
        }
    }
    match serde_json::from_slice(&body) {
        Ok(mut value) => {
            add(&mut value);
            value.to_string().into()
        }
        Err(_) => body,
    }
}

fn padded(body: &Bytes, bytes: u64) -> Bytes {
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX).min(MOST_PADDING);
    let mut longer = BytesMut::with_capacity(body.len().saturating_add(bytes));
    longer.extend_from_slice(body);
    longer.put_bytes(b' ', bytes);
    longer.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    #[rstest]
    #[case(json!("drop-before"), FaultAction::DropBefore)]
    #[case(json!("drop-after"), FaultAction::DropAfter)]
    #[case(json!({"delay_ms": 5}), FaultAction::Delay(Duration::from_millis(5)))]
    #[case(json!({"truncate_at": 3}), FaultAction::TruncateAt(3))]
    #[case(json!("truncate-half"), FaultAction::TruncateHalf)]
    #[case(json!("unknown-fields"), FaultAction::UnknownFields)]
    #[case(json!({"limited_s": 7}), FaultAction::Limited(7))]
    #[case(json!({"padded": 9}), FaultAction::Padded(9))]
    #[case(json!({"ok_with_error": "CouldNotSave"}), FaultAction::OkWithError("CouldNotSave".to_owned()))]
    #[case(json!({"status": 503}), FaultAction::Status { status: 503, body: String::new(), content_type: "text/plain; charset=utf-8".to_owned() })]
    fn an_action_is_read(#[case] value: Value, #[case] expected: FaultAction) {
        assert_eq!(FaultAction::parse(&value), Ok(expected));
    }

    #[rstest]
    #[case(json!("drop"))]
    #[case(json!({}))]
    #[case(json!({"status": 99}))]
    #[case(json!({"status": 500, "delay_ms": 5}))]
    #[case(json!({"delay_ms": 5, "truncate_at": 5}))]
    #[case(json!({"delay_ms": "5"}))]
    #[case(json!({"later": 5}))]
    #[case(json!(5))]
    fn anything_else_is_refused_with_a_message(#[case] value: Value) {
        assert!(FaultAction::parse(&value).is_err_and(|message| message.starts_with("action: ")));
    }

    #[test]
    fn an_answer_gets_unknown_fields_everywhere_or_is_made_longer() {
        let answered = || answer::body(StatusCode::OK, answer::JSON, r#"{"list":[{"a":1.10}]}"#);
        let more = FaultAction::UnknownFields.on_the_way(answered());
        let expected = r#"{"list":[{"a":1.10,"zzUnknownToAll":"new"}],"zzUnknownToAll":"new"}"#;
        assert_eq!(more.response.body().as_ref(), expected.as_bytes());
        assert_eq!(
            FaultAction::Padded(3).on_the_way(answered()).response.body().as_ref(),
            br#"{"list":[{"a":1.10}]}   "#
        );
        assert_eq!(FaultAction::TruncateHalf.on_the_way(answered()).cut, Cut::TruncateAt(10));
    }

    #[test]
    fn a_rule_can_be_for_several_methods() {
        let mut faults = Faults::default();
        faults.add(Fault { method: Some("POST PUT".to_owned()), times: 9, ..Fault::next(FaultAction::DropBefore) });
        let struck = ["GET", "POST", "PUT", "PATCH"].map(|method| faults.take(method, "/").is_some());
        assert_eq!(struck, [false, true, true, false]);
    }

    #[test]
    fn a_rule_skips_then_strikes_then_is_gone() {
        let mut faults = Faults::default();
        let rule = Fault {
            method: Some("PUT".to_owned()),
            path_contains: Some("/Update/".to_owned()),
            skip: 1,
            times: 2,
            action: FaultAction::DropAfter,
        };
        faults.add(rule);
        assert_eq!(faults.take("GET", "/api/Entities/Update/X"), None);
        assert_eq!(faults.take("PUT", "/odata/1/X"), None);
        let struck: Vec<bool> = (0..4).map(|_| faults.take("PUT", "/api/Entities/Update/X").is_some()).collect();
        assert_eq!(struck, [false, true, true, false]);
        assert!(faults.rules().is_empty());
    }
}
