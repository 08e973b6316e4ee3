//! What a connector can do to the host that runs it: take its time, its memory, its log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod hostile;

use host_harness::connector::{ALLOWED_IMPORTS, CallError, Connector, Surroundings};
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::sandbox::{Limit, Limits, LogSource};
use hostile::{Broken, Canned, Silence, behave, component, connector, ended_by, run, surroundings};
use rstest::rstest;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn imports_only_what_it_uses_of_what_is_allowed() {
    let connector = connector(Metering::Off);
    let info = connector.info();
    let bare: Vec<_> = info.imports.iter().map(|name| name.split_once('@').unwrap().0).collect();
    assert!(bare.iter().all(|name| ALLOWED_IMPORTS.contains(name)), "{bare:?}");
    assert!(info.producers.iter().any(|producer| producer.starts_with("wit-component ")), "{:?}", info.producers);
}

#[tokio::test]
async fn a_connector_that_never_returns_is_stopped() {
    let limits = Limits { wall_time: Duration::from_millis(300), ..Limits::default() };
    let began = Instant::now();
    let report = run(Canned::ok(""), limits, "spin", "").await;
    assert_eq!(ended_by(&report), (Limit::WallTime, 300, "hostile".to_owned()));
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(report.result.unwrap_err().to_string(), "connector hostile went over its limit on wall time: 300 ms");
}

#[tokio::test]
async fn a_connector_that_spins_lets_others_run() {
    let connector = connector(Metering::Off);
    let limits = Limits { wall_time: Duration::from_secs(2), ..Limits::default() };
    let (spinning, quiet) = (surroundings(Canned::ok(""), limits), surroundings(Canned::ok(""), Limits::default()));
    // One thread: the second call gets on only when the first yields.
    let quick = async {
        let began = Instant::now();
        behave(&connector, &quiet, "work", "10").await.result.unwrap();
        began.elapsed()
    };
    let (spun, quick) = tokio::join!(behave(&connector, &spinning, "spin", ""), quick);
    assert_eq!(ended_by(&spun).0, Limit::WallTime);
    assert!(quick < Duration::from_secs(1), "{quick:?}");
}

#[tokio::test]
async fn a_connector_that_waits_for_an_answer_is_stopped() {
    let limits = Limits { wall_time: Duration::from_millis(300), ..Limits::default() };
    let report = run(Arc::new(Silence), limits, "ask", "https://approved.example/").await;
    assert_eq!(ended_by(&report), (Limit::WallTime, 300, "hostile".to_owned()));
    assert_eq!(report.traffic.requests, 1);
}

#[tokio::test]
async fn memory_is_bounded() {
    let report = run(Canned::ok(""), Limits::default(), "allocate", "").await;
    assert_eq!(ended_by(&report), (Limit::Memory, 32 * 1024 * 1024, "hostile".to_owned()));
    assert!(report.peak_memory <= 32 * 1024 * 1024 && report.peak_memory > 16 * 1024 * 1024, "{}", report.peak_memory);

    let limits = Limits { memory_bytes: 4 * 1024 * 1024, ..Limits::default() };
    let report = run(Canned::ok(""), limits, "allocate", "").await;
    assert_eq!(ended_by(&report), (Limit::Memory, 4 * 1024 * 1024, "hostile".to_owned()));
}

#[rstest]
#[case("recurse")]
#[case("trap")]
#[tokio::test]
async fn a_breakdown_is_told_without_addresses(#[case] behaviour: &str) {
    let report = run(Canned::ok(""), Limits::default(), behaviour, "").await;
    let error = report.result.unwrap_err();
    assert!(matches!(error, CallError::Trapped { .. }), "{error}");
    let message = error.to_string();
    assert!(message.starts_with("connector hostile broke down in configure: it"), "{message}");
    assert!(!message.contains("0x") && !message.contains("wasm"), "{message}");
}

#[tokio::test]
async fn a_breakdown_leaves_nothing_behind() {
    let connector = connector(Metering::Off);
    let surroundings = surroundings(Canned::ok(""), Limits::default());
    behave(&connector, &surroundings, "allocate", "").await.result.unwrap_err();
    let report = behave(&connector, &surroundings, "work", "10").await;
    assert_eq!(report.result.unwrap().len(), 1);
    assert!(report.peak_memory < 4 * 1024 * 1024, "{}", report.peak_memory);
}

#[tokio::test]
async fn the_log_is_cut_off_and_the_call_goes_on() {
    let report = run(Canned::ok(""), Limits::default(), "log", "").await;
    assert_eq!(report.result.unwrap(), ["done"]);
    let bytes: usize = report.log.iter().map(|line| line.message.len()).sum();
    assert!(bytes <= 64 * 1024 + 100, "{bytes}");
    let last = report.log.last().unwrap();
    assert_eq!(
        (last.source, last.message.as_str()),
        (LogSource::Sandbox, "the log was cut off here: more than 65536 bytes")
    );
    assert_eq!(report.log.iter().filter(|line| line.source == LogSource::Sandbox).count(), 1);
    assert_eq!(report.exceeded.iter().map(|exceeded| exceeded.limit).collect::<Vec<_>>(), [Limit::LogBytes]);
}

#[tokio::test]
async fn a_log_line_cannot_be_forged() {
    let report = run(Canned::ok(""), Limits::default(), "log-forged", "").await;
    assert_eq!(report.log.len(), 1);
    assert_eq!(report.log[0].message, "first 2026-01-01 ERROR second");
}

#[tokio::test]
async fn the_result_is_bounded() {
    let fits = (8 * 1024 * 1024 - 10_000).to_string();
    let report = run(Canned::ok(""), Limits::default(), "huge-result", &fits).await;
    assert_eq!(report.result.unwrap()[0].len().to_string(), fits);
    let report = run(Canned::ok(""), Limits::default(), "huge-result", &(8 * 1024 * 1024).to_string()).await;
    assert_eq!(ended_by(&report), (Limit::ResultBytes, 8 * 1024 * 1024, "hostile".to_owned()));
}

/// Half a million texts, each of next to nothing, that the host would have to hold.
#[tokio::test]
async fn a_result_of_very_many_is_bounded() {
    let report = run(Canned::ok(""), Limits::default(), "many-results", "5000").await;
    assert_eq!(report.result.unwrap().len(), 5_000);
    let limits = Limits { memory_bytes: 256 * 1024 * 1024, ..Limits::default() };
    let report = run(Canned::ok(""), limits, "many-results", "500000").await;
    assert_eq!(ended_by(&report), (Limit::ResultBytes, 8 * 1024 * 1024, "hostile".to_owned()));
}

#[tokio::test]
async fn a_store_that_does_not_answer_ends_the_call() {
    let surroundings = Surroundings { directory: Arc::new(Broken), ..Surroundings::nothing(Limits::default()) };
    let report = behave(&connector(Metering::Off), &surroundings, "look-up", "7").await;
    let error = report.result.unwrap_err();
    assert!(matches!(error, CallError::Directory { .. }), "{error}");
    assert!(error.to_string().ends_with("disk full"), "{error}");
}

#[tokio::test]
async fn fuel_is_the_same_on_every_run_and_can_be_bounded() {
    let connector = connector(Metering::Fuel);
    let free = surroundings(Canned::ok("yes"), Limits::default());
    let first = behave(&connector, &free, "many-requests", "3").await.fuel.unwrap();
    let second = behave(&connector, &free, "many-requests", "3").await.fuel.unwrap();
    assert_eq!(first, second);
    let more = behave(&connector, &free, "work", "100000").await.fuel.unwrap();
    assert!(more > 100_000, "{more}");

    let bounded = surroundings(Canned::ok("yes"), Limits { fuel: Some(100_000), ..Limits::default() });
    let report = behave(&connector, &bounded, "work", "100000").await;
    assert_eq!(ended_by(&report), (Limit::Fuel, 100_000, "hostile".to_owned()));
    assert_eq!(report.fuel, Some(100_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_run_at_the_same_time_and_can_be_spawned() {
    let connector = connector(Metering::Off);
    let calls: Vec<_> = (0..20)
        .map(|_| {
            let connector = connector.clone();
            tokio::spawn(async move {
                let surroundings = surroundings(Canned::ok("yes"), Limits::default());
                behave(&connector, &surroundings, "many-requests", "5").await.result.unwrap().len()
            })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap(), 5);
    }
}

#[tokio::test]
async fn more_calls_than_places_are_told() {
    let engine = Engine::new(EngineOptions { concurrent_calls: 1, ..EngineOptions::default() }).unwrap();
    let connector = Connector::load(&engine, &component()).unwrap();
    let limits = Limits { wall_time: Duration::from_millis(500), ..Limits::default() };
    let (slow, quick) = (surroundings(Arc::new(Silence), limits), Surroundings::nothing(Limits::default()));
    connector.describe(Limits::default()).await.result.unwrap();
    let waiting = behave(&connector, &slow, "ask", "https://approved.example/");
    let second = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        connector.describe(quick.limits.clone()).await
    };
    let (_, report) = tokio::join!(waiting, second);
    let error = report.result.unwrap_err();
    assert!(error.to_string().contains("no free place for another call"), "{error}");
}
