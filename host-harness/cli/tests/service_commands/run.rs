//! Runs the command, and reads what it says.

use accounting_store::{SqliteOptions, SqliteStore};
use accounting_vault::ApiKey;
use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

pub(crate) const KEY_VARIABLE: &str = "TEST_API_KEY";

pub(crate) fn harness(arguments: &[&str]) -> Output {
    harness_with(arguments, None)
}

pub(crate) fn harness_with(arguments: &[&str], key: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.args(arguments).env_remove(KEY_VARIABLE).env_remove("HARNESS_KEY").env_remove("HARNESS_API_KEY");
    if let Some(key) = key {
        command.env(KEY_VARIABLE, key);
    }
    command.output().unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn good(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(crate) fn cannot(output: &Output, why: &str) {
    assert_eq!(output.status.code(), Some(2), "{}{}", told(output), said(output));
    assert!(said(output).contains(why), "{}", said(output));
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub(crate) fn new_key() -> String {
    ApiKey::new().unwrap().1.expose().to_owned()
}

pub(crate) async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder, SqliteOptions::default()).await.unwrap()
}
