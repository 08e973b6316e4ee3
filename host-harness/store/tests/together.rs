//! Many at once: one wait for the disk serves all of them, and the error of one is not that of another.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

mod made_up;

use accounting_store::{Accepted, Change, EventFilter, EventKind, Guard, Moved, Store, StoreError, Write};
use made_up::{CLUB, Made, event, holds, made, write};
use rusqlite::Connection;
use std::sync::Arc;
use std::task::Poll;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_at_once_are_all_kept_in_a_few_commits() {
    let mut made = made().await;
    let before = made.store.commits();
    let store = Arc::new(made.store);
    let callers: Vec<_> = (0..1_000)
        .map(|each| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let mut hook = event(EventKind::Webhook, "w");
                (hook.id, hook.payload_json) = (format!("h{each}"), each.to_string());
                store.accept(CLUB, hook).await
            })
        })
        .collect();
    for caller in callers {
        assert!(matches!(caller.await.unwrap().unwrap(), Accepted::New(_)));
    }
    let commits = store.commits() - before;
    assert!(commits < 500, "{commits} commits");
    made.store = Arc::into_inner(store).unwrap();
    let made = made.again().await;
    let page = made.store.events(&EventFilter::default(), None, 2_000).await.unwrap();
    let mut all: Vec<i64> = page.items.iter().map(|row| row.event.payload_json.parse().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..1_000).collect::<Vec<_>>());
}

/// Nothing is written until this is dropped.
fn nobody_writes(made: &Made) -> Connection {
    let other = Connection::open(made.folder.path().join("state.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

fn meta(key: &str, guards: Vec<Guard>) -> Change {
    let writes = vec![Write::Meta { key: key.to_owned(), value: "v".to_owned() }];
    Change { installation: CLUB.to_owned(), guards, writes }
}

#[tokio::test]
async fn in_a_group_each_is_answered_for_itself() {
    let made = made().await;
    let moved = Guard::Parked(1);
    let mut refused = meta("refused", vec![]);
    refused.writes.push(Write::CreateInstallation(Box::new(made_up::installation(CLUB))));
    let before = made.store.commits();
    // The thread that writes may take a few of them at once, and the rest when it is let go on.
    let other = nobody_writes(&made);
    let (first, second, third, fourth, ()) = tokio::join!(
        made.store.commit(meta("first", vec![])),
        made.store.commit(refused),
        made.store.commit(meta("moved", vec![moved.clone()])),
        made.store.commit(meta("last", vec![])),
        async { drop(other) },
    );
    assert!(made.store.commits() <= before + 2, "they were two groups at the most");
    assert_eq!((first.unwrap(), third.unwrap(), fourth.unwrap()), (Ok(()), Err(Moved(moved)), Ok(())));
    assert!(matches!(second.unwrap_err(), StoreError::Refused(_)));
    for (key, there) in [("first", true), ("refused", false), ("moved", false), ("last", true)] {
        assert_eq!(made.store.meta(key).await.unwrap().is_some(), there, "{key}");
    }
}

#[tokio::test]
async fn what_was_queued_is_done_though_its_caller_went_away() {
    let made = made().await;
    let other = nobody_writes(&made);
    let mut call = Box::pin(made.store.commit(meta("k", vec![])));
    let poll = std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
    assert!(poll.is_pending());
    drop((call, other));
    write(&made.store, vec![]).await;
    assert_eq!(made.store.meta("k").await.unwrap().as_deref(), Some("v"));
}

#[tokio::test]
async fn closing_finishes_what_was_queued() {
    let made = made().await;
    let other = nobody_writes(&made);
    let calls: Vec<_> = (0..100).map(|each| made.store.commit(meta(&each.to_string(), vec![]))).collect();
    let mut calls: Vec<_> = calls.into_iter().map(Box::pin).collect();
    for call in &mut calls {
        let poll = std::future::poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
        assert!(poll.is_pending());
    }
    drop(other);
    made.store.close().await;
    for call in calls {
        assert_eq!(call.await.unwrap(), Ok(()));
    }
}

#[tokio::test]
async fn a_link_is_made_by_one_of_two_who_looked_at_the_same_time() {
    let made = made().await;
    let make = |external_id: &str| Change {
        installation: CLUB.to_owned(),
        guards: vec![Guard::Link { customer_id: "1".to_owned(), version: None }],
        writes: vec![Write::PutLink(made_up::link("1", external_id))],
    };
    let (first, second) = tokio::join!(made.store.commit(make("D1")), made.store.commit(make("D2")));
    assert!(first.unwrap().is_ok() && second.unwrap().is_err());
    assert!(!holds(&made.store, Guard::Link { customer_id: "1".to_owned(), version: None }).await);
}
