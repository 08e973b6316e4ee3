//! Connectors: exchanged while they work, refused when they are none, and kept at bay when they misbehave.

use crate::clock::{MINUTE, until};
use crate::club::{Club, TAG};
use crate::log;
use crate::stage::{CLUB, Ground, Stage, code, component, shipped};
use accounting_service::{InstallationChange, Service};
use accounting_store::{Change, SqliteStore, Store, Write};
use host_harness::sandbox::Limits;
use rstest::rstest;
use std::sync::Arc;
use std::time::Duration;
use uniconta_sim::FaultAction;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connector_is_exchanged_during_a_call_and_neither_call_is_lost() {
    let mut stage = Stage::open().await;
    stage.books().fault(Some("POST"), "/Insert", 1, FaultAction::Delay(Duration::from_millis(1_500)));
    stage.club.joins(&stage.service, 700_001).await;
    until("the call is under way", async || !stage.books().debtors().is_empty()).await;
    let loaded = stage.service.load_connector(shipped()).await.unwrap();
    assert_eq!((loaded.id.as_str(), loaded.installations), ("uniconta", 1));
    stage.club.joins(&stage.service, 700_002).await;
    stage.quiet().await;
    assert_eq!(stage.outcomes("customer").await, [("created".to_owned(), 2)].into());
}

#[rstest]
#[case::empty(Vec::new())]
#[case::text(b"no component".to_vec())]
#[case::cut_off(shipped()[..100_000].to_vec())]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_connector_is_refused_and_the_old_one_goes_on(#[case] broken: Vec<u8>) {
    let mut stage = Stage::open().await;
    let before = stage.service.connectors().await.unwrap().remove(0).sha256;
    assert_eq!(code(stage.service.load_connector(broken).await), "not-a-connector");
    let after = stage.service.connectors().await.unwrap();
    assert_eq!((after.len(), &after[0].sha256), (1, &before));
    stage.joined(700_001).await;
}

/// An installation of the connector that misbehaves on purpose. It describes no settings, so what it shall do is put where a
/// setting would lie.
async fn misbehaves(service: &Service, store: &SqliteStore, behaviour: &str, argument: &str) {
    if store.installation(CLUB).await.unwrap().is_none() {
        service.create(CLUB, "hostile", InstallationChange::default()).await.unwrap();
    }
    let mut row = store.installation(CLUB).await.unwrap().unwrap();
    row.settings_json =
        serde_json::json!({"behaviour": {"open": behaviour}, "argument": {"open": argument}}).to_string();
    row.customer_tag = TAG.to_owned();
    let writes = vec![Write::UpdateInstallation(Box::new(row)), Write::Resume];
    let change = Change { installation: CLUB.to_owned(), guards: Vec::new(), writes };
    store.commit(change).await.unwrap().unwrap();
}

/// A service whose one installation has that connector.
async fn misbehaving(limits: Limits, behaviour: &str, argument: &str) -> (Stage, Arc<SqliteStore>) {
    let ground = Ground { limits, ..Ground::new().await };
    let store = ground.store().await;
    let options = ground.options(Arc::clone(&store) as _);
    let service = Service::start(options, vec![component("CONNECTOR_HOSTILE")]).await.unwrap();
    misbehaves(&service, &store, behaviour, argument).await;
    (Stage { ground, service, club: Club::new(CLUB) }, store)
}

#[rstest]
#[case::breaks_down("trap", "", "trapped")]
#[case::never_comes_back("spin", "", "limit")]
#[case::takes_all_memory("allocate", "", "limit")]
#[case::answers_far_too_much("huge-result", "20000000", "limit")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connector_that_misbehaves_is_tried_a_few_times_and_then_a_person_looks(
    #[case] behaviour: &str,
    #[case] argument: &str,
    #[case] trouble: &str,
) {
    let limits = Limits { wall_time: Duration::from_millis(300), ..Limits::default() };
    let (mut stage, store) = misbehaving(limits, behaviour, argument).await;
    let three: Vec<_> = (1..=3).map(|number| stage.club.join(700_000 + number)).collect();
    let three = three
        .iter()
        .map(|id| stage.club.pushed(id, host_harness::bindings::exports::on_customer_changed::ChangeKind::Created));
    stage.service.customers_arrived(CLUB, three.collect(), false, "push").await.unwrap();
    stage.quiet_in_time().await;
    let parked = stage.parked().await;
    assert_eq!(parked.len(), 3);
    for event in &parked {
        let (_, attempts) = stage.service.event(CLUB, event.seq).await.unwrap();
        assert_eq!(attempts.len(), 3, "{attempts:?}");
        assert!(attempts.iter().all(|attempt| attempt.trouble == trouble), "{attempts:?}");
        assert_eq!((attempts[0].followed.as_str(), attempts[2].followed.as_str()), ("split", "parked"));
    }
    let told = stage.club.outbox(&stage.service).await;
    assert_eq!(told.iter().filter(|item| item.item.kind == "event-parked").count(), 3);
    // The others of the installation go on as soon as the connector is well, and so does what was parked.
    misbehaves(&stage.service, &store, "", "").await;
    stage.club.joins(&stage.service, 700_004).await;
    stage.quiet().await;
    assert_eq!(stage.counts().await.parked, 3);
    for event in &parked {
        stage.service.retry_parked(CLUB, event.seq).await.unwrap();
    }
    stage.ground.set_clocks(MINUTE);
    stage.quiet().await;
    assert_eq!((stage.counts().await.parked, stage.outcomes("customer").await["unchanged"]), (0, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thousands_of_notices_some_are_handed_on_and_the_others_counted() {
    let (mut stage, _store) = misbehaving(Limits::default(), "many-results", "5000").await;
    stage.club.joins(&stage.service, 700_001).await;
    stage.quiet().await;
    let told = stage.club.outbox(&stage.service).await;
    let [notice] = told.as_slice() else { panic!("{told:?}") };
    let body: serde_json::Value = serde_json::from_str(&notice.item.body_json).unwrap();
    let notices = body["notices"].as_array().unwrap();
    assert_eq!((notice.item.kind.as_str(), notices.len()), ("notice", 101));
    assert_eq!(notices[100]["code"], "host.more-notices");
    assert!(notices[100]["message"].as_str().unwrap().contains("4900"), "{}", notices[100]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connector_that_logs_at_length_is_logged_once_and_up_to_its_limit() {
    let log = log::begin();
    let (mut stage, _store) = misbehaving(Limits::default(), "log", "").await;
    stage.club.joins(&stage.service, 700_001).await;
    stage.quiet().await;
    let text = log.text();
    let times = |said: &str| text.matches(said).count();
    assert_eq!((times("line 0 of far too many"), times("line 1000 of far too many")), (1, 1));
    assert_eq!((times("the log was cut off here"), times("line 99999 of far too many")), (1, 0));
}
