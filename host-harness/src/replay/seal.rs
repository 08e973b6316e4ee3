//! Seals: digests that show a fixture altered since it was blessed, even in a place that nothing reads.
//!
//! A part (one setting, one customer, one event, one exchange) has a SHA-256 and, for finding the place, four digits for
//! each of its values in order. The digits are a help to people only; what is proved is proved by the SHA-256.

use super::json::{canonical, digest};
use crate::digest::{hexadecimal, sha256};
use serde_json::{Map, Value, json};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Seal one part.
fn seal(part: &Value) -> Value {
    let marks: Vec<String> = leaves(part).into_iter().map(|leaf| leaf.mark).collect();
    json!({"sha256": digest(part), "values": marks.join(" ")})
}

/// The seals of a fixture: each part of the scenario by name, each exchange by its number.
pub(crate) fn seals(scenario: &Value, exchanges: &Value) -> Value {
    let scenario: Map<String, Value> = parts(scenario).into_iter().map(|(name, part)| (name, seal(&part))).collect();
    let exchanges: Vec<Value> = listed(exchanges).iter().map(seal).collect();
    json!({"scenario": scenario, "exchanges": exchanges})
}

/// What was altered in scenario and exchanges since `sealed` was made, each with file and place.
pub(crate) fn broken(sealed: &Value, scenario: &Value, exchanges: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let empty = Value::Null;
    let parts = parts(scenario);
    let seals = sealed.get("scenario").unwrap_or(&empty);
    for (name, part) in &parts {
        found.extend(altered(seals.get(name), part).into_iter().map(|what| format!("scenario.json: {name}{what}")));
    }
    let gone = seals.as_object().into_iter().flatten().filter(|(name, _)| !parts.iter().any(|(part, _)| part == *name));
    found.extend(gone.map(|(name, _)| format!("scenario.json: {name} is gone, or its seal in expected.json is new")));

    let exchanges = listed(exchanges);
    let seals = sealed.get("exchanges").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let total = exchanges.len();
    if seals.len() != total {
        found.push(format!(
            "exchanges.json: there are {total} exchanges, and expected.json has seals for {}",
            seals.len()
        ));
        return found;
    }
    for (place, (exchange, seal)) in exchanges.iter().zip(seals).enumerate() {
        let number = place.saturating_add(1);
        let line = request_line(exchange);
        found.extend(altered(Some(seal), exchange).into_iter().map(|what| {
            format!("exchanges.json: exchange {number} of {total}: {line}: {}", what.trim_start_matches('.'))
        }));
    }
    found
}

fn request_line(exchange: &Value) -> String {
    let text = |key: &str| exchange.pointer(key).and_then(Value::as_str).unwrap_or("?").to_owned();
    format!("{} {}", text("/request/method"), text("/request/url"))
}

/// How a part differs from its seal: nothing when it does not.
fn altered(sealed: Option<&Value>, part: &Value) -> Vec<String> {
    let Some(sealed) = sealed else {
        return vec![format!(" is new, or its seal in expected.json is gone: {}", excerpt(part))];
    };
    let now = seal(part);
    if *sealed == now {
        return Vec::new();
    }
    let before = sealed.get("values").and_then(Value::as_str).unwrap_or_default();
    let before: Vec<&str> = before.split(' ').filter(|mark| !mark.is_empty()).collect();
    let leaves = leaves(part);
    let marks: Vec<&str> = leaves.iter().map(|leaf| leaf.mark.as_str()).collect();
    let mut found = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &before, &marks) {
        match operation {
            DiffOp::Equal { .. } => {}
            DiffOp::Delete { new_index, old_len, .. } => {
                let after = new_index.checked_sub(1).and_then(|place| leaves.get(place));
                let after = after.map_or("at its beginning".to_owned(), |leaf| format!("after {}", leaf.place));
                found.push(format!(": {old_len} value(s) are gone {after}"));
            }
            DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } => {
                for leaf in leaves.iter().skip(new_index).take(new_len) {
                    found.push(format!(
                        "{} is {}, which is not what was blessed",
                        dotted(&leaf.place),
                        excerpt(&leaf.value)
                    ));
                }
            }
        }
    }
    if found.is_empty() {
        found.push(": it or its seal in expected.json was altered".to_owned());
    }
    found
}

fn dotted(place: &str) -> String {
    if place.is_empty() || place.starts_with('[') { place.to_owned() } else { format!(".{place}") }
}

fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A value without values in it, and where it is.
struct Leaf {
    place: String,
    value: Value,
    mark: String,
}

fn leaves(part: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(&canonical(part), String::new(), &mut found);
    found
}

fn collect(value: &Value, place: String, found: &mut Vec<Leaf>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                let inner = if place.is_empty() { key.clone() } else { format!("{place}.{key}") };
                collect(value, inner, found);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (at, value) in elements.iter().enumerate() {
                collect(value, format!("{place}[{at}]"), found);
            }
        }
        plain => {
            let hash = hexadecimal(&sha256(format!("{place}={plain}")));
            let mark = hash.get(..4).unwrap_or_default().to_owned();
            found.push(Leaf { place, value: plain.clone(), mark });
        }
    }
}

/// A scenario in parts: settings and the elements of lists each by themselves, everything else by its key.
fn parts(scenario: &Value) -> Vec<(String, Value)> {
    let mut parts = Vec::new();
    for (key, value) in scenario.as_object().into_iter().flatten() {
        match value {
            Value::Array(elements) if !elements.is_empty() => {
                let each = elements.iter().enumerate();
                parts.extend(each.map(|(at, element)| (format!("{key}[{at}]"), element.clone())));
            }
            Value::Object(members) if key == "settings" && !members.is_empty() => {
                parts.extend(members.iter().map(|(name, value)| (format!("{key}.{name}"), value.clone())));
            }
            whole => parts.push((key.clone(), whole.clone())),
        }
    }
    parts
}

fn listed(exchanges: &Value) -> &[Value] {
    exchanges.get("exchanges").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_file_part_and_value() {
        let scenario = json!({"title": "t", "customers": [{"id": "C1", "zip": "8000"}], "settings": {"a": "1"}});
        let exchanges = json!({"exchanges": [{"request": {"method": "GET", "url": "u"}, "answer": {"status": 200}}]});
        let sealed = seals(&scenario, &exchanges);
        assert!(broken(&sealed, &scenario, &exchanges).is_empty());

        let mut other = scenario.clone();
        other["customers"][0]["zip"] = json!("8001");
        assert_eq!(
            broken(&sealed, &other, &exchanges),
            [r#"scenario.json: customers[0].zip is "8001", which is not what was blessed"#]
        );
        let mut other = exchanges.clone();
        other["exchanges"][0]["answer"]["status"] = json!(201);
        assert_eq!(
            broken(&sealed, &scenario, &other),
            ["exchanges.json: exchange 1 of 1: GET u: answer.status is 201, which is not what was blessed"]
        );
    }
}
