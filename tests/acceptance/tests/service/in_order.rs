//! What goes first, what goes together, and what waits: collapsing, order, batches, priorities, the day's budget.

use crate::clock::{DAY, HOUR, until};
use crate::days::day;
use crate::stage::{CLUB, Stage};
use accounting_service::{InstallationChange, Verdict};
use accounting_store::{Accepted, Change, EventKind, NewEvent, Priority, Store, Write};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::Locale;
use std::time::Duration;
use uniconta_sim::FaultAction;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_revisions_that_wait_are_one_event_and_one_write() {
    let mut stage = Stage::open().await;
    stage.service.pause(CLUB, "").await.unwrap();
    let id = stage.club.join(700_001);
    let mut accepted = vec![stage.club.push(&stage.service, &id, ChangeKind::Created).await];
    for city in ["Ribe", "Tønder", "Skive", "Odder"] {
        stage.club.edit(&id, |member| member.city = city.to_owned());
        accepted.push(stage.club.push(&stage.service, &id, ChangeKind::Changed).await);
    }
    let Accepted::New(seq) = accepted[0] else { panic!("{accepted:?}") };
    assert!(accepted[1..].iter().all(|one| *one == Accepted::Collapsed(seq)), "{accepted:?}");
    stage.service.resume(CLUB).await.unwrap();
    stage.quiet().await;
    assert_eq!(stage.books().text("700001", "City"), "Odder");
    assert_eq!((stage.books().calls("POST", "/DebtorClient"), stage.books().calls("PUT", "/Update/")), (1, 0));
    assert_eq!(stage.outcomes("customer").await, [("created".to_owned(), 1)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_sent_before_and_what_is_older_changes_nothing() {
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    let first = stage.club.pushed(&id, ChangeKind::Created);
    stage.club.edit(&id, |member| member.city = "Ribe".to_owned());
    stage.club.push(&stage.service, &id, ChangeKind::Changed).await;
    stage.quiet().await;
    let mut under_another_id = first.clone();
    under_another_id.event_id = "another".to_owned();
    let accepted = stage.service.customers_arrived(CLUB, vec![first, under_another_id], false, "again").await.unwrap();
    assert_eq!(accepted, [Accepted::Duplicate, Accepted::Outdated]);
    stage.quiet().await;
    assert_eq!(stage.books().text("700001", "City"), "Ribe");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_that_changes_during_its_own_call_is_called_again_afterwards() {
    let mut stage = Stage::open().await;
    stage.books().fault(Some("POST"), "/Insert", 1, FaultAction::Delay(Duration::from_millis(300)));
    let id = stage.club.joins(&stage.service, 700_001).await;
    until("the call is under way", async || !stage.books().debtors().is_empty()).await;
    stage.club.edit(&id, |member| member.city = "Ribe".to_owned());
    let second = stage.club.push(&stage.service, &id, ChangeKind::Changed).await;
    stage.club.edit(&id, |member| member.city = "Odder".to_owned());
    let third = stage.club.push(&stage.service, &id, ChangeKind::Changed).await;
    let Accepted::New(seq) = second else { panic!("{second:?}") };
    assert_eq!(third, Accepted::Collapsed(seq));
    stage.quiet().await;
    assert_eq!(stage.books().text("700001", "City"), "Odder");
    assert_eq!(stage.outcomes("customer").await, [("created".to_owned(), 1), ("updated".to_owned(), 1)].into());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_and_a_person_who_saves_go_before_two_thousand_that_nobody_waits_for() {
    let mut stage = Stage::open().await;
    stage.service.pause(CLUB, "").await.unwrap();
    let all: Vec<_> = (1..=2_000).map(|number| stage.club.join(700_000 + number)).collect();
    let all = all.iter().map(|id| stage.club.pushed(id, ChangeKind::Created)).collect();
    let accepted = stage.service.customers_arrived(CLUB, all, true, "import").await.unwrap();
    assert!(accepted.iter().all(|one| matches!(one, Accepted::New(_))));
    stage.club.joins(&stage.service, 900_001).await;
    stage.service.day_closed(CLUB, "Z-1-r1", day("Z-1", 1, 10_000), "day").await.unwrap();
    stage.service.resume(CLUB).await.unwrap();
    stage.quiet().await;
    let calls = stage.activity().await;
    let order: Vec<_> = calls.iter().map(|call| (call.function.as_str(), call.items)).collect();
    assert_eq!(
        order,
        [("day", 1), ("customer", 500), ("customer", 500), ("customer", 500), ("customer", 500), ("customer", 1)]
    );
    assert_eq!((calls[0].correlation.as_str(), calls[1].attempt), ("day", 1));
    assert_eq!(stage.books().debtors().len(), 2_001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_days_calls_run_out_what_can_wait_waits_and_a_day_still_goes() {
    let ground = crate::stage::Ground::new().await;
    let store = ground.store().await;
    let service = ground.start_over(store.clone()).await;
    let mut stage = Stage::with(ground, service).await;
    // 950 of 1,000 are used: timers stop at 800, what nobody waits for at 900.
    let used = stage.service.installation(CLUB).await.unwrap().calls_today;
    let calls = Write::Calls { day: stage.ground.now().div_euclid(DAY), calls: 950 - used };
    let change = Change { installation: CLUB.to_owned(), guards: Vec::new(), writes: vec![calls] };
    store.commit(change).await.unwrap().unwrap();
    let limit = InstallationChange { daily_calls: Some(1_000), ..InstallationChange::default() };
    stage.service.change(CLUB, limit).await.unwrap();
    let all: Vec<_> = (1..=5).map(|number| stage.club.join(700_000 + number)).collect();
    let all = all.iter().map(|id| stage.club.pushed(id, ChangeKind::Created)).collect();
    stage.service.customers_arrived(CLUB, all, true, "import").await.unwrap();
    let timer = NewEvent {
        id: String::new(),
        kind: EventKind::Check,
        key: "t:check".to_owned(),
        payload_json: "null".to_owned(),
        priority: Priority::Routine,
        correlation: "timer".to_owned(),
        received: stage.ground.now(),
        not_before: stage.ground.now(),
    };
    store.accept(CLUB, timer).await.unwrap();
    stage.service.day_closed(CLUB, "Z-1-r1", day("Z-1", 1, 10_000), "day").await.unwrap();
    until("the day is booked", async || stage.outcomes("day").await.contains_key("booked")).await;
    // A customer that somebody saved goes, too; and when it is done, everything else had its chance.
    stage.club.joins(&stage.service, 900_001).await;
    until("the customer is linked", async || stage.counts().await.links == 1).await;
    let waiting = stage.waiting().await;
    assert!(waiting.iter().all(|event| event.attempt == 0), "{waiting:?}");
    assert_eq!(waiting.len(), 6);
    stage.ground.set_clocks(2 * HOUR);
    let diagnosis = stage.service.doctor(CLUB, Locale::En, false).await.unwrap();
    let queue = diagnosis.examined.iter().find(|one| one.code == "queue").unwrap();
    let told = "what the day's calls hold back waits, and does not stand still";
    assert_eq!(queue.verdict, Verdict::Warning, "{told}: {}", queue.message);
    stage.ground.set_clocks(DAY);
    stage.quiet_in_time().await;
    assert_eq!((stage.books().debtors().len(), stage.outcomes("check").await.len()), (6, 1));
    assert!(stage.service.installation(CLUB).await.unwrap().calls_today < 950);
}
