//! Bodies in `exchanges.json`: readable, exact, and small even when the answer was megabytes.
//!
//! JSON is kept as a value (whoever compares does not care for blanks and the order of keys), other text as text, the
//! rest as base64. Two shorthands stand for what repeats, anywhere within JSON: `{"$rows": {"row": …, "times": N,
//! "count": ["/RowId"]}}` for a list of N rows that differ only in numbers counting up by one, and
//! `{"$text": {"repeat": "x", "times": N}}` for a long text of one part over and over. An answer is sent in canonical
//! form, so its blanks may differ from what was recorded.

use super::json::canonical;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Lists shorter than this are written out.
const LEAST_ROWS: usize = 50;
/// Texts shorter than this, in bytes, are written out.
const LEAST_TEXT: usize = 4_096;
/// The most that the shorthands of one body may grow to, in bytes: four times the largest answer a call may have. A fixture
/// must not fill the machine, however its shorthands stand in one another.
const MOST: usize = 64 * 1024 * 1024;
/// What any value weighs in memory, in bytes, beside its text.
const VALUE_BYTES: usize = 32;
/// The most digits of a text that count up: all that fit in 64 bits at the same width.
const MOST_DIGITS: usize = 19;

/// A body.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// JSON, compared by value.
    Json(Value),
    /// Other text, compared by character.
    Text(String),
    /// Bytes that are no UTF-8, base64.
    Base64(String),
}

impl Body {
    /// A body as it came.
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        match (serde_json::from_slice::<Value>(bytes), std::str::from_utf8(bytes)) {
            // As a value it would be written out to something else.
            (Ok(value), Ok(text)) if holds_a_shorthand(&value) => Self::Text(text.to_owned()),
            (Ok(value), _) => Self::Json(canonical(&value)),
            (Err(_), Ok(text)) => Self::Text(text.to_owned()),
            (Err(_), Err(_)) => Self::Base64(BASE64.encode(bytes)),
        }
    }

    /// The bytes to send.
    ///
    /// # Errors
    /// A shorthand or base64 that cannot be read.
    pub fn bytes(&self) -> Result<Bytes, String> {
        match self {
            Self::Empty => Ok(Bytes::new()),
            Self::Json(value) => Ok(canonical(&expand(value, &mut Room::new())?).to_string().into()),
            Self::Text(text) => Ok(text.clone().into()),
            Self::Base64(text) => BASE64.decode(text).map(Bytes::from).map_err(|error| format!("base64: {error}")),
        }
    }

    /// The same body with everything that repeats written short.
    #[must_use]
    pub fn shortened(self) -> Self {
        match self {
            Self::Json(value) => Self::Json(shorten(value)),
            other => other,
        }
    }

    /// The same body with shorthands written out.
    ///
    /// # Errors
    /// As [`Body::bytes`].
    pub fn expanded(&self) -> Result<Self, String> {
        match self {
            Self::Json(value) => Ok(Self::Json(canonical(&expand(value, &mut Room::new())?))),
            other => Ok(other.clone()),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// As people read it: JSON indented.
    pub fn for_people(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Json(value) => format!("{value:#}"),
            Self::Text(text) => text.clone(),
            Self::Base64(text) => format!("base64 {text}"),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    row: Value,
    times: usize,
    #[serde(default)]
    count: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeated {
    repeat: String,
    times: usize,
}

/// Whether a value looks like a shorthand somewhere, though it came so from outside.
fn holds_a_shorthand(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            let looks_so = members.len() == 1 && (members.contains_key("$rows") || members.contains_key("$text"));
            looks_so || members.values().any(holds_a_shorthand)
        }
        Value::Array(elements) => elements.iter().any(holds_a_shorthand),
        _ => false,
    }
}

/// How much shorthands may still grow to.
struct Room(usize);

impl Room {
    fn new() -> Self {
        Self(MOST)
    }

    fn take(&mut self, times: usize, bytes: usize, what: &str) -> Result<(), String> {
        let left = times.checked_mul(bytes).and_then(|bytes| self.0.checked_sub(bytes));
        self.0 = left.ok_or_else(|| format!("{what}: longer than {MOST} bytes"))?;
        Ok(())
    }
}

fn expand(value: &Value, room: &mut Room) -> Result<Value, String> {
    match value {
        Value::Object(members) if members.len() == 1 => {
            if let Some(rows) = members.get("$rows") {
                let rows: Rows = serde_json::from_value(rows.clone()).map_err(|error| format!("$rows: {error}"))?;
                return rows.expand(room);
            }
            if let Some(text) = members.get("$text") {
                let text: Repeated = serde_json::from_value(text.clone()).map_err(|error| format!("$text: {error}"))?;
                room.take(text.times, text.repeat.len(), "$text")?;
                return Ok(Value::String(text.repeat.repeat(text.times)));
            }
            expand_members(members, room)
        }
        Value::Object(members) => expand_members(members, room),
        Value::Array(elements) => {
            elements.iter().map(|element| expand(element, room)).collect::<Result<_, _>>().map(Value::Array)
        }
        plain => Ok(plain.clone()),
    }
}

fn expand_members(members: &Map<String, Value>, room: &mut Room) -> Result<Value, String> {
    let each = members.iter().map(|(key, value)| Ok((key.clone(), expand(value, room)?)));
    each.collect::<Result<Map<_, _>, String>>().map(Value::Object)
}

/// What a value takes in memory, about.
fn weight(value: &Value) -> usize {
    let inner = match value {
        Value::Object(members) => members
            .iter()
            .fold(0, |sum: usize, (key, value)| sum.saturating_add(key.len()).saturating_add(weight(value))),
        Value::Array(elements) => elements.iter().fold(0, |sum: usize, value| sum.saturating_add(weight(value))),
        Value::String(text) => text.len(),
        Value::Number(number) => number.as_str().len(),
        Value::Null | Value::Bool(_) => 0,
    };
    inner.saturating_add(VALUE_BYTES)
}

impl Rows {
    fn expand(&self, room: &mut Room) -> Result<Value, String> {
        let mut row = expand(&self.row, room)?;
        room.take(self.times, weight(&row), "$rows")?;
        let mut rows = Vec::with_capacity(self.times);
        for _ in 0..self.times {
            rows.push(row.clone());
            for pointer in &self.count {
                let place = row.pointer_mut(pointer).ok_or_else(|| format!("$rows: no {pointer:?} in the row"))?;
                *place = next(place).ok_or_else(|| format!("$rows: {pointer:?} does not end in a number"))?;
            }
        }
        Ok(Value::Array(rows))
    }
}

/// The value that follows: a whole number one higher, a text whose last digits count one up at the same width.
fn next(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) => number.as_i64()?.checked_add(1).map(Value::from),
        Value::String(text) => {
            let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
            if digits > MOST_DIGITS {
                return None;
            }
            let (front, number) = text.split_at_checked(text.len().checked_sub(digits)?)?;
            let following = number.parse::<u64>().ok()?.checked_add(1)?;
            Some(Value::String(format!("{front}{following:0digits$}")))
        }
        _ => None,
    }
}

fn shorten(value: Value) -> Value {
    match value {
        Value::Array(rows) if rows.len() >= LEAST_ROWS => {
            if let Some(short) = shorten_rows(&rows) {
                return short;
            }
            Value::Array(rows.into_iter().map(shorten).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(shorten).collect()),
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(key, value)| (key, shorten(value))).collect())
        }
        Value::String(text) if text.len() >= LEAST_TEXT => shorten_text(&text).unwrap_or(Value::String(text)),
        plain => plain,
    }
}

/// Rows that are the first one with numbers counting up; none when they are not.
fn shorten_rows(rows: &[Value]) -> Option<Value> {
    let (first, second) = (rows.first()?, rows.get(1)?);
    let mut count = Vec::new();
    counting(first, second, String::new(), &mut count)?;
    let short = Rows { row: first.clone(), times: rows.len(), count };
    let Ok(Value::Array(expanded)) = short.expand(&mut Room::new()) else { return None };
    let row = shorten(short.row);
    (expanded == rows).then(|| json!({"$rows": {"row": row, "times": short.times, "count": short.count}}))
}

/// The places that count up from one row to the next; none when the rows differ in another way.
fn counting(first: &Value, second: &Value, at: String, found: &mut Vec<String>) -> Option<()> {
    match (first, second) {
        (Value::Object(one), Value::Object(other)) if one.len() == other.len() => {
            for (key, value) in one {
                let key_at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                counting(value, other.get(key)?, key_at, found)?;
            }
            Some(())
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .try_for_each(|(place, (value, following))| counting(value, following, format!("{at}/{place}"), found)),
        _ if first == second => Some(()),
        _ if next(first).as_ref() == Some(second) => {
            found.push(at);
            Some(())
        }
        _ => None,
    }
}

/// A text of one part over and over, the part at most 64 bytes; none when it is not.
fn shorten_text(text: &str) -> Option<Value> {
    (1..=64_usize).find_map(|length| {
        let part = text.get(..length)?;
        let whole = text.len().is_multiple_of(length);
        let same = whole && text.as_bytes().chunks(length).all(|chunk| chunk == part.as_bytes());
        let times = text.len().checked_div(length)?;
        same.then(|| json!({"$text": {"repeat": part, "times": times}}))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_table_takes_few_bytes_and_comes_back() {
        let rows: Vec<Value> = (1..=20_000)
            .map(|n| json!({"RowId": n, "Account": format!("{n:05}"), "Name": "Køb & Salg", "Note": "x".repeat(100)}))
            .collect();
        let bytes = json!({"value": rows, "next": null}).to_string();
        assert!(bytes.len() > 3_000_000);
        let short = Body::of(bytes.as_bytes()).shortened();
        assert!(short.for_people().len() < 1_000, "{}", short.for_people());
        assert_eq!(short.expanded().unwrap(), Body::of(bytes.as_bytes()));
    }

    #[test]
    fn a_long_text_takes_few_bytes_and_comes_back() {
        let body = Body::of(json!({"Note": "æø".repeat(3_000)}).to_string().as_bytes());
        let short = body.clone().shortened();
        assert!(short.for_people().len() < 200);
        assert_eq!(short.expanded().unwrap(), body);
    }

    #[test]
    fn rows_that_differ_otherwise_are_written_out() {
        let rows: Vec<Value> = (0..60).map(|n| json!({"RowId": n * n})).collect();
        let body = Body::Json(Value::Array(rows));
        assert_eq!(body.clone().shortened(), body);
    }

    #[test]
    fn a_shorthand_that_cannot_be_read_says_why() {
        let body = Body::Json(json!({"$rows": {"row": {"A": "x"}, "times": 3, "count": ["/B"]}}));
        assert_eq!(body.bytes().unwrap_err(), r#"$rows: no "/B" in the row"#);
        let body = Body::Json(json!({"$text": {"repeat": "xxxx", "times": u32::MAX}}));
        assert!(body.bytes().unwrap_err().contains("longer than"));
    }

    #[test]
    fn shorthands_within_shorthands_do_not_fill_the_machine() {
        let inner = json!({"$rows": {"row": 0, "times": 10_000}});
        let middle = json!({"$rows": {"row": inner, "times": 10_000}});
        assert_eq!(Body::Json(middle).bytes().unwrap_err(), format!("$rows: longer than {MOST} bytes"));
        let text = json!({"$text": {"repeat": "x", "times": MOST - 1}});
        assert!(Body::Json(json!([text, text])).bytes().unwrap_err().starts_with("$text: longer than"));
        let bare = json!({"$rows": {"row": null, "times": MOST}});
        assert!(Body::Json(bare).bytes().unwrap_err().starts_with("$rows: longer than"));
    }

    #[test]
    fn an_answer_that_looks_like_a_shorthand_is_kept_as_it_came() {
        for text in [r#"[{"$text": {"repeat": "ab", "times": 2}}]"#, r#"{"value": {"$rows": 7}}"#] {
            let body = Body::of(text.as_bytes());
            assert_eq!(body.clone().shortened().expanded(), Ok(body.clone()));
            assert_eq!(body.bytes().unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn a_very_long_number_in_a_text_does_not_count() {
        let zeros = "0".repeat(70_000);
        let rows: Vec<Value> = (0..60).map(|n| json!({"Id": format!("{zeros}{n}")})).collect();
        let body = Body::Json(Value::Array(rows));
        assert_eq!(body.clone().shortened().expanded().unwrap(), body);
    }

    proptest! {
        #[test]
        fn any_body_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let body = Body::of(&bytes);
            prop_assert_eq!(Body::of(&body.bytes().unwrap()), body);
        }
    }
}
