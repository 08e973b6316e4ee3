//! What a start costs and says: compiled connectors kept, compiled beforehand, or not at all; a process with little address space.
//!
//! Reads the component from the file that the environment variable `CONNECTOR_UNICONTA` names, as `cargo xtask test` sets it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use serde_json::Value;
use std::fs::Permissions;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/uniconta/answer-of-3-mb");

/// The command, as it was built.
fn harness() -> String {
    std::env::var("HARNESS").expect("HARNESS names no file: run these tests with `cargo xtask test`")
}

fn connector() -> String {
    std::env::var("CONNECTOR_UNICONTA")
        .expect("CONNECTOR_UNICONTA names no component: run these tests with `cargo xtask test`")
}

/// `harness replay` of one fixture; its result and its fuel are compared with what was recorded.
fn replay(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(harness());
    command.args(["replay", &connector(), FIXTURE, "--json"]).args(arguments);
    command.env("XDG_CACHE_HOME", home).output().unwrap()
}

#[track_caller]
fn held(output: &Output) {
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &told["hold"], &told["fail"]), (Some(0), &1.into(), &0.into()), "{told:#}");
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_users_cache_is_kept_for_the_user_alone() {
    let home = tempfile::tempdir().unwrap();
    let cache = home.path().join("accounting-harness/compiled");
    held(&replay(home.path(), &["--no-cache"]));
    assert!(!cache.exists());
    held(&replay(home.path(), &[]));
    assert_eq!(files(&cache), 1);
    assert_eq!(cache.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    held(&replay(home.path(), &[]));
    assert_eq!(files(&cache), 1);
}

#[test]
fn two_at_once_on_an_empty_cache_are_both_good() {
    let home = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        let both = [0, 1].map(|_| scope.spawn(|| replay(home.path(), &[])));
        both.into_iter().for_each(|one| held(&one.join().unwrap()));
    });
    assert_eq!(files(&home.path().join("accounting-harness/compiled")), 1);
}

#[test]
fn a_folder_that_others_may_write_to_is_not_used() {
    let home = tempfile::tempdir().unwrap();
    let open = home.path().join("accounting-harness/compiled");
    std::fs::create_dir_all(&open).unwrap();
    std::fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
    held(&replay(home.path(), &[]));
    assert_eq!(files(&open), 0);
    // Where it was asked for, that is an error and not a surprise.
    let refused = replay(home.path(), &["--cache", text(&open)]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("others may write to it (its permissions are 777)"), "{said}");
}

#[test]
fn what_was_compiled_beforehand_is_found() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("image/compiled");
    let precompile = || {
        let arguments = ["precompile", &connector(), "--metering", "--json", "--out", text(&out)];
        let output = Command::new(harness()).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["connectors"][0]["compiled"].clone()
    };
    assert_eq!(precompile(), true);
    assert_eq!(precompile(), false);
    // Readable by the host's user, whoever that will be, and written over by nobody.
    let file = std::fs::read_dir(&out).unwrap().next().unwrap().unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o444);
    assert_eq!(out.metadata().unwrap().permissions().mode() & 0o777, 0o755);
    // Had it not been found, there would be a second file.
    held(&replay(home.path(), &["--cache", text(&out)]));
    assert_eq!(files(&out), 1);
}

#[test]
fn little_address_space_is_enough_for_a_call() {
    let home = tempfile::tempdir().unwrap();
    let command = format!("ulimit -v 3000000 && exec {} replay {} {FIXTURE} --json", harness(), connector());
    let output = Command::new("sh").args(["-c", &command]).env("XDG_CACHE_HOME", home.path()).output().unwrap();
    held(&output);
}

/// A running service, ended when it goes.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the service, which asks the connector what it is, and gives what it says first.
fn serve(home: &Path, before: &str, arguments: &str) -> (Serving, Value) {
    let keys = home.join("keys");
    if !keys.exists() {
        assert!(Command::new(harness()).args(["keys", "new", "--out", text(&keys)]).output().unwrap().status.success());
    }
    let (data, keys, connector) = (home.join("data"), text(&keys), connector());
    let command = format!(
        "{before} exec {} serve --data {} --key-file {keys} --connector {connector} --listen 127.0.0.1:0 --json {arguments}",
        harness(),
        text(&data)
    );
    let mut command = Command::new("sh").args(["-c", &command]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(command.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let serving = Serving(command);
    (serving, serde_json::from_str::<Value>(&line).unwrap()["connectors"].clone())
}

#[test]
fn serve_says_how_much_it_has_room_for() {
    let home = tempfile::tempdir().unwrap();
    let (serving, told) = serve(home.path(), "", "");
    drop(serving);
    let number = |key: &str| told[key].as_u64().unwrap();
    assert!(number("calls_at_once") < number("places"), "{told:#}");
    assert!((4..=144).contains(&number("places")), "{told:#}");
    assert!(told["memory"]["bytes"].as_u64().unwrap() > 0, "{told:#}");
    assert_eq!(told["compiled"]["folder"], text(&home.path().join("data/compiled")));
    assert_eq!(told["compiled"]["components"], 1);
    let (_serving, told) = serve(home.path(), "", "--calls-at-once 7 --no-cache");
    assert_eq!((&told["calls_at_once"], &told["bound"]), (&7.into(), &"chosen".into()));
    assert_eq!(told["compiled"], Value::Null);
}

#[test]
fn serve_starts_with_little_address_space() {
    let home = tempfile::tempdir().unwrap();
    let (serving, told) = serve(home.path(), "ulimit -v 3000000 &&", "");
    drop(serving);
    assert_eq!((&told["allocation"], &told["bound"]), (&"on-demand".into(), &"address-space".into()), "{told:#}");
    let (_serving, told) = serve(home.path(), "ulimit -v 200000000 &&", "");
    assert_eq!((&told["allocation"], &told["bound"]), (&"pool".into(), &"address-space".into()), "{told:#}");
    assert!(told["places"].as_u64().unwrap() < 25, "{told:#}");
}
