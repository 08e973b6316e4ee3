//! Differences between two values, each with its place, and between two texts, line by line.

use serde_json::Value;
use similar::TextDiff;
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest value shown whole, in characters.
const SHOWN: usize = 300;

/// Differences told of one kind: a receipt of 5,000 lines differs in 5,000 places for one reason.
const OF_A_KIND: usize = 20;

/// The most lines of a difference between texts: a day's request has a hundred thousand.
const MOST_LINES: usize = 200;

/// How long it may take to find the smallest difference between two texts; a larger one will do then.
const PATIENCE: Duration = Duration::from_secs(5);

/// How much of a text is looked at to find the one most like another, in bytes: comparing takes the square of it.
const LOOKED_AT: usize = 32 * 1024;

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

/// The differences for people: of each kind the first twenty, and how many more there are. Differences are of a kind when
/// their places differ in nothing but the numbers of elements.
pub fn told(differences: &[Difference]) -> Vec<String> {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts = Vec::new();
    for difference in differences {
        let told = kinds.entry(kind(&difference.place)).or_default();
        *told = told.saturating_add(1);
        if *told <= OF_A_KIND {
            texts.push(difference.to_string());
        }
    }
    let more = kinds.iter().filter(|(_, number)| **number > OF_A_KIND);
    texts.extend(more.map(|(kind, number)| {
        format!("{kind}\n  … and {} more differences of this kind", number.saturating_sub(OF_A_KIND))
    }));
    texts
}

/// The place with `[]` for every `[number]`.
pub(crate) fn kind(place: &str) -> String {
    let mut pieces = place.split('[');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |kind, piece| match piece.split_once(']') {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => format!("{kind}[]{rest}"),
        _ => format!("{kind}[{piece}"),
    })
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

/// A unified difference of two texts: `-` expected, `+` actual. Cut off where it would be too long to read.
pub fn text_difference(expected: &str, actual: &str) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(expected, actual);
    let unified = diff.unified_diff().context_radius(3).to_string();
    let mut lines: Vec<String> = Vec::new();
    for (place, line) in unified.lines().enumerate() {
        if place == MOST_LINES {
            lines.push(format!("… and {} more lines", unified.lines().count().saturating_sub(MOST_LINES)));
            break;
        }
        match line.char_indices().nth(SHOWN) {
            Some((end, _)) => lines.push(format!("{}…", line.get(..end).unwrap_or_default())),
            None => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

/// How alike two texts are in their beginnings, from 0 to 1,000.
pub(crate) fn likeness(one: &str, other: &str) -> u32 {
    let [one, other] = [one, other].map(|text| text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text));
    #[allow(clippy::float_arithmetic, reason = "a likeness, not an amount")]
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

    #[test]
    fn thousands_of_one_kind_leave_room_for_the_others() {
        let receipt = |prefix: &str, cursor: &str| {
            let lines: Vec<Value> =
                (0..5_000).map(|line| json!({"line": line, "external_id": format!("{prefix}{line}")})).collect();
            json!({"events": [{"result": {"receipt": {"lines": lines}}}], "cursor": cursor})
        };
        let texts = told(&differences(&receipt("a", "1"), &receipt("b", "2")));
        assert_eq!(texts.len(), 22);
        assert_eq!(texts[1], "events[0].result.receipt.lines[0].external_id\n  - \"a0\"\n  + \"b0\"");
        assert_eq!(texts[0], "cursor\n  - \"1\"\n  + \"2\"");
        let more = "events[].result.receipt.lines[].external_id\n  … and 4980 more differences of this kind";
        assert_eq!(texts[21], more);
    }

    #[test]
    fn places_are_of_a_kind_but_for_numbers() {
        assert_eq!(kind("a[1].b[22].c"), "a[].b[].c");
        assert_eq!(kind("a[x].b[2"), "a[x].b[2");
        assert_eq!(kind(""), "");
    }

    #[test]
    fn megabytes_that_differ_everywhere_are_told_in_a_page() {
        let body = |seed: usize| (0..100_000).map(|line| format!("{}\n", line * seed)).collect::<String>();
        let (one, other) = (body(3), body(7));
        let told = text_difference(&one, &other);
        assert_eq!(told.lines().count(), MOST_LINES + 1);
        assert!(told.lines().last().unwrap().starts_with("… and "));
        assert!(likeness(&one, &other) < 1_000);
    }
}
