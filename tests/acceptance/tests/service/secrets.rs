//! Secrets: sealed on the disk, shown to nobody, and in no log; and no customer's data in a log either.

use crate::books::{API_KEY, PASSWORD, status};
use crate::clock::until;
use crate::days::day;
use crate::log;
use crate::stage::{CLUB, Stage, code, setting, shipped, write_key};
use accounting_service::Service;
use accounting_store::{EventFilter, Store};
use host_harness::bindings::exports::on_customer_changed::ChangeKind;
use host_harness::bindings::types::Locale;
use serde_json::json;
use std::fmt::Debug;
use std::time::Duration;
use uniconta_sim::FaultAction;

const OTHER_PASSWORD: &str = "glemt-kodeord-4711";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_another_key_the_host_does_not_start_and_touches_nothing() {
    let mut stage = Stage::open().await;
    stage.joined(700_001).await;
    stage.club.joins(&stage.service, 700_002).await;
    stage.service.stop(Duration::from_secs(20)).await;
    let right = std::fs::read(stage.ground.keys()).unwrap();
    let store = stage.ground.store().await;
    let before = all_of(store.as_ref()).await;
    write_key(&stage.ground.keys());
    let refused = Service::start(stage.ground.options(store.clone()), vec![shipped()]).await.map(drop);
    assert_eq!(code(refused), "wrong-key");
    assert_eq!(all_of(store.as_ref()).await, before);
    store.close().await;
    std::fs::write(stage.ground.keys(), right).unwrap();
    stage.service = stage.ground.start().await;
    stage.quiet().await;
    assert_eq!(stage.counts().await.links, 2);
}

async fn all_of(store: &dyn Store) -> String {
    let events = store.events(&EventFilter::default(), None, 1_000).await.unwrap();
    let meta = (store.meta("canary").await.unwrap(), store.meta("alive").await.unwrap());
    format!("{:?} {events:?} {meta:?}", store.installations().await.unwrap())
}

fn shown(all: &mut String, what: &impl Debug) {
    all.push_str(&format!("{what:#?}\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_shown_and_no_customer_is_in_the_log() {
    let log = log::begin();
    let mut stage = Stage::open().await;
    let id = stage.joined(700_001).await;
    // All kinds of trouble, each with something to tell.
    stage.books().fault(Some("PUT"), "/Update/", 1, FaultAction::DropAfter);
    stage.books().fault(Some("GET"), "/odata/", 1, FaultAction::OkWithError("CouldNotFind".to_owned()));
    stage.club.edit(&id, |member| member.city = "Hemmeligby".to_owned());
    stage.club.push(&stage.service, &id, ChangeKind::Changed).await;
    stage.quiet_in_time().await;
    let nameless = stage.club.join(700_002);
    stage.club.edit(&nameless, |member| member.number = "n".repeat(40));
    stage.club.push(&stage.service, &nameless, ChangeKind::Created).await;
    until("it is parked", async || !stage.parked().await.is_empty()).await;
    stage.edited_in_uniconta(json!({"Account": "700001", "Phone": "11111111"})).await;
    stage.quiet_in_time().await;
    stage.club.edit(&id, |member| member.phone = "22222222".to_owned());
    stage.club.push(&stage.service, &id, ChangeKind::Changed).await;
    stage.quiet().await;
    stage.books().fault(Some("GET"), "/odata/", 1, status(503));
    stage.service.day_closed(CLUB, "Z-1", day("Z-1", 1, 10_000), "day").await.unwrap();
    stage.quiet_in_time().await;
    stage.service.check_now(CLUB).await.unwrap();
    stage.service.catch_up_now(CLUB).await.unwrap();
    stage.quiet().await;
    stage.service.change(CLUB, setting("password", OTHER_PASSWORD)).await.unwrap();
    stage.club.joins(&stage.service, 700_003).await;
    until("it pauses", async || stage.service.installation(CLUB).await.unwrap().pause.is_some()).await;
    let answer = stage.service.configure(CLUB).await.unwrap();
    let link = stage.service.link(CLUB).await.unwrap().url;
    let token = link.rsplit('/').next().unwrap();

    let mut all = String::new();
    shown(&mut all, &answer);
    shown(&mut all, &stage.service.installations().await.unwrap());
    shown(&mut all, &stage.activity().await);
    shown(&mut all, &stage.club.outbox(&stage.service).await);
    shown(&mut all, &stage.club.told);
    shown(&mut all, &stage.service.flags(CLUB).await.unwrap());
    shown(&mut all, &stage.service.links(CLUB, None, 100).await.unwrap());
    for locale in [Locale::Da, Locale::En] {
        shown(&mut all, &stage.service.doctor(CLUB, locale, false).await.unwrap());
    }
    for event in stage.service.events(EventFilter::default(), None, 1_000).await.unwrap().items {
        shown(&mut all, &stage.service.event(CLUB, event.seq).await.unwrap());
    }
    assert!(all.contains("Medlem Prøvesen"), "it is looked at where customers are");
    for secret in [PASSWORD, OTHER_PASSWORD, API_KEY, token] {
        assert!(!all.contains(secret), "{secret} is shown: {}", log::around(&all, secret));
    }

    let activity = format!("{:?}", stage.activity().await);
    let said = log.text();
    assert!(said.contains("a call failed") && said.contains("called"), "the log was listened to");
    for private in ["Prøvesen", "example.com", "Hemmeligby", "11111111", "22222222", "00700001", "nnnnnnnnnn"] {
        assert!(!said.contains(private), "{private} is in the log: {}", log::around(&said, private));
        assert!(!activity.contains(private), "{private} is in the activity: {}", log::around(&activity, private));
    }
    for secret in [PASSWORD, OTHER_PASSWORD, API_KEY, token] {
        assert!(!said.contains(secret), "{secret} is in the log: {}", log::around(&said, secret));
    }

    stage.service.stop(Duration::from_secs(20)).await;
    for entry in std::fs::read_dir(stage.ground.data()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in [PASSWORD, OTHER_PASSWORD, API_KEY, token] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} lies on the disk");
        }
    }
}
