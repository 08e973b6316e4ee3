//! Who goes next, with whom, and with what input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{
    Accepted, ClaimRequest, EventKind, EventState, Guard, Pause, Priority, Recovered, Store, Write,
};
use made_up::{
    CLUB, Made, NOW, arrival, arrive, customer, event, holds, link, made, new, nothing, park, request, retry, row,
    seqs, state, work, write,
};
use rstest::rstest;

async fn put(made: &Made, kind: EventKind, key: &str, priority: Priority) -> i64 {
    let mut event = event(kind, key);
    event.priority = priority;
    new(made.store.accept(CLUB, event).await.unwrap())
}

async fn put_customer(made: &Made, id: &str) -> i64 {
    new(arrive(&made.store, arrival(id, 1)).await)
}

fn kept_batch(seq: i64, not_before: i64, batch: &str) -> Write {
    match retry(seq, not_before) {
        Write::RetryEvent { seq, not_before, keep_input, counts, crashes, reason_code, reason, .. } => {
            Write::RetryEvent {
                seq,
                not_before,
                keep_input,
                batch: Some(batch.to_owned()),
                counts,
                crashes,
                reason_code,
                reason,
            }
        }
        other => other,
    }
}

#[tokio::test]
async fn a_claim_marks_its_event_as_running() {
    let made = made().await;
    let seq = put(&made, EventKind::Check, "k", Priority::Routine).await;
    let asked = request();
    let claimed = work(&made.store, asked.clone()).await;
    assert_eq!((claimed.kind, &claimed.batch, claimed.attempt), (EventKind::Check, &asked.batch, 1));
    assert_eq!((claimed.events[0].seq, claimed.events[0].attempt, claimed.events[0].crashes), (seq, 1, 0));
    assert_eq!(claimed.events[0].input_json, "null");
    let kept = row(&made.store, seq).await.unwrap();
    assert_eq!((kept.state, kept.attempt, kept.started), (EventState::Running, 1, Some(NOW)));
    assert_eq!((kept.batch, kept.input_json.as_deref()), (Some(asked.batch), Some("null")));
    assert!(holds(&made.store, Guard::Running { seq, attempt: 1 }).await);
    assert_eq!(nothing(&made.store, request()).await, (None, false));
}

#[tokio::test]
async fn priority_goes_before_arrival() {
    let made = made().await;
    let routine = put(&made, EventKind::Check, "a", Priority::Routine).await;
    let change = put(&made, EventKind::Check, "b", Priority::Change).await;
    let person = put(&made, EventKind::Check, "c", Priority::Person).await;
    let later = put(&made, EventKind::Check, "d", Priority::Change).await;
    for expected in [person, change, later, routine] {
        assert_eq!(seqs(&work(&made.store, request()).await), [expected]);
    }
}

#[tokio::test]
async fn one_key_stays_in_order_whatever_its_priority() {
    let made = made().await;
    let first = put(&made, EventKind::Day, "d:1", Priority::Bulk).await;
    let mut again = event(EventKind::Day, "d:1");
    (again.payload_json, again.priority) = ("2".to_owned(), Priority::Person);
    let second = new(made.store.accept(CLUB, again).await.unwrap());
    assert_eq!(seqs(&work(&made.store, request()).await), [first]);
    assert_eq!(nothing(&made.store, request()).await, (None, false), "the second waits for the call to end");
    write(&made.store, vec![retry(first, 9_000)]).await;
    assert_eq!(nothing(&made.store, request()).await, (Some(9_000), false), "and for its next attempt");
    write(&made.store, vec![Write::EndEvent(first)]).await;
    assert_eq!(seqs(&work(&made.store, request()).await), [second]);
}

#[tokio::test]
async fn without_a_key_nothing_is_kept_in_order() {
    let made = made().await;
    let first = put(&made, EventKind::Check, "", Priority::Change).await;
    let mut other = event(EventKind::Check, "");
    other.payload_json = "2".to_owned();
    let second = new(made.store.accept(CLUB, other).await.unwrap());
    assert_eq!(seqs(&work(&made.store, request()).await), [first]);
    assert_eq!(seqs(&work(&made.store, request()).await), [second]);
}

#[tokio::test]
async fn a_parked_one_a_person_lets_run_waits_for_the_one_behind_it() {
    let made = made().await;
    let first = put(&made, EventKind::Check, "k", Priority::Change).await;
    work(&made.store, request()).await;
    let second = put(&made, EventKind::Check, "k", Priority::Change).await;
    write(&made.store, vec![park(first)]).await;
    assert!(holds(&made.store, Guard::Parked(first)).await);
    assert_eq!(seqs(&work(&made.store, request()).await), [second], "a parked one holds nobody up");
    write(&made.store, vec![retry(first, 0)]).await;
    assert_eq!(nothing(&made.store, request()).await, (None, false), "never two of a key at once");
    write(&made.store, vec![Write::EndEvent(second)]).await;
    assert_eq!(seqs(&work(&made.store, request()).await), [first]);
}

#[rstest]
#[case(EventKind::Webhook)]
#[case(EventKind::CatchUp)]
#[tokio::test]
async fn what_runs_alone_waits_for_others_and_others_for_it(#[case] kind: EventKind) {
    let made = made().await;
    let check = put(&made, EventKind::Check, "a", Priority::Change).await;
    assert_eq!(seqs(&work(&made.store, request()).await), [check]);
    let alone = put(&made, kind, "b", Priority::Change).await;
    let day = put(&made, EventKind::Day, "d:1", Priority::Change).await;
    assert_eq!(nothing(&made.store, request()).await, (None, false), "nor does what comes after it overtake");
    let person = put(&made, EventKind::Check, "c", Priority::Person).await;
    assert_eq!(seqs(&work(&made.store, request()).await), [person], "but what goes before it does");
    write(&made.store, vec![Write::EndEvent(check), Write::EndEvent(person)]).await;
    assert_eq!(seqs(&work(&made.store, request()).await), [alone]);
    assert_eq!(nothing(&made.store, request()).await, (None, false));
    write(&made.store, vec![Write::EndEvent(alone)]).await;
    assert_eq!(seqs(&work(&made.store, request()).await), [day]);
}

#[tokio::test]
async fn no_more_calls_at_once_than_allowed_counted_by_batch() {
    let made = made().await;
    for id in ["1", "2", "3"] {
        put_customer(&made, id).await;
    }
    let two = |most| ClaimRequest { most, concurrency: 2, ..request() };
    assert_eq!(work(&made.store, two(2)).await.events.len(), 2);
    assert_eq!(work(&made.store, two(2)).await.events.len(), 1);
    put_customer(&made, "4").await;
    assert_eq!(nothing(&made.store, two(2)).await, (None, false));
}

#[tokio::test]
async fn customers_go_together_each_with_what_is_held_now() {
    let made = made().await;
    let first = put_customer(&made, "1").await;
    let check = put(&made, EventKind::Check, "k", Priority::Change).await;
    let second = put_customer(&made, "2").await;
    let third = put_customer(&made, "3").await;
    let links = ["1", "2", "3"].map(|id| Write::PutLink(link(id, &format!("D{id}"))));
    write(&made.store, links.into_iter().chain([Write::PutCustomer(customer("1", 7))]).collect()).await;
    let claimed = work(&made.store, ClaimRequest { most: 2, ..request() }).await;
    assert_eq!(seqs(&claimed), [first, second]);
    assert_eq!(claimed.events[0].input_json, r#"{"customer":{"id":"1","revision":7},"link":{"debtor":"D1"}}"#);
    assert_eq!(claimed.events[1].input_json, r#"{"customer":{"id":"2","revision":1},"link":{"debtor":"D2"}}"#);
    assert_eq!(seqs(&work(&made.store, request()).await), [check]);
    assert_eq!(seqs(&work(&made.store, request()).await), [third]);
}

#[tokio::test]
async fn fresh_ones_and_those_tried_again_do_not_mix() {
    let made = made().await;
    let first = put_customer(&made, "1").await;
    work(&made.store, request()).await;
    write(&made.store, vec![retry(first, 0)]).await;
    let second = put_customer(&made, "2").await;
    assert_eq!(seqs(&work(&made.store, request()).await), [first]);
    assert_eq!(seqs(&work(&made.store, request()).await), [second]);
}

#[tokio::test]
async fn a_batch_is_tried_again_whole_with_its_name_and_input() {
    let made = made().await;
    let all = [put_customer(&made, "1").await, put_customer(&made, "2").await];
    let first = work(&made.store, request()).await;
    assert_eq!(seqs(&first), all);
    let batch = first.batch.clone();
    write(&made.store, all.iter().map(|seq| kept_batch(*seq, 2_000, &batch)).collect()).await;
    write(&made.store, vec![Write::PutCustomer(customer("1", 9)), Write::PutLink(link("2", "D2"))]).await;
    assert_eq!(nothing(&made.store, request()).await, (Some(2_000), false));
    let again = work(&made.store, ClaimRequest { now: 2_000, most: 1, ..request() }).await;
    assert_eq!((seqs(&again), &again.batch, again.attempt), (all.to_vec(), &first.batch, 2));
    let inputs = |claimed: &accounting_store::Claimed| -> Vec<String> {
        claimed.events.iter().map(|event| event.input_json.clone()).collect()
    };
    assert_eq!(inputs(&again), inputs(&first));
}

#[tokio::test]
async fn who_stopped_being_synchronised_before_anything_was_done_is_left_out() {
    let made = made().await;
    let gone = put_customer(&made, "1").await;
    let stays = put_customer(&made, "2").await;
    let linked = put_customer(&made, "3").await;
    let tags = ["1", "3"].map(|id| (id.to_owned(), false)).to_vec();
    write(&made.store, vec![Write::Retag(tags), Write::PutLink(link("3", "D3"))]).await;
    assert_eq!(seqs(&work(&made.store, request()).await), [stays]);
    assert_eq!(state(&made.store, gone).await, None);
    assert_eq!(seqs(&work(&made.store, request()).await), [linked]);
}

#[tokio::test]
async fn who_stopped_being_synchronised_after_an_attempt_is_tried_again() {
    let made = made().await;
    let seq = put_customer(&made, "1").await;
    work(&made.store, request()).await;
    write(&made.store, vec![park(seq), Write::Retag(vec![("1".to_owned(), false)])]).await;
    let mut next = arrival("1", 2);
    next.customer.tagged = false;
    assert_eq!(arrive(&made.store, next).await, Accepted::Collapsed(seq));
    assert_eq!(seqs(&work(&made.store, request()).await), [seq]);
}

#[tokio::test]
async fn many_without_work_are_looked_through_a_few_at_a_time() {
    let made = made().await;
    let ids: Vec<String> = (100..140).map(|id| id.to_string()).collect();
    for id in &ids {
        put_customer(&made, id).await;
    }
    let stays = put_customer(&made, "200").await;
    write(&made.store, vec![Write::Retag(ids.into_iter().map(|id| (id, false)).collect())]).await;
    let mut rounds = 0;
    let claimed = loop {
        match made.store.claim(ClaimRequest { most: 1, ..request() }).await.unwrap() {
            accounting_store::Claim::Work(claimed) => break claimed,
            accounting_store::Claim::Nothing { next, .. } => assert_eq!(next, Some(NOW), "there is more to look at"),
        }
        rounds += 1;
    };
    assert_eq!((seqs(&claimed), rounds), (vec![stays], 2));
}

#[tokio::test]
async fn a_paused_installation_hands_nothing_out_and_resumes_at_once() {
    let made = made().await;
    let first = put(&made, EventKind::Check, "a", Priority::Change).await;
    work(&made.store, request()).await;
    let pause = Pause { code: "access".to_owned(), message: "m".to_owned(), subject: "s".to_owned(), at: NOW };
    write(&made.store, vec![retry(first, 90_000), Write::Pause(pause.clone())]).await;
    let second = put(&made, EventKind::Check, "b", Priority::Change).await;
    assert_eq!(nothing(&made.store, request()).await, (None, false));
    assert_eq!(made.store.installation(CLUB).await.unwrap().unwrap().pause, Some(pause));
    write(&made.store, vec![Write::Resume]).await;
    assert_eq!(made.store.installation(CLUB).await.unwrap().unwrap().pause, None);
    assert_eq!(seqs(&work(&made.store, request()).await), [first], "in the old order, without waiting");
    assert_eq!(seqs(&work(&made.store, request()).await), [second]);
}

#[tokio::test]
async fn the_budget_holds_back_what_goes_later() {
    let made = made().await;
    let bulk = put(&made, EventKind::Check, "a", Priority::Bulk).await;
    let up_to = |up_to| ClaimRequest { up_to, ..request() };
    assert_eq!(nothing(&made.store, up_to(Priority::Day)).await, (None, true));
    let mut day = event(EventKind::Day, "d:1");
    (day.priority, day.not_before) = (Priority::Day, 4_000);
    made.store.accept(CLUB, day).await.unwrap();
    assert_eq!(nothing(&made.store, up_to(Priority::Day)).await, (Some(4_000), true));
    assert_eq!(seqs(&work(&made.store, up_to(Priority::Bulk)).await), [bulk]);
    assert_eq!(nothing(&made.store, up_to(Priority::Person)).await, (None, true), "the day will be held back, too");
}

#[tokio::test]
async fn what_waits_for_its_time_and_for_the_budget_is_not_forgotten() {
    let made = made().await;
    let mut again = event(EventKind::Check, "a");
    (again.priority, again.not_before) = (Priority::Bulk, NOW + 1_000);
    made.store.accept(CLUB, again).await.unwrap();
    let up_to = |up_to| ClaimRequest { up_to, ..request() };
    assert_eq!(nothing(&made.store, up_to(Priority::Change)).await, (None, true));
    assert_eq!(nothing(&made.store, up_to(Priority::Bulk)).await, (Some(NOW + 1_000), false));
}

#[tokio::test]
async fn customers_that_have_a_link_and_such_that_have_none_do_not_begin_together() {
    let made = made().await;
    let all = [put_customer(&made, "1").await, put_customer(&made, "2").await, put_customer(&made, "3").await];
    write(&made.store, vec![Write::PutLink(link("1", "D1")), Write::PutLink(link("3", "D3"))]).await;
    assert_eq!(seqs(&work(&made.store, request()).await), [all[0], all[2]]);
    assert_eq!(seqs(&work(&made.store, request()).await), [all[1]]);
}

#[tokio::test]
async fn one_key_may_be_asked_for_alone() {
    let made = made().await;
    put_customer(&made, "1").await;
    let timer = put(&made, EventKind::Check, "t:check", Priority::Bulk).await;
    let only = ClaimRequest { only: Some("t:check".to_owned()), ..request() };
    assert_eq!(nothing(&made.store, ClaimRequest { up_to: Priority::Change, ..only.clone() }).await, (None, true));
    assert_eq!(seqs(&work(&made.store, only).await), [timer]);
}

#[tokio::test]
async fn what_ran_when_the_host_died_waits_again_as_it_was() {
    let made = made().await;
    let all = [put_customer(&made, "1").await, put_customer(&made, "2").await];
    let waits = put(&made, EventKind::Check, "k", Priority::Routine).await;
    let first = work(&made.store, request()).await;
    let made = made.again().await;
    let cut_off = made.store.recover(7_000).await.unwrap();
    let expected = |seq| Recovered { installation: CLUB.to_owned(), seq, attempt: 1, crashes: 1, batch_size: 2 };
    assert_eq!(cut_off, all.map(expected));
    assert_eq!(made.store.recover(7_000).await.unwrap(), []);
    let kept = row(&made.store, all[0]).await.unwrap();
    assert_eq!((kept.event.not_before, kept.started, kept.crashes), (7_000, None, 1));
    assert_eq!(row(&made.store, waits).await.unwrap().crashes, 0);
    let again = work(&made.store, ClaimRequest { now: 7_000, ..request() }).await;
    assert_eq!((seqs(&again), &again.batch, again.attempt), (all.to_vec(), &first.batch, 2));
    assert_eq!(again.events[0].input_json, first.events[0].input_json);
    assert_eq!(again.events[0].crashes, 1);
}

#[tokio::test]
async fn a_clock_that_was_set_back_delays_nothing() {
    let made = made().await;
    let mut late = event(EventKind::Check, "k");
    late.not_before = 100_000;
    let seq = new(made.store.accept(CLUB, late).await.unwrap());
    made.store.set_back(90_000).await.unwrap();
    assert_eq!(row(&made.store, seq).await.unwrap().event.not_before, 10_000);
    let timers = made.store.installation(CLUB).await.unwrap().unwrap();
    assert_eq!((timers.next_check, timers.next_catch_up), (0, 0));
    assert_eq!(made.store.due().await.unwrap(), [(CLUB.to_owned(), 10_000)]);
}
