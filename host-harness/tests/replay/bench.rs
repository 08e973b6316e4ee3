//! A recorded fixture played again and again with answers out of memory, and replayed whatever fuel it takes.

use super::driver::Small;
use super::stage::record_into;
use host_harness::bench::Recorded;
use host_harness::bindings::exports::configure::Connector as Description;
use host_harness::installation::Driver as _;
use host_harness::replay::{Fixture, Privacy};
use std::path::Path;
use std::sync::atomic::Ordering;

async fn fixture(folder: &Path) -> Fixture {
    record_into(folder, Privacy::Fictional).await.unwrap();
    Fixture::read(folder).unwrap()
}

async fn description() -> Description {
    Small::default().describe().await.unwrap()
}

#[tokio::test]
async fn each_event_that_calls_is_told_with_what_it_used_turn_after_turn() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = fixture(folder.path()).await;
    let (recorded, connector) = (Recorded::new(&fixture).unwrap(), Small::default());
    let mut turns = Vec::new();
    for _ in 0..3 {
        let mut took = recorded.turn(&connector, &description().await).await.unwrap();
        took.iter_mut().for_each(|one| one.nanoseconds = 0);
        turns.push(took);
    }
    assert!(turns.iter().all(|turn| *turn == turns[0]));
    let events: Vec<_> = turns[0].iter().map(|one| (one.number, one.kind)).collect();
    // Steps of a simulator, time and an edit call nothing, and neither does the sixth: nobody is concerned.
    assert_eq!(
        events,
        [
            (2, "customers-changed"),
            (4, "retry"),
            (5, "customers-changed"),
            (8, "webhook"),
            (10, "customers-changed"),
            (11, "configure"),
            (12, "check"),
        ]
    );
    assert!(turns[0].iter().all(|one| one.used.calls == 1));
    let requests: u64 = turns[0].iter().map(|one| one.used.requests).sum();
    assert_eq!(requests, fixture.exchanges.exchanges.len() as u64);
    let fuel: u64 = turns[0].iter().map(|one| one.used.fuel).sum();
    assert_eq!(fuel, fixture.replay(&connector).await.unwrap().fuel);
}

#[tokio::test]
async fn a_connector_that_strays_is_told_and_does_not_spoil_the_next_turn() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = fixture(folder.path()).await;
    let recorded = Recorded::new(&fixture).unwrap();
    let curious = Small { curious: true, ..Small::default() };
    let problem = recorded.turn(&curious, &description().await).await.unwrap_err();
    assert!(problem.contains("did not ask for what it asked for in the replay"), "{problem}");
    assert!(recorded.turn(&Small::default(), &description().await).await.is_ok());
}

#[tokio::test]
async fn another_amount_of_fuel_is_a_problem_or_only_noted() {
    let folder = tempfile::tempdir().unwrap();
    let fixture = fixture(folder.path()).await;
    let thirsty = Small::default();
    thirsty.extra_fuel.store(1, Ordering::SeqCst);
    assert!(!fixture.replay(&thirsty).await.unwrap().holds());
    let replayed = fixture.replay_for_any_fuel(&thirsty).await.unwrap();
    assert!(replayed.holds(), "{:?}", replayed.problems);
    assert!(replayed.notes.iter().all(|note| note.contains("fuel.units")) && !replayed.notes.is_empty());
    let curious = Small { curious: true, ..Small::default() };
    assert!(!fixture.replay_for_any_fuel(&curious).await.unwrap().holds());
}
