//! What people set up: the program, the settings, the approved addresses, the customer tag.

use super::examination::{Examination, quoted};
use super::seen::PauseSeen;
use super::texts::{setup, steps};
use crate::model::Verdict;

/// [`PauseSeen::code`] of an installation that was never started.
const NEW: &str = "new";
/// [`PauseSeen::code`] of one that a person stopped.
const BY_PERSON: &str = "person";

pub(super) fn examine(e: &mut Examination<'_>) {
    program(e);
    activity(e);
    enabled(e);
    entered(e);
    approved(e);
    if e.can("customers") {
        tag(e);
        tagged(e);
    }
}

/// Whether this pause came from an error, not from a person, and not from never having been started.
pub(super) fn is_from_error(pause: &PauseSeen) -> bool {
    pause.code != NEW && pause.code != BY_PERSON && !crate::migration::is_of_migration(&pause.code)
}

fn program(e: &mut Examination<'_>) {
    let id = &e.seen.connector.id;
    if e.seen.connector.loaded {
        return e.good("connector-loaded", setup::program_there(e.locale, &e.system, id));
    }
    let message = setup::program_missing(e.locale, &e.system, id);
    let steps = vec![steps::put_program_back(e.locale, id), steps::look_again_later(e.locale)];
    e.not_good(Verdict::Bad, "connector-loaded", message, steps);
}

fn activity(e: &mut Examination<'_>) {
    const CODE: &str = "installation-active";
    let seen = e.seen;
    let name = if seen.name.is_empty() { &seen.installation } else { &seen.name };
    let open = steps::open_settings(e.locale, &e.system);
    let Some(pause) = &seen.pause else {
        return e.good(CODE, setup::running(e.locale, name));
    };
    let why = quoted(&pause.message);
    let since = e.moment(pause.since);
    let (message, steps) = if pause.code == NEW {
        let start = vec![open, setup::fill_in_all(e.locale), steps::press_ok(e.locale)];
        (setup::never_started(e.locale, name), start)
    } else if pause.code == BY_PERSON {
        let message = if why.is_empty() {
            setup::stopped_by_person(e.locale, name, since)
        } else {
            setup::paused(e.locale, name, since, why)
        };
        (message, vec![setup::resume(e.locale)])
    } else if crate::migration::is_of_migration(&pause.code) {
        (setup::paused(e.locale, name, since, why), vec![setup::look_at_the_other(e.locale)])
    } else {
        let why = if why.is_empty() { pause.code.clone() } else { why };
        let correct = match &pause.about {
            Some(label) => steps::correct(e.locale, e.label(label)),
            None => steps::correct_what_is_named(e.locale),
        };
        let mend = vec![open, correct, steps::press_ok_for_the_rest(e.locale)];
        (setup::paused(e.locale, name, since, why), mend)
    };
    e.not_good(Verdict::Bad, CODE, message, steps);
}

fn enabled(e: &mut Examination<'_>) {
    match e.seen.enabled {
        None => {}
        Some(true) => e.good("enabled", setup::enabled(e.locale)),
        Some(false) => {
            let steps = vec![
                steps::open_settings(e.locale, &e.system),
                setup::tick_enabled(e.locale),
                steps::press_ok_for_the_rest(e.locale),
            ];
            e.not_good(Verdict::Bad, "enabled", setup::not_enabled(e.locale), steps);
        }
    }
}

fn entered(e: &mut Examination<'_>) {
    const CODE: &str = "settings-entered";
    let labels = e.seen.settings_missing.iter().map(|label| e.label(label)).collect::<Vec<_>>().join(", ");
    if !labels.is_empty() {
        let message = setup::not_entered(e.locale, &labels);
        let steps = vec![
            steps::open_settings(e.locale, &e.system),
            steps::fill_in(e.locale, labels),
            steps::press_ok_for_the_rest(e.locale),
        ];
        e.not_good(Verdict::Bad, CODE, message, steps);
    } else if e.seen.connector.loaded {
        e.good(CODE, setup::all_entered(e.locale));
    } else {
        without_program(e, CODE, setup::entered_unseen(e.locale));
    }
}

fn approved(e: &mut Examination<'_>) {
    const CODE: &str = "hosts-approved";
    let hosts = e.seen.hosts_missing.join(", ");
    if !hosts.is_empty() {
        let message = setup::hosts_missing(e.locale, &hosts, &e.system);
        let steps = vec![setup::approve(e.locale, hosts), steps::press_ok_for_the_rest(e.locale)];
        e.not_good(Verdict::Bad, CODE, message, steps);
    } else if e.seen.connector.loaded {
        e.good(CODE, setup::hosts_approved(e.locale, &e.system));
    } else {
        without_program(e, CODE, setup::hosts_unseen(e.locale));
    }
}

fn without_program(e: &mut Examination<'_>, code: &'static str, message: String) {
    let steps = vec![steps::put_program_back(e.locale, &e.seen.connector.id)];
    e.not_good(Verdict::Unknown, code, message, steps);
}

fn tag(e: &mut Examination<'_>) {
    const CODE: &str = "customer-tag-chosen";
    let tag = &e.seen.customer_tag;
    if tag.is_empty() {
        let steps = vec![
            steps::open_settings(e.locale, &e.system),
            setup::choose_tag(e.locale),
            steps::press_ok_for_the_rest(e.locale),
        ];
        e.not_good(Verdict::Bad, CODE, setup::no_tag(e.locale), steps);
    } else {
        e.good(CODE, setup::tag_chosen(e.locale, tag));
    }
}

fn tagged(e: &mut Examination<'_>) {
    const CODE: &str = "customers-tagged";
    let (tag, counts) = (&e.seen.customer_tag, &e.seen.counts);
    let customers = e.number(counts.customers);
    if tag.is_empty() {
        e.not_good(Verdict::Unknown, CODE, setup::tag_first(e.locale), vec![setup::choose_tag_first(e.locale)]);
    } else if counts.customers == 0 {
        let steps = vec![setup::save_any_customer(e.locale), steps::ask_operations(e.locale)];
        e.not_good(Verdict::Bad, CODE, setup::no_customers(e.locale), steps);
    } else if counts.tagged == 0 {
        let message = setup::none_tagged(e.locale, tag, customers);
        let steps =
            vec![setup::open_customer(e.locale), setup::tick_tag(e.locale, tag), setup::save_customer(e.locale)];
        e.not_good(Verdict::Bad, CODE, message, steps);
    } else {
        let (tagged, links) = (e.number(counts.tagged), e.number(counts.links));
        e.good(CODE, setup::tagged(e.locale, tag, tagged, customers, links));
    }
}
