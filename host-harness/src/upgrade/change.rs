//! One thing that would be different, in words, with the places of a list left out: so that the same difference in fifty
//! fixtures is the same.

use crate::replay::{Difference, place_kind};
use serde::Serialize;
use serde_json::Value;

/// The longest value shown whole, in characters.
const SHOWN: usize = 160;

/// What part of the behaviour differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// What is asked of the accounting system.
    Requests,
    /// What people are told came of it: outcomes, messages, receipts, findings.
    Outcomes,
    /// What the host is told to do, and what became of that.
    Effects,
    /// Where both sides had changed the same thing.
    Conflicts,
    /// Which customer is which debtor, in the end.
    Links,
    /// The customers and their flags, in the end.
    Customers,
    /// What is kept for the next call: what `configure` remembers, and the cursor.
    Kept,
    /// Log lines for the operator: level info and up. Lines of level debug are for the connector's developer.
    Log,
}

impl std::fmt::Display for Aspect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Requests => "requests",
            Self::Outcomes => "outcomes",
            Self::Effects => "effects",
            Self::Conflicts => "conflicts",
            Self::Links => "links",
            Self::Customers => "customers",
            Self::Kept => "kept values",
            Self::Log => "log lines",
        })
    }
}

/// One thing that would be different.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Change {
    /// What part of the behaviour.
    pub aspect: Aspect,
    /// Where, e.g. `customers-changed: customers[].outcome`.
    pub place: String,
    /// From what to what, in words; several lines for a request.
    pub what: String,
}

impl Change {
    /// A difference between two outcomes, of which `kinds` are the kinds of their events.
    pub(super) fn of(difference: &Difference, kinds: &[String]) -> Self {
        let what = words(difference.expected.as_ref(), difference.actual.as_ref());
        let (number, inner) = event_of(&difference.place);
        let Some(kind) = number.and_then(|number| kinds.get(number)) else {
            let first = difference.place.split(['[', '.']).next().unwrap_or_default();
            let aspect = match first {
                "links" => Aspect::Links,
                "customers" | "flags" => Aspect::Customers,
                _ => Aspect::Kept,
            };
            return Self { aspect, place: format!("in the end: {}", place_kind(&difference.place)), what };
        };
        let inner = place_kind(inner.strip_prefix("result.").unwrap_or(inner));
        let has = |name: &str| inner.split(['.', '[']).any(|piece| piece == name);
        let aspect = match () {
            () if inner.starts_with("logs") => Aspect::Log,
            () if has("effects") || has("applied") => Aspect::Effects,
            () if has("conflicts") => Aspect::Conflicts,
            () => Aspect::Outcomes,
        };
        Self { aspect, place: format!("{kind}: {inner}"), what }
    }
}

/// `events[2].result.x` is 2 and `result.x`.
fn event_of(place: &str) -> (Option<usize>, &str) {
    let inside = place.strip_prefix("events[").and_then(|rest| rest.split_once(']'));
    match inside {
        Some((number, rest)) => (number.parse().ok(), rest.strip_prefix('.').unwrap_or(rest)),
        None => (None, place),
    }
}

fn words(old: Option<&Value>, new: Option<&Value>) -> String {
    match (old, new) {
        (Some(old), Some(new)) => format!("{} becomes {}", shown(old), shown(new)),
        (Some(old), None) => format!("{} is gone", shown(old)),
        (None, Some(new)) => format!("{} is new", shown(new)),
        (None, None) => String::new(),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::differences;
    use serde_json::json;

    #[test]
    fn each_place_is_of_its_aspect() {
        let kinds = ["customers-changed".to_owned()];
        let value = |n: u32| {
            let result = json!({"customers": [{"outcome": n, "effects": [n], "conflicts": [n], "notices": [n]}]});
            json!({"events": [{"result": result, "applied": [[n]], "logs": [{"message": n}]}],
                   "links": [n], "customers": [n], "flags": [n], "remembered": [n], "cursor": n})
        };
        let mut found: Vec<_> = differences(&value(1), &value(2))
            .iter()
            .map(|difference| {
                let change = Change::of(difference, &kinds);
                assert_eq!(change.what, "1 becomes 2");
                (change.aspect, change.place)
            })
            .collect();
        found.sort();
        let expected = [
            (Aspect::Outcomes, "customers-changed: customers[].notices[]"),
            (Aspect::Outcomes, "customers-changed: customers[].outcome"),
            (Aspect::Effects, "customers-changed: applied[][]"),
            (Aspect::Effects, "customers-changed: customers[].effects[]"),
            (Aspect::Conflicts, "customers-changed: customers[].conflicts[]"),
            (Aspect::Links, "in the end: links[]"),
            (Aspect::Customers, "in the end: customers[]"),
            (Aspect::Customers, "in the end: flags[]"),
            (Aspect::Kept, "in the end: cursor"),
            (Aspect::Kept, "in the end: remembered[]"),
            (Aspect::Log, "customers-changed: logs[].message"),
        ];
        assert_eq!(found, expected.map(|(aspect, place)| (aspect, place.to_owned())));
    }
}
