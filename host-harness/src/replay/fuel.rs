//! Comparing fuel: to the unit between builds of the same compiler, within a factor of two otherwise.

use serde_json::Value;

/// Other compilers may use up to so many times more or less.
const FACTOR: u64 = 2;

/// What does not agree, and what is worth telling though it does.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FuelCheck {
    pub(crate) wrong: Vec<String>,
    pub(crate) notes: Vec<String>,
}

/// Compare the fuel of every event.
pub(crate) fn compare(expected: &Value, actual: &Value) -> FuelCheck {
    let mut check = FuelCheck::default();
    let (expected, actual) = (events(expected), events(actual));
    for (place, (one, other)) in expected.iter().zip(actual).enumerate() {
        let (Some(one), Some(other)) = (one.get("fuel"), other.get("fuel")) else {
            check.wrong.push(format!("expected.json: events[{place}].fuel is missing"));
            continue;
        };
        if one == other && !one.get("compiler").is_none_or(Value::is_null) {
            continue;
        }
        let (Some(before), Some(now)) = (units(one), units(other)) else {
            check.wrong.push(format!("expected.json: events[{place}].fuel.units is not a whole number: {one}"));
            continue;
        };
        let known = one.get("compiler").filter(|compiler| !compiler.is_null());
        if known.is_some() && known == other.get("compiler") {
            check.wrong.push(format!("expected.json: events[{place}].fuel.units\n  - {before}\n  + {now}"));
        } else if before > now.saturating_mul(FACTOR) || now > before.saturating_mul(FACTOR) {
            let which = "by another compiler, and more than a factor of two";
            check.wrong.push(format!("expected.json: events[{place}].fuel.units ({which})\n  - {before}\n  + {now}"));
        } else if before != now {
            check.notes.push(format!(
                "event {}: {now} units of fuel by another compiler, {before} expected",
                place.saturating_add(1)
            ));
        }
    }
    check
}

fn events(expected: &Value) -> &[Value] {
    expected.get("events").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn units(fuel: &Value) -> Option<u64> {
    fuel.get("units").and_then(Value::as_u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(compiler: Option<&str>, units: u64) -> Value {
        json!({"events": [{"fuel": {"compiler": compiler, "units": units}}]})
    }

    #[test]
    fn is_exact_for_the_same_compiler_and_lenient_for_another() {
        let expected = of(Some("rustc 1.96.0"), 1_000);
        assert_eq!(compare(&expected, &of(Some("rustc 1.96.0"), 1_000)), FuelCheck::default());
        assert_eq!(compare(&expected, &of(Some("rustc 1.96.0"), 1_001)).wrong.len(), 1);
        assert!(compare(&expected, &of(Some("rustc 1.97.0"), 1_900)).wrong.is_empty());
        assert_eq!(compare(&expected, &of(Some("rustc 1.97.0"), 1_900)).notes.len(), 1);
        assert_eq!(compare(&expected, &of(Some("rustc 1.97.0"), 2_001)).wrong.len(), 1);
        assert_eq!(compare(&of(None, 1_000), &of(None, 1_001)).notes.len(), 1);
    }
}
