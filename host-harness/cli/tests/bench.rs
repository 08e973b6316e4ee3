//! `harness bench` over real components, with fixtures made for it.
//!
//! Reads components from the files that `CONNECTOR_HOSTILE` and `CONNECTOR_FROZEN_0_1_0` name, as `cargo xtask test` sets them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const ADDRESS: &str = "https://approved.example/books";

fn component(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} is not set: run `cargo xtask test`"))
}

/// A folder for fixtures.
struct Ground {
    folder: TempDir,
}

impl Ground {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn fixtures(&self) -> PathBuf {
        self.folder.path().join("fixtures")
    }

    /// A fixture in which the settings are proved once or more often, each time asking once.
    fn fixture(&self, name: &str, events: usize) -> PathBuf {
        let folder = self.fixtures().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let scenario = json!({
            "title": "Settings are proved", "now": "2026-11-24T08:00:00Z", "approved_hosts": ["approved.example"],
            "settings": {"behaviour": "ask", "argument": ADDRESS}, "events": vec![json!({"configure": {}}); events],
        });
        let ask = |event: usize| {
            json!({"event": event, "request": {"method": "GET", "url": ADDRESS},
                   "answer": {"status": 200, "body": {"text": "fifteen letters"}}})
        };
        let exchanges = json!({"exchanges": (1..=events).map(ask).collect::<Vec<_>>()});
        std::fs::write(folder.join("scenario.json"), scenario.to_string()).unwrap();
        std::fs::write(folder.join("exchanges.json"), exchanges.to_string()).unwrap();
        folder
    }

    /// The same, holding for the hostile connector.
    fn blessed(&self, name: &str, events: usize) -> PathBuf {
        let folder = self.fixture(name, events);
        let output = self.harness(&["replay", &component("CONNECTOR_HOSTILE"), text(&folder), "--bless"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
        folder
    }

    fn harness(&self, arguments: &[&str]) -> Output {
        // Kept between tests, so that only what is timed compiles.
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-compiled");
        Command::new(env!("CARGO_BIN_EXE_harness")).args(arguments).arg("--cache").arg(cache).output().unwrap()
    }

    fn bench(&self, more: &[&str]) -> Output {
        let hostile = component("CONNECTOR_HOSTILE");
        self.harness(&[["bench", hostile.as_str(), "--times", "3"].as_slice(), more].concat())
    }

    fn measured(&self, more: &[&str]) -> Value {
        let output = self.bench(&[more, ["--json"].as_slice()].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_connector_alone_is_loaded_and_asked_what_it_is() {
    let told = Ground::new().measured(&[]);
    assert_eq!(keys(&told), ["connector", "describe", "fail", "fixtures", "hold", "instantiate", "times", "totals"]);
    assert_eq!(
        keys(&told["connector"]),
        ["compile_ns", "contract", "id", "load_from_cache", "path", "sha256", "size_bytes", "version"]
    );
    let size = std::fs::metadata(component("CONNECTOR_HOSTILE")).unwrap().len();
    assert_eq!((&told["connector"]["id"], &told["connector"]["size_bytes"]), (&json!("hostile"), &json!(size)));
    assert!(told["connector"]["compile_ns"].as_u64().unwrap() > 0);
    assert!(told["connector"]["load_from_cache"]["count"].as_u64().unwrap() > 3);
    for call in ["instantiate", "describe"] {
        let cost = &told[call]["connector"];
        assert_eq!(keys(&told[call]), ["connector"]);
        assert_eq!(keys(cost), ["a_second", "time", "used"]);
        assert_eq!(keys(&cost["time"]), ["count", "p10_ns", "p50_ns", "p90_ns", "p99_ns"]);
        assert_eq!(cost["time"]["count"], 3);
        assert_eq!(cost["used"]["requests"], 0);
        assert!(cost["used"]["peak_memory"].as_u64().unwrap() > 0);
    }
    let fuel = |call: &str| told[call]["connector"]["used"]["fuel"].as_u64().unwrap();
    assert!(fuel("describe") > fuel("instantiate"));
}

#[test]
fn each_event_of_each_fixture_is_told_with_what_it_used() {
    let ground = Ground::new();
    ground.blessed("one", 1);
    ground.blessed("two", 2);
    let told = ground.measured(&["--fixtures", text(&ground.fixtures())]);
    assert_eq!((&told["hold"], &told["fail"]), (&json!(2), &json!(0)));
    let fuel = told["fixtures"].as_array().unwrap().iter().flat_map(|one| one["events"].as_array().unwrap());
    let fuel: u64 = fuel.map(|event| event["connector"]["used"]["fuel"].as_u64().unwrap()).sum();
    assert_eq!(keys(&told["totals"]), ["connector"]);
    assert_eq!(keys(&told["totals"]["connector"]), ["a_second", "events", "fuel", "median_ns"]);
    assert_eq!(
        (&told["totals"]["connector"]["events"], &told["totals"]["connector"]["fuel"]),
        (&json!(3), &json!(fuel))
    );
    let names: Vec<_> = told["fixtures"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["one", "two"]);
    let events = |place: usize| told["fixtures"][place]["events"].as_array().unwrap();
    assert_eq!((events(0).len(), events(1).len()), (1, 2));
    for (event, number) in [(&events(0)[0], 1), (&events(1)[0], 1), (&events(1)[1], 2)] {
        assert_eq!(keys(event), ["connector", "event", "kind"]);
        assert_eq!((&event["event"], &event["kind"]), (&json!(number), &json!("configure")));
        assert_eq!(event["connector"]["time"]["count"], 3);
        let used = &event["connector"]["used"];
        assert_eq!(keys(used), ["bytes_in", "bytes_out", "calls", "fuel", "peak_memory", "requests"]);
        assert_eq!((&used["calls"], &used["requests"]), (&json!(1), &json!(1)));
        assert_eq!((&used["bytes_in"], &used["bytes_out"]), (&json!(15), &json!(0)));
        assert!(used["fuel"].as_u64() > told["describe"]["connector"]["used"]["fuel"].as_u64());
    }
}

#[test]
fn beside_itself_it_takes_the_same_fuel_to_the_unit() {
    let ground = Ground::new();
    let (fixture, hostile) = (ground.blessed("one", 1), component("CONNECTOR_HOSTILE"));
    let told = ground.measured(&["--fixtures", text(&fixture), "--baseline", &hostile]);
    let event = &told["fixtures"][0]["events"][0];
    assert_eq!(keys(event), ["baseline", "connector", "event", "fuel_per_mille", "kind", "median_per_mille"]);
    for compared in [event, &told["describe"], &told["totals"]] {
        assert_eq!(compared["fuel_per_mille"], 1_000);
        assert!(compared["median_per_mille"].as_u64().unwrap() > 0);
    }
    for compared in [event, &told["describe"]] {
        assert_eq!(compared["connector"]["used"], compared["baseline"]["used"]);
    }
    assert_eq!(told["connector"], {
        let mut other = told["baseline"].clone();
        ["compile_ns", "load_from_cache"].iter().for_each(|time| other[*time] = told["connector"][*time].clone());
        other
    });
}

#[test]
fn a_fixture_that_does_not_hold_is_told_and_ends_with_1() {
    let ground = Ground::new();
    ground.blessed("holds", 1);
    let wrong = ground.blessed("strays", 1);
    let exchanges = std::fs::read_to_string(wrong.join("exchanges.json")).unwrap();
    std::fs::write(wrong.join("exchanges.json"), exchanges.replace("/books", "/journals")).unwrap();
    let output = ground.bench(&["--fixtures", text(&ground.fixtures()), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["hold"], &told["fail"]), (&json!(1), &json!(1)));
    assert_eq!((&told["fixtures"][0]["holds"], &told["fixtures"][1]["holds"]), (&json!(true), &json!(false)));
    assert_eq!(told["fixtures"][1]["events"], json!([]));
    let problems = told["fixtures"][1]["problems"]["connector"].to_string();
    assert!(problems.contains("a request that no exchange answers: GET https://approved.example/books"), "{problems}");
    let people = String::from_utf8(ground.bench(&["--fixtures", text(&ground.fixtures())]).stdout).unwrap();
    assert!(people.contains("\nstrays: does not hold for the connector\n"), "{people}");
    assert!(people.ends_with("\nbench: 3 turns, 2 fixtures, 1 hold\n"), "{people}");
}

#[test]
fn a_fixture_that_holds_for_one_of_two_is_measured_for_that_one() {
    let ground = Ground::new();
    let fixture = ground.blessed("one", 1);
    let output =
        ground.bench(&["--fixtures", text(&fixture), "--baseline", &component("CONNECTOR_FROZEN_0_1_0"), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(keys(&told["fixtures"][0]["problems"]), ["baseline"]);
    assert_eq!(keys(&told["fixtures"][0]["events"][0]), ["connector", "event", "kind"]);
    assert_eq!(told["baseline"]["id"], "frozen");
    assert!(told["describe"]["fuel_per_mille"].as_u64().unwrap() > 0);
}

#[test]
fn people_read_a_table_of_both() {
    let ground = Ground::new();
    let (fixture, hostile) = (ground.blessed("one", 1), component("CONNECTOR_HOSTILE"));
    let output = ground.bench(&["--fixtures", text(&fixture), "--baseline", &hostile]);
    assert_eq!(output.status.code(), Some(0));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.starts_with("connector  ") && told.contains("\nbaseline  "), "{told}");
    let rows: Vec<&str> = told.lines().filter(|line| line.contains("1 configure")).collect();
    assert_eq!(rows.len(), 2, "{told}");
    assert!(rows[0].contains("connector") && rows[0].ends_with("1000 ‰"), "{told}");
    assert!(rows[1].ends_with("baseline"), "{told}");
    assert!(told.contains("loaded from the cache in "), "{told}");
}

#[test]
fn without_a_cache_nothing_is_loaded_from_it() {
    let hostile = component("CONNECTOR_HOSTILE");
    let output = Command::new(env!("CARGO_BIN_EXE_harness"))
        .args(["bench", &hostile, "--times", "1", "--no-cache", "--json"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["connector"]["load_from_cache"]["count"], 0);
    assert!(told["connector"]["compile_ns"].as_u64().unwrap() > 0);
}

#[test]
fn a_fixture_that_cannot_be_read_ends_with_2() {
    let ground = Ground::new();
    let fixture = ground.fixture("one", 1);
    std::fs::write(fixture.join("exchanges.json"), "{").unwrap();
    let output = ground.bench(&["--fixtures", text(&fixture)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("exchanges.json"));
}
