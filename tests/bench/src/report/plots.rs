//! The plots: where an event's time goes beside the alternatives, and how cost grows.

use super::tables::TIMED;
use super::{list, number};
use crate::error::CannotRun;
use plotters::prelude::*;
use serde_json::Value;

/// Width and height of each, in pixels.
const SIZE: (u32, u32) = (900, 420);
/// Room for the names of what is timed, in pixels.
const NAMES: u32 = 200;
/// What the first plot shows; loads and starts take thousands of times as long and stand in the table.
const SHOWN: [&str; 10] = [
    "native",
    "component",
    "component_on_demand",
    "component_counting_fuel",
    "instantiate",
    "instantiate_on_demand",
    "describe",
    "requests",
    "program_kept",
    "program_each",
];

/// Every plot with the name of its file.
pub(super) fn all(figures: &Value) -> Result<Vec<(&'static str, String)>, CannotRun> {
    Ok(vec![
        ("event.svg", event(figures)?),
        ("bulk.svg", growth(&club_growth(figures)?)?),
        ("service.svg", growth(&service_growth(figures)?)?),
    ])
}

/// The spread of each, from p10 to p99 with the median marked, on a logarithmic scale.
fn event(figures: &Value) -> Result<String, CannotRun> {
    debug_assert!(SHOWN.iter().all(|name| TIMED.iter().any(|(known, _)| known == name)));
    let at = |name: &str, place: &str| number(figures, &["event", "times", name, place]).map(|ns| ns.max(1));
    let mut spreads = Vec::new();
    for name in SHOWN {
        spreads.push((name, [at(name, "p10_ns")?, at(name, "p50_ns")?, at(name, "p99_ns")?]));
    }
    let most = spreads.iter().map(|(_, [_, _, p99])| *p99).max().unwrap_or(1);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE).map_err(CannotRun::because)?;
        let rows = i32::try_from(spreads.len()).unwrap_or(i32::MAX);
        let mut chart = ChartBuilder::on(&area)
            .caption("nanoseconds: p10 to p99, the median marked", ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(36)
            .y_label_area_size(NAMES)
            .build_cartesian_2d((1_000..most.saturating_mul(2)).log_scale(), 0..rows)
            .map_err(CannotRun::because)?;
        let name_of = |row: &i32| {
            let place = usize::try_from(rows.saturating_sub(1).saturating_sub(*row)).unwrap_or(usize::MAX);
            spreads.get(place).map_or_else(String::new, |(name, _)| name.replace('_', " "))
        };
        chart
            .configure_mesh()
            .y_labels(spreads.len())
            .y_label_formatter(&name_of)
            .disable_y_mesh()
            .draw()
            .map_err(CannotRun::because)?;
        for ((name, [p10, p50, p99]), row) in spreads.iter().zip((0..rows).rev()) {
            let colour = if *name == "component" { RED } else { BLUE };
            let line = PathElement::new(vec![(*p10, row), (*p99, row)], colour.stroke_width(3));
            let median = Circle::new((*p50, row), 5, colour.filled());
            chart.draw_series(std::iter::once(line)).map_err(CannotRun::because)?;
            chart.draw_series(std::iter::once(median)).map_err(CannotRun::because)?;
        }
        area.present().map_err(CannotRun::because)?;
    }
    Ok(svg)
}

/// Something that grows: its size and what it costs.
struct Growth {
    caption: &'static str,
    across: &'static str,
    points: Vec<(u64, u64)>,
}

fn club_growth(figures: &Value) -> Result<Growth, CannotRun> {
    let mut points = Vec::new();
    for club in list(figures, "bulk")? {
        points.push((number(club, &["customers"])?, number(club, &["host_cpu_us_a_customer"])?));
    }
    Ok(Growth {
        caption: "switching a club on: µs of the host's processor for each customer",
        across: "customers",
        points,
    })
}

fn service_growth(figures: &Value) -> Result<Growth, CannotRun> {
    let mut points = Vec::new();
    for service in list(figures, "service")? {
        points.push((number(service, &["installations"])?, number(service, &["event_to_call", "median_us"])?));
    }
    Ok(Growth { caption: "a service: µs from an event to its call, median", across: "installations", points })
}

fn growth(growth: &Growth) -> Result<String, CannotRun> {
    let largest = growth.points.iter().map(|(size, _)| *size).max().unwrap_or(1);
    let dearest = growth.points.iter().map(|(_, cost)| *cost).max().unwrap_or(1);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        area.fill(&WHITE).map_err(CannotRun::because)?;
        let mut chart = ChartBuilder::on(&area)
            .caption(growth.caption, ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(70)
            .build_cartesian_2d((1..largest.saturating_mul(2)).log_scale(), 0..dearest.saturating_mul(5) / 4 + 1)
            .map_err(CannotRun::because)?;
        chart.configure_mesh().x_desc(growth.across).draw().map_err(CannotRun::because)?;
        let line = LineSeries::new(growth.points.iter().copied(), BLUE.stroke_width(2));
        chart.draw_series(line).map_err(CannotRun::because)?;
        let dots = growth.points.iter().map(|point| Circle::new(*point, 5, BLUE.filled()));
        chart.draw_series(dots).map_err(CannotRun::because)?;
        area.present().map_err(CannotRun::because)?;
    }
    Ok(svg)
}
