//! Made-up installations, customers and events, and short ways to ask a store.
#![allow(dead_code, reason = "each test program uses a part of it")]

use accounting_store::{
    Accepted, Change, Claim, ClaimRequest, Claimed, CustomerArrival, CustomerRow, EventKind, EventRow, EventState,
    Guard, Installation, LinkRow, NewEvent, Priority, ReceiptRow, SqliteOptions, SqliteStore, Store, Write,
};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// The installation of most tests.
pub(crate) const CLUB: &str = "club";
/// When most things come in.
pub(crate) const NOW: i64 = 1_000;

/// A store in a folder of its own, with one installation.
pub(crate) struct Made {
    pub(crate) folder: TempDir,
    pub(crate) store: SqliteStore,
}

pub(crate) async fn made() -> Made {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path(), SqliteOptions::default()).await.unwrap();
    add_installation(&store, CLUB).await;
    Made { folder, store }
}

impl Made {
    /// Close, and open again.
    pub(crate) async fn again(self) -> Self {
        self.store.close().await;
        let Self { folder, store } = self;
        drop(store);
        let store = SqliteStore::open(folder.path(), SqliteOptions::default()).await.unwrap();
        Self { folder, store }
    }
}

pub(crate) fn installation(id: &str) -> Installation {
    Installation {
        name: "Klubben".to_owned(),
        customer_tag: "Debitor".to_owned(),
        concurrency: 4,
        next_check: 5_000,
        next_catch_up: 6_000,
        ..Installation::new(id, "books", NOW)
    }
}

pub(crate) async fn add_installation(store: &SqliteStore, id: &str) {
    let write = Write::CreateInstallation(Box::new(installation(id)));
    store.commit(Change { installation: id.to_owned(), guards: vec![], writes: vec![write] }).await.unwrap().unwrap();
}

/// Write without guards.
pub(crate) async fn write(store: &SqliteStore, writes: Vec<Write>) {
    store.commit(Change { installation: CLUB.to_owned(), guards: vec![], writes }).await.unwrap().unwrap();
}

/// Whether a guard holds.
pub(crate) async fn holds(store: &SqliteStore, guard: Guard) -> bool {
    store.commit(Change { installation: CLUB.to_owned(), guards: vec![guard], writes: vec![] }).await.unwrap().is_ok()
}

pub(crate) fn event(kind: EventKind, key: &str) -> NewEvent {
    NewEvent {
        id: String::new(),
        kind,
        key: key.to_owned(),
        payload_json: "null".to_owned(),
        priority: Priority::Change,
        correlation: "c-1".to_owned(),
        received: NOW,
        not_before: 0,
    }
}

pub(crate) fn customer(id: &str, revision: i64) -> CustomerRow {
    CustomerRow {
        id: id.to_owned(),
        revision,
        number: format!("10{id}"),
        cvr_digits: "12345678".to_owned(),
        email_lower: format!("{id}@example.com"),
        tagged: true,
        deleted: false,
        body_json: format!(r#"{{"id":"{id}","revision":{revision}}}"#),
        changed: NOW,
    }
}

/// A tagged customer that changed.
pub(crate) fn arrival(id: &str, revision: i64) -> CustomerArrival {
    let mut event = event(EventKind::Customer, &format!("c:{id}"));
    event.payload_json = r#""changed""#.to_owned();
    CustomerArrival { event, customer: customer(id, revision), force: false }
}

pub(crate) async fn arrive(store: &SqliteStore, arrival: CustomerArrival) -> Accepted {
    store.accept_customers(CLUB, vec![arrival]).await.unwrap()[0]
}

/// The number of a new event.
#[track_caller]
pub(crate) fn new(accepted: Accepted) -> i64 {
    match accepted {
        Accepted::New(seq) => seq,
        other => panic!("not new: {other:?}"),
    }
}

pub(crate) fn link(customer_id: &str, external_id: &str) -> LinkRow {
    LinkRow {
        customer_id: customer_id.to_owned(),
        external_id: external_id.to_owned(),
        body_json: format!(r#"{{"debtor":"{external_id}"}}"#),
        version: 0,
    }
}

pub(crate) fn receipt(report_id: &str, revision: i64) -> ReceiptRow {
    ReceiptRow {
        report_id: report_id.to_owned(),
        revision,
        date: "2026-03-01".to_owned(),
        posted: false,
        body_json: format!(r#"{{"voucher":{revision}}}"#),
        at: NOW,
    }
}

pub(crate) fn request() -> ClaimRequest {
    static BATCHES: AtomicU64 = AtomicU64::new(1);
    ClaimRequest {
        installation: CLUB.to_owned(),
        now: NOW,
        up_to: Priority::Routine,
        most: 10,
        concurrency: 4,
        batch: format!("b{}", BATCHES.fetch_add(1, Ordering::Relaxed)),
        only: None,
    }
}

pub(crate) async fn work(store: &SqliteStore, request: ClaimRequest) -> Claimed {
    match store.claim(request).await.unwrap() {
        Claim::Work(claimed) => claimed,
        other => panic!("no work: {other:?}"),
    }
}

pub(crate) async fn nothing(store: &SqliteStore, request: ClaimRequest) -> (Option<i64>, bool) {
    match store.claim(request).await.unwrap() {
        Claim::Nothing { next, held_back } => (next, held_back),
        Claim::Work(claimed) => panic!("work: {claimed:?}"),
    }
}

pub(crate) fn seqs(claimed: &Claimed) -> Vec<i64> {
    claimed.events.iter().map(|event| event.seq).collect()
}

pub(crate) async fn row(store: &SqliteStore, seq: i64) -> Option<EventRow> {
    store.event(CLUB, seq).await.unwrap().map(|(row, _)| row)
}

pub(crate) async fn state(store: &SqliteStore, seq: i64) -> Option<EventState> {
    row(store, seq).await.map(|row| row.state)
}

pub(crate) fn retry(seq: i64, not_before: i64) -> Write {
    Write::RetryEvent {
        seq,
        not_before,
        keep_input: true,
        batch: None,
        counts: true,
        crashes: 0,
        reason_code: "transient".to_owned(),
        reason: "prøves igen".to_owned(),
    }
}

pub(crate) fn park(seq: i64) -> Write {
    Write::ParkEvent { seq, reason_code: "validation".to_owned(), reason: "mangler et felt".to_owned() }
}
