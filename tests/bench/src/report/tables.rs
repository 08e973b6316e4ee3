//! The tables.

use super::{list, number};
use crate::error::CannotRun;
use serde_json::Value;

/// What is timed, and what it is called in the table.
pub(super) const TIMED: [(&str, &str); 12] = [
    ("native", "the connector's logic by itself, native"),
    ("component", "**the event in the sandbox**, a fresh instance, all limits on"),
    ("component_on_demand", "the same without the pool"),
    ("component_counting_fuel", "the same counting fuel"),
    ("instantiate", "a fresh instance, nothing called"),
    ("instantiate_on_demand", "the same without the pool"),
    ("describe", "the smallest call: `describe`"),
    ("requests", "an instance and the event's two requests, nothing decided"),
    ("program_kept", "the connector as a program that is kept, JSON lines"),
    ("program_each", "a program for every event"),
    ("load_from_cache", "the component out of the cache"),
    ("first_outcome", "from the start of the host's command to its end, the event in between"),
];

/// Every table with the name of its place.
pub(super) fn all(figures: &Value) -> Result<Vec<(&'static str, String)>, CannotRun> {
    Ok(vec![
        ("event", event(figures)?),
        ("ratios", ratios(figures)?),
        ("live", live(figures)?),
        ("bulk", bulk(figures)?),
        ("service", service(figures)?),
    ])
}

fn event(figures: &Value) -> Result<String, CannotRun> {
    let mut table = "| µs | p10 | p50 | p90 | p99 |\n|---|---:|---:|---:|---:|\n".to_owned();
    for (name, title) in TIMED {
        let at = |place: &str| Ok::<_, CannotRun>(micros(number(figures, &["event", "times", name, place])?));
        let cells = [at("p10_ns")?, at("p50_ns")?, at("p90_ns")?, at("p99_ns")?];
        table.push_str(&format!("| {title} | {} |\n", cells.join(" | ")));
    }
    Ok(table)
}

fn ratios(figures: &Value) -> Result<String, CannotRun> {
    let of = |name: &str| number(figures, &["event", name]);
    let rows = [
        ("events a second on one core, by the median", of("events_a_second")?.to_string()),
        ("the event in the sandbox to the same native", times(of("component_to_native_per_mille")?)),
        ("to the same in a program that is kept", times(of("component_to_program_kept_per_mille")?)),
        ("a program for every event, to the sandbox", times(of("program_each_to_component_per_mille")?)),
        ("without the pool, to with it", times(of("on_demand_to_pooled_per_mille")?)),
        ("the two requests alone, µs", micros(of("requests_alone_p50_ns")?)),
        ("fuel of the event", of("fuel")?.to_string()),
        ("bytes of the component", of("component_bytes")?.to_string()),
    ];
    let lines = rows.map(|(what, figure)| format!("| {what} | {figure} |\n"));
    Ok(format!("| | |\n|---|---:|\n{}", lines.concat()))
}

fn live(figures: &Value) -> Result<String, CannotRun> {
    let of = |name: &str| number(figures, &["live", name]);
    let (instances, before, alive, after) = (of("instances")?, of("before_kib")?, of("live_kib")?, of("after_kib")?);
    Ok(format!(
        "| instances | resident before, KiB | while all live | afterwards | for each |\n|---:|---:|---:|---:|---:|\n\
         | {instances} | {before} | {alive} | {after} | {} |\n",
        of("each_kib")?
    ))
}

fn bulk(figures: &Value) -> Result<String, CannotRun> {
    let mut table = "| customers | looking ahead, s | in all, s | processor for each customer, µs | reads and inserts | allowed | guest's peak, KiB | \
                     host's peak, MiB |\n|---:|---:|---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for club in list(figures, "bulk")? {
        let of = |name: &str| number(club, &[name]);
        table.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |\n",
            of("customers")?,
            seconds(of("looked_us")?),
            seconds(of("took_us")?),
            of("host_cpu_us_a_customer")?,
            of("reads_and_inserts")?,
            of("reads_and_inserts_allowed")?,
            of("guest_peak_bytes")? / 1_024,
            of("host_peak_kib")? / 1_024,
        ));
    }
    Ok(table)
}

fn service(figures: &Value) -> Result<String, CannotRun> {
    let mut table = "| installations | customers | resident, MiB | event to call, median ms | p99 ms | beside one that hangs, p99 ms |\n\
                     |---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    let services = list(figures, "service")?;
    for one in services {
        let of = |path: &[&str]| number(one, path);
        table.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            of(&["installations"])?,
            of(&["customers"])?,
            of(&["memory_idle", "resident_kib"])? / 1_024,
            micros(of(&["event_to_call", "median_us"])?),
            micros(of(&["event_to_call", "p99_us"])?),
            micros(of(&["event_to_call_beside_hanging", "p99_us"])?),
        ));
    }
    if let Some(each) = each_installation_bytes(services)? {
        table.push_str(&format!(
            "\nFrom the smallest to the largest, memory grows by {each} bytes for each installation.\n"
        ));
    }
    Ok(table)
}

/// How much memory one more installation takes, from the smallest service to the largest.
fn each_installation_bytes(services: &[Value]) -> Result<Option<u64>, CannotRun> {
    let (Some(smallest), Some(largest)) = (services.first(), services.last()) else { return Ok(None) };
    let size = |one: &Value| {
        Ok::<_, CannotRun>((number(one, &["installations"])?, number(one, &["memory_idle", "resident_kib"])?))
    };
    let ((few, little), (many, much)) = (size(smallest)?, size(largest)?);
    let bytes = much.saturating_sub(little).saturating_mul(1_024);
    Ok(bytes.checked_div(many.saturating_sub(few)))
}

/// Thousandths as the whole with one decimal: 1234 → `1.2`. Nanoseconds become microseconds by it, microseconds milliseconds.
pub(super) fn micros(thousandths: u64) -> String {
    let tenths = thousandths.saturating_add(50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

fn seconds(micros: u64) -> String {
    let tenths = micros.saturating_add(50_000) / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A ratio in thousandths, with two decimals: 4567 → `4.57`.
fn times(per_mille: u64) -> String {
    let hundredths = per_mille.saturating_add(5) / 10;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whole_numbers_are_written_with_decimals() {
        assert_eq!((micros(1_234).as_str(), micros(950).as_str(), micros(49).as_str()), ("1.2", "1.0", "0.0"));
        assert_eq!(
            (seconds(1_250_000).as_str(), times(4_567).as_str(), times(1_004).as_str()),
            ("1.3", "4.57", "1.00")
        );
    }

    #[test]
    fn memory_of_an_installation_is_what_more_of_them_took() {
        let service = |installations: u64, kib: u64| json!({"installations": installations, "memory_idle": {"resident_kib": kib}});
        let both = [service(10, 50_000), service(2_010, 80_000)];
        assert_eq!(each_installation_bytes(&both).unwrap(), Some(15_360));
        assert_eq!(each_installation_bytes(&both[..1]).unwrap(), None);
        assert!(each_installation_bytes(&[json!({})]).is_err());
    }
}
