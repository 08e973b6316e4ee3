//! What can be wrong with a folder, a file or a disk, and that nothing is lost by it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{EventKind, SqliteOptions, SqliteStore, Store, StoreError, Write};
use made_up::{CLUB, add_installation, event, made, new, row, write};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Executor};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn state_file(folder: &Path) -> PathBuf {
    folder.join("state.sqlite")
}

async fn open(folder: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(folder, SqliteOptions::default()).await
}

async fn another_program(folder: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(state_file(folder))).await.unwrap()
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

#[tokio::test]
async fn a_newer_state_is_left_to_the_newer_version() {
    let made = made().await;
    made.store.close().await;
    let mut connection = another_program(made.folder.path()).await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'x', TRUE, x'00', 1)";
    connection.execute(newer).await.unwrap();
    connection.close().await.unwrap();
    let error = open(made.folder.path()).await.err().unwrap();
    assert!(matches!(error, StoreError::TooNew { found: 9999, known: 2, .. }), "{error}");
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
    let mut other = another_program(folder.path()).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let mut hook = event(EventKind::Webhook, "w");
    hook.id = "h".to_owned();
    let error = store.accept(CLUB, hook.clone()).await.unwrap_err();
    assert!(matches!(error, StoreError::Locked) && error.is_passing(), "{error}");
    assert!(store.installation(CLUB).await.unwrap().is_some(), "reading goes on");
    other.execute("ROLLBACK").await.unwrap();
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
    let mut other = another_program(made.folder.path()).await;
    for statement in ["PRAGMA journal_mode = DELETE", "PRAGMA cache_size = 1", "BEGIN IMMEDIATE", "DELETE FROM events"]
    {
        other.execute(statement).await.unwrap();
    }
    for key in 0..50 {
        let insert = sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2)").bind(key.to_string());
        insert.bind("x".repeat(3_000)).execute(&mut other).await.unwrap();
    }
    let died = tempfile::tempdir().unwrap();
    for name in ["state.sqlite", "state.sqlite-journal"] {
        fs::copy(made.folder.path().join(name), died.path().join(name)).unwrap();
    }
    let store = open(died.path()).await.unwrap();
    assert!(row(&store, seq).await.is_some());
    assert_eq!(store.meta("0").await.unwrap(), None);
}
