//! Days, times and numbers as people say them, and what holds for every text.

use super::super::calendar::{moment, span};
use super::super::report::headline;
use super::super::texts::numbers::grouped;
use super::super::{Seen, diagnose, text};
use super::situations::{link_in_error, new, not_fetched, wrong_password};
use super::{DAY, HOUR, MINUTE, NOW, but, well};
use crate::model::{Diagnosis, Verdict};
use accounting_store::Ms;
use host_harness::bindings::types::Locale;
use rstest::rstest;

#[rstest]
#[case::winter(NOW, "tirsdag den 24. november kl. 9.00", "Tuesday 24 November at 9:00")]
#[case::last_of_winter(1_774_745_999_000, "søndag den 29. marts kl. 1.59", "Sunday 29 March at 1:59")]
#[case::first_of_summer(1_774_746_000_000, "søndag den 29. marts kl. 3.00", "Sunday 29 March at 3:00")]
#[case::last_of_summer(1_792_889_999_000, "søndag den 25. oktober kl. 2.59", "Sunday 25 October at 2:59")]
#[case::first_of_winter(1_792_890_000_000, "søndag den 25. oktober kl. 2.00", "Sunday 25 October at 2:00")]
#[case::next_year_here(1_798_758_000_000, "fredag den 1. januar 2027 kl. 0.00", "Friday 1 January 2027 at 0:00")]
#[case::last_year(NOW - 365 * DAY, "mandag den 24. november 2025 kl. 9.00", "Monday 24 November 2025 at 9:00")]
#[case::no_calendar(Ms::MAX, "9223372036854775807", "9223372036854775807")]
fn moments(#[case] at: Ms, #[case] da: &str, #[case] en: &str) {
    assert_eq!((moment(at, NOW, Locale::Da).as_str(), moment(at, NOW, Locale::En).as_str()), (da, en));
}

#[rstest]
#[case(0, "under et minut", "less than a minute")]
#[case(MINUTE, "1 minut", "1 minute")]
#[case(HOUR - 1, "59 minutter", "59 minutes")]
#[case(HOUR, "1 time", "1 hour")]
#[case(2 * DAY - 1, "47 timer", "47 hours")]
#[case(2 * DAY, "2 dage", "2 days")]
#[case(2_000 * DAY, "2.000 dage", "2,000 days")]
fn spans(#[case] ms: Ms, #[case] da: &str, #[case] en: &str) {
    assert_eq!((span(ms, Locale::Da).as_str(), span(ms, Locale::En).as_str()), (da, en));
}

#[rstest]
#[case(0, "0")]
#[case(999, "999")]
#[case(-1_000, "-1.000")]
#[case(1_234_567, "1.234.567")]
fn numbers(#[case] number: i128, #[case] da: &str) {
    assert_eq!(grouped(number, Locale::Da), da);
    assert_eq!(grouped(number, Locale::En), da.replace('.', ","));
}

#[rstest]
#[case(new())]
#[case(link_in_error())]
#[case(well())]
#[case(wrong_password())]
#[case(not_fetched())]
fn a_message_is_a_sentence_and_whatever_is_not_good_has_steps(#[case] seen: Seen) {
    for locale in [Locale::Da, Locale::En] {
        for one in diagnose(&seen, locale).examined {
            assert!(
                one.message.starts_with(char::is_uppercase) && one.message.ends_with(['.', '!']),
                "{}",
                one.message
            );
            assert_eq!(one.verdict == Verdict::Good, one.steps.is_empty(), "{one:?}");
            assert!(
                one.steps.iter().all(|step| step.starts_with(char::is_uppercase) && !step.ends_with('.')),
                "{one:?}"
            );
        }
    }
}

#[test]
fn the_first_of_the_worst_stands_on_top() {
    let seen = but(|seen| {
        seen.counts.parked = 1;
        seen.hosts_missing = vec!["api.demobog.example".to_owned()];
        seen.enabled = Some(false);
    });
    let diagnosis = diagnose(&seen, Locale::En);
    let reason = "The tick at Enabled (Aktiveret) is not set, so nothing is transferred.";
    assert_eq!(headline(&diagnosis, Locale::En), reason);
    assert!(text(&diagnosis, Locale::En).starts_with(&format!("club-17: {reason}\n\n")));
}

#[test]
fn what_is_not_known_is_not_called_a_reason() {
    let seen = but(|seen| {
        seen.link.last_used = None;
        seen.last_call = None;
        seen.link.made = Some(NOW - HOUR);
    });
    let diagnosis = diagnose(&seen, Locale::En);
    assert_eq!(diagnosis.verdict, Verdict::Unknown);
    let expected = "Nothing wrong was found, but not everything could be looked at; the first is: No call has come from Demobog yet, but the link is new, too.";
    assert_eq!(headline(&diagnosis, Locale::En), expected);
}

#[test]
fn an_empty_diagnosis_does_not_say_that_all_is_well() {
    let nothing = Diagnosis { installation: "club-17".to_owned(), verdict: Verdict::Unknown, examined: Vec::new() };
    assert_eq!(text(&nothing, Locale::Da), "club-17: Intet er undersøgt.\n\n");
}
