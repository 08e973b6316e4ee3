//! What the accounting system answers, and how much it may be asked.

use super::evidence::{is_about_link, is_refusal, refusal, steps_of, why};
use super::examination::{Examination, quoted};
use super::seen::{HealthSeen, Seen};
use super::setup::is_from_error;
use super::texts::{steps, system};
use crate::model::Verdict;
use accounting_policy::{Permission, Work};
use accounting_store::Ms;
use host_harness::bindings::types::Severity;

/// A catch-up that is less than ten minutes late waits its turn: after the host was down that is how it is meant to be.
const LATE_MS: Ms = 10 * 60 * 1_000;

/// The findings shown that have no place of their own: five. They come worst first, and mending five takes a while.
const MOST_FINDINGS: usize = 5;

pub(super) fn examine(e: &mut Examination<'_>) {
    credentials(e);
    also_found(e);
    if e.can("catch-up") {
        catch_up(e);
    }
    budget(e);
}

/// The newest evidence counts: a pause, what pressing OK came to, the last look.
fn credentials(e: &mut Examination<'_>) {
    const CODE: &str = "credentials-accepted";
    let seen = e.seen;
    let looked = last_look(seen);
    let configured = seen.configured.filter(|configured| looked.is_none_or(|looked| configured.at >= looked));
    let newest = configured.map(|configured| configured.at).or(looked);

    let prove = vec![steps::open_settings(e.locale, &e.system), system::prove_by_ok(e.locale)];
    if let Some(pause) = seen.pause.as_ref().filter(|pause| is_from_error(pause))
        && newest.is_none_or(|newest| pause.since > newest)
    {
        let message = system::not_tried_since_pause(e.locale, &e.system, e.moment(pause.since));
        return e.not_good(Verdict::Unknown, CODE, message, prove);
    }
    if let Some(configured) = configured {
        let when = e.moment(configured.at);
        return if configured.ready {
            e.good(CODE, system::accepted(e.locale, &e.system, when))
        } else {
            e.not_good(Verdict::Unknown, CODE, system::ok_was_refused(e.locale, when), prove)
        };
    }
    let mend = || {
        vec![
            steps::open_settings(e.locale, &e.system),
            steps::correct_what_is_named(e.locale),
            steps::press_ok_for_the_rest(e.locale),
        ]
    };
    let (verdict, message, steps) = match &seen.health {
        // An integration that is switched off asks nobody.
        HealthSeen::Answer { at, health } if seen.enabled != Some(false) => {
            let Some(finding) = refusal(health) else {
                return e.good(CODE, system::accepted(e.locale, &e.system, e.moment(*at)));
            };
            let own = steps_of(finding);
            let message = system::refused(e.locale, &e.system, e.moment(*at), quoted(&finding.message));
            (Verdict::Bad, message, if own.is_empty() { mend() } else { own })
        }
        HealthSeen::Failed { at, trouble, message } => {
            let (when, why) = (e.moment(*at), why(*trouble, message, e.locale));
            if is_refusal(*trouble) {
                (Verdict::Bad, system::refused(e.locale, &e.system, when, why), mend())
            } else {
                let steps = vec![steps::look_again(e.locale, &e.system), steps::ask_operations(e.locale)];
                (Verdict::Unknown, system::could_not_try(e.locale, &e.system, when, why), steps)
            }
        }
        HealthSeen::Never | HealthSeen::Answer { .. } => {
            (Verdict::Unknown, system::not_tried(e.locale, &e.system), prove)
        }
    };
    e.not_good(verdict, CODE, message, steps);
}

fn last_look(seen: &Seen) -> Option<Ms> {
    match &seen.health {
        HealthSeen::Never => None,
        HealthSeen::Answer { at, .. } | HealthSeen::Failed { at, .. } => Some(*at),
    }
}

/// Findings that are neither about the link nor about the credentials.
fn also_found(e: &mut Examination<'_>) {
    let HealthSeen::Answer { at, health } = &e.seen.health else { return };
    if e.seen.enabled == Some(false) {
        return;
    }
    let refusal = refusal(health);
    let others = health.findings.iter().filter(|finding| !is_about_link(finding) && Some(*finding) != refusal);
    let others = others.filter_map(|finding| match finding.severity {
        Severity::Error => Some((Verdict::Bad, finding)),
        Severity::Warning => Some((Verdict::Warning, finding)),
        Severity::Info => None,
    });
    for (verdict, finding) in others.take(MOST_FINDINGS) {
        let message = system::found(e.locale, &e.system, e.moment(*at), quoted(&finding.message));
        let mut steps = steps_of(finding);
        if steps.is_empty() {
            steps.push(system::look_at_it(e.locale, &e.system));
        }
        e.not_good(verdict, "also-found", message, steps);
    }
}

fn catch_up(e: &mut Examination<'_>) {
    const CODE: &str = "catch-up";
    let seen = e.seen;
    let due = seen.next_catch_up;
    let message = if seen.pause.is_some() || seen.enabled == Some(false) {
        system::fetch_waits_for_start(e.locale, &e.system)
    } else if waits_until(seen, Work::Routine).is_some() {
        system::fetch_waits_for_calls(e.locale, &e.system)
    } else if e.since(due) >= LATE_MS {
        let message = system::fetch_overdue(e.locale, &e.system, e.moment(due), e.age(due));
        let steps = vec![steps::look_again_later(e.locale), steps::ask_operations(e.locale)];
        return e.not_good(Verdict::Warning, CODE, message, steps);
    } else if !seen.has_cursor {
        system::first_fetch(e.locale, &e.system)
    } else if due <= seen.now {
        system::fetched_soon(e.locale, &e.system)
    } else {
        system::fetched_next(e.locale, &e.system, e.moment(due))
    };
    e.good(CODE, message);
}

fn budget(e: &mut Examination<'_>) {
    const CODE: &str = "budget";
    let seen = e.seen;
    let used = e.number(seen.budget.at(unsigned(seen.now)).used);
    if seen.daily_calls == 0 {
        return e.good(CODE, system::no_limit(e.locale, &e.system, used));
    }
    let limit = e.number(seen.daily_calls);
    let (verdict, until) = match (waits_until(seen, Work::Customer), waits_until(seen, Work::Routine)) {
        (Some(until), _) => (Verdict::Bad, e.moment(until)),
        (None, Some(until)) => (Verdict::Warning, e.moment(until)),
        (None, None) => return e.good(CODE, system::calls_left(e.locale, &e.system, used, limit)),
    };
    let message = if verdict == Verdict::Bad {
        system::all_wait(e.locale, &e.system, used, limit, &until)
    } else {
        system::timers_wait(e.locale, &e.system, used, limit, &until)
    };
    let steps = vec![system::wait_until(e.locale, until), system::raise_limit(e.locale, &e.system)];
    e.not_good(verdict, CODE, message, steps);
}

/// Until when this work waits for new calls; none when it need not.
fn waits_until(seen: &Seen, work: Work) -> Option<Ms> {
    match seen.budget.may_run(work, seen.daily_calls, unsigned(seen.now)) {
        Permission::Go => None,
        Permission::WaitUntil(until) => Some(Ms::try_from(until).unwrap_or(Ms::MAX)),
    }
}

fn unsigned(at: Ms) -> u64 {
    u64::try_from(at).unwrap_or_default()
}
