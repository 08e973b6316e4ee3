//! Who gets the next turn: one turn is one call of one installation, and then it stands at the end of the line again.
//!
//! Turns wait for a free place in the order they came, so an installation with ten thousand events has no more of the host
//! than one with a single event; and an installation never has more turns under way than its own limit, so a server that
//! hangs holds that installation's turns and nobody else's. What is not due yet waits in a list of alarms.

use accounting_store::Ms;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

#[derive(Debug, Default)]
struct Lane {
    turns: u32,
    /// Something came while all turns were taken: look once more when one ends.
    again: bool,
}

#[derive(Debug, Default)]
struct Lines {
    lanes: BTreeMap<String, Lane>,
    alarms: BTreeSet<(Ms, String)>,
    alarm_of: BTreeMap<String, Ms>,
}

/// Turns and alarms of all installations.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    lines: Mutex<Lines>,
    /// Rung when the first alarm changes.
    pub(crate) bell: Notify,
}

impl Schedule {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There may be something to do: true when a turn must begin now.
    pub(crate) fn wake(&self, installation: &str, at_once: u32) -> bool {
        let mut lines = self.lines();
        let lane = lines.lanes.entry(installation.to_owned()).or_default();
        if lane.turns < at_once.max(1) {
            lane.turns = lane.turns.saturating_add(1);
            true
        } else {
            lane.again = true;
            false
        }
    }

    /// A turn found nothing: true when it must look once more, since something came meanwhile. Otherwise it ends, and an
    /// alarm is set for `next`.
    pub(crate) fn rest(&self, installation: &str, next: Option<Ms>) -> bool {
        let mut lines = self.lines();
        if let Some(lane) = lines.lanes.get_mut(installation) {
            if std::mem::take(&mut lane.again) {
                return true;
            }
            lane.turns = lane.turns.saturating_sub(1);
            if lane.turns == 0 {
                lines.lanes.remove(installation);
            }
        }
        drop(lines);
        if let Some(next) = next {
            self.alarm(installation, next);
        }
        false
    }

    /// Wake this installation at that time, if nothing wakes it sooner.
    pub(crate) fn alarm(&self, installation: &str, at: Ms) {
        let mut lines = self.lines();
        if let Some(before) = lines.alarm_of.get(installation).copied() {
            if before <= at {
                return;
            }
            lines.alarms.remove(&(before, installation.to_owned()));
        }
        let first = lines.alarms.first().is_none_or(|(first, _)| at < *first);
        lines.alarms.insert((at, installation.to_owned()));
        lines.alarm_of.insert(installation.to_owned(), at);
        drop(lines);
        if first {
            self.bell.notify_one();
        }
    }

    /// Take out whose alarm is due; and when the next one is.
    pub(crate) fn due(&self, now: Ms) -> (Vec<String>, Option<Ms>) {
        let mut lines = self.lines();
        let mut due = Vec::new();
        while lines.alarms.first().is_some_and(|(at, _)| *at <= now) {
            if let Some((_, installation)) = lines.alarms.pop_first() {
                lines.alarm_of.remove(&installation);
                due.push(installation);
            }
        }
        (due, lines.alarms.first().map(|(at, _)| *at))
    }

    /// The clock was set: all alarms are due.
    pub(crate) fn ring_all(&self) -> Vec<String> {
        let mut lines = self.lines();
        lines.alarms.clear();
        std::mem::take(&mut lines.alarm_of).into_keys().collect()
    }

    /// Turns under way.
    pub(crate) fn turns(&self) -> u32 {
        self.lines().lanes.values().map(|lane| lane.turns).fold(0, u32::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_turn_at_a_time_and_none_is_missed() {
        let schedule = Schedule::default();
        assert!(schedule.wake("a", 1));
        assert!(!schedule.wake("a", 1));
        assert!(schedule.rest("a", None), "something came meanwhile");
        assert!(!schedule.rest("a", None));
        assert_eq!(schedule.turns(), 0);
        assert!(schedule.wake("a", 1));
    }

    #[test]
    fn as_many_turns_as_the_installation_may_have() {
        let schedule = Schedule::default();
        assert!(schedule.wake("a", 2));
        assert!(schedule.wake("a", 2));
        assert!(!schedule.wake("a", 2));
        assert!(schedule.wake("b", 1), "another is not held up");
        assert_eq!(schedule.turns(), 3);
    }

    #[test]
    fn alarms_ring_once_and_the_earliest_counts() {
        let schedule = Schedule::default();
        schedule.alarm("a", 50);
        schedule.alarm("a", 20);
        schedule.alarm("a", 90);
        schedule.alarm("b", 30);
        assert_eq!(schedule.due(10), (vec![], Some(20)));
        assert_eq!(schedule.due(25), (vec!["a".to_owned()], Some(30)));
        assert_eq!(schedule.due(100), (vec!["b".to_owned()], None));
        assert!(!schedule.rest("a", Some(70)));
        assert_eq!(schedule.ring_all(), ["a"]);
        assert_eq!(schedule.due(100), (vec![], None));
    }
}
