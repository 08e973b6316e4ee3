//! The answer as one object.

use super::told::{Beside, Ratio, Side, Told, Total, costs};
use crate::load;
use host_harness::bench::{Cost, EventCost, FixtureCosts};
use serde_json::{Map, Value, json};

pub(super) fn as_json(told: &Told<'_>) -> Value {
    let mut object = Map::from_iter([
        ("times".to_owned(), json!(told.times)),
        ("instantiate".to_owned(), compared(&told.call(|costs| &costs.instantiate))),
        ("describe".to_owned(), compared(&told.call(|costs| &costs.describe))),
        ("fixtures".to_owned(), told.fixtures.iter().map(|fixture| fixture_json(told, fixture)).collect()),
        ("totals".to_owned(), totals_json(&told.totals())),
        ("hold".to_owned(), json!(told.hold())),
        ("fail".to_owned(), json!(told.fail())),
    ]);
    object.extend(told.sides.iter().map(|side| (side.name.to_owned(), side_json(side))));
    Value::Object(object)
}

fn side_json(side: &Side<'_>) -> Value {
    let info = side.subject.connector().info();
    json!({
        "path": side.path, "id": side.subject.description.id, "version": side.subject.description.version,
        "contract": load::contract(side.subject.connector()), "sha256": info.sha256, "size_bytes": info.size,
        "compile_ns": side.subject.compiled, "load_from_cache": side.costs.from_cache.nanoseconds_json(),
    })
}

fn fixture_json(told: &Told<'_>, fixture: &FixtureCosts) -> Value {
    let problems = told.problems(fixture).into_iter().map(|(name, problems)| (name.to_owned(), json!(problems)));
    json!({
        "name": fixture.name, "holds": fixture.holds(), "problems": problems.collect::<Map<_, _>>(),
        "events": told.events(fixture).iter().map(event_json).collect::<Vec<_>>(),
    })
}

fn event_json(event: &Beside<'_, EventCost>) -> Value {
    let mut object = compared(&costs(event));
    if let (Some(members), Some((_, one))) = (object.as_object_mut(), event.first()) {
        members.insert("event".to_owned(), json!(one.number));
        members.insert("kind".to_owned(), json!(one.kind));
    }
    object
}

/// What each cost by its name, and the ratio where there are both.
fn compared(costs: &Beside<'_, Cost>) -> Value {
    let each = costs.iter().map(|(name, cost)| ((*name).to_owned(), cost_json(cost)));
    with_ratio(each.collect(), Ratio::of_costs(costs))
}

fn cost_json(cost: &Cost) -> Value {
    json!({"time": cost.times.nanoseconds_json(), "a_second": cost.a_second(), "used": cost.used})
}

fn totals_json(totals: &[(&'static str, Total)]) -> Value {
    let each = totals.iter().map(|(name, total)| {
        let told = json!({"events": total.events, "median_ns": total.nanoseconds, "a_second": total.a_second(),
                          "fuel": total.fuel});
        ((*name).to_owned(), told)
    });
    with_ratio(each.collect(), Ratio::of_totals(totals))
}

fn with_ratio(mut object: Map<String, Value>, ratio: Option<Ratio>) -> Value {
    if let Some(ratio) = ratio {
        object.insert("median_per_mille".to_owned(), json!(ratio.time));
        object.insert("fuel_per_mille".to_owned(), json!(ratio.fuel));
    }
    Value::Object(object)
}
