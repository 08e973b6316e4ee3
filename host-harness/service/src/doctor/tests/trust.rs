//! What others wrote is shown, and cannot do harm: no control characters, no page of text, nothing beyond the few examples.

use super::super::examination::quoted;
use super::super::report::headline;
use super::super::{ParkedSeen, diagnose, text};
use super::{NOW, answer, but, examined, finding, healthy, marked};
use crate::model::Verdict;
use accounting_store::EventKind;
use host_harness::bindings::types::{Locale, Severity};
use rstest::rstest;

#[rstest]
#[case::as_it_is("Postnummeret er for langt", "Postnummeret er for langt")]
#[case::full_stop("It is too long. ", "It is too long")]
#[case::lines("one\r\n  two\tthree", "one two three")]
#[case::terminal("\u{1b}[2Jgone\u{7}", "[2Jgone")]
#[case::nothing(" \n", "")]
fn somebody_elses_text_is_one_plain_line(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(quoted(text), expected);
}

#[test]
fn somebody_elses_text_is_cut_between_characters() {
    assert_eq!(quoted(&"æ".repeat(300)), "æ".repeat(300));
    assert_eq!(quoted(&"æ".repeat(301)), format!("{}…", "æ".repeat(300)));
}

#[test]
fn no_control_character_reaches_the_terminal() {
    let seen = but(|seen| {
        let mut health = marked();
        health.webhook.as_mut().unwrap().error_message = "\u{1b}[31mred".to_owned();
        health.findings[0].steps = vec!["Press\u{1b}[2J Refresh".to_owned()];
        health.findings.push(finding(Severity::Warning, "demobog.day-changed", "a day\u{1b}[2J", &["look\u{7}"]));
        seen.health = answer(health);
    });
    let text = text(&diagnose(&seen, Locale::En), Locale::En);
    assert!(text.contains("Press [2J Refresh") && text.contains("a day [2J") && text.contains("error: [31mred;"));
    assert_eq!(text.chars().find(|c| c.is_control() && *c != '\n'), None);
}

#[test]
fn five_examples_of_what_waits_for_a_person_are_enough() {
    let seen = but(|seen| {
        let parked = |n: i64| ParkedSeen {
            kind: EventKind::Customer,
            code: format!("demobog.c{n}"),
            message: String::new(),
            since: NOW - n,
        };
        seen.parked = (0..9).map(parked).collect();
        seen.counts.parked = 90;
    });
    let parked = examined(&seen, "parked").unwrap();
    assert!(parked.message.contains("90"));
    assert_eq!(parked.steps.len(), 6);
    assert!(parked.steps[4].contains("demobog.c4"));
}

#[test]
fn five_other_findings_are_enough_and_good_news_is_none() {
    let seen = but(|seen| {
        let mut health = healthy();
        health.findings.push(finding(Severity::Info, "demobog.note", "well done", &[]));
        health.findings.extend((0..9).map(|_| finding(Severity::Warning, "demobog.day-changed", "a day changed", &[])));
        seen.health = answer(health);
    });
    let examined = diagnose(&seen, Locale::En).examined;
    assert_eq!(examined.iter().filter(|one| one.code == "also-found").count(), 5);
    assert!(examined.iter().all(|one| !one.message.contains("well done")));
}

#[test]
fn steps_of_a_finding_come_before_our_own() {
    let seen = but(|seen| seen.health = answer(marked()));
    let steps = examined(&seen, "link-in-error").unwrap().steps;
    assert_eq!(steps[0], "Tryk Opdater ved linket");
    assert!(steps[1].starts_with("Wait for what was changed meanwhile") && steps[1].contains("9:12"), "{steps:?}");
}

#[test]
fn without_steps_of_its_own_a_finding_gets_ours() {
    let seen = but(|seen| {
        let mut health = marked();
        health.findings.clear();
        seen.health = answer(health);
        seen.connector.capabilities.retain(|capability| capability != "catch-up");
    });
    let steps = examined(&seen, "link-in-error").unwrap().steps;
    assert_eq!(steps.len(), 3);
    assert!(steps[1].contains("Refresh"));
    assert!(steps[2].contains("once more in Demobog"), "nothing is fetched by itself: {steps:?}");
}

#[test]
fn an_unknown_system_and_a_nameless_connection_are_spoken_of_all_the_same() {
    let seen = but(|seen| {
        seen.system = String::new();
        seen.name = String::new();
        seen.connector.loaded = false;
        seen.connector.capabilities = Vec::new();
    });
    let diagnosis = diagnose(&seen, Locale::Da);
    let expected =
        "Programmet, der taler med regnskabssystemet, mangler på serveren (demobog), så intet kan overføres.";
    assert_eq!(headline(&diagnosis, Locale::Da), expected);
    assert!(diagnosis.examined.iter().any(|one| one.message == "Forbindelsen \"club-17\" er i gang."));
    assert_eq!(diagnosis.verdict, Verdict::Bad);
}
