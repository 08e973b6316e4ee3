//! What follows a failure, from end to end: tried again, parked, paused; and never dropped.

use crate::books::{PASSWORD, status};
use crate::clock::{HOUR, until};
use crate::failing_store::FailingStore;
use crate::log;
use crate::stage::{CLUB, Ground, Stage, code, setting};
use accounting_store::Accepted;
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use metrics_exporter_prometheus::PrometheusBuilder;
use rstest::rstest;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use uniconta_sim::FaultAction;

/// The line or the server fails while a debtor is made. However it fails, the debtor is there once.
#[rstest]
#[case::away("GET", "/odata/", 2, status(503), "transient", 3)]
// On the connection that was kept, and on the new one that a read is tried on once more.
#[case::read_dropped("GET", "/odata/", 2, FaultAction::DropBefore, "transient", 2)]
#[case::refused_for_now("POST", "/Insert", 1, status(503), "uncertain", 2)]
#[case::lost_on_the_way("POST", "/Insert", 1, FaultAction::DropBefore, "uncertain", 2)]
#[case::answer_lost("POST", "/Insert", 1, FaultAction::DropAfter, "uncertain", 2)]
#[case::answer_cut("POST", "/Insert", 1, FaultAction::TruncateAt(3), "uncertain", 2)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_that_passes_ends_in_one_debtor(
    #[case] method: &str,
    #[case] path: &str,
    #[case] times: u32,
    #[case] action: FaultAction,
    #[case] trouble: &str,
    #[case] attempts: i64,
) {
    let mut stage = Stage::open().await;
    stage.books().fault(Some(method), path, times, action);
    let id = stage.club.joins(&stage.service, 700_001).await;
    stage.quiet_in_time().await;
    assert_eq!(stage.books().debtors().len(), 1);
    assert!(stage.link_of(&id).await.is_some());
    let outcomes = stage.outcomes("customer").await;
    assert!(outcomes.contains_key(trouble) || outcomes.contains_key("failed"), "{outcomes:?}");
    let last = stage.activity().await.pop().unwrap();
    assert_eq!(last.attempt, attempts);
    assert_eq!(stage.counts().await.parked, 0);
    assert_eq!(stage.club.outbox(&stage.service).await.len(), 0, "nobody has to be told of what passed");
}

async fn without_a_number(stage: &mut Stage) -> (String, i64) {
    let id = stage.club.join(700_001);
    stage.club.edit(&id, |member| member.number.clear());
    stage.club.push(&stage.service, &id, ChangeKind::Created).await;
    until("it is parked", async || !stage.parked().await.is_empty()).await;
    (id, stage.parked().await[0].seq)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_accepted_is_parked_and_told_with_its_attempts() {
    let mut stage = Stage::open().await;
    let (id, seq) = without_a_number(&mut stage).await;
    let (row, attempts) = stage.service.event(CLUB, seq).await.unwrap();
    assert_eq!(row.reason_code, "uniconta.number-missing");
    assert!(row.reason.contains("number"), "{}", row.reason);
    assert_eq!(attempts.len(), 1);
    assert_eq!((attempts[0].trouble.as_str(), attempts[0].followed.as_str()), ("validation", "parked"));
    let told = stage.club.outbox(&stage.service).await.remove(0);
    assert_eq!((told.item.kind.as_str(), told.item.customer_id.as_str()), ("event-parked", id.as_str()));
    // A person tries it again though nothing has changed: it comes back, and counts on.
    stage.service.retry_parked(CLUB, seq).await.unwrap();
    until("it is parked again", async || {
        let (row, attempts) = stage.service.event(CLUB, seq).await.unwrap();
        attempts.len() == 2 && row.attempt == 2
    })
    .await;
    // Then it is given up.
    stage.service.drop_parked(CLUB, seq).await.unwrap();
    assert_eq!(code(stage.service.event(CLUB, seq).await), "unknown-event");
    assert_eq!(code(stage.service.retry_parked(CLUB, seq).await), "unknown-event");
    assert!(stage.books().debtors().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_takes_the_place_of_what_is_parked() {
    let mut stage = Stage::open().await;
    let (id, seq) = without_a_number(&mut stage).await;
    stage.club.edit(&id, |member| member.number = "700001".to_owned());
    assert_eq!(stage.club.push(&stage.service, &id, ChangeKind::Changed).await, Accepted::Collapsed(seq));
    stage.quiet().await;
    assert_eq!((stage.books().debtors().len(), stage.counts().await.parked), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_mended_in_the_accounting_system_is_tried_again_by_a_person() {
    let mut stage = Stage::open().await;
    stage.service.change(CLUB, setting("debtor-group", "9")).await.unwrap();
    stage.club.joins(&stage.service, 700_001).await;
    until("it is parked", async || !stage.parked().await.is_empty()).await;
    stage.books().add_group("9");
    stage.service.retry_parked(CLUB, stage.parked().await[0].seq).await.unwrap();
    stage.quiet().await;
    assert_eq!(stage.books().text("700001", "Group"), "9");
    assert_eq!(stage.counts().await.parked, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_that_makes_trouble_holds_up_nobody() {
    let mut stage = Stage::open().await;
    stage.service.pause(CLUB, "").await.unwrap();
    for number in 1..=20 {
        let id = stage.club.join(700_000 + number);
        if number == 7 {
            stage.club.edit(&id, |member| member.number.clear());
        }
        stage.club.push(&stage.service, &id, ChangeKind::Created).await;
    }
    stage.service.resume(CLUB).await.unwrap();
    stage.quiet().await;
    assert_eq!(stage.books().debtors().len(), 19);
    let parked = stage.parked().await;
    assert_eq!((parked.len(), parked[0].event.key.as_str()), (1, "c:c-700007"));
    let first = &stage.activity().await[0];
    assert_eq!((first.items, first.attempt), (20, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_pauses_drops_nothing_and_the_right_one_lets_all_run() {
    let mut stage = Stage::open().await;
    stage.joined(700_001).await;
    stage.service.change(CLUB, setting("password", "forkert-kodeord")).await.unwrap();
    stage.club.joins(&stage.service, 700_002).await;
    until("it pauses", async || stage.service.installation(CLUB).await.unwrap().pause.is_some()).await;
    let pause = stage.service.installation(CLUB).await.unwrap().pause.unwrap();
    assert!(pause.code.starts_with("uniconta.") && !pause.message.is_empty(), "{pause:?}");
    // What comes now waits, too.
    stage.club.joins(&stage.service, 700_003).await;
    stage.edited_in_uniconta(serde_json::json!({"Account": "700001", "Phone": "11111111"})).await;
    let calls = stage.activity().await.len();
    stage.ground.set_clocks(5 * HOUR);
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    assert_eq!((stage.activity().await.len(), stage.counts().await.waiting), (calls, 3), "nobody is called");
    let answer = stage.service.configure(CLUB).await.unwrap();
    assert!(!answer.ready);
    assert!(stage.service.installation(CLUB).await.unwrap().pause.is_some());
    stage.service.change(CLUB, setting("password", PASSWORD)).await.unwrap();
    assert!(stage.service.configure(CLUB).await.unwrap().ready);
    stage.quiet().await;
    stage.club.read(&stage.service).await;
    assert_eq!((stage.books().debtors().len(), stage.club.member("c-700001").phone.as_str()), (3, "11111111"));
    let (row, counts) = (stage.service.installation(CLUB).await.unwrap(), stage.counts().await);
    assert_eq!((row.pause, counts.parked), (None, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_of_a_call_is_written_when_the_disk_has_room_again() {
    let ground = Ground::new().await;
    let store = FailingStore::before(ground.store().await);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let mut stage = Stage::with(ground, service).await;
    stage.books().fault(Some("POST"), "/Insert", 1, FaultAction::Delay(std::time::Duration::from_millis(300)));
    let id = stage.club.joins(&stage.service, 700_001).await;
    until("the debtor is made", async || !stage.books().debtors().is_empty()).await;
    store.full.store(true, Ordering::SeqCst);
    assert_eq!(stage.counts().await.running, 1);
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    assert_eq!(stage.counts().await.running, 1, "nothing of it is given up");
    store.full.store(false, Ordering::SeqCst);
    stage.quiet().await;
    assert!(stage.link_of(&id).await.is_some());
    assert_eq!(stage.activity().await.len(), 1, "the connector was not called again");
}

/// On one thread, whose figures are its own.
#[tokio::test]
async fn how_long_a_call_took_is_told_without_the_time_that_the_disk_had_no_room() {
    let figures = PrometheusBuilder::new().build_recorder();
    let _listening = metrics::set_default_local_recorder(&figures);
    let ground = Ground::new().await;
    let store = FailingStore::before(ground.store().await);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let mut stage = Stage::with(ground, service).await;
    stage.books().fault(Some("POST"), "/Insert", 1, FaultAction::Delay(std::time::Duration::from_millis(300)));
    stage.club.joins(&stage.service, 700_001).await;
    until("the debtor is made", async || !stage.books().debtors().is_empty()).await;
    store.full.store(true, Ordering::SeqCst);
    tokio::time::sleep(std::time::Duration::from_millis(800)).await;
    store.full.store(false, Ordering::SeqCst);
    stage.quiet().await;
    let told = figures.handle().render();
    let seconds =
        told.lines().find_map(|line| line.strip_prefix(r#"accounting_call_seconds_sum{function="customer"} "#));
    let took = stage.activity().await[0].took_ms;
    let as_the_activity_has_it = format!("{}.{:03}", took / 1000, took % 1000);
    assert!(seconds.is_some_and(|seconds| seconds.starts_with(&as_the_activity_has_it)), "{took} ms, and {told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_whose_answer_is_worked_out_again_is_told_once() {
    let log = log::begin();
    let ground = Ground::new().await;
    let store = FailingStore::before(ground.store().await);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let mut stage = Stage::with(ground, service).await;
    store.moved.store(true, Ordering::SeqCst);
    let id = stage.club.join(700_001);
    let arrived = vec![stage.club.pushed(&id, ChangeKind::Created)];
    stage.service.customers_arrived(CLUB, arrived, false, "told-once").await.unwrap();
    stage.quiet().await;
    assert!(!store.moved.load(Ordering::SeqCst) && stage.link_of(&id).await.is_some());
    assert_eq!(stage.activity().await.len(), 1);
    let text = log.text();
    let about_it = text.lines().filter(|line| line.contains("correlation=\"told-once\""));
    let told: Vec<&str> = about_it.filter(|line| line.contains(": called ")).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_defect_of_the_host_itself_does_not_stop_the_installation() {
    let ground = Ground::new().await;
    let store = FailingStore::before(ground.store().await);
    let service = ground.start_over(Arc::clone(&store) as _).await;
    let mut stage = Stage::with(ground, service).await;
    store.panics.store(true, Ordering::SeqCst);
    stage.club.joins(&stage.service, 700_001).await;
    until("it breaks", async || !store.panics.load(Ordering::SeqCst)).await;
    stage.club.joins(&stage.service, 700_002).await;
    until("both are done though time goes by", async || {
        stage.ground.set_clocks(crate::clock::MINUTE);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        stage.counts().await.links == 2
    })
    .await;
    assert_eq!(stage.books().debtors().len(), 2);
    let told: Vec<Value> = stage.club.told.iter().map(|(_, body)| body.clone()).collect();
    assert!(told.is_empty());
}
