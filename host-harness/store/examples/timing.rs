//! How many webhooks a second are durably taken in here, and what one wait for the disk costs. Prints, and judges nothing:
//! `cargo run --release -p accounting-store --example timing`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot be made ends in a panic"
)]

#[path = "../tests/made_up/mod.rs"]
mod made_up;

use accounting_store::{ClaimRequest, EventKind, Store, Write};
use made_up::{CLUB, arrival, event, made, request, work, write};
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long each is measured.
const FOR: Duration = Duration::from_secs(2);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    waits_for_the_disk();
    webhooks_taken_in().await;
    claims_among_many().await;
}

fn waits_for_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("file")).unwrap();
    let mut took: Vec<u128> = (0..200)
        .map(|_| {
            file.write_all(&[7; 4096]).unwrap();
            let begun = Instant::now();
            file.sync_all().unwrap();
            begun.elapsed().as_micros()
        })
        .collect();
    took.sort_unstable();
    println!("fsync of 4 KiB: median {} us, 95 of 100 within {} us", took[100], took[190]);
}

async fn webhooks_taken_in() {
    for callers in [1_u64, 16, 256] {
        let made = made().await;
        let (store, done) = (Arc::new(made.store), Arc::new(AtomicU64::new(0)));
        let (commits, begun) = (store.commits(), Instant::now());
        let tasks: Vec<_> = (0..callers)
            .map(|caller| {
                let (store, done) = (Arc::clone(&store), Arc::clone(&done));
                tokio::spawn(async move {
                    for each in 0_u64.. {
                        if begun.elapsed() > FOR {
                            return;
                        }
                        let mut hook = event(EventKind::Webhook, "w");
                        (hook.id, hook.payload_json) = (format!("{caller}-{each}"), "x".repeat(500));
                        store.accept(CLUB, hook).await.unwrap();
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let (done, took) = (done.load(Ordering::Relaxed), begun.elapsed());
        let per_second = u128::from(done) * 1_000 / took.as_millis();
        let each = took.as_micros() * u128::from(callers) / u128::from(done);
        println!("{callers:>3} callers: {per_second} a second, {each} us each, {} commits", store.commits() - commits);
    }
}

async fn claims_among_many() {
    let made = made().await;
    for part in 0..100 {
        let arrivals = (0..1_000).map(|each| arrival(&format!("{:06}", part * 1_000 + each), 1)).collect();
        made.store.accept_customers(CLUB, arrivals).await.unwrap();
    }
    let begun = Instant::now();
    for _ in 0..50 {
        let claimed = work(&made.store, ClaimRequest { most: 50, ..request() }).await;
        write(&made.store, claimed.events.iter().map(|each| Write::EndEvent(each.seq)).collect()).await;
    }
    println!("claim and end of 50 customers among 100000: {} us", begun.elapsed().as_micros() / 50);
    made.store.set_back(-1_000_000).await.unwrap();
    let begun = Instant::now();
    for _ in 0..50 {
        made_up::nothing(&made.store, request()).await;
    }
    println!("a claim that finds nobody due among 97500: {} us", begun.elapsed().as_micros() / 50);
}
