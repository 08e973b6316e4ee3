//! A change is written whole or not at all, and only on what it was worked out from.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{
    Attempt, Change, EventKind, Guard, HookToken, Installation, Moved, NewOutboxItem, OutboxState, Pause, Store,
    StoreError, Write,
};
use made_up::{
    CLUB, NOW, add_installation, arrival, arrive, customer, event, holds, installation, link, made, new, park, receipt,
    request, retry, row, work, write,
};

fn change(guards: Vec<Guard>, writes: Vec<Write>) -> Change {
    Change { installation: CLUB.to_owned(), guards, writes }
}

fn item(customer_id: &str) -> NewOutboxItem {
    NewOutboxItem {
        kind: "customer-update".to_owned(),
        customer_id: customer_id.to_owned(),
        revision: 3,
        body_json: "{}".to_owned(),
        at: NOW,
    }
}

#[tokio::test]
async fn customer_and_link_guards_follow_what_is_held() {
    let made = made().await;
    let customer_at = |revision| Guard::Customer { id: "1".to_owned(), revision };
    let link_at = |version| Guard::Link { customer_id: "1".to_owned(), version };
    assert!(holds(&made.store, customer_at(None)).await && holds(&made.store, link_at(None)).await);
    write(&made.store, vec![Write::PutCustomer(customer("1", 3)), Write::PutLink(link("1", "D1"))]).await;
    let version = made.store.link(CLUB, "1").await.unwrap().unwrap().version;
    assert!(holds(&made.store, customer_at(Some(3))).await && holds(&made.store, link_at(Some(version))).await);
    for moved in [customer_at(None), customer_at(Some(2)), link_at(None), link_at(Some(version + 1))] {
        assert!(!holds(&made.store, moved.clone()).await, "{moved:?}");
    }
    write(&made.store, vec![Write::RemoveLink("1".to_owned()), Write::PutLink(link("1", "D1"))]).await;
    assert!(!holds(&made.store, link_at(Some(version))).await, "taken away and made again is another link");
}

#[tokio::test]
async fn an_external_id_belongs_to_one_customer() {
    let made = made().await;
    let free =
        |customer_id: &str| Guard::ExternalId { external_id: "D1".to_owned(), customer_id: customer_id.to_owned() };
    assert!(holds(&made.store, free("1")).await);
    write(&made.store, vec![Write::PutLink(link("1", "D1"))]).await;
    assert!(holds(&made.store, free("1")).await && !holds(&made.store, free("2")).await);
    let both = change(vec![], vec![Write::PutCustomer(customer("2", 1)), Write::PutLink(link("2", "D1"))]);
    let refused = made.store.commit(both).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused(_)), "{refused}");
    assert_eq!(made.store.customer(CLUB, "2").await.unwrap(), None, "nothing of it was written");
    assert_eq!(made.store.link_by_external_id(CLUB, "D1").await.unwrap().unwrap().customer_id, "1");
}

#[tokio::test]
async fn event_guards_follow_its_state() {
    let made = made().await;
    let seq = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    let running = |attempt| Guard::Running { seq, attempt };
    assert!(!holds(&made.store, running(0)).await && !holds(&made.store, Guard::Parked(seq)).await);
    work(&made.store, request()).await;
    assert!(holds(&made.store, running(1)).await && !holds(&made.store, running(2)).await);
    write(&made.store, vec![park(seq)]).await;
    assert!(!holds(&made.store, running(1)).await && holds(&made.store, Guard::Parked(seq)).await);
    write(&made.store, vec![Write::DropEvent(seq)]).await;
    assert!(!holds(&made.store, Guard::Parked(seq)).await);
}

#[tokio::test]
async fn when_one_guard_moved_nothing_is_written() {
    let made = made().await;
    let good = Guard::Customer { id: "1".to_owned(), revision: None };
    let moved = Guard::Link { customer_id: "1".to_owned(), version: Some(9) };
    let wrong = change(vec![good.clone(), moved.clone(), Guard::Parked(1)], vec![Write::PutCustomer(customer("1", 1))]);
    assert_eq!(made.store.commit(wrong).await.unwrap(), Err(Moved(moved)));
    assert!(holds(&made.store, good).await);
}

#[tokio::test]
async fn offers_are_guarded_by_their_ids_open_or_superseded() {
    let made = made().await;
    let offers = |ids: &[i64]| Guard::Offers { customer_id: "1".to_owned(), ids: ids.to_vec() };
    assert!(holds(&made.store, offers(&[])).await);
    write(&made.store, vec![Write::PutOutbox(item("1")), Write::PutOutbox(item("2")), Write::PutOutbox(item("1"))])
        .await;
    let ids: Vec<i64> = made.store.offers(CLUB, "1").await.unwrap().iter().map(|each| each.id).collect();
    write(&made.store, vec![Write::SupersedeOutbox(ids[0]), Write::OutboxPushed(ids[1])]).await;
    assert!(holds(&made.store, offers(&ids)).await && !holds(&made.store, offers(&ids[1..])).await);
    let open = made.store.outbox(Some(CLUB), 0, 10).await.unwrap();
    assert_eq!(open.iter().map(|each| (each.id, each.pushes)).collect::<Vec<_>>(), [(ids[0] + 1, 0), (ids[1], 1)]);
    let superseded = made.store.outbox_item(ids[0]).await.unwrap().unwrap();
    assert_eq!((superseded.state, superseded.item), (OutboxState::Superseded, item("1")));
    assert_eq!(made.store.counts(CLUB).await.unwrap().outbox, 2, "what can be fetched");
    write(&made.store, vec![Write::RemoveOutbox(ids[0]), Write::RemoveOutbox(ids[1])]).await;
    assert!(holds(&made.store, offers(&[])).await);
    write(&made.store, vec![Write::PutOutbox(item("1"))]).await;
    assert!(made.store.offers(CLUB, "1").await.unwrap()[0].id > ids[1], "an id is never used again");
}

#[tokio::test]
async fn an_outbox_item_is_touched_by_its_own_installation_or_by_the_host() {
    let made = made().await;
    add_installation(&made.store, "other").await;
    write(&made.store, vec![Write::PutOutbox(item("1"))]).await;
    let id = made.store.outbox(None, 0, 10).await.unwrap()[0].id;
    for (installation, left) in [("other", 1), ("", 0)] {
        let remove =
            Change { installation: installation.to_owned(), guards: vec![], writes: vec![Write::RemoveOutbox(id)] };
        made.store.commit(remove).await.unwrap().unwrap();
        assert_eq!(made.store.outbox(None, 0, 10).await.unwrap().len(), left);
    }
}

#[tokio::test]
async fn an_attempt_stays_with_its_event_and_goes_with_it() {
    let made = made().await;
    let seq = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    let attempt = |attempt| Attempt {
        attempt,
        at: NOW,
        trouble: "transient".to_owned(),
        code: "busy".to_owned(),
        message: "optaget".to_owned(),
        detail: String::new(),
        followed: "retry".to_owned(),
    };
    work(&made.store, request()).await;
    write(&made.store, vec![Write::PutAttempt { seq, attempt: attempt(1) }, retry(seq, 2_000)]).await;
    write(&made.store, vec![Write::PutAttempt { seq, attempt: attempt(2) }]).await;
    let (kept, attempts) = made.store.event(CLUB, seq).await.unwrap().unwrap();
    assert_eq!(attempts, [attempt(1), attempt(2)]);
    assert_eq!((kept.reason_code.as_str(), kept.event.not_before, kept.batch), ("transient", 2_000, None));
    write(&made.store, vec![Write::EndEvent(seq), Write::PutAttempt { seq, attempt: attempt(3) }]).await;
    assert_eq!(made.store.event(CLUB, seq).await.unwrap(), None);
    let next = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    assert!(next > seq, "a number is never used again");
}

#[tokio::test]
async fn a_retry_says_what_it_keeps() {
    let made = made().await;
    let seq = new(arrive(&made.store, arrival("1", 1)).await);
    work(&made.store, request()).await;
    let anew = Write::RetryEvent {
        seq,
        not_before: 0,
        keep_input: false,
        batch: Some("same".to_owned()),
        counts: false,
        crashes: 2,
        reason_code: "stale".to_owned(),
        reason: "ændret".to_owned(),
    };
    write(&made.store, vec![anew, Write::PutCustomer(customer("1", 8))]).await;
    let kept = row(&made.store, seq).await.unwrap();
    assert_eq!((kept.attempt, kept.crashes, kept.input_json, kept.batch.as_deref()), (0, 2, None, Some("same")));
    let again = work(&made.store, request()).await;
    assert_eq!((again.batch.as_str(), again.attempt), ("same", 1));
    assert!(again.events[0].input_json.contains(r#""revision":8"#));
}

#[tokio::test]
async fn what_follows_is_enqueued_by_the_rules_of_what_comes_in() {
    let made = made().await;
    let seq = new(arrive(&made.store, arrival("1", 1)).await);
    let follows = arrival("1", 1).event;
    write(&made.store, vec![Write::Enqueue(follows.clone()), Write::Enqueue(event(EventKind::Check, "k"))]).await;
    write(&made.store, vec![Write::Enqueue(event(EventKind::Check, "k"))]).await;
    assert_eq!(made.store.counts(CLUB).await.unwrap().waiting, 2);
    work(&made.store, request()).await;
    write(&made.store, vec![Write::EndEvent(seq), Write::Enqueue(follows)]).await;
    assert_eq!(made.store.counts(CLUB).await.unwrap().waiting, 2);
}

#[tokio::test]
async fn the_version_grows_with_everything_but_counters_and_times() {
    let made = made().await;
    let held = || async { made.store.installation(CLUB).await.unwrap().unwrap() };
    let pause = Pause { code: "person".to_owned(), message: String::new(), subject: String::new(), at: NOW };
    let growing = [
        Write::UpdateInstallation(Box::new(Installation { name: "Ny".to_owned(), ..installation(CLUB) })),
        Write::Pause(pause),
        Write::Resume,
        Write::Cursor(Some("c".to_owned())),
        Write::Remember("{}".to_owned()),
        Write::Health("{}".to_owned()),
    ];
    for each in growing {
        let before = held().await.version;
        write(&made.store, vec![each.clone()]).await;
        assert!(held().await.version > before, "{each:?}");
    }
    for each in [Write::NextCheck(1), Write::NextCatchUp(2), Write::Calls { day: 3, calls: 4 }] {
        let before = held().await.version;
        write(&made.store, vec![each.clone()]).await;
        assert_eq!(held().await.version, before, "{each:?}");
    }
    let now = held().await;
    assert_eq!((now.name.as_str(), now.cursor.as_deref(), now.next_check, now.next_catch_up), ("Ny", Some("c"), 1, 2));
    assert!(holds(&made.store, Guard::Installation(now.version)).await);
    assert!(!holds(&made.store, Guard::Installation(now.version - 1)).await);
}

#[tokio::test]
async fn an_update_leaves_what_people_do_not_set() {
    let made = made().await;
    write(&made.store, vec![Write::Cursor(Some("c".to_owned())), Write::Calls { day: 3, calls: 4 }]).await;
    let mut new = installation(CLUB);
    (new.concurrency, new.daily_calls, new.connector) = (9, 500, "another".to_owned());
    write(&made.store, vec![Write::UpdateInstallation(Box::new(new))]).await;
    let held = made.store.installation(CLUB).await.unwrap().unwrap();
    assert_eq!((held.concurrency, held.daily_calls, held.connector.as_str()), (9, 500, "books"));
    assert_eq!((held.cursor.as_deref(), held.calls_day, held.calls_used), (Some("c"), 3, 4));
}

#[tokio::test]
async fn calls_are_counted_by_day() {
    let made = made().await;
    for (day, calls, counted) in [(5, 2, (5, 2)), (5, 3, (5, 5)), (6, 1, (6, 1)), (5, 4, (6, 5))] {
        write(&made.store, vec![Write::Calls { day, calls }]).await;
        let held = made.store.installation(CLUB).await.unwrap().unwrap();
        assert_eq!((held.calls_day, held.calls_used), counted);
    }
}

#[tokio::test]
async fn an_installation_is_made_once_and_goes_with_everything() {
    let made = made().await;
    let make = change(vec![], vec![Write::CreateInstallation(Box::new(installation(CLUB)))]);
    assert!(matches!(made.store.commit(make.clone()).await.unwrap_err(), StoreError::Refused(_)));
    let seq = new(arrive(&made.store, arrival("1", 1)).await);
    work(&made.store, request()).await;
    let before = made.store.installation(CLUB).await.unwrap().unwrap().version;
    write(&made.store, vec![Write::PutLink(link("1", "D1")), Write::PutOutbox(item("1")), Write::DeleteInstallation])
        .await;
    assert_eq!(made.store.installation(CLUB).await.unwrap(), None);
    let running = Guard::Running { seq, attempt: 1 };
    let late = change(vec![running.clone()], vec![Write::EndEvent(seq)]);
    assert_eq!(made.store.commit(late).await.unwrap(), Err(Moved(running)), "a call that comes back too late");
    let refused = made.store.commit(change(vec![], vec![Write::Resume])).await.unwrap_err();
    assert!(matches!(refused, StoreError::Refused(_)), "{refused}");
    made.store.commit(make).await.unwrap().unwrap();
    assert_eq!(made.store.counts(CLUB).await.unwrap(), accounting_store::Counts::default());
    assert!(made.store.installation(CLUB).await.unwrap().unwrap().version > before, "the new one is another one");
}

#[tokio::test]
async fn a_change_of_nobody_writes_nothing_of_an_installation() {
    let made = made().await;
    let mut nobody = change(vec![], vec![Write::Meta { key: "k".to_owned(), value: "v".to_owned() }]);
    nobody.installation.clear();
    made.store.commit(nobody.clone()).await.unwrap().unwrap();
    assert_eq!(made.store.meta("k").await.unwrap().as_deref(), Some("v"));
    nobody.writes.push(Write::Resume);
    assert!(matches!(made.store.commit(nobody).await.unwrap_err(), StoreError::Refused(_)));
    let mut another = installation("another");
    another.name = "En anden".to_owned();
    let wrong = change(vec![], vec![Write::CreateInstallation(Box::new(another))]);
    assert!(matches!(made.store.commit(wrong).await.unwrap_err(), StoreError::Refused(_)));
}

#[tokio::test]
async fn the_first_receipt_of_a_revision_stands() {
    let made = made().await;
    let mut again = receipt("7", 1);
    (again.body_json, again.posted) = ("{}".to_owned(), true);
    write(&made.store, vec![Write::PutReceipt(receipt("7", 1)), Write::PutReceipt(again)]).await;
    write(&made.store, vec![Write::PutReceipt(receipt("7", 2)), Write::PutReceipt(receipt("7", 1))]).await;
    let kept = made.store.receipts(CLUB, "7").await.unwrap();
    assert_eq!((kept.len(), kept[0].posted, &kept[0].body_json), (2, true, &receipt("7", 1).body_json));
    assert_eq!(made.store.unposted(CLUB).await.unwrap(), [receipt("7", 2)]);
    let posted = |revision, posted| Write::Posted { report_id: "7".to_owned(), revision, posted };
    write(&made.store, vec![posted(1, false), posted(2, true)]).await;
    assert_eq!(made.store.unposted(CLUB).await.unwrap(), [receipt("7", 1)]);
}

#[tokio::test]
async fn other_tokens_end_when_a_new_one_is_made() {
    let made = made().await;
    let token = |hash: &str, created, expires| HookToken {
        hash: hash.to_owned(),
        installation: CLUB.to_owned(),
        sealed: "sealed".to_owned(),
        created,
        expires,
        last_used: None,
    };
    let all = [token("a", 1, None), token("b", 2, Some(3)), token("c", 3, None)];
    write(&made.store, all.iter().cloned().map(Write::PutToken).collect()).await;
    write(&made.store, vec![Write::ExpireTokens { except_hash: "c".to_owned(), at: 9 }]).await;
    let left = made.store.hook_tokens(CLUB).await.unwrap();
    assert_eq!(left, [token("c", 3, None), token("b", 2, Some(3)), token("a", 1, Some(9))]);
    assert_eq!(made.store.hook_token("a").await.unwrap(), Some(token("a", 1, Some(9))));
    assert_eq!(made.store.hook_token("d").await.unwrap(), None);
}
