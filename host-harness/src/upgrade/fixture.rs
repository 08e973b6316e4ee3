//! One fixture, played by both.

use super::change::{Aspect, Change};
use super::run::{Run, run};
use super::sent;
use crate::installation::Driver;
use crate::replay::{Fixture, FixtureError, RequestSpec, differences};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What one connector used for a fixture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Used {
    /// Of all calls.
    pub fuel: u64,
    /// The most WebAssembly memory of any call, in bytes.
    pub peak_memory: u64,
}

/// What would be different in one fixture.
#[derive(Debug, Clone, Serialize)]
pub struct FixtureCompared {
    /// The name of the folder.
    pub name: String,
    /// Everything that differs for people; fuel and memory do not.
    pub changes: Vec<Change>,
    /// The first event that could not be compared, since one of the two asks for something nobody recorded an answer to;
    /// none when all of it was compared.
    pub not_compared_from: Option<usize>,
    /// The old connector does not keep to this fixture itself: it was recorded with another.
    pub old_strays: bool,
    /// The old one.
    pub old: Used,
    /// The new one.
    pub new: Used,
}

impl FixtureCompared {
    /// Whether people would notice nothing.
    pub fn is_same(&self) -> bool {
        self.changes.is_empty() && self.not_compared_from.is_none()
    }

    /// What parts of the behaviour differ.
    pub fn aspects(&self) -> BTreeSet<Aspect> {
        self.changes.iter().map(|change| change.aspect).collect()
    }
}

/// Play a fixture with both connectors, and compare all that people could notice.
///
/// # Errors
/// One of them cannot play it.
pub async fn compare(fixture: &Fixture, old: &dyn Driver, new: &dyn Driver) -> Result<FixtureCompared, FixtureError> {
    let (old, new) = (run(fixture, old).await?, run(fixture, new).await?);
    let cut = old.unanswered.into_iter().chain(new.unanswered).min();
    let mut changes = requests(&old, &new, cut);
    let kinds: Vec<String> = old.events.iter().map(|(_, kind)| kind.clone()).collect();
    let found = differences(&until(&old, cut), &until(&new, cut));
    changes.extend(found.iter().map(|difference| Change::of(difference, &kinds)));
    let used = |run: &Run| Used { fuel: run.fuel, peak_memory: run.peak_memory };
    Ok(FixtureCompared {
        name: fixture.name(),
        changes,
        not_compared_from: cut,
        old_strays: !old.mismatches.is_empty(),
        old: used(&old),
        new: used(&new),
    })
}

/// Requests are compared in the event with the unanswered one too: it is the difference.
fn requests(old: &Run, new: &Run, cut: Option<usize>) -> Vec<Change> {
    let of = |run: &'_ Run, number: usize| -> Vec<RequestSpec> {
        run.sent.iter().filter(|(event, _)| *event == number).map(|(_, request)| request.clone()).collect()
    };
    let compared = old.events.iter().filter(|(number, _)| cut.is_none_or(|cut| *number <= cut));
    let each = compared.flat_map(|(number, kind)| {
        let (old, new) = (of(old, *number), of(new, *number));
        sent::differences(kind, &old.iter().collect::<Vec<_>>(), &new.iter().collect::<Vec<_>>())
    });
    each.collect()
}

/// The outcome of the events before `cut`; what is left in the end only when there is none.
fn until(run: &Run, cut: Option<usize>) -> Value {
    let Some(cut) = cut else { return run.outcome.clone() };
    let comparable = run.events.iter().filter(|(number, _)| *number < cut).count();
    let events = run.outcome.get("events").and_then(Value::as_array);
    let kept: Vec<Value> = events.into_iter().flatten().take(comparable).cloned().collect();
    serde_json::json!({ "events": kept })
}
