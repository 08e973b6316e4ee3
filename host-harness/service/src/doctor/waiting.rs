//! What waits: for a person, for its turn, for FlexyBox; and whether the host was there.

use super::examination::{Examination, quoted};
use super::link::missed;
use super::seen::{HealthSeen, ParkedSeen};
use super::texts::{link, steps, waiting};
use crate::model::Verdict;
use accounting_store::{EventKind, Ms};

const MINUTE_MS: Ms = 60 * 1_000;

/// The examples of what waits for a person: five, enough to see whether it is one trouble or many.
const MOST_PARKED: usize = 5;

/// What could have begun five minutes ago and has not will not begin by itself: no call takes longer than half a minute.
const STUCK_MS: Ms = 5 * MINUTE_MS;

/// What waits for an hour has failed several times, or there is a great deal of it.
const SLOW_MS: Ms = 60 * MINUTE_MS;

/// FlexyBox fetches all the time; after ten minutes it has missed many turns.
const UNFETCHED_MS: Ms = 10 * MINUTE_MS;

/// After an hour nobody can take it for a restart.
const LONG_UNFETCHED_MS: Ms = 60 * MINUTE_MS;

/// What was lost while the host was down shows within a day; after that it explains nothing any more.
const DOWN_LATELY_MS: Ms = 24 * 60 * MINUTE_MS;

/// Half an hour after it came back, what was lost has been looked for: that happens within ten minutes.
const CAUGHT_UP_MS: Ms = 30 * MINUTE_MS;

pub(super) fn examine(e: &mut Examination<'_>) {
    parked(e);
    queue(e);
    outbox(e);
    host(e);
}

fn parked(e: &mut Examination<'_>) {
    const CODE: &str = "parked";
    let counts = &e.seen.counts;
    let (count, flags) = (e.number(counts.parked), e.number(counts.flags));
    let message = match (counts.parked > 0, counts.flags > 0) {
        (false, false) => return e.good(CODE, waiting::nothing_parked(e.locale)),
        (true, false) => waiting::parked(e.locale, count),
        (false, true) => waiting::flagged(e.locale, flags),
        (true, true) => waiting::parked_and_flagged(e.locale, count, flags),
    };
    let mut steps = Vec::new();
    if counts.parked > 0 {
        steps.extend(e.seen.parked.iter().take(MOST_PARKED).map(|one| look_at(e, one)));
        steps.push(waiting::try_again(e.locale));
    }
    if counts.flags > 0 {
        steps.push(waiting::look_at_flags(e.locale));
    }
    e.not_good(Verdict::Warning, CODE, message, steps);
}

fn look_at(e: &Examination<'_>, one: &ParkedSeen) -> String {
    let what = match one.kind {
        EventKind::Customer => waiting::a_customer(e.locale),
        EventKind::Webhook => waiting::a_call(e.locale),
        EventKind::Day => waiting::a_day(e.locale),
        EventKind::CatchUp => waiting::a_catch_up(e.locale),
        EventKind::Check => waiting::a_check(e.locale),
    };
    let message = quoted(&one.message);
    let why = if message.is_empty() { one.code.clone() } else { format!("{message} ({})", one.code) };
    waiting::look_at(e.locale, what, e.moment(one.since), why)
}

fn queue(e: &mut Examination<'_>) {
    const CODE: &str = "queue";
    let seen = e.seen;
    let count = e.number(seen.counts.waiting);
    let Some(oldest) = seen.counts.oldest_waiting.filter(|_| seen.counts.waiting > 0) else {
        return e.good(CODE, waiting::queue_empty(e.locale));
    };
    let since = e.moment(oldest);
    if seen.pause.is_some() {
        return e.good(CODE, waiting::queue_paused(e.locale, count, since));
    }
    if let Some(due) = seen.due_since.filter(|due| e.since(*due) > STUCK_MS) {
        let message = waiting::queue_stuck(e.locale, count, e.moment(due), e.age(due));
        let steps = vec![steps::look_again_later(e.locale), steps::ask_operations(e.locale)];
        e.not_good(Verdict::Bad, CODE, message, steps);
    } else if e.since(oldest) > SLOW_MS {
        let message = waiting::queue_slow(e.locale, count, since, e.age(oldest));
        e.not_good(Verdict::Warning, CODE, message, vec![steps::look_again_later(e.locale)]);
    } else {
        e.good(CODE, waiting::queue_moves(e.locale, count, since));
    }
}

fn outbox(e: &mut Examination<'_>) {
    const CODE: &str = "outbox";
    let counts = &e.seen.counts;
    let Some(oldest) = counts.oldest_outbox.filter(|_| counts.outbox > 0) else {
        return e.good(CODE, waiting::outbox_empty(e.locale));
    };
    let (count, since, age) = (e.number(counts.outbox), e.moment(oldest), e.since(oldest));
    if age <= UNFETCHED_MS {
        return e.good(CODE, waiting::outbox_fresh(e.locale, count, since));
    }
    let verdict = if age > LONG_UNFETCHED_MS { Verdict::Bad } else { Verdict::Warning };
    let steps = vec![waiting::flexybox_reach(e.locale), waiting::nothing_lost(e.locale)];
    e.not_good(verdict, CODE, waiting::outbox_waits(e.locale, count, since, e.age(oldest)), steps);
}

fn host(e: &mut Examination<'_>) {
    const CODE: &str = "host-was-down";
    let Some(down) = e.seen.down else {
        return e.good(CODE, waiting::not_down(e.locale));
    };
    // Whether the accounting system has marked the link in error meanwhile was looked at afterwards.
    let looked = match &e.seen.health {
        HealthSeen::Answer { at, health } if *at > down.to => health.webhook.is_some(),
        _ => false,
    };
    let (from, to) = (e.moment(down.from), e.moment(down.to));
    let ago = e.since(down.to);
    if ago > DOWN_LATELY_MS || (looked && ago > CAUGHT_UP_MS) {
        return e.good(CODE, waiting::was_down(e.locale, from, to));
    }
    let span = super::calendar::span(down.to.saturating_sub(down.from), e.locale);
    let mut steps = Vec::new();
    if e.can("webhook") && !looked {
        steps.push(link::look_for_mark(e.locale, &e.system));
    }
    steps.push(missed(e));
    e.not_good(Verdict::Warning, CODE, waiting::was_down_lately(e.locale, from, to, span, &e.system), steps);
}
