//! Differences between two values, each with its place, and between two texts, line by line.

use serde_json::Value;
use similar::TextDiff;

/// The longest value shown whole, in characters.
const SHOWN: usize = 300;

/// One place where two values differ.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Difference {
    /// Where, e.g. `events[2].result.effects[0].put-link.external_id`.
    pub place: String,
    /// What was expected; none when nothing was.
    pub expected: Option<Value>,
    /// What is there; none when nothing is.
    pub actual: Option<Value>,
}

/// Everything that differs, in the order of the expected value.
pub fn differences(expected: &Value, actual: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(String::new(), Some(expected), Some(actual), &mut found);
    found
}

fn walk(place: String, expected: Option<&Value>, actual: Option<&Value>, found: &mut Vec<Difference>) {
    match (expected, actual) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            for (key, value) in one {
                walk(member(&place, key), Some(value), other.get(key), found);
            }
            for (key, value) in other.iter().filter(|(key, _)| !one.contains_key(*key)) {
                walk(member(&place, key), None, Some(value), found);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for at in 0..one.len().max(other.len()) {
                walk(format!("{place}[{at}]"), one.get(at), other.get(at), found);
            }
        }
        (one, other) if one == other => {}
        (one, other) => found.push(Difference { place, expected: one.cloned(), actual: other.cloned() }),
    }
}

fn member(place: &str, key: &str) -> String {
    if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.place.is_empty() { "(all of it)" } else { &self.place };
        writeln!(f, "{place}")?;
        writeln!(f, "  - {}", shown(self.expected.as_ref()))?;
        write!(f, "  + {}", shown(self.actual.as_ref()))
    }
}

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else { return "(nothing)".to_owned() };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} characters)", text.get(..end).unwrap_or_default(), text.chars().count()),
        None => text,
    }
}

/// A unified difference of two texts: `-` expected, `+` actual.
pub fn text_difference(expected: &str, actual: &str) -> String {
    let diff = TextDiff::from_lines(expected, actual);
    let unified = diff.unified_diff().context_radius(3).to_string();
    let mut lines: Vec<String> = Vec::new();
    for line in unified.lines() {
        match line.char_indices().nth(SHOWN) {
            Some((end, _)) => lines.push(format!("{}…", line.get(..end).unwrap_or_default())),
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// How alike two texts are, from 0 to 1,000.
pub(crate) fn likeness(one: &str, other: &str) -> u32 {
    let ratio = TextDiff::from_words(one, other).ratio() * 1_000.0;
    // A ratio lies between 0 and 1, so nothing is cut off.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let thousandths = ratio.clamp(0.0, 1_000.0) as u32;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_every_place() {
        let expected = json!({"a": [1, 2], "b": {"c": "x"}, "gone": true});
        let actual = json!({"a": [1, 3, 4], "b": {"c": "y"}, "new": null});
        let places: Vec<String> = differences(&expected, &actual).into_iter().map(|one| one.place).collect();
        assert_eq!(places, ["a[1]", "a[2]", "b.c", "gone", "new"]);
        assert_eq!(differences(&expected, &actual)[2].to_string(), "b.c\n  - \"x\"\n  + \"y\"");
        assert!(differences(&expected, &expected).is_empty());
    }
}
