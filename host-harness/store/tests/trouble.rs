//! What can be wrong with a folder, a file or a disk, and that nothing is lost by it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{EventKind, SqliteOptions, SqliteStore, Store, StoreError, Write, restore};
use made_up::{CLUB, add_installation, arrival, arrive, event, made, new, row, write};
use rstest::rstest;
use rusqlite::Connection;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn state_file(folder: &Path) -> PathBuf {
    folder.join("state.sqlite")
}

async fn open(folder: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(folder, SqliteOptions::default()).await
}

fn another_program(folder: &Path) -> Connection {
    Connection::open(state_file(folder)).unwrap()
}

/// As the first hosts marked a file that is at a schema.
fn mark_as_the_first_hosts_did(connection: &Connection, schema: i64) {
    let table = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL \
         DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)";
    connection.execute(table, []).unwrap();
    let step = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES ($1, 'x', TRUE, x'00', 1)";
    for version in 1..=schema {
        connection.execute(step, [version]).unwrap();
    }
}

#[tokio::test]
async fn a_folder_belongs_to_one() {
    let made = made().await;
    assert!(
        matches!(open(made.folder.path()).await.err(), Some(StoreError::InUse(folder)) if folder == made.folder.path())
    );
    made.store.close().await;
    open(made.folder.path()).await.unwrap().close().await;
}

#[tokio::test]
async fn a_store_that_was_dropped_lets_go_with_all_it_wrote() {
    let made = made().await;
    let seq = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    drop(made.store);
    let mut tries = 0;
    let store = loop {
        match open(made.folder.path()).await {
            Err(StoreError::InUse(_)) if tries < 500 => tokio::time::sleep(Duration::from_millis(10)).await,
            other => break other.unwrap(),
        }
        tries += 1;
    };
    assert!(row(&store, seq).await.is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("a/b");
    let store = open(&folder).await.unwrap();
    add_installation(&store, CLUB).await;
    store.back_up(&folder.join("copy.sqlite")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "lock", "copy.sqlite"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn closing_copies_the_log_and_ends_all_calls() {
    let made = made().await;
    made.store.close().await;
    made.store.close().await;
    assert!(!made.folder.path().join("state.sqlite-wal").exists());
    assert!(matches!(made.store.ready().await, Err(StoreError::Closed)));
    assert!(matches!(made.store.installations().await, Err(StoreError::Closed)));
}

#[tokio::test]
async fn ready_is_said_by_writing() {
    let made = made().await;
    let before = made.store.commits();
    made.store.ready().await.unwrap();
    assert_eq!(made.store.commits(), before + 1);
}

/// Opening says that the file is damaged, and leaves every file as it is.
async fn is_damaged(folder: &Path) {
    let content = fs::read(state_file(folder)).unwrap();
    let error = open(folder).await.err().unwrap();
    assert!(matches!(&error, StoreError::Corrupt { file, .. } if *file == state_file(folder)), "{error}");
    assert!(fs::read(state_file(folder)).unwrap() == content, "the file was changed");
}

#[tokio::test]
async fn a_text_is_not_a_state() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        state_file(folder.path()),
        "Kære bogholder, her står ikke noget, der kan læses som en database.\n".repeat(40),
    )
    .unwrap();
    is_damaged(folder.path()).await;
}

#[tokio::test]
async fn overwritten_pages_are_found() {
    let made = made().await;
    for key in 0..200 {
        made.store.accept(CLUB, event(EventKind::Check, &key.to_string())).await.unwrap();
    }
    made.store.close().await;
    let file = state_file(made.folder.path());
    let mut content = fs::read(&file).unwrap();
    for page in content.chunks_mut(4096).skip(8).step_by(5) {
        page.fill(0x5a);
    }
    fs::write(&file, content).unwrap();
    is_damaged(made.folder.path()).await;
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_found() {
    let made = made().await;
    made.store.close().await;
    let file = state_file(made.folder.path());
    let content = fs::read(&file).unwrap();
    fs::write(&file, &content[..content.len() / 2]).unwrap();
    is_damaged(made.folder.path()).await;
}

#[rstest]
#[case::marked_as_now(false)]
#[case::marked_as_the_first_hosts_did(true)]
#[tokio::test]
async fn a_newer_state_is_left_to_the_newer_version(#[case] as_before: bool) {
    let made = made().await;
    let copy = made.folder.path().join("copy.sqlite");
    made.store.back_up(&copy).await.unwrap();
    made.store.close().await;
    for file in [state_file(made.folder.path()), copy.clone()] {
        let other = Connection::open(file).unwrap();
        if as_before {
            mark_as_the_first_hosts_did(&other, 99);
        } else {
            other.pragma_update(None, "user_version", 99).unwrap();
        }
    }
    let content = fs::read(state_file(made.folder.path())).unwrap();
    let opened = open(made.folder.path()).await.err().unwrap();
    let restored = restore(&copy, made.folder.path(), true).await.err().unwrap();
    for error in [opened, restored] {
        assert!(matches!(error, StoreError::TooNew { found: 99, known: 2, .. }), "{error}");
    }
    assert!(fs::read(state_file(made.folder.path())).unwrap() == content, "the file was changed");
}

#[rstest]
#[case::with_the_first_schema(1)]
#[case::with_the_second_schema(2)]
#[tokio::test]
async fn a_state_of_the_first_hosts_is_taken_over(#[case] schema: i64) {
    let folder = tempfile::tempdir().unwrap();
    let other = another_program(folder.path());
    other.execute_batch(include_str!("../migrations/0001_state.sql")).unwrap();
    if schema > 1 {
        other.execute_batch(include_str!("../migrations/0002_customers_found.sql")).unwrap();
    }
    other.execute("INSERT INTO meta (key, value) VALUES ('kept', 'since then')", []).unwrap();
    mark_as_the_first_hosts_did(&other, schema);
    drop(other);
    for _ in 0..2 {
        let store = open(folder.path()).await.unwrap();
        assert_eq!(store.meta("kept").await.unwrap().as_deref(), Some("since then"));
        if store.installation(CLUB).await.unwrap().is_none() {
            add_installation(&store, CLUB).await;
        }
        arrive(&store, arrival("1", 1)).await;
        assert!(store.customer(CLUB, "1").await.unwrap().is_some());
        store.close().await;
    }
    let other = another_program(folder.path());
    let found: i64 = other.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!((found, other.table_exists(None, "_sqlx_migrations").unwrap()), (2, false));
}

#[tokio::test]
async fn an_unfinished_log_is_read_in_at_the_next_start() {
    let made = made().await;
    let seq = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    let died = tempfile::tempdir().unwrap();
    for name in ["state.sqlite", "state.sqlite-wal"] {
        fs::copy(made.folder.path().join(name), died.path().join(name)).unwrap();
    }
    let store = open(died.path()).await.unwrap();
    assert!(row(&store, seq).await.is_some());
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = open(&file.join("below")).await.err().unwrap();
    assert!(matches!(&error, StoreError::Io { path, .. } if path.starts_with(&file)), "{error}");
}

#[tokio::test]
async fn while_another_program_holds_it_nothing_is_written_and_afterwards_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions { busy_timeout: Duration::from_millis(50), ..SqliteOptions::default() };
    let store = SqliteStore::open(folder.path(), options).await.unwrap();
    add_installation(&store, CLUB).await;
    let other = another_program(folder.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut hook = event(EventKind::Webhook, "w");
    hook.id = "h".to_owned();
    let error = store.accept(CLUB, hook.clone()).await.unwrap_err();
    assert!(matches!(error, StoreError::Locked) && error.is_passing(), "{error}");
    assert!(store.installation(CLUB).await.unwrap().is_some(), "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    new(store.accept(CLUB, hook).await.unwrap());
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_written() {
    let made = made().await;
    let kept = new(made.store.accept(CLUB, event(EventKind::Check, "kept")).await.unwrap());
    made.store.close().await;
    let pages = fs::metadata(state_file(made.folder.path())).unwrap().len() / 4096;
    let options = SqliteOptions { most_pages: Some(u32::try_from(pages).unwrap() + 3), ..SqliteOptions::default() };
    let store = SqliteStore::open(made.folder.path(), options).await.unwrap();
    let big = || Write::Meta { key: "big".to_owned(), value: "x".repeat(100_000) };
    let change = accounting_store::Change { installation: CLUB.to_owned(), guards: vec![], writes: vec![big()] };
    let error = store.commit(change.clone()).await.unwrap_err();
    assert!(matches!(error, StoreError::Full) && error.is_passing(), "{error}");
    let small = event(EventKind::Check, "small");
    let together = tokio::join!(store.commit(change), store.accept(CLUB, small), store.ready());
    assert!(matches!(together.0, Err(StoreError::Full)), "{:?}", together.0);
    // SQLite may give up the whole group, or this command alone; either way everybody was told the truth.
    let written = together.1.is_ok();
    assert_eq!(store.counts(CLUB).await.unwrap().waiting, if written { 2 } else { 1 });
    assert_eq!(store.meta("big").await.unwrap(), None);
    store.close().await;
    let store = open(made.folder.path()).await.unwrap();
    assert!(row(&store, kept).await.is_some());
    write(&store, vec![big()]).await;
    assert_eq!(store.meta("big").await.unwrap().unwrap().len(), 100_000);
}

/// As a program leaves it that died inside a transaction before there was a log: half of it is in the file already.
#[tokio::test]
async fn a_migration_that_was_cut_off_is_taken_back() {
    let made = made().await;
    let seq = new(made.store.accept(CLUB, event(EventKind::Check, "k")).await.unwrap());
    made.store.close().await;
    let other = another_program(made.folder.path());
    for statement in ["PRAGMA journal_mode = DELETE", "PRAGMA cache_size = 1", "BEGIN IMMEDIATE", "DELETE FROM events"]
    {
        other.execute_batch(statement).unwrap();
    }
    for key in 0..50 {
        let values = (key.to_string(), "x".repeat(3_000));
        other.execute("INSERT INTO meta (key, value) VALUES ($1, $2)", values).unwrap();
    }
    let died = tempfile::tempdir().unwrap();
    for name in ["state.sqlite", "state.sqlite-journal"] {
        fs::copy(made.folder.path().join(name), died.path().join(name)).unwrap();
    }
    let store = open(died.path()).await.unwrap();
    assert!(row(&store, seq).await.is_some());
    assert_eq!(store.meta("0").await.unwrap(), None);
}
