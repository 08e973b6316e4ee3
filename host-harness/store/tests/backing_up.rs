//! Copies of the state and the way back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{EventFilter, EventKind, SqliteOptions, SqliteStore, Store, StoreError, restore};
use made_up::{CLUB, Made, event, made, new, row};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, SqliteOptions::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_while_others_write_is_whole() {
    let Made { folder, store } = made().await;
    let (store, done) = (Arc::new(store), Arc::new(AtomicBool::new(false)));
    let (writing, ended) = (Arc::clone(&store), Arc::clone(&done));
    let writer = tokio::spawn(async move {
        let mut last = 0;
        while !ended.load(Ordering::Relaxed) {
            last = new(writing.accept(CLUB, event(EventKind::Check, &last.to_string())).await.unwrap());
        }
        last
    });
    let mut first = 0;
    while first == 0 {
        tokio::task::yield_now().await;
        first = store.counts(CLUB).await.unwrap().waiting;
    }
    let copy = folder.path().join("copy.sqlite");
    store.back_up(&copy).await.unwrap();
    done.store(true, Ordering::Relaxed);
    let last = writer.await.unwrap();
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().ends_with(".part")), "{names:?}");

    let other = tempfile::tempdir().unwrap();
    restore(&copy, other.path(), false).await.unwrap();
    let restored = open(other.path()).await;
    let events = restored.events(&EventFilter::default(), None, 100_000).await.unwrap().items;
    let kept = i64::try_from(events.len()).unwrap();
    assert!(first <= kept && kept <= last, "{first} {kept} {last}");
    assert!(events.iter().zip(1..).all(|(row, seq)| row.seq == seq), "a beginning without gaps");
    let next = new(restored.accept(CLUB, event(EventKind::Check, "next")).await.unwrap());
    assert_eq!(next, kept + 1);
}

#[tokio::test]
async fn a_copy_takes_nobodys_place() {
    let made = made().await;
    let copy = made.folder.path().join("copy.sqlite");
    fs::write(&copy, "mine").unwrap();
    let error = made.store.back_up(&copy).await.unwrap_err();
    assert!(matches!(&error, StoreError::Io { path, .. } if *path == copy), "{error}");
    assert_eq!(fs::read(&copy).unwrap(), b"mine");
    let nowhere = made.folder.path().join("nowhere/copy.sqlite");
    assert!(matches!(made.store.back_up(&nowhere).await, Err(StoreError::Io { .. })));
}

#[tokio::test]
async fn a_state_is_replaced_only_when_that_is_meant_and_nobody_uses_it() {
    let made = made().await;
    let seq = new(made.store.accept(CLUB, event(EventKind::Check, "before")).await.unwrap());
    let copy = made.folder.path().join("copy.sqlite");
    made.store.back_up(&copy).await.unwrap();
    let later = new(made.store.accept(CLUB, event(EventKind::Check, "after")).await.unwrap());
    assert!(matches!(restore(&copy, made.folder.path(), true).await, Err(StoreError::InUse(_))));
    // As a host that died leaves it: with a log that belongs to the old state.
    let log = made.folder.path().join("state.sqlite-wal");
    let old_log = fs::read(&log).unwrap();
    made.store.close().await;
    fs::write(&log, old_log).unwrap();
    assert!(matches!(restore(&copy, made.folder.path(), false).await, Err(StoreError::Refused(_))));
    restore(&copy, made.folder.path(), true).await.unwrap();
    assert!(!log.exists(), "the old log is gone");
    let store = open(made.folder.path()).await;
    assert!(row(&store, seq).await.is_some());
    assert_eq!(row(&store, later).await, None);
}

#[tokio::test]
async fn what_is_not_a_copy_takes_no_ones_place() {
    let made = made().await;
    made.store.close().await;
    let state = made.folder.path().join("state.sqlite");
    let before = fs::read(&state).unwrap();
    let wrong = made.folder.path().join("wrong");
    let mut cut_off = before.clone();
    cut_off.truncate(before.len() / 2);
    for content in [Vec::new(), b"not a database at all, but long enough to be looked at".repeat(100), cut_off] {
        fs::write(&wrong, content).unwrap();
        let error = restore(&wrong, made.folder.path(), true).await.unwrap_err();
        assert!(matches!(&error, StoreError::Corrupt { file, .. } if *file == wrong), "{error}");
        assert!(fs::read(&state).unwrap() == before);
    }
    let missing = restore(&made.folder.path().join("missing"), made.folder.path(), true).await.unwrap_err();
    assert!(matches!(missing, StoreError::Io { .. }), "{missing}");
}
