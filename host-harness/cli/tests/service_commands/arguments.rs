//! What the command line says of itself and of what it cannot do.

use crate::run::{cannot, harness, new_key, said, told};
use rstest::rstest;
use std::path::Path;

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
#[case(&["recording", "start", "--installation", "a", "--url", "http://127.0.0.1:1", "--calls", "0"], "invalid value '0'")]
#[case(&["recording", "stop", "--installation", "a/b", "--url", "http://127.0.0.1:1"], "no installation's id")]
#[case(&["migrate", "apply", "--to", "b", "--url", "http://127.0.0.1:1"], "--from <ID>")]
#[case(&["migrate", "undo", "--from", "a/b", "--to", "b", "--url", "http://127.0.0.1:1"], "no installation's id")]
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
#[case(&["recording", "start"])]
#[case(&["recording", "show"])]
#[case(&["recording", "stop"])]
#[case(&["migrate", "preview"])]
#[case(&["migrate", "show"])]
#[case(&["migrate", "apply"])]
#[case(&["migrate", "undo"])]
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
