//! Everything that is told, in the order it is told in.

use host_harness::bench::{Cost, EventCost, FixtureCosts, Subject, SubjectCosts};
use host_harness::measure::per_mille;
use std::path::Path;

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// A connector, and where it lies.
pub(super) struct Side<'a> {
    /// What it is called beside the other.
    pub(super) name: &'static str,
    pub(super) path: &'a Path,
    pub(super) subject: &'a Subject,
    pub(super) costs: &'a SubjectCosts,
}

/// What came of the run.
pub(super) struct Told<'a> {
    pub(super) times: u32,
    /// The connector, then the baseline, if there is one.
    pub(super) sides: Vec<Side<'a>>,
    pub(super) fixtures: &'a [FixtureCosts],
}

/// One thing as each connector did it, by the connector's name.
pub(super) type Beside<'a, T> = Vec<(&'static str, &'a T)>;

/// All events together of the fixtures that hold for every connector.
#[derive(Debug, Default)]
pub(super) struct Total {
    pub(super) events: u64,
    /// The sum of their medians.
    pub(super) nanoseconds: u64,
    pub(super) fuel: u64,
}

/// The connector in thousandths of the baseline.
pub(super) struct Ratio {
    /// By the medians.
    pub(super) time: u64,
    pub(super) fuel: u64,
}

impl Told<'_> {
    /// What a call that needs no fixture cost.
    pub(super) fn call(&self, pick: fn(&SubjectCosts) -> &Cost) -> Beside<'_, Cost> {
        self.sides.iter().map(|side| (side.name, pick(side.costs))).collect()
    }

    /// What is wrong with a fixture, for each connector for which it does not hold.
    pub(super) fn problems<'a>(&self, fixture: &'a FixtureCosts) -> Beside<'a, Vec<String>> {
        self.sides.iter().zip(&fixture.of).filter_map(|(side, of)| Some((side.name, of.as_ref().err()?))).collect()
    }

    /// The events of a fixture in order, each as every connector ran it for which the fixture holds.
    pub(super) fn events<'a>(&self, fixture: &'a FixtureCosts) -> Vec<Beside<'a, EventCost>> {
        let ran: Beside<'a, Vec<EventCost>> =
            self.sides.iter().zip(&fixture.of).filter_map(|(side, of)| Some((side.name, of.as_ref().ok()?))).collect();
        let longest = ran.iter().map(|(_, events)| events.len()).max().unwrap_or_default();
        let event = |place| ran.iter().filter_map(|(name, events)| Some((*name, events.get(place)?))).collect();
        (0..longest).map(event).collect()
    }

    /// All events together, for each connector.
    pub(super) fn totals(&self) -> Vec<(&'static str, Total)> {
        let total = |(place, side): (usize, &Side<'_>)| {
            let held = self.fixtures.iter().filter(|fixture| fixture.holds());
            let events = held.filter_map(|fixture| fixture.of.get(place)?.as_ref().ok()).flatten();
            (side.name, events.fold(Total::default(), |sum, event| sum.and(&event.cost)))
        };
        self.sides.iter().enumerate().map(total).collect()
    }

    pub(super) fn hold(&self) -> usize {
        self.fixtures.iter().filter(|one| one.holds()).count()
    }

    pub(super) fn fail(&self) -> usize {
        self.fixtures.len().saturating_sub(self.hold())
    }
}

impl Total {
    fn and(self, cost: &Cost) -> Self {
        Self {
            events: self.events.saturating_add(1),
            nanoseconds: self.nanoseconds.saturating_add(cost.times.median()),
            fuel: self.fuel.saturating_add(cost.used.fuel),
        }
    }

    /// How many of them fit into a second of one core; 0 where there are none.
    pub(super) fn a_second(&self) -> u64 {
        self.events.saturating_mul(SECOND).checked_div(self.nanoseconds).unwrap_or_default()
    }
}

impl Ratio {
    /// None unless there are both.
    pub(super) fn of_costs(costs: &[(&'static str, &Cost)]) -> Option<Self> {
        let [(_, one), (_, other)] = costs else { return None };
        let time = per_mille(one.times.median(), other.times.median());
        Some(Self { time, fuel: per_mille(one.used.fuel, other.used.fuel) })
    }

    /// None unless there are both.
    pub(super) fn of_totals(totals: &[(&'static str, Total)]) -> Option<Self> {
        let [(_, one), (_, other)] = totals else { return None };
        Some(Self { time: per_mille(one.nanoseconds, other.nanoseconds), fuel: per_mille(one.fuel, other.fuel) })
    }
}

/// What an event cost, by the connector's name.
pub(super) fn costs<'a>(event: &Beside<'a, EventCost>) -> Beside<'a, Cost> {
    event.iter().map(|(name, one)| (*name, &one.cost)).collect()
}
