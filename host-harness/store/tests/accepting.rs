//! What becomes of what comes in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{Accepted, EventKind, EventState, Priority, Store, StoreError, Write};
use made_up::{
    CLUB, NOW, add_installation, arrival, arrive, event, link, made, new, park, receipt, request, retry, row, seqs,
    state, work, write,
};
use rstest::rstest;

#[tokio::test]
async fn an_event_is_kept_as_it_came_in() {
    let made = made().await;
    let mut day = event(EventKind::Day, "d:7");
    day.id = "report-7-1".to_owned();
    day.payload_json = r#"{"id":"7"}"#.to_owned();
    day.priority = Priority::Day;
    let seq = new(made.store.accept(CLUB, day.clone()).await.unwrap());
    let made = made.again().await;
    let (kept, attempts) = made.store.event(CLUB, seq).await.unwrap().unwrap();
    assert_eq!((kept.event, kept.state, kept.attempt, attempts), (day, EventState::Waiting, 0, vec![]));
    assert_eq!(made.store.event("other", seq).await.unwrap(), None);
}

#[tokio::test]
async fn the_same_id_is_the_same_event_within_an_installation() {
    let made = made().await;
    add_installation(&made.store, "other").await;
    let mut hook = event(EventKind::Webhook, "w");
    hook.id = "h1".to_owned();
    let seq = new(made.store.accept(CLUB, hook.clone()).await.unwrap());
    assert_eq!(made.store.accept(CLUB, hook.clone()).await.unwrap(), Accepted::Duplicate);
    assert!(matches!(made.store.accept("other", hook.clone()).await.unwrap(), Accepted::New(_)));
    write(&made.store, vec![Write::EndEvent(seq)]).await;
    assert_eq!(made.store.accept(CLUB, hook).await.unwrap(), Accepted::Duplicate, "done is not forgotten");
}

#[tokio::test]
async fn an_unknown_installation_is_refused() {
    let made = made().await;
    for kind in [EventKind::Webhook, EventKind::Check] {
        let refused = made.store.accept("nobody", event(kind, "k")).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused(_)), "{refused}");
    }
    let refused = made.store.accept_customers("nobody", vec![arrival("1", 1)]).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused(_)), "{refused}");
}

#[tokio::test]
async fn a_webhook_notes_when_the_link_was_called() {
    let made = made().await;
    made.store.accept(CLUB, event(EventKind::Webhook, "w")).await.unwrap();
    let version = made.store.installation(CLUB).await.unwrap().unwrap();
    assert_eq!(version.last_hook, Some(NOW));
}

/// Without an id: what differs between the first and the second, and whether they become one.
#[rstest]
#[case::same(EventKind::CatchUp, "k", "null", true)]
#[case::other_kind(EventKind::Check, "k", "null", false)]
#[case::other_key(EventKind::CatchUp, "l", "null", false)]
#[case::other_payload(EventKind::CatchUp, "k", "1", false)]
#[tokio::test]
async fn the_same_without_an_id_becomes_one_while_it_waits(
    #[case] kind: EventKind,
    #[case] key: &str,
    #[case] payload: &str,
    #[case] one: bool,
) {
    let made = made().await;
    let first = new(made.store.accept(CLUB, event(EventKind::CatchUp, "k")).await.unwrap());
    let mut second = event(kind, key);
    second.payload_json = payload.to_owned();
    let accepted = made.store.accept(CLUB, second).await.unwrap();
    assert_eq!(accepted == Accepted::Collapsed(first), one, "{accepted:?}");
}

#[tokio::test]
async fn what_was_started_takes_nothing_in() {
    let made = made().await;
    let first = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    work(&made.store, request()).await;
    let second = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    write(&made.store, vec![retry(first, NOW)]).await;
    assert_eq!(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap(), Accepted::Collapsed(second));
}

#[tokio::test]
async fn one_that_takes_in_another_goes_as_early_as_the_earlier() {
    let made = made().await;
    let mut first = event(EventKind::Check, "k");
    (first.not_before, first.priority) = (9_000, Priority::Routine);
    let seq = new(made.store.accept(CLUB, first).await.unwrap());
    let mut second = event(EventKind::Check, "k");
    (second.not_before, second.priority, second.correlation) = (2_000, Priority::Person, "c-2".to_owned());
    made.store.accept(CLUB, second.clone()).await.unwrap();
    assert_eq!(row(&made.store, seq).await.unwrap().event, second);
}

#[tokio::test]
async fn a_day_takes_the_place_of_a_parked_one() {
    let made = made().await;
    let mut day = event(EventKind::Day, "d:7");
    (day.id, day.payload_json) = ("7-1".to_owned(), "1".to_owned());
    let seq = new(made.store.accept(CLUB, day.clone()).await.unwrap());
    work(&made.store, request()).await;
    write(&made.store, vec![park(seq)]).await;
    (day.id, day.payload_json, day.not_before) = ("7-2".to_owned(), "2".to_owned(), 1_500);
    (day.correlation, day.priority) = ("c-2".to_owned(), Priority::Person);
    assert_eq!(made.store.accept(CLUB, day.clone()).await.unwrap(), Accepted::Collapsed(seq));
    let kept = row(&made.store, seq).await.unwrap();
    assert_eq!((kept.event, kept.state, kept.attempt, kept.input_json), (day, EventState::Waiting, 1, None));
    assert_eq!((kept.reason_code.as_str(), kept.reason.as_str()), ("", ""));
}

#[tokio::test]
async fn a_day_waits_behind_one_that_runs_and_takes_its_place_when_that_is_parked() {
    let made = made().await;
    let mut day = event(EventKind::Day, "d:7");
    day.id = "7-1".to_owned();
    let first = new(made.store.accept(CLUB, day.clone()).await.unwrap());
    write(&made.store, vec![Write::PutReceipt(receipt("7", 1))]).await;
    let claimed = work(&made.store, request()).await;
    assert_eq!(claimed.events[0].input_json, r#"{"previous":{"voucher":1}}"#);
    (day.id, day.payload_json) = ("7-2".to_owned(), "2".to_owned());
    let second = new(made.store.accept(CLUB, day.clone()).await.unwrap());
    write(&made.store, vec![Write::PutReceipt(receipt("7", 2)), park(first)]).await;
    assert_eq!((state(&made.store, second).await, state(&made.store, first).await), (None, Some(EventState::Waiting)));
    let claimed = work(&made.store, request()).await;
    assert_eq!((seqs(&claimed), claimed.attempt), (vec![first], 2));
    assert_eq!(claimed.events[0].event.payload_json, "2");
    assert_eq!(claimed.events[0].input_json, r#"{"previous":{"voucher":2}}"#);
}

/// Held at revision 5 with this body: what becomes of an arrival.
#[rstest]
#[case::older(4, r#"{"a":1}"#, "changed", false, false)]
#[case::older_though_forced(4, r#"{"a":1}"#, "changed", true, false)]
#[case::the_same(5, r#"{"a":1}"#, "changed", false, false)]
#[case::the_same_forced(5, r#"{"a":1}"#, "changed", true, true)]
#[case::the_same_resync(5, r#"{"a":1}"#, "resync", false, true)]
#[case::same_revision_other_body(5, r#"{"a":2}"#, "changed", false, true)]
#[case::newer(6, r#"{"a":1}"#, "changed", false, true)]
#[tokio::test]
async fn what_is_not_newer_is_outdated(
    #[case] revision: i64,
    #[case] body: &str,
    #[case] kind: &str,
    #[case] force: bool,
    #[case] taken: bool,
) {
    let made = made().await;
    let mut held = arrival("1", 5);
    held.customer.body_json = r#"{"a":1}"#.to_owned();
    let seq = new(arrive(&made.store, held).await);
    let mut next = arrival("1", revision);
    next.customer.body_json = body.to_owned();
    next.event.payload_json = format!("\"{kind}\"");
    next.event.id = "e2".to_owned();
    next.force = force;
    let expected = if taken { Accepted::Collapsed(seq) } else { Accepted::Outdated };
    assert_eq!(arrive(&made.store, next.clone()).await, expected);
    let kept = made.store.customer(CLUB, "1").await.unwrap().unwrap();
    assert_eq!(kept.revision, revision.max(5));
    assert_eq!(arrive(&made.store, next).await, Accepted::Duplicate, "its id was noted all the same");
}

#[derive(Clone, Copy, PartialEq)]
enum Own {
    Nothing,
    Link,
    Event,
}

#[rstest]
#[case::tagged(true, false, Own::Nothing, true)]
#[case::untagged(false, false, Own::Nothing, false)]
#[case::untagged_linked(false, false, Own::Link, true)]
#[case::untagged_with_event(false, false, Own::Event, true)]
#[case::deleted_never_linked(true, true, Own::Nothing, false)]
#[case::deleted_linked(false, true, Own::Link, true)]
#[case::deleted_with_event(true, true, Own::Event, true)]
#[tokio::test]
async fn only_what_is_synchronised_causes_an_event(
    #[case] tagged: bool,
    #[case] deleted: bool,
    #[case] own: Own,
    #[case] concerned: bool,
) {
    let made = made().await;
    match own {
        Own::Nothing => {}
        Own::Link => write(&made.store, vec![Write::PutLink(link("1", "D1"))]).await,
        Own::Event => {
            new(arrive(&made.store, arrival("1", 1)).await);
        }
    }
    let mut next = arrival("1", 2);
    (next.customer.tagged, next.customer.deleted) = (tagged, deleted);
    let accepted = arrive(&made.store, next).await;
    assert_eq!(accepted != Accepted::NotConcerned, concerned, "{accepted:?}");
    assert_eq!(made.store.customer(CLUB, "1").await.unwrap().unwrap().revision, 2, "kept in any case");
}

#[tokio::test]
async fn customers_become_part_of_one_that_never_started() {
    let made = made().await;
    let mut first = arrival("1", 1);
    first.event.payload_json = r#""created""#.to_owned();
    (first.event.priority, first.event.not_before) = (Priority::Bulk, 3_000);
    let seq = new(arrive(&made.store, first).await);
    let mut second = arrival("1", 2);
    (second.event.received, second.event.not_before, second.event.correlation) = (2_000, 4_000, "c-2".to_owned());
    assert_eq!(arrive(&made.store, second).await, Accepted::Collapsed(seq));
    let kept = row(&made.store, seq).await.unwrap().event;
    assert_eq!((kept.payload_json.as_str(), kept.correlation.as_str()), (r#""created""#, "c-2"));
    assert_eq!((kept.priority, kept.received, kept.not_before), (Priority::Change, NOW, 3_000));
}

#[tokio::test]
async fn a_customer_waits_behind_one_that_runs_or_is_tried_again() {
    let made = made().await;
    let first = new(arrive(&made.store, arrival("1", 1)).await);
    let input = work(&made.store, request()).await.events[0].input_json.clone();
    let second = new(arrive(&made.store, arrival("1", 2)).await);
    write(&made.store, vec![retry(first, NOW)]).await;
    assert_eq!(arrive(&made.store, arrival("1", 3)).await, Accepted::Collapsed(second));
    assert_eq!(row(&made.store, first).await.unwrap().input_json, Some(input.clone()));
    let again = work(&made.store, request()).await;
    assert_eq!((seqs(&again), again.attempt, &again.events[0].input_json), (vec![first], 2, &input));
}

#[tokio::test]
async fn a_retry_that_never_counted_keeps_its_input_all_the_same() {
    let made = made().await;
    let first = new(arrive(&made.store, arrival("1", 1)).await);
    work(&made.store, request()).await;
    let Write::RetryEvent { seq, not_before, keep_input, batch, crashes, reason_code, reason, .. } = retry(first, NOW)
    else {
        panic!()
    };
    let write_it =
        Write::RetryEvent { seq, not_before, keep_input, batch, counts: false, crashes, reason_code, reason };
    write(&made.store, vec![write_it]).await;
    let kept = row(&made.store, first).await.unwrap();
    assert_eq!((kept.attempt, kept.input_json.is_some()), (0, true));
    assert!(matches!(arrive(&made.store, arrival("1", 2)).await, Accepted::New(_)));
}

#[tokio::test]
async fn a_parked_customer_is_taken_up_by_a_change() {
    let made = made().await;
    let mut first = arrival("1", 1);
    first.event.payload_json = r#""created""#.to_owned();
    let seq = new(arrive(&made.store, first).await);
    work(&made.store, request()).await;
    write(&made.store, vec![park(seq)]).await;
    let mut next = arrival("1", 2);
    next.event.not_before = 1_500;
    assert_eq!(arrive(&made.store, next).await, Accepted::Collapsed(seq));
    let kept = row(&made.store, seq).await.unwrap();
    assert_eq!((kept.state, kept.attempt, kept.input_json, kept.batch), (EventState::Waiting, 1, None, None));
    assert_eq!((kept.event.payload_json.as_str(), kept.event.not_before), (r#""created""#, 1_500));
}

#[tokio::test]
async fn a_customer_that_changed_while_it_ran_is_not_parked() {
    let made = made().await;
    let first = new(arrive(&made.store, arrival("1", 1)).await);
    work(&made.store, request()).await;
    let mut gone = arrival("1", 2);
    (gone.customer.deleted, gone.event.payload_json) = (true, r#""deleted""#.to_owned());
    let second = new(arrive(&made.store, gone).await);
    write(&made.store, vec![park(first)]).await;
    assert_eq!(state(&made.store, second).await, None);
    let again = work(&made.store, request()).await;
    assert_eq!((seqs(&again), again.attempt), (vec![first], 2));
    assert_eq!(again.events[0].event.payload_json, r#""deleted""#);
    assert!(again.events[0].input_json.contains(r#""revision":2"#), "{}", again.events[0].input_json);
}

#[tokio::test]
async fn customers_come_in_all_or_none_and_answered_in_order() {
    let made = made().await;
    let mut twice = arrival("1", 2);
    twice.event.id = "e".to_owned();
    let mut stranger = arrival("3", 1);
    stranger.customer.tagged = false;
    let all = vec![arrival("1", 1), twice.clone(), twice, arrival("2", 1), stranger];
    let accepted = made.store.accept_customers(CLUB, all).await.unwrap();
    let first = new(accepted[0]);
    assert_eq!(accepted[1..3], [Accepted::Collapsed(first), Accepted::Duplicate]);
    assert!(matches!(accepted[3], Accepted::New(seq) if seq > first));
    assert_eq!(accepted[4], Accepted::NotConcerned);
}
