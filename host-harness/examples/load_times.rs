//! How long a connector takes to load: compiled now, and from the cache. Prints, judges nothing.
//!
//! `cargo run --release --workspace --exclude xtask --example load_times -- connector.wasm`
#![allow(clippy::unwrap_used, clippy::panic, reason = "it ends where it cannot measure")]

use host_harness::cache::Cache;
use host_harness::component_info::ComponentInfo;
use host_harness::connector::{Code, Connector};
use host_harness::engine::{Engine, EngineOptions};
use std::time::{Duration, Instant};

/// 400 loads: enough for a median that stands still.
const LOADS: usize = 400;

fn median<T>(what: impl Fn() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..LOADS)
        .map(|_| {
            let begun = Instant::now();
            let made = what();
            let took = begun.elapsed();
            drop(made);
            took
        })
        .collect();
    times.sort();
    times.get(LOADS / 2).copied().unwrap_or_default()
}

fn main() {
    let path = std::env::args().nth(1).unwrap_or_else(|| panic!("name a connector"));
    let bytes = std::fs::read(path).unwrap();
    let folder = std::env::temp_dir().join(format!("load-times-{}", std::process::id()));
    let begun = Instant::now();
    let engine = Engine::new(EngineOptions::default()).unwrap();
    println!("engine made            {:?}", begun.elapsed());
    let engine = engine.with_cache(Cache::open(&folder).unwrap());
    let begun = Instant::now();
    let first = Connector::load(&engine, &bytes).unwrap();
    println!("compiled and kept      {:?} ({:?})", begun.elapsed(), first.code());
    println!("its bytes looked at    {:?}", median(|| ComponentInfo::read(&bytes).unwrap()));
    println!(
        "loaded from the cache  {:?}, its bytes looked at and all checks included",
        median(|| {
            let connector = Connector::load(&engine, &bytes).unwrap();
            assert_eq!(connector.code(), Code::Cached);
            connector
        })
    );
    std::fs::remove_dir_all(folder).unwrap();
}
