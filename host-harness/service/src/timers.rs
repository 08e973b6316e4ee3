//! When timers of installations go off: one moment for each installation and timer, and the earliest found at once.

use accounting_policy::Timer;
use accounting_store::Ms;
use std::collections::{BTreeMap, BTreeSet};

/// Which timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Which {
    Check,
    CatchUp,
}

impl Which {
    /// The same for the policy.
    pub(crate) fn policy(self) -> Timer {
        match self {
            Self::Check => Timer::Check,
            Self::CatchUp => Timer::CatchUp,
        }
    }
}

/// The timers of all installations.
#[derive(Debug, Default)]
pub(crate) struct Timers {
    by_time: BTreeSet<(Ms, String, Which)>,
    time_of: BTreeMap<(String, Which), Ms>,
}

impl Timers {
    /// It goes off then, and not when it would have before.
    pub(crate) fn set(&mut self, installation: &str, which: Which, at: Ms) {
        if let Some(before) = self.time_of.insert((installation.to_owned(), which), at) {
            self.by_time.remove(&(before, installation.to_owned(), which));
        }
        self.by_time.insert((at, installation.to_owned(), which));
    }

    /// Take out those that are due.
    pub(crate) fn off(&mut self, now: Ms) -> Vec<(String, Which)> {
        let mut due = Vec::new();
        while self.by_time.first().is_some_and(|(at, _, _)| *at <= now) {
            if let Some((_, installation, which)) = self.by_time.pop_first() {
                self.time_of.remove(&(installation.clone(), which));
                due.push((installation, which));
            }
        }
        due
    }

    /// All go off by so much earlier.
    pub(crate) fn earlier(&mut self, by: Ms) {
        for (installation, which, at) in
            std::mem::take(self).time_of.into_iter().map(|((id, which), at)| (id, which, at))
        {
            self.set(&installation, which, at.saturating_sub(by));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(due: Vec<(String, Which)>) -> Vec<String> {
        due.into_iter().map(|(name, which)| format!("{name} {which:?}")).collect()
    }

    #[test]
    fn each_goes_off_once_at_its_last_moment_in_order() {
        let mut timers = Timers::default();
        timers.set("a", Which::Check, 50);
        timers.set("a", Which::CatchUp, 30);
        timers.set("b", Which::Check, 10);
        timers.set("b", Which::Check, 40);
        assert!(timers.off(29).is_empty(), "the moment that was set last counts");
        assert_eq!(names(timers.off(45)), ["a CatchUp", "b Check"]);
        assert_eq!(names(timers.off(50)), ["a Check"]);
        assert!(timers.off(Ms::MAX).is_empty());
    }

    #[test]
    fn a_clock_that_was_set_back_takes_all_along() {
        let mut timers = Timers::default();
        timers.set("a", Which::Check, 1_000);
        timers.set("b", Which::Check, 2_000);
        timers.earlier(900);
        assert_eq!(names(timers.off(100)), ["a Check"]);
        assert_eq!(names(timers.off(1_100)), ["b Check"]);
    }
}
