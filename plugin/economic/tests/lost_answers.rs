//! Lost answers at every step: whichever call goes wrong, and however, another attempt at the same event leaves exactly one
//! customer that holds what FlexyBox holds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod club;

use accounting_kit::exports::on_customer_changed::{ChangeKind, Outcome};
use accounting_kit::types::{Customer, ErrorKind};
use club::{Club, customer, edited};
use economic_sim::{Fault, FaultAction};
use rstest::rstest;

/// Calls an event makes at most.
const MOST_CALLS: u32 = 6;

fn troubles() -> Vec<FaultAction> {
    let unavailable = FaultAction::Status { status: 503, body: String::new(), content_type: "text/plain".to_owned() };
    vec![
        FaultAction::DropBefore,
        FaultAction::DropAfter,
        FaultAction::TruncateHalf,
        unavailable,
        FaultAction::Limited(3),
    ]
}

/// Run an event with one call going wrong, then again until it is done; how it ended.
fn until_done(club: &Club, kind: ChangeKind, customer: &Customer, skip: u32, action: FaultAction) -> Outcome {
    let change = club.change(kind, customer);
    let mut context = club.context();
    club.simulator.add_fault(Fault { skip, ..Fault::next(action) });
    for _ in 0..5 {
        match club.attempt(&context, &change).outcome {
            Outcome::Failed(error) => {
                let again = [ErrorKind::Transient, ErrorKind::Uncertain, ErrorKind::RateLimited, ErrorKind::Internal];
                assert!(again.contains(&error.kind), "{error:?}");
            }
            done => {
                club.simulator.clear_faults();
                return done;
            }
        }
        context.attempt += 1;
    }
    panic!("it does not come to an end");
}

#[rstest]
#[case::its_own_number("700", "c1@example.com")]
#[case::another_number("00042", "c1@example.com")]
#[case::nothing_to_know_it_by("00042", "")]
#[case::an_address_shared_by_a_family("00042", "family@example.com")]
fn a_new_customer_is_made_once(#[case] number: &str, #[case] email: &str) {
    for action in troubles() {
        for skip in 0..MOST_CALLS {
            let club = Club::new();
            club.keep(&edited(customer("C2", "8"), |customer| customer.email = "family@example.com".to_owned()));
            let before = club.all_held().len();
            let new = edited(customer("C1", number), |customer| customer.email = email.to_owned());
            let done = until_done(&club, ChangeKind::Created, &new, skip, action.clone());
            assert!(matches!(done, Outcome::Created | Outcome::Linked), "{done:?}");
            assert_eq!(club.all_held().len(), before + 1, "{action:?} at call {skip}");
            let held = club.held(club.link("C1").unwrap().external_id.parse().unwrap()).unwrap();
            assert_eq!((&held["name"], &held["city"]), (&"Maja Prøve C1".into(), &"Testrup".into()));
        }
    }
}

#[test]
fn the_key_does_not_have_to_be_remembered() {
    for number in ["700", "00042"] {
        let club = Club::new();
        let before = club.all_held().len();
        let new = edited(customer("C1", number), |customer| customer.email.clear());
        let change = club.change(ChangeKind::Created, &new);
        let mut context = club.context();
        club.simulator.add_fault(Fault { method: Some("POST".to_owned()), ..Fault::next(FaultAction::DropAfter) });
        assert!(
            matches!(club.attempt(&context, &change).outcome, Outcome::Failed(error) if error.kind == ErrorKind::Uncertain)
        );
        club.simulator.advance(std::time::Duration::from_secs(2 * 60 * 60));
        context.attempt = 2;
        assert_eq!(club.attempt(&context, &change).outcome, Outcome::Linked);
        assert_eq!(club.all_held().len(), before + 1);
    }
}

#[test]
fn a_change_arrives_once_and_nothing_else_is_touched() {
    for action in troubles() {
        for skip in 0..MOST_CALLS {
            let club = Club::new();
            club.changed(
                ChangeKind::Created,
                &edited(customer("C2", "2"), |customer| customer.email = "bo@example.com".to_owned()),
            );
            let moved = edited(club.customer("C2"), |customer| customer.city = "Ribe".to_owned());
            let done = until_done(&club, ChangeKind::Changed, &moved, skip, action.clone());
            assert!(matches!(done, Outcome::Updated | Outcome::Unchanged), "{done:?}");
            let held = club.held(2).unwrap();
            assert_eq!((&held["city"], &held["publicEntryNumber"]), (&"Ribe".into(), &"PROV-1".into()));
        }
    }
}

#[test]
fn a_barred_customer_is_barred_whichever_answer_is_lost() {
    for action in troubles() {
        for skip in 0..MOST_CALLS {
            let club = Club::new();
            club.changed(ChangeKind::Created, &customer("C1", "700"));
            let gone = edited(customer("C1", "700"), |customer| customer.deleted = true);
            let done = until_done(&club, ChangeKind::Deleted, &gone, skip, action.clone());
            assert_eq!(done, Outcome::Blocked);
            assert_eq!(club.held(700).unwrap()["barred"], true);
        }
    }
}

#[test]
fn one_deleted_between_our_read_and_our_write_is_told() {
    // The simulator cannot be stopped between two calls, so the reads say what was there a moment ago.
    let club = Club::new();
    club.changed(ChangeKind::Created, &customer("C1", "700"));
    let held = club.held(700).unwrap();
    club.simulator.delete_customer(700).unwrap();
    club.simulator.add_fault(Fault {
        method: Some("GET".to_owned()),
        ..Fault::next(FaultAction::Status {
            status: 200,
            body: held.to_string(),
            content_type: "application/json".to_owned(),
        })
    });
    let moved = edited(customer("C1", "700"), |customer| customer.city = "Ribe".to_owned());
    let result = club.changed(ChangeKind::Changed, &moved);
    assert_eq!(result.outcome, Outcome::Updated);
    assert_eq!(result.notices[0].code, "economic.customer-made-anew");
    assert_eq!(*club.flags.borrow(), ["economic.customer-made-anew"]);
    assert_eq!(club.held(700).unwrap()["city"], "Ribe");
}
