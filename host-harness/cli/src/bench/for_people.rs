//! The answer as a table.

use super::told::{Beside, Ratio, Side, Told, costs};
use crate::load;
use crate::shown::clean;
use host_harness::bench::Cost;
use host_harness::table::{table, text, to_the_right};
use std::fmt::Write as _;

/// Headings of what is counted and timed. Units stand in the cells: a heading is in capitals, and that of `µ` is another letter.
const HEADINGS: [&str; 11] =
    ["fixture", "event", "p50", "p90", "p99", "a second", "requests", "sent", "received", "memory", "fuel"];

/// Columns of texts before those of numbers.
const TEXTS: usize = 2;

/// Headings that only a baseline brings: which of the two it is, and the connector in thousandths of the baseline.
const BESIDE: [&str; 3] = ["of", "time", "fuel"];

pub(super) fn for_people(told: &Told<'_>) -> String {
    let mut out = String::new();
    told.sides.iter().for_each(|side| out.push_str(&loading(side)));
    let _ = write!(out, "\n{}", rows(told));
    for fixture in told.fixtures {
        for (name, problems) in told.problems(fixture) {
            let _ = write!(out, "\n{}: does not hold for the {name}\n", fixture.name);
            let lines = problems.iter().flat_map(|problem| problem.lines());
            lines.for_each(|line| out.push_str(&format!("  {}\n", clean(line))));
        }
    }
    let _ = write!(out, "\n{}", together(told));
    out
}

fn loading(side: &Side<'_>) -> String {
    let (description, info) = (&side.subject.description, side.subject.connector().info());
    let named = format!(
        "{}  {} {} ({}), contract {}, {}",
        side.name,
        description.name,
        description.version,
        description.id,
        load::contract(side.subject.connector()),
        side.path.display()
    );
    let size = format!("{} KiB ({} bytes)", info.size.div_ceil(1024), info.size);
    let compiled = side.subject.compiled.map(|time| format!("compiled in {}", ms(time)));
    let from_cache = &side.costs.from_cache;
    let loaded = match from_cache.count() {
        0 => "not in a cache".to_owned(),
        _ => format!("loaded from the cache in {} (p99 {})", ms(from_cache.median()), ms(from_cache.at_per_cent(99))),
    };
    let compiled = compiled.unwrap_or_else(|| "not compiled: this host has no compiler".to_owned());
    format!("{}\n  {size}, {compiled}, {loaded}\n", clean(&named))
}

fn rows(told: &Told<'_>) -> String {
    let beside = told.sides.len() > 1;
    let headings: Vec<&str> = HEADINGS.into_iter().chain(BESIDE.into_iter().filter(|_| beside)).collect();
    let mut all = table(&headings);
    (TEXTS..headings.len()).for_each(|column| to_the_right(&mut all, column));
    let mut add = |fixture: &str, event: &str, costs: &Beside<'_, Cost>| {
        let mut ratio = Ratio::of_costs(costs).map_or_else(Default::default, told_ratio);
        for (name, cost) in costs {
            let compared = [(*name).to_owned()].into_iter().chain(std::mem::take(&mut ratio));
            all.add_row(row(fixture, event, cost).into_iter().chain(compared.filter(|_| beside)));
        }
    };
    add("", "instance alone", &told.call(|costs| &costs.instantiate));
    add("", "describe", &told.call(|costs| &costs.describe));
    for fixture in told.fixtures {
        for event in told.events(fixture) {
            let named = event.first().map(|(_, one)| format!("{} {}", one.number, one.kind)).unwrap_or_default();
            add(&fixture.name, &named, &costs(&event));
        }
    }
    text(&all)
}

fn row(fixture: &str, event: &str, cost: &Cost) -> [String; 11] {
    let [p50, p90, p99] = [50, 90, 99].map(|per_cent| us(cost.times.at_per_cent(per_cent)));
    let used = &cost.used;
    let memory = format!("{} KiB", used.peak_memory.div_ceil(1024));
    let [a_second, requests, sent, received, fuel] =
        [cost.a_second(), used.requests, used.bytes_out, used.bytes_in, used.fuel].map(|number| number.to_string());
    [fixture.to_owned(), event.to_owned(), p50, p90, p99, a_second, requests, sent, received, memory, fuel]
}

/// All events together, and how many turns and fixtures there were.
fn together(told: &Told<'_>) -> String {
    let totals = told.totals();
    let mut out = String::new();
    for (name, total) in totals.iter().filter(|(_, total)| total.events > 0) {
        let _ = writeln!(
            out,
            "{name}: {} events in {} by their medians, {} a second on one core; fuel {}",
            total.events,
            ms(total.nanoseconds),
            total.a_second(),
            total.fuel
        );
    }
    if let Some(ratio) = Ratio::of_totals(&totals).filter(|ratio| ratio.fuel > 0) {
        let [time, fuel] = told_ratio(ratio);
        let _ = writeln!(out, "connector to baseline: time {time}, fuel {fuel}");
    }
    let _ = writeln!(out, "bench: {} turns, {} fixtures, {} hold", told.times, told.fixtures.len(), told.hold());
    out
}

fn told_ratio(ratio: Ratio) -> [String; 2] {
    [ratio.time, ratio.fuel].map(|per_mille| format!("{per_mille} ‰"))
}

/// Nanoseconds as microseconds with one digit behind the point.
fn us(nanoseconds: u64) -> String {
    format!("{} µs", tenths(nanoseconds, 100))
}

/// Nanoseconds as milliseconds with one digit behind the point.
fn ms(nanoseconds: u64) -> String {
    format!("{} ms", tenths(nanoseconds, 100_000))
}

/// How many tenths there are, rounded, as `12.3`; `tenth` in nanoseconds.
fn tenths(nanoseconds: u64, tenth: u64) -> String {
    let tenths = nanoseconds.saturating_add(tenth / 2).checked_div(tenth).unwrap_or_default();
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::{ms, us};

    #[test]
    fn times_have_one_digit_behind_the_point() {
        assert_eq!((us(312_449).as_str(), us(49).as_str(), us(950).as_str()), ("312.4 µs", "0.0 µs", "1.0 µs"));
        assert_eq!(ms(1_250_000), "1.3 ms");
    }
}
