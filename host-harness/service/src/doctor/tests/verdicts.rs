//! One table for each thing examined: what is seen, and what is said of it.

use super::super::{ConfiguredSeen, Down, HealthSeen, OlderLinkSeen, PauseSeen, Seen, diagnose};
use super::situations::label;
use super::{DAY, HOUR, MINUTE, NOW, answer, but, examined, finding, healthy, marked, verdict, webhook, well};
use crate::model::Verdict::{Bad, Good, Unknown, Warning};
use crate::model::{Examined, Verdict};
use accounting_policy::Trouble;
use accounting_store::Ms;
use host_harness::bindings::exports::upkeep::{DayReport, DayState, Health};
use host_harness::bindings::types::{Locale, Severity};
use rstest::rstest;

fn pause(code: &str, since: Ms) -> Option<PauseSeen> {
    Some(PauseSeen { code: code.to_owned(), message: String::new(), about: None, since })
}

fn failed(trouble: Trouble) -> HealthSeen {
    HealthSeen::Failed { at: NOW - MINUTE, trouble, message: String::new() }
}

fn without_webhook(findings: &[(Severity, &str)]) -> Health {
    let findings = findings.iter().map(|(severity, code)| finding(*severity, code, "so it is", &[])).collect();
    Health { healthy: false, findings, webhook: None, days: Vec::new() }
}

fn without(seen: &mut Seen, capability: &str) {
    seen.connector.capabilities.retain(|able| able != capability);
}

fn not_loaded(seen: &mut Seen) {
    seen.connector.loaded = false;
    seen.connector.capabilities.clear();
}

fn never_called(seen: &mut Seen) {
    seen.link.last_used = None;
    seen.last_call = None;
}

#[test]
fn everything_is_examined_in_reading_order() {
    let codes: Vec<&str> = diagnose(&well(), Locale::Da).examined.iter().map(|one: &Examined| one.code).collect();
    let expected = [
        "connector-loaded",
        "installation-active",
        "enabled",
        "settings-entered",
        "hosts-approved",
        "customer-tag-chosen",
        "customers-tagged",
        "link-made",
        "link-registered",
        "link-in-error",
        "link-token",
        "last-call",
        "credentials-accepted",
        "catch-up",
        "budget",
        "parked",
        "queue",
        "outbox",
        "host-was-down",
    ];
    assert_eq!(codes, expected);
}

#[rstest]
#[case::enabled("enabled", but(|seen| seen.enabled = None))]
#[case::tag("customer-tag-chosen", but(|seen| without(seen, "customers")))]
#[case::tagged("customers-tagged", but(|seen| without(seen, "customers")))]
#[case::registered("link-registered", but(|seen| without(seen, "webhook")))]
#[case::in_error("link-in-error", but(|seen| without(seen, "webhook")))]
#[case::token("link-token", but(|seen| without(seen, "webhook")))]
#[case::call("last-call", but(|seen| without(seen, "webhook")))]
#[case::catch_up("catch-up", but(|seen| without(seen, "catch-up")))]
#[case::also("also-found", well())]
fn what_does_not_apply_is_left_out(#[case] code: &str, #[case] seen: Seen) {
    assert!(examined(&seen, code).is_none());
    assert_eq!(diagnose(&seen, Locale::Da).verdict, Good);
}

#[rstest]
#[case::loaded("connector-loaded", well(), Good)]
#[case::not_loaded("connector-loaded", but(not_loaded), Bad)]
#[case::running("installation-active", well(), Good)]
#[case::new("installation-active", but(|seen| seen.pause = pause("new", NOW)), Bad)]
#[case::by_person("installation-active", but(|seen| seen.pause = pause("person", NOW)), Bad)]
#[case::by_error("installation-active", but(|seen| seen.pause = pause("demobog.no", NOW)), Bad)]
#[case::enabled("enabled", well(), Good)]
#[case::disabled("enabled", but(|seen| seen.enabled = Some(false)), Bad)]
#[case::entered("settings-entered", well(), Good)]
#[case::missing("settings-entered", but(|seen| seen.settings_missing = vec![label("Kodeord", "Password")]), Bad)]
#[case::entered_unseen("settings-entered", but(not_loaded), Unknown)]
#[case::approved("hosts-approved", well(), Good)]
#[case::not_approved("hosts-approved", but(|seen| seen.hosts_missing = vec!["a.example".to_owned()]), Bad)]
#[case::approved_unseen("hosts-approved", but(not_loaded), Unknown)]
#[case::chosen("customer-tag-chosen", well(), Good)]
#[case::not_chosen("customer-tag-chosen", but(|seen| seen.customer_tag.clear()), Bad)]
#[case::tagged("customers-tagged", well(), Good)]
#[case::no_tag("customers-tagged", but(|seen| seen.customer_tag.clear()), Unknown)]
#[case::none_tagged("customers-tagged", but(|seen| seen.counts.tagged = 0), Bad)]
#[case::no_customers("customers-tagged", but(|seen| (seen.counts.customers, seen.counts.tagged) = (0, 0)), Bad)]
fn set_up(#[case] code: &str, #[case] seen: Seen, #[case] expected: Verdict) {
    assert_eq!(verdict(&seen, code), expected);
}

#[rstest]
#[case::made("link-made", well(), Good)]
#[case::not_needed("link-made", but(|seen| without(seen, "webhook")), Good)]
#[case::not_made("link-made", but(|seen| seen.link.made = None), Bad)]
#[case::no_public_url("link-made", but(|seen| seen.link.public_url = false), Bad)]
#[case::registered("link-registered", well(), Good)]
#[case::no_link("link-registered", but(|seen| seen.link.made = None), Unknown)]
#[case::absent("link-registered", but(|seen| seen.health = answer(Health { webhook: Some(webhook(Some(false))), ..healthy() })), Bad)]
#[case::absent_but_called_since("link-registered", but(|seen| {
    seen.health = answer(Health { webhook: Some(webhook(Some(false))), ..healthy() });
    seen.link.last_used = Some(NOW - MINUTE);
}), Good)]
#[case::hidden("link-registered", but(|seen| {
    seen.health = answer(without_webhook(&[(Severity::Warning, "demobog.link-unseen")]));
    never_called(seen);
}), Unknown)]
#[case::hidden_but_called("link-registered", but(|seen| seen.health = answer(without_webhook(&[]))), Good)]
#[case::not_told("link-registered", but(|seen| {
    seen.health = answer(Health { webhook: Some(webhook(None)), ..healthy() });
    never_called(seen);
}), Unknown)]
#[case::never_looked("link-registered", but(|seen| { seen.health = HealthSeen::Never; never_called(seen); }), Unknown)]
#[case::could_not_look("link-registered", but(|seen| { seen.health = failed(Trouble::Trapped); never_called(seen); }), Unknown)]
#[case::looked_before_it_was_made("link-registered", but(|seen| { seen.link.made = Some(NOW - MINUTE); never_called(seen); }), Unknown)]
#[case::no_error("link-in-error", well(), Good)]
#[case::error("link-in-error", but(|seen| seen.health = answer(marked())), Bad)]
#[case::called_since("link-in-error", but(|seen| { seen.health = answer(marked()); seen.link.last_used = Some(NOW); }), Warning)]
#[case::error_hidden("link-in-error", but(|seen| seen.health = answer(without_webhook(&[]))), Unknown)]
#[case::error_unseen("link-in-error", but(|seen| seen.health = HealthSeen::Never), Unknown)]
#[case::error_failed("link-in-error", but(|seen| seen.health = failed(Trouble::Transient)), Unknown)]
#[case::refused("link-in-error", but(|seen| seen.health = answer(without_webhook(&[(Severity::Error, "demobog.no")]))), Unknown)]
fn link(#[case] code: &str, #[case] seen: Seen, #[case] expected: Verdict) {
    assert_eq!(verdict(&seen, code), expected);
}

fn replaced(seen: &mut Seen, called: Option<Ms>, expires: Ms) {
    seen.link.made = Some(NOW - DAY);
    seen.link.last_used = None;
    seen.link.older = vec![OlderLinkSeen { expires, last_used: called }];
}

#[rstest]
#[case::called("link-token", well(), Good)]
#[case::entered("link-token", but(never_called), Good)]
#[case::nobody_knows("link-token", but(|seen| { seen.health = HealthSeen::Never; never_called(seen); }), Unknown)]
#[case::no_link("link-token", but(|seen| seen.link.made = None), Unknown)]
#[case::old_called("link-token", but(|seen| replaced(seen, Some(NOW - HOUR), NOW + DAY)), Warning)]
#[case::old_over("link-token", but(|seen| replaced(seen, Some(NOW - HOUR), NOW)), Bad)]
#[case::old_called_before("link-token", but(|seen| replaced(seen, Some(NOW - 2 * DAY), NOW + DAY)), Good)]
#[case::old_never_called("link-token", but(|seen| replaced(seen, None, NOW + DAY)), Good)]
#[case::new_called_since("link-token", but(|seen| {
    replaced(seen, Some(NOW - HOUR), NOW + DAY);
    seen.link.last_used = Some(NOW - MINUTE);
}), Good)]
#[case::old_called_again("link-token", but(|seen| {
    replaced(seen, Some(NOW - MINUTE), NOW + DAY);
    seen.link.last_used = Some(NOW - HOUR);
}), Warning)]
#[case::recently("last-call", but(|seen| seen.last_call = Some(NOW - 14 * DAY + 1)), Good)]
#[case::long_ago("last-call", but(|seen| seen.last_call = Some(NOW - 14 * DAY)), Warning)]
#[case::not_yet("last-call", but(|seen| { never_called(seen); seen.link.made = Some(NOW - DAY + 1); }), Unknown)]
#[case::never("last-call", but(|seen| { never_called(seen); seen.link.made = Some(NOW - DAY); }), Warning)]
fn calls(#[case] code: &str, #[case] seen: Seen, #[case] expected: Verdict) {
    assert_eq!(verdict(&seen, code), expected);
}

fn look_refused(seen: &mut Seen) {
    seen.health = answer(without_webhook(&[(Severity::Error, "demobog.no")]));
}

#[rstest]
#[case::looked(well(), Good)]
#[case::refused(but(look_refused), Bad)]
#[case::refused_then_mended(but(|seen| {
    look_refused(seen);
    seen.configured = Some(ConfiguredSeen { at: NOW, ready: true });
}), Good)]
#[case::mended_in_vain(but(|seen| {
    look_refused(seen);
    seen.configured = Some(ConfiguredSeen { at: NOW, ready: false });
}), Unknown)]
#[case::only_a_link_missing(but(|seen| seen.health = answer(without_webhook(&[(Severity::Error, "demobog.no-link")]))), Good)]
#[case::only_a_day_gone(but(|seen| {
    let day = DayReport { report_id: "d1".to_owned(), revision: 1, state: DayState::Missing };
    seen.health = answer(Health { days: vec![day], ..without_webhook(&[(Severity::Error, "demobog.day-missing")]) });
}), Good)]
#[case::auth(but(|seen| seen.health = failed(Trouble::Auth)), Bad)]
#[case::config(but(|seen| seen.health = failed(Trouble::Config)), Bad)]
#[case::away(but(|seen| seen.health = failed(Trouble::Transient)), Unknown)]
#[case::crash(but(|seen| seen.health = failed(Trouble::Crashed)), Unknown)]
#[case::never(but(|seen| (seen.health, seen.configured) = (HealthSeen::Never, None)), Unknown)]
#[case::ok_only(but(|seen| seen.health = HealthSeen::Never), Good)]
#[case::switched_off(but(|seen| { seen.enabled = Some(false); look_refused(seen); }), Unknown)]
#[case::paused_since(but(|seen| seen.pause = pause("demobog.no", NOW)), Unknown)]
#[case::paused_before(but(|seen| seen.pause = pause("demobog.no", NOW - DAY)), Good)]
#[case::stopped_by_a_person(but(|seen| seen.pause = pause("person", NOW)), Good)]
fn credentials(#[case] seen: Seen, #[case] expected: Verdict) {
    assert_eq!(verdict(&seen, "credentials-accepted"), expected);
}

#[rstest]
#[case::warning(Severity::Warning, "demobog.day-changed", Some(Warning))]
#[case::error(Severity::Error, "demobog.day-missing", Some(Bad))]
#[case::info(Severity::Info, "demobog.note", None)]
#[case::about_the_link(Severity::Warning, "demobog.link-by-hand", None)]
#[case::about_the_webhook(Severity::Error, "demobog.webhook-old", None)]
#[case::no_part_of_the_name(Severity::Error, "linkbog.day-missing", Some(Bad))]
fn also_found(#[case] severity: Severity, #[case] code: &str, #[case] expected: Option<Verdict>) {
    let findings = vec![finding(severity, code, "so it is", &[])];
    let seen = but(|seen| seen.health = answer(Health { findings, ..healthy() }));
    assert_eq!(examined(&seen, "also-found").map(|one| one.verdict), expected);
}

#[rstest]
#[case::to_come("catch-up", well(), Good)]
#[case::its_turn("catch-up", but(|seen| seen.next_catch_up = NOW - 10 * MINUTE + 1), Good)]
#[case::late("catch-up", but(|seen| seen.next_catch_up = NOW - 10 * MINUTE), Warning)]
#[case::late_for_a_pause("catch-up", but(|seen| { seen.next_catch_up = NOW - DAY; seen.pause = pause("person", NOW - DAY); }), Good)]
#[case::late_for_the_budget("catch-up", but(|seen| { seen.next_catch_up = NOW - DAY; seen.budget.used = 4_000; }), Good)]
#[case::first("catch-up", but(|seen| seen.has_cursor = false), Good)]
#[case::enough("budget", but(|seen| seen.budget.used = 3_999), Good)]
#[case::timers_wait("budget", but(|seen| seen.budget.used = 4_000), Warning)]
#[case::customers_go("budget", but(|seen| seen.budget.used = 4_849), Warning)]
#[case::customers_wait("budget", but(|seen| seen.budget.used = 4_850), Bad)]
#[case::no_limit("budget", but(|seen| (seen.budget.used, seen.daily_calls) = (90_000, 0)), Good)]
#[case::yesterdays("budget", but(|seen| { seen.budget.used = 5_000; seen.budget.day -= 1; }), Good)]
fn calls_to_the_system(#[case] code: &str, #[case] seen: Seen, #[case] expected: Verdict) {
    assert_eq!(verdict(&seen, code), expected);
}

fn waits(seen: &mut Seen, since: Ms, due: Option<Ms>) {
    (seen.counts.waiting, seen.counts.oldest_waiting, seen.due_since) =
        (7, Some(NOW - since), due.map(|due| NOW - due));
}

fn lies_ready(seen: &mut Seen, since: Ms) {
    (seen.counts.outbox, seen.counts.oldest_outbox) = (7, Some(NOW - since));
}

fn down(seen: &mut Seen, ago: Ms, looked: Ms) {
    seen.down = Some(Down { from: NOW - ago - HOUR, to: NOW - ago });
    seen.health = HealthSeen::Answer { at: NOW - looked, health: healthy() };
}

#[rstest]
#[case::nothing("parked", well(), Good)]
#[case::something("parked", but(|seen| seen.counts.parked = 1), Warning)]
#[case::flags("parked", but(|seen| seen.counts.flags = 1), Warning)]
#[case::empty("queue", well(), Good)]
#[case::moves("queue", but(|seen| waits(seen, HOUR, Some(5 * MINUTE))), Good)]
#[case::slow("queue", but(|seen| waits(seen, HOUR + 1, None)), Warning)]
#[case::stuck("queue", but(|seen| waits(seen, HOUR, Some(5 * MINUTE + 1))), Bad)]
#[case::paused("queue", but(|seen| { waits(seen, DAY, Some(DAY)); seen.pause = pause("person", NOW - DAY); }), Good)]
#[case::fetched("outbox", well(), Good)]
#[case::fresh("outbox", but(|seen| lies_ready(seen, 10 * MINUTE)), Good)]
#[case::lies("outbox", but(|seen| lies_ready(seen, 10 * MINUTE + 1)), Warning)]
#[case::lies_an_hour("outbox", but(|seen| lies_ready(seen, HOUR)), Warning)]
#[case::lies_longer("outbox", but(|seen| lies_ready(seen, HOUR + 1)), Bad)]
#[case::from_the_future("outbox", but(|seen| lies_ready(seen, -HOUR)), Good)]
#[case::up("host-was-down", well(), Good)]
#[case::just_back("host-was-down", but(|seen| down(seen, 30 * MINUTE, MINUTE)), Warning)]
#[case::back_and_looked("host-was-down", but(|seen| down(seen, 30 * MINUTE + 1, MINUTE)), Good)]
#[case::back_and_not_looked("host-was-down", but(|seen| down(seen, 24 * HOUR, 25 * HOUR)), Warning)]
#[case::long_back("host-was-down", but(|seen| down(seen, 24 * HOUR + 1, 25 * HOUR)), Good)]
fn waiting(#[case] code: &str, #[case] seen: Seen, #[case] expected: Verdict) {
    assert_eq!(verdict(&seen, code), expected);
}

#[rstest]
#[case(well(), Good)]
#[case(but(|seen| { seen.health = HealthSeen::Never; }), Unknown)]
#[case(but(|seen| { seen.health = HealthSeen::Never; seen.counts.parked = 1; }), Warning)]
#[case(but(|seen| { seen.health = HealthSeen::Never; seen.counts.parked = 1; lies_ready(seen, DAY); }), Bad)]
fn the_worst_counts(#[case] seen: Seen, #[case] expected: Verdict) {
    assert_eq!(diagnose(&seen, Locale::Da).verdict, expected);
}
