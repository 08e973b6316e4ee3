//! The link that the accounting system calls: made, entered there, not in error, the right one, called.

use super::evidence::{LinkSight, link_sight, link_steps};
use super::examination::{Examination, quoted};
use super::seen::OlderLinkSeen;
use super::texts::{link, steps};
use crate::model::Verdict;
use accounting_store::Ms;

/// A link that was made less than a day ago need not have been called: nobody may have changed anything yet.
const NEW_LINK_MS: Ms = 24 * 60 * 60 * 1_000;

/// After two weeks without a call it is worth looking: longer than a bookkeeper is usually away.
const QUIET_MS: Ms = 14 * 24 * 60 * 60 * 1_000;

pub(super) fn examine(e: &mut Examination<'_>) {
    if !e.can("webhook") {
        return e.good("link-made", link::no_link_needed(e.locale, &e.system));
    }
    made(e);
    match e.seen.link.made {
        Some(made) => {
            let sight = link_sight(e.seen, made, e.locale);
            registered(e, &sight);
            in_error(e, &sight);
            token(e, made, &sight);
            last_call(e, made);
        }
        None => without_link(e),
    }
}

fn made(e: &mut Examination<'_>) {
    const CODE: &str = "link-made";
    match (e.seen.link.made, e.seen.link.public_url) {
        (_, false) => {
            let steps = vec![link::give_public_url(e.locale), steps::look_again_later(e.locale)];
            e.not_good(Verdict::Bad, CODE, link::no_public_url(e.locale, &e.system), steps);
        }
        (None, true) => {
            let steps = vec![steps::open_settings(e.locale, &e.system), link::make_it(e.locale)];
            e.not_good(Verdict::Bad, CODE, link::not_made(e.locale, &e.system), steps);
        }
        (Some(made), true) => e.good(CODE, link::made(e.locale, &e.system, e.moment(made))),
    }
}

fn without_link(e: &mut Examination<'_>) {
    for (code, message) in [
        ("link-registered", link::registered_without_link(e.locale, &e.system)),
        ("link-in-error", link::error_without_link(e.locale, &e.system)),
        ("link-token", link::token_without_link(e.locale)),
        ("last-call", link::never_called_without_link(e.locale, &e.system)),
    ] {
        e.not_good(Verdict::Unknown, code, message, vec![link::after_link(e.locale)]);
    }
}

fn registered(e: &mut Examination<'_>, sight: &LinkSight<'_>) {
    const CODE: &str = "link-registered";
    let told = match sight {
        LinkSight::Told { at, webhook, .. } => webhook.registered.map(|registered| (*at, registered)),
        _ => None,
    };
    // A call is better evidence than an older look.
    let called = e.seen.link.last_used.filter(|called| told.is_none_or(|(at, _)| *called > at));
    if let Some((at, true)) = told {
        return e.good(CODE, link::registered(e.locale, &e.system, e.moment(at)));
    }
    if let Some(called) = called {
        return e.good(CODE, link::registered_since_called(e.locale, &e.system, e.moment(called)));
    }
    let look = vec![link::look_for_link(e.locale, &e.system)];
    let again = look_again(e, sight);
    let (verdict, message, steps) = match sight {
        LinkSight::Told { at, health, webhook } if webhook.registered == Some(false) => {
            let own = vec![steps::open_settings(e.locale, &e.system), link::enter_by_ok(e.locale, &e.system)];
            let message = link::not_registered(e.locale, &e.system, e.moment(*at));
            (Verdict::Bad, message, link_steps(health).unwrap_or(own))
        }
        LinkSight::Told { at, health, .. } | LinkSight::NotTold { at, health } => {
            let message = link::not_shown(e.locale, &e.system, e.moment(*at));
            (Verdict::Unknown, message, link_steps(health).unwrap_or(look))
        }
        LinkSight::Failed { at, why, .. } => {
            (Verdict::Unknown, link::registered_failed(e.locale, &e.system, e.moment(*at), why), again)
        }
        LinkSight::Never => (Verdict::Unknown, link::registered_unseen(e.locale, &e.system), again),
    };
    e.not_good(verdict, CODE, message, steps);
}

fn in_error(e: &mut Examination<'_>, sight: &LinkSight<'_>) {
    const CODE: &str = "link-in-error";
    let again = look_again(e, sight);
    let (verdict, message, steps) = match sight {
        LinkSight::Told { at, webhook, .. } if !webhook.has_errors => {
            return e.good(CODE, link::no_error(e.locale, &e.system, e.moment(*at)));
        }
        LinkSight::Told { at, health, webhook } => {
            let looked = e.moment(*at);
            if let Some(called) = e.seen.link.last_used.filter(|called| called > at) {
                let message = link::was_in_error(e.locale, &e.system, looked, e.moment(called));
                (Verdict::Warning, message, again)
            } else {
                let told = |text: &str| Some(quoted(text)).filter(|text| !text.is_empty());
                let error = told(&webhook.error_message).unwrap_or_else(|| link::not_told(e.locale));
                let called = told(&webhook.last_event).unwrap_or_else(|| link::not_told(e.locale));
                let own = vec![link::find_link(e.locale, &e.system), link::take_mark_away(e.locale)];
                let mut steps = link_steps(health).unwrap_or(own);
                steps.push(missed(e));
                (Verdict::Bad, link::in_error(e.locale, &e.system, error, called, looked), steps)
            }
        }
        LinkSight::NotTold { at, health } => {
            let own = vec![link::look_for_mark(e.locale, &e.system)];
            let message = link::error_not_shown(e.locale, &e.system, e.moment(*at));
            (Verdict::Unknown, message, link_steps(health).unwrap_or(own))
        }
        LinkSight::Failed { at, why, .. } => {
            (Verdict::Unknown, link::error_failed(e.locale, &e.system, e.moment(*at), why), again)
        }
        LinkSight::Never => (Verdict::Unknown, link::error_unseen(e.locale, &e.system), again),
    };
    e.not_good(verdict, CODE, message, steps);
}

/// Asking again helps only where somebody is let in.
fn look_again(e: &Examination<'_>, sight: &LinkSight<'_>) -> Vec<String> {
    let be_accepted = match sight {
        LinkSight::Failed { refused: true, .. } => Some(link::after_credentials(e.locale)),
        _ => None,
    };
    be_accepted.into_iter().chain([steps::look_again(e.locale, &e.system)]).collect()
}

/// How what was changed while no calls came gets here.
pub(super) fn missed(e: &Examination<'_>) -> String {
    if !e.can("catch-up") {
        steps::missed_by_hand(e.locale, &e.system)
    } else if e.seen.pause.is_some() || e.seen.next_catch_up <= e.seen.now {
        steps::missed_is_fetched_then(e.locale)
    } else {
        steps::missed_is_fetched(e.locale, e.moment(e.seen.next_catch_up))
    }
}

fn token(e: &mut Examination<'_>, made: Ms, sight: &LinkSight<'_>) {
    const CODE: &str = "link-token";
    let newest = &e.seen.link;
    let since_then = |older: &OlderLinkSeen| {
        let called = older.last_used?;
        (called > made && newest.last_used.is_none_or(|used| called > used)).then_some((called, older.expires))
    };
    if let Some((called, expires)) = newest.older.iter().filter_map(since_then).max() {
        let (called, until) = (e.moment(called), e.moment(expires));
        let (verdict, message, step) = if expires > e.seen.now {
            let message = link::old_link_called(e.locale, &e.system, called, &until);
            (Verdict::Warning, message, link::enter_new_before(e.locale, &e.system, until))
        } else {
            let message = link::old_link_over(e.locale, &e.system, called, until);
            (Verdict::Bad, message, link::enter_new(e.locale, &e.system))
        };
        return e.not_good(verdict, CODE, message, vec![step]);
    }
    if let Some(called) = newest.last_used {
        return e.good(CODE, link::right_link_called(e.locale, &e.system, e.moment(called)));
    }
    if matches!(sight, LinkSight::Told { webhook, .. } if webhook.registered == Some(true)) {
        return e.good(CODE, link::right_link_entered(e.locale, &e.system));
    }
    let steps = vec![link::compare(e.locale, &e.system)];
    e.not_good(Verdict::Unknown, CODE, link::no_link_called(e.locale, &e.system), steps);
}

fn last_call(e: &mut Examination<'_>, made: Ms) {
    const CODE: &str = "last-call";
    let steps = vec![steps::change_something(e.locale, &e.system)];
    let (verdict, message) = match e.seen.last_call {
        Some(at) => {
            let message = link::called(e.locale, &e.system, e.moment(at), e.age(at));
            if e.since(at) < QUIET_MS {
                return e.good(CODE, message);
            }
            (Verdict::Warning, message)
        }
        None if e.since(made) < NEW_LINK_MS => (Verdict::Unknown, link::not_called_yet(e.locale, &e.system)),
        None => (Verdict::Warning, link::never_called(e.locale, &e.system, e.moment(made))),
    };
    e.not_good(verdict, CODE, message, steps);
}
