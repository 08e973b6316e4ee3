//! From what a connector said while its writes were held back to what it would do. No calls, no store.

use super::held::Seen;
use super::record::MigrationClass;
use host_harness::bindings::exports::on_customer_changed::{Outcome, SyncResult};
use host_harness::bindings::types::{Effect, Error, ErrorKind};

/// What would become of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) class: MigrationClass,
    /// The debtor's number; empty where the connector did not say which.
    pub(crate) debtor: String,
    /// The debtor's own id; likewise.
    pub(crate) external_id: String,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Answer {
    /// Without a debtor, and why.
    pub(crate) fn why(class: MigrationClass, code: &str, message: &str) -> Self {
        let none = String::new;
        Self { class, debtor: none(), external_id: none(), code: code.to_owned(), message: message.to_owned() }
    }
}

/// What a result comes to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Told {
    /// This.
    Would(Answer),
    /// Something of the call was held back, and it is not known whether of this customer: ask about it alone.
    AskAlone,
    /// The accounting system does not answer, refuses the login, or wants to be left alone: nothing is known of anybody.
    Unreachable(Error),
}

/// What is said of a link whose connector gave none.
const NO_LINK: &str = "host.link-not-told";

fn would(class: MigrationClass, code: &str, message: &str) -> Told {
    Told::Would(Answer::why(class, code, message))
}

/// Classify one result. `alone` says that the call was about this customer and no other.
pub(crate) fn classify(result: &SyncResult, number: &str, seen: &Seen, alone: bool) -> Told {
    match &result.outcome {
        Outcome::Created => would(MigrationClass::Create, "", ""),
        Outcome::Linked | Outcome::Updated | Outcome::Unchanged => linked(result),
        Outcome::Skipped(_) | Outcome::Detached | Outcome::Blocked => {
            would(MigrationClass::PassedOver, "host.passed-over", "")
        }
        Outcome::Failed(error) => failed(error, number, seen, alone),
    }
}

fn linked(result: &SyncResult) -> Told {
    let link = result.effects.iter().find_map(|effect| match effect {
        Effect::PutLink(link) if link.customer_id == result.customer_id => Some(link),
        _ => None,
    });
    match link {
        Some(link) => Told::Would(Answer {
            debtor: link.external_key.clone(),
            external_id: link.external_id.clone(),
            ..Answer::why(MigrationClass::Link, "", "")
        }),
        None => would(MigrationClass::Failed, NO_LINK, ""),
    }
}

fn failed(error: &Error, number: &str, seen: &Seen, alone: bool) -> Told {
    let as_said = |class| would(class, &error.code, &error.message);
    match error.kind {
        ErrorKind::Validation | ErrorKind::Unsupported => as_said(MigrationClass::Refused),
        ErrorKind::Conflict => as_said(MigrationClass::Ambiguous),
        _ if seen.names(number) => would(MigrationClass::Create, "", ""),
        // Alone, what was held back was held back of this customer.
        _ if alone && !seen.unsent.is_empty() => would(MigrationClass::Create, "", ""),
        _ if alone && seen.updates > 0 => would(MigrationClass::Link, NO_LINK, ""),
        _ if !alone && (seen.updates > 0 || !seen.unsent.is_empty()) => Told::AskAlone,
        ErrorKind::Config | ErrorKind::Auth | ErrorKind::RateLimited | ErrorKind::Transient => {
            Told::Unreachable(error.clone())
        }
        ErrorKind::Uncertain | ErrorKind::Internal => as_said(MigrationClass::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use host_harness::bindings::exports::on_customer_changed::SkipReason;
    use host_harness::bindings::types::{Link, LinkState};
    use rstest::rstest;

    fn result(outcome: Outcome, effects: Vec<Effect>) -> SyncResult {
        SyncResult { customer_id: "c1".to_owned(), outcome, effects, conflicts: Vec::new(), notices: Vec::new() }
    }

    fn fault(kind: ErrorKind) -> Outcome {
        let (code, message) = ("x.y".to_owned(), "why".to_owned());
        Outcome::Failed(Error { kind, code, message, detail: None, retry_after_ms: None, subject: None })
    }

    fn link_of(customer: &str) -> Effect {
        Effect::PutLink(Link {
            customer_id: customer.to_owned(),
            external_id: "9".to_owned(),
            external_key: "D9".to_owned(),
            state: LinkState::Active,
            base: Vec::new(),
        })
    }

    fn class(told: &Told) -> Option<MigrationClass> {
        match told {
            Told::Would(answer) => Some(answer.class),
            _ => None,
        }
    }

    #[rstest]
    #[case(Outcome::Linked)]
    #[case(Outcome::Updated)]
    #[case(Outcome::Unchanged)]
    fn a_link_names_its_debtor(#[case] outcome: Outcome) {
        let told = classify(&result(outcome.clone(), vec![link_of("c1")]), "1", &Seen::default(), false);
        let Told::Would(answer) = told else { panic!("{told:?}") };
        assert_eq!((answer.class, answer.debtor.as_str()), (MigrationClass::Link, "D9"));
        assert_eq!(answer.external_id, "9");
        let told = classify(&result(outcome, vec![link_of("c2")]), "1", &Seen::default(), false);
        assert_eq!(class_of_failed(&told), Some(NO_LINK), "another customer's link is not this one's");
    }

    fn class_of_failed(told: &Told) -> Option<&str> {
        match told {
            Told::Would(answer) if answer.class == MigrationClass::Failed => Some(&answer.code),
            _ => None,
        }
    }

    #[test]
    fn what_was_made_and_what_was_passed_over() {
        let told = |outcome| class(&classify(&result(outcome, Vec::new()), "1", &Seen::default(), false));
        assert_eq!(told(Outcome::Created), Some(MigrationClass::Create));
        assert_eq!(told(Outcome::Skipped(SkipReason::NotTagged)), Some(MigrationClass::PassedOver));
    }

    /// Kind of error, updates held back, creations held back that name the customer or others, alone or not.
    #[rstest]
    #[case::too_long(ErrorKind::Validation, 0, None, false, Some(MigrationClass::Refused))]
    #[case::too_long_beside_others(ErrorKind::Validation, 1, Some("2"), false, Some(MigrationClass::Refused))]
    #[case::no_such_thing(ErrorKind::Unsupported, 0, None, true, Some(MigrationClass::Refused))]
    #[case::several(ErrorKind::Conflict, 0, Some("1"), false, Some(MigrationClass::Ambiguous))]
    #[case::named(ErrorKind::Transient, 0, Some("1"), false, Some(MigrationClass::Create))]
    #[case::alone(ErrorKind::Transient, 0, Some("2"), true, Some(MigrationClass::Create))]
    #[case::uncertain(ErrorKind::Uncertain, 0, Some("1"), false, Some(MigrationClass::Create))]
    #[case::update_alone(ErrorKind::Internal, 1, None, true, Some(MigrationClass::Link))]
    #[case::broken(ErrorKind::Internal, 0, None, true, Some(MigrationClass::Failed))]
    fn a_failure_is_what_was_held_back(
        #[case] kind: ErrorKind,
        #[case] updates: u64,
        #[case] created: Option<&str>,
        #[case] alone: bool,
        #[case] expected: Option<MigrationClass>,
    ) {
        let unsent = created.map(|number| format!(r#"{{"n":"{number}"}}"#).into_bytes());
        let seen = Seen { reads: 1, updates, unsent: unsent.into_iter().collect() };
        assert_eq!(class(&classify(&result(fault(kind), Vec::new()), "1", &seen, alone)), expected);
    }

    #[rstest]
    #[case(1, None)]
    #[case(0, Some("2"))]
    fn whoever_was_not_reached_for_anothers_sake_is_asked_alone(#[case] updates: u64, #[case] created: Option<&str>) {
        let unsent = created.map(|number| format!(r#"{{"n":"{number}"}}"#).into_bytes());
        let seen = Seen { reads: 1, updates, unsent: unsent.into_iter().collect() };
        let told = classify(&result(fault(ErrorKind::Transient), Vec::new()), "1", &seen, false);
        assert_eq!(told, Told::AskAlone);
    }

    #[rstest]
    #[case(ErrorKind::Auth)]
    #[case(ErrorKind::Config)]
    #[case(ErrorKind::RateLimited)]
    #[case(ErrorKind::Transient)]
    fn a_system_that_does_not_answer_says_nothing_of_a_customer(#[case] kind: ErrorKind) {
        let seen = Seen { reads: 1, ..Seen::default() };
        for alone in [false, true] {
            let told = classify(&result(fault(kind), Vec::new()), "1", &seen, alone);
            assert!(matches!(told, Told::Unreachable(_)), "{told:?}");
        }
    }
}
