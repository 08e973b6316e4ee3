//! Backups, made with the host stopped or by the host itself.

use crate::host::host;
use crate::run::{KEY_VARIABLE, cannot, good, harness, harness_with, new_key, said, text};
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;

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

#[test]
fn a_running_host_writes_the_backup_itself() {
    let (url, asked) = host(vec![(200, json!({"file": "/backups/a.sqlite"}))]);
    let arguments = ["backup", "--to", "/backups/a.sqlite", "--url", &url, "--api-key-env", KEY_VARIABLE, "--json"];
    assert_eq!(good(&harness_with(&arguments, Some(&new_key()))), json!({"file": "/backups/a.sqlite"}));
    let asked = asked.join().unwrap();
    assert_eq!(asked[0].0, "POST /api/v1/backup HTTP/1.1");
    assert_eq!(asked[0].2, r#"{"file":"/backups/a.sqlite"}"#);
}
