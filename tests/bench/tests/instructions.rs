//! What an event costs the host, in instructions: the same on every machine of a kind, whatever else it does.
//!
//! They are counted by callgrind; where there is no valgrind, the test says so and is left out. What the guest costs stands in each
//! fixture as fuel, and is compared to the unit by its replay.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use rstest::rstest;
use std::path::Path;
use std::process::{Command, Output};

/// Two runs that differ by so many events: what happens once cancels out.
const RUNS: (u32, u32) = (20, 60);
/// Whatever costs less than so many per cent of its budget has outgrown it: the budget is to be made smaller.
const LEAST_PER_CENT: u64 = 70;

fn run(tool: &[&str], what: &str, times: u32, cache: &Path) -> Output {
    let connector = std::env::var("CONNECTOR_UNICONTA").expect("CONNECTOR_UNICONTA is not set: run `cargo xtask test`");
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/uniconta/linked-debtor-changed");
    let output = Command::new("valgrind")
        .args(tool)
        .arg(env!("CARGO_BIN_EXE_connector-bench"))
        .args(["count", what, "--times", &times.to_string(), "--fixture"])
        .arg(fixture)
        .arg("--cache")
        .arg(cache)
        .env("CONNECTOR_UNICONTA", connector)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Instructions of one, as callgrind counts them.
fn instructions(what: &str, cache: &Path) -> u64 {
    let counted = |times| {
        let output = run(&["--tool=callgrind", "--callgrind-out-file=/dev/null"], what, times, cache);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let line =
            said.lines().find_map(|line| line.split_once("Collected :")).expect("callgrind tells what it collected");
        line.1.trim().parse::<u64>().unwrap()
    };
    let (few, many) = RUNS;
    (counted(many) - counted(few)) / u64::from(many - few)
}

#[rstest]
#[case::a_fresh_instance("instantiate", 100_000)]
#[case::two_requests("requests", 250_000)]
#[case::the_event_with_two_requests("event", 700_000)]
fn an_event_stays_within_its_budget(#[case] what: &str, #[case] budget: u64) {
    if Command::new("valgrind").arg("--version").output().is_err() {
        eprintln!("left out: there is no valgrind");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("compiled");
    // Compiled once, for the processor that valgrind shows.
    run(&["--tool=none"], what, 1, &cache);
    let cost = instructions(what, &cache);
    println!("{what}: {cost} instructions of {budget}");
    assert!(cost <= budget, "{what} costs {cost} instructions; its budget is {budget}");
    assert!(
        cost * 100 >= budget * LEAST_PER_CENT,
        "{what} costs only {cost} instructions: give it a smaller budget than {budget}"
    );
}
