//! The commands around a running host: keys, API keys, backups, and what is asked of it over its API.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test panics when it fails"
)]

use accounting_store::{
    Change, HookToken, Installation, InstallationState, SqliteOptions, SqliteStore, Store as _, Write as StoreWrite,
};
use accounting_vault::{ApiKey, ApiKeyHash, KeySource, Keyring};
use rstest::rstest;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::thread::JoinHandle;

const KEY_VARIABLE: &str = "TEST_API_KEY";

fn harness(arguments: &[&str]) -> Output {
    harness_with(arguments, None)
}

fn harness_with(arguments: &[&str], key: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(arguments).env_remove(KEY_VARIABLE).env_remove("HARNESS_KEY").env_remove("HARNESS_API_KEY");
    if let Some(key) = key {
        command.env(KEY_VARIABLE, key);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn good(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn cannot(output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(2), "{}{}", told(output), said(output));
    assert!(said(output).contains(why), "{}", said(output));
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn new_key() -> String {
    ApiKey::new().unwrap().1.expose().to_owned()
}

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, SqliteOptions::default()).await.unwrap()
}

#[rstest]
#[case(&["keys", "new", "--out", "src"], "is there already")]
#[case(&["keys", "new", "--out", "no-such-folder/keys"], "cannot make no-such-folder/keys")]
#[case(&["keys", "rotate", "--data", "no-such-folder"], "variable `HARNESS_KEY` is not set")]
#[case(&["keys", "rotate", "--data", "x", "--key-file", "Cargo.toml"], "open to others")]
#[case(&["api-key", "new", "--data", "no-such-folder", "--name", "a", "--scopes", ""], "no scope given")]
#[case(&["api-key", "new", "--data", "no-such-folder", "--name", "a", "--scopes", "read"], "unknown scope `read`")]
#[case(&["api-key", "new", "--data", "no-such-folder", "--name", "", "--scopes", "admin"], "--name has 1 to 100")]
#[case(&["api-key", "list", "--data", "no-such-folder"], "no state.sqlite in no-such-folder")]
#[case(&["api-key", "revoke", "--data", "no-such-folder", "abcdefghijkm"], "no state.sqlite in no-such-folder")]
#[case(&["api-key", "revoke", "--data", "src", "nonsense"], "12 lower-case letters and digits")]
#[case(&["backup", "--to", "x"], "--data <FOLDER>")]
#[case(&["backup", "--to", "x", "--data", "y", "--url", "http://127.0.0.1:1"], "cannot be used with")]
#[case(&["backup", "--to", "x", "--data", "no-such-folder"], "no state.sqlite in no-such-folder")]
#[case(&["backup", "--to", "x", "--url", "http://127.0.0.1:1"], "whole path")]
#[case(&["restore", "--from", "no-such-file", "--data", "no-such-folder"], "no-such-file")]
#[case(&["restore", "--from", "Cargo.toml", "--data", "no-such-folder"], "Cargo.toml")]
#[case(&["doctor", "a/b", "--url", "http://127.0.0.1:1"], "no installation's id")]
#[case(&["doctor", "a", "--url", "ftp://a"], "neither with https://")]
#[case(&["doctor", "a", "--url", "http://127.0.0.1:1"], "no variable HARNESS_API_KEY")]
#[case(&["doctor", "a", "--url", "http://127.0.0.1:1", "--api-key-env", "PATH"], "variable PATH: an API key looks like")]
#[case(&["parked", "retry", "--installation", "a", "--url", "http://127.0.0.1:1"], "<SEQ>")]
#[case(&["parked", "drop", "x", "--installation", "a", "--url", "http://127.0.0.1:1"], "invalid value 'x'")]
fn what_cannot_run_ends_with_2_and_says_why(#[case] arguments: &[&str], #[case] why: &str) {
    cannot(&harness(arguments), why);
    assert!(!Path::new("no-such-folder").exists(), "a folder was begun by a command that could not run");
}

#[rstest]
#[case(&["keys", "new"])]
#[case(&["keys", "rotate"])]
#[case(&["api-key", "new"])]
#[case(&["api-key", "list"])]
#[case(&["api-key", "revoke"])]
#[case(&["backup"])]
#[case(&["restore"])]
#[case(&["installations"])]
#[case(&["doctor"])]
#[case(&["parked", "list"])]
#[case(&["parked", "show"])]
#[case(&["parked", "retry"])]
#[case(&["parked", "drop"])]
#[case(&["pause"])]
#[case(&["resume"])]
fn help_has_examples_and_exit_statuses(#[case] command: &[&str]) {
    let output = harness(&[command, &["--help"]].concat());
    assert_eq!(output.status.code(), Some(0));
    let help = told(&output);
    assert!(help.contains(&format!("  harness {} ", command.join(" "))), "{help}");
    assert!(help.contains("Exit status: 0 "), "{help}");
}

/// A key in the wrong place must not be spread further by the error about it.
#[rstest]
#[case("doctor", &["a", "--url", "http://127.0.0.1:1", "--api-key-env"], "take that key back")]
#[case("api-key", &["revoke", "--data", "src"], "12 lower-case letters")]
#[case("api-key", &["new", "--data", "no-such-folder", "--name", "a", "--scopes"], "unknown scope")]
fn a_key_in_the_wrong_place_is_not_repeated(#[case] command: &str, #[case] rest: &[&str], #[case] why: &str) {
    let key = new_key();
    let output = harness(&[&[command], rest, &[key.as_str()]].concat());
    cannot(&output, why);
    assert!(!said(&output).contains(&key) && !told(&output).contains(&key));
}

#[test]
fn a_new_encryption_key_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    let made = good(&harness(&["keys", "new", "--out", text(&file), "--json"]));
    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let keyring = Keyring::from_source(&KeySource::File(file.clone())).unwrap();
    assert_eq!(keyring.ids().collect::<Vec<_>>(), [made["id"].as_str().unwrap()]);
    assert_eq!(made["fingerprint"].as_str().unwrap(), keyring.fingerprint());
    let secret = std::fs::read_to_string(&file).unwrap();
    assert!(!made.to_string().contains(secret.trim().split_once(':').unwrap().1));

    // A second one does not take its place.
    cannot(&harness(&["keys", "new", "--out", text(&file)]), "is there already");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), secret);

    let line = told(&harness(&["keys", "new"]));
    std::fs::write(&file, format!("{line}{secret}")).unwrap();
    assert_eq!(Keyring::from_source(&KeySource::File(file)).unwrap().ids().count(), 2);
}

#[tokio::test]
async fn api_keys_are_made_listed_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let at = ["--data", text(&data)];
    let new =
        [&["api-key", "new", "--name", "till", "--scopes", "days:write,customers:write", "--json"], &at[..]].concat();
    let made = good(&harness(&new));
    assert_eq!(made["name"], "till");
    assert_eq!(made["scopes"], json!(["customers:write", "days:write"]));
    let id = made["id"].as_str().unwrap().to_owned();
    let secret = made["secret"].as_str().unwrap().to_owned();

    // For people: the key alone on standard output, everything else beside it.
    let output = harness(&[&["api-key", "new", "--name", "admin", "--scopes", "admin"], &at[..]].concat());
    assert_eq!(output.status.code(), Some(0));
    let admin = ApiKey::parse(told(&output).trim_end()).unwrap();

    // The host recognises it by what was kept.
    let store = open(&data).await;
    let rows = store.api_keys().await.unwrap();
    store.close().await;
    let kept = rows.iter().find(|row| row.id == id).unwrap();
    assert!(ApiKey::parse(&secret).unwrap().verify(&ApiKeyHash::from_hex(&kept.hash).unwrap()));
    assert!(rows.iter().any(|row| row.id == admin.id() && row.scopes == "admin"));

    let listed = harness(&[&["api-key", "list"], &at[..]].concat());
    assert!(told(&listed).contains(&id) && told(&listed).contains("till"), "{}", told(&listed));
    assert!(!told(&listed).contains(&secret) && !told(&listed).contains(&kept.hash));

    let revoke = [&["api-key", "revoke", &id, "--json"], &at[..]].concat();
    assert_eq!(good(&harness(&revoke)), json!({"id": id, "name": "till", "already": false}));
    let keys = good(&harness(&[&["api-key", "list", "--json"], &at[..]].concat()));
    let first = keys["keys"].as_array().unwrap().iter().find(|key| key["id"] == id.as_str()).unwrap();
    assert!(first["revoked_ms"].is_i64());
    assert_eq!(good(&harness(&revoke))["already"], true);
    let again = good(&harness(&[&["api-key", "list", "--json"], &at[..]].concat()));
    assert_eq!(again, keys, "the first time stands");
    cannot(&harness(&[&["api-key", "revoke", "abcdefghijkm"], &at[..]].concat()), "there is no API key abcdefghijkm");
}

#[tokio::test]
async fn a_store_in_use_is_left_alone_and_the_way_over_the_api_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let keys = folder.path().join("keys");
    let copy = folder.path().join("copy");
    good(&harness(&["keys", "new", "--out", text(&keys), "--json"]));
    let store = open(&data).await;
    store.back_up(&copy).await.unwrap();
    let to = folder.path().join("another");
    let cases: [(&[&str], &str); 6] = [
        (&["api-key", "new", "--name", "a", "--scopes", "admin"], "POST /api/v1/keys"),
        (&["api-key", "list"], "GET /api/v1/keys"),
        (&["api-key", "revoke", "abcdefghijkm"], "DELETE /api/v1/keys"),
        (&["keys", "rotate", "--key-file", text(&keys)], "stop it"),
        (&["backup", "--to", text(&to)], "POST /api/v1/backup"),
        (&["restore", "--replace", "--from", text(&copy)], "stop it"),
    ];
    for (command, instead) in cases {
        let output = harness(&[command, &["--data", text(&data)]].concat());
        cannot(&output, "the host is running");
        assert!(said(&output).contains(instead), "{}", said(&output));
    }
    store.close().await;
}

fn installation(id: &str, settings: &Value) -> Installation {
    Installation {
        id: id.to_owned(),
        connector: "books".to_owned(),
        name: String::new(),
        locale: "da".to_owned(),
        state: InstallationState::Active,
        pause: None,
        settings_json: settings.to_string(),
        remembered_json: "{}".to_owned(),
        hosts_json: "[]".to_owned(),
        catalogue_json: "{}".to_owned(),
        customer_tag: String::new(),
        concurrency: 1,
        daily_calls: 0,
        calls_day: 0,
        calls_used: 0,
        cursor: None,
        next_check: 0,
        next_catch_up: 0,
        health_json: String::new(),
        configured_json: String::new(),
        last_hook: None,
        created: 0,
        version: 0,
    }
}

/// A host's data with one secret and one token, sealed with the keys of a file.
async fn sealed_data(data: &Path, keys: &Path) {
    let keyring = Keyring::from_source(&KeySource::File(keys.to_owned())).unwrap();
    let store = open(data).await;
    let sealed = keyring.seal("setting club-17/password", "correct horse").unwrap();
    let token = HookToken {
        hash: "hash".to_owned(),
        installation: "club-17".to_owned(),
        sealed: keyring.seal("link club-17", "token").unwrap(),
        created: 1,
        expires: None,
        last_used: None,
    };
    let settings = json!({"password": {"sealed": sealed}});
    let writes = vec![
        StoreWrite::CreateInstallation(Box::new(installation("club-17", &settings))),
        StoreWrite::PutToken(token),
        StoreWrite::Meta { key: "canary".to_owned(), value: keyring.canary().unwrap() },
    ];
    let change = Change { installation: "club-17".to_owned(), guards: Vec::new(), writes };
    store.commit(change).await.unwrap().unwrap();
    store.close().await;
}

#[tokio::test]
async fn the_old_key_can_go_after_a_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let (data, keys) = (folder.path().join("data"), folder.path().join("keys"));
    let old = good(&harness(&["keys", "new", "--out", text(&keys), "--json"]));
    sealed_data(&data, &keys).await;
    let rotate = ["keys", "rotate", "--data", text(&data), "--key-file", text(&keys)];

    let one = harness(&rotate);
    assert_eq!(one.status.code(), Some(0), "{}", said(&one));
    assert!(told(&one).contains("holds one key only"), "{}", told(&one));

    let old_line = std::fs::read_to_string(&keys).unwrap();
    let new_line = told(&harness(&["keys", "new"]));
    std::fs::write(&keys, format!("{new_line}{old_line}")).unwrap();
    let rotated = good(&harness(&[&rotate[..], &["--json"]].concat()));
    assert_eq!((&rotated["settings"], &rotated["links"]), (&json!(1), &json!(1)));
    assert_eq!((&rotated["older_keys"], &rotated["older_keys_needed"]), (&json!([old["id"]]), &json!(false)));
    let again = harness(&rotate);
    assert!(told(&again).contains("2 were so already"), "{}", told(&again));
    assert!(told(&again).contains(&format!("does not need {} any more", old["id"].as_str().unwrap())));

    std::fs::write(&keys, &new_line).unwrap();
    assert_eq!(harness(&rotate).status.code(), Some(0));
    std::fs::write(&keys, &old_line).unwrap();
    cannot(&harness(&rotate), "the data is sealed with key");
}

#[tokio::test]
async fn a_secret_that_does_not_open_is_named_and_fails_the_rotation() {
    let folder = tempfile::tempdir().unwrap();
    let (data, keys) = (folder.path().join("data"), folder.path().join("keys"));
    good(&harness(&["keys", "new", "--out", text(&keys), "--json"]));
    sealed_data(&data, &keys).await;
    let store = open(&data).await;
    let settings = json!({"password": {"sealed": "v1.gone.AAAA"}});
    let writes = vec![StoreWrite::UpdateInstallation(Box::new(installation("club-17", &settings)))];
    let change = Change { installation: "club-17".to_owned(), guards: Vec::new(), writes };
    store.commit(change).await.unwrap().unwrap();
    store.close().await;
    let output = harness(&["keys", "rotate", "--data", text(&data), "--key-file", text(&keys)]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(told(&output).contains("!! ") && told(&output).contains("setting club-17/password"), "{}", told(&output));
    assert!(told(&output).contains("no key may be taken out yet"), "{}", told(&output));
}

#[tokio::test]
async fn a_backup_brings_back_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy.sqlite"));
    let at = ["--data", text(&data)];
    let new = [&["api-key", "new", "--name", "first", "--scopes", "admin", "--json"], &at[..]].concat();
    good(&harness(&new));
    let list = [&["api-key", "list", "--json"], &at[..]].concat();
    let before = good(&harness(&list));
    let backup = [&["backup", "--to", text(&copy), "--json"], &at[..]].concat();
    assert_eq!(good(&harness(&backup)), json!({"file": text(&copy)}));
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    cannot(&harness(&backup), "it is there already");

    good(&harness(&new));
    let restore = [&["restore", "--from", text(&copy)], &at[..]].concat();
    cannot(&harness(&restore), "--replace");
    assert_eq!(good(&harness(&list))["keys"].as_array().unwrap().len(), 2);
    let output = harness(&[&restore[..], &["--replace"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(good(&harness(&list)), before);
}

/// What a host was asked: the first line, the authorization, and the body.
type Asked = Vec<(String, String, String)>;

/// A host that gives these answers, one for each connection, and hands back what it was asked.
fn host(answers: Vec<(u16, Value)>) -> (String, JoinHandle<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for (status, answer) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut lines, mut line) = (Vec::new(), String::new());
            while reader.read_line(&mut line).unwrap() > 0 && line != "\r\n" {
                lines.push(line.trim_end().to_owned());
                line.clear();
            }
            let header = |name: &str| {
                let found = lines.iter().find_map(|line| line.strip_prefix(name));
                found.unwrap_or_default().to_owned()
            };
            let mut body = vec![0; header("content-length: ").parse().unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            asked.push((lines[0].clone(), header("authorization: "), String::from_utf8(body).unwrap()));
            let body = if status == 204 { String::new() } else { answer.to_string() };
            let length = body.len();
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).unwrap();
        }
        asked
    });
    (url, asked)
}

fn diagnosis(verdict: &str) -> Value {
    json!({"installation": "club-17", "verdict": verdict, "examined": [
        {"code": "connector-loaded", "verdict": "good", "message": "Forbindelsen er indlæst.", "steps": []},
        {"code": "link-registered", "verdict": verdict, "message": "Linket\u{1b}[31m mangler.", "steps": ["Åbn siden.", "Indsæt linket."]},
    ]})
}

#[rstest]
#[case("good", 0, "club-17: Alt ser ud til at være i orden.", "ok link-registered")]
#[case("warning", 0, "club-17: Linket [31m mangler.", "!  link-registered")]
#[case("bad", 1, "club-17: Linket [31m mangler.", "!! link-registered")]
#[case("unknown", 0, "club-17: Der er ikke fundet noget galt, men", "?? link-registered")]
fn the_doctor_says_what_the_host_saw(
    #[case] verdict: &str,
    #[case] status: i32,
    #[case] first: &str,
    #[case] mark: &str,
) {
    let key = new_key();
    let (url, asked) = host(vec![(200, diagnosis(verdict))]);
    let output =
        harness_with(&["doctor", "club-17", "--url", &url, "--api-key-env", KEY_VARIABLE, "--no-ask"], Some(&key));
    assert_eq!(output.status.code(), Some(status), "{}", said(&output));
    let told = told(&output);
    assert!(told.starts_with(first), "{told}");
    assert!(told.contains(mark) && told.contains("ok connector-loaded"), "{told}");
    assert!(told.contains("     1. Åbn siden.\n     2. Indsæt linket.\n"), "{told}");
    let expected = "GET /api/v1/installations/club-17/doctor?locale=da&ask=false HTTP/1.1";
    assert_eq!(asked.join().unwrap(), [(expected.to_owned(), format!("Bearer {key}"), String::new())]);
}

#[rstest]
#[case(404, json!({"detail": "there is no installation x", "code": "unknown-installation", "correlation": "c"}),
    "there is no installation x (unknown-installation)")]
#[case(403, json!({"detail": "this needs the scope operate", "code": "scope-missing"}), "this needs the scope operate (scope-missing)")]
#[case(500, json!({"detail": "something went wrong", "code": "internal", "correlation": "abc"}), "(internal, correlation abc)")]
#[case(502, json!("<html>"), "answered 502 and did not say why")]
#[case(301, json!({}), "answered 301 and did not say why")]
#[case(200, json!({"unheard": 1}), "otherwise than this version expects")]
fn what_the_host_refuses_is_told_in_its_words(#[case] status: u16, #[case] answer: Value, #[case] why: &str) {
    let key = new_key();
    let (url, asked) = host(vec![(status, answer)]);
    let arguments = ["doctor", "x", "--url", &url, "--api-key-env", KEY_VARIABLE, "--locale", "en", "--json"];
    let output = harness_with(&arguments, Some(&key));
    cannot(&output, why);
    assert!(!said(&output).contains(&key));
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(printed["error"].as_str().unwrap().contains(why));
    assert!(asked.join().unwrap()[0].0.ends_with("?locale=en&ask=true HTTP/1.1"));
}

#[test]
fn a_host_that_is_away_is_said_to_be() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let arguments = ["installations", "--url", &url, "--api-key-env", KEY_VARIABLE];
    cannot(&harness_with(&arguments, Some(&new_key())), "is the host running, and is --url its address?");
}

fn event(seq: i64) -> Value {
    json!({"seq": seq, "kind": "customer", "key": "c:C1", "state": "parked", "attempt": 2, "reason_code": "wrong-vat",
        "reason": "Momskoden findes ikke.", "received_ms": 1_780_000_000_000_i64, "not_before_ms": 0, "correlation": "c1",
        "priority": "change"})
}

#[test]
fn parked_events_of_all_installations_are_listed_page_by_page() {
    let (url, asked) = host(vec![
        (200, json!({"installations": [{"id": "club-1"}, {"id": "club-2"}]})),
        (200, json!({"events": [event(1)], "next": "1 &"})),
        (200, json!({"events": [event(2)], "next": null})),
        (200, json!({"events": [event(9)], "next": null})),
    ]);
    let output = harness_with(&["parked", "list", "--url", &url, "--api-key-env", KEY_VARIABLE], Some(&new_key()));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let rows: Vec<Vec<String>> =
        told(&output).lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(rows[0][..3], ["INSTALLATION", "SEQ", "KIND"]);
    assert_eq!(rows[1][..8], ["club-1", "1", "customer", "c:C1", "2", "2026-05-28", "20:26:40Z", "wrong-vat"]);
    assert_eq!((rows[2][1].as_str(), rows[3][0].as_str()), ("2", "club-2"));
    let paths: Vec<String> = asked.join().unwrap().into_iter().map(|(line, _, _)| line).collect();
    assert_eq!(paths[1], "GET /api/v1/installations/club-1/parked?limit=500 HTTP/1.1");
    assert_eq!(paths[2], "GET /api/v1/installations/club-1/parked?limit=500&after=1%20%26 HTTP/1.1");
    assert_eq!(paths[3], "GET /api/v1/installations/club-2/parked?limit=500 HTTP/1.1");
}

#[test]
fn a_parked_event_is_shown_with_its_attempts() {
    let mut shown = event(7);
    shown["attempts"] = json!([{"attempt": 1, "at_ms": 1_780_000_000_000_i64, "trouble": "rejected", "code": "wrong-vat",
        "message": "Momskoden findes ikke.", "detail": "400", "followed": "parked"}]);
    let (url, asked) = host(vec![(200, shown)]);
    let arguments = ["parked", "show", "7", "--installation", "club-1", "--url", &url, "--api-key-env", KEY_VARIABLE];
    let output = harness_with(&arguments, Some(&new_key()));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = told(&output);
    assert!(told.contains("reason        Momskoden findes ikke. (wrong-vat)"), "{told}");
    assert!(told.lines().last().unwrap().starts_with("1"), "{told}");
    assert_eq!(asked.join().unwrap()[0].0, "GET /api/v1/installations/club-1/events/7 HTTP/1.1");
}

#[test]
fn events_are_retried_and_dropped_one_after_the_other_until_one_is_refused() {
    let at = |url: &str| {
        let rest = ["--installation", "club-1", "--url", url, "--api-key-env", KEY_VARIABLE];
        rest.map(str::to_owned).to_vec()
    };
    let run = |command: &[&str], url: &str| {
        let rest = at(url);
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        harness_with(&[command, &rest[..]].concat(), Some(&new_key()))
    };
    let (url, asked) = host(vec![(204, Value::Null), (204, Value::Null)]);
    assert_eq!(good(&run(&["parked", "retry", "4", "5", "--json"], &url)), json!({"retried": [4, 5]}));
    assert_eq!(asked.join().unwrap()[1].0, "POST /api/v1/installations/club-1/parked/5/retry HTTP/1.1");

    let (url, asked) =
        host(vec![(204, Value::Null), (404, json!({"detail": "event 5 is not parked", "code": "not-parked"}))]);
    let output = run(&["parked", "drop", "4", "5", "6"], &url);
    cannot(&output, "event 5: event 5 is not parked (not-parked); done before that: 4");
    assert_eq!(asked.join().unwrap()[0].0, "DELETE /api/v1/installations/club-1/parked/4 HTTP/1.1");
}

fn installation_view(pause: &Value) -> Value {
    let state = if pause.is_null() { "active" } else { "paused" };
    json!({"id": "club-1", "connector": "books", "name": "Klub", "locale": "da", "state": state, "pause": pause,
        "calls_today": 41, "last_hook_ms": 1_780_000_000_000_i64,
        "counts": {"waiting": 3, "parked": 1, "outbox": 2}})
}

#[test]
fn installations_are_told_in_a_table() {
    let pause = json!({"code": "credentials", "message": "Koden er forkert.", "subject": "password", "at_ms": 1});
    let (url, asked) = host(vec![(200, json!({"installations": [installation_view(&pause)]}))]);
    let output = harness_with(&["installations", "--url", &url, "--api-key-env", KEY_VARIABLE], Some(&new_key()));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = told(&output);
    let row: Vec<&str> = told.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(row, ["club-1", "books", "paused:", "credentials", "3", "1", "2", "41", "2026-05-28", "20:26:40Z"]);
    assert_eq!(asked.join().unwrap()[0].0, "GET /api/v1/installations?counts=true HTTP/1.1");
}

#[test]
fn an_installation_is_paused_and_resumed() {
    let pause = json!({"code": "person", "message": "status", "subject": "", "at_ms": 1});
    let (url, asked) = host(vec![
        (200, installation_view(&pause)),
        (200, installation_view(&Value::Null)),
        (200, installation_view(&pause)),
    ]);
    let run = |arguments: &[&str]| {
        harness_with(&[arguments, &["club-1", "--url", &url, "--api-key-env", KEY_VARIABLE]].concat(), Some(&new_key()))
    };
    let paused = run(&["pause", "--note", "status"]);
    assert_eq!((paused.status.code(), told(&paused).as_str()), (Some(0), "club-1 is paused: person (status)\n"));
    let resumed = run(&["resume"]);
    assert_eq!((resumed.status.code(), told(&resumed).as_str()), (Some(0), "club-1 is active\n"));
    assert_eq!(run(&["resume"]).status.code(), Some(1), "still paused is no success");
    let asked = asked.join().unwrap();
    assert_eq!(
        (asked[0].0.as_str(), asked[0].2.as_str()),
        ("POST /api/v1/installations/club-1/pause HTTP/1.1", r#"{"note":"status"}"#)
    );
}

#[test]
fn a_running_host_writes_the_backup_itself() {
    let (url, asked) = host(vec![(200, json!({"file": "/backups/a.sqlite"}))]);
    let arguments = ["backup", "--to", "/backups/a.sqlite", "--url", &url, "--api-key-env", KEY_VARIABLE, "--json"];
    assert_eq!(good(&harness_with(&arguments, Some(&new_key()))), json!({"file": "/backups/a.sqlite"}));
    let asked = asked.join().unwrap();
    assert_eq!(asked[0].0, "POST /api/v1/backup HTTP/1.1");
    assert_eq!(asked[0].2, r#"{"file":"/backups/a.sqlite"}"#);
}
