//! Where keys are read from, and what is said when that fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use accounting_vault::{KeyError, KeySource, Keyring};
use rstest::rstest;
use tempfile::TempDir;

/// Base64 of 32 bytes; the tests look for it in errors.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "/////////////////////////////////////////wA=";

fn file(folder: &TempDir, content: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join("keys");
    fs::write(&path, content).unwrap();
    set_mode(&path, 0o600);
    path
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_path: &std::path::Path, _mode: u32) {}

fn read(content: impl AsRef<[u8]>) -> Result<Keyring, KeyError> {
    let folder = TempDir::new().unwrap();
    Keyring::from_source(&KeySource::File(file(&folder, content)))
}

#[rstest]
#[case::one_a_line("new:{KEY}\nold:{OTHER}\n")]
#[case::comments("# keys\n\n new : {KEY}  # since the move\r\n\told:{OTHER}")]
#[case::commas("new:{KEY},old:{OTHER},")]
#[case::no_padding("new:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\nold:{OTHER}")]
fn keys_are_read(#[case] template: &str) {
    let keys = read(template.replace("{KEY}", KEY).replace("{OTHER}", OTHER)).unwrap();
    assert_eq!(keys.ids().collect::<Vec<_>>(), ["new", "old"]);
}

#[rstest]
#[case::nothing("", "holds no key")]
#[case::comments_only("# new:{KEY}\n", "holds no key")]
#[case::no_id("new:{OTHER}\n{KEY}", "line 2")]
#[case::empty_id(":{KEY}", "line 1")]
#[case::id_with_a_stop("a.b:{KEY}", "line 1")]
#[case::long_id("abcdefghijabcdefghijabcdefghijabc:{KEY}", "line 1")]
#[case::too_short("\n\nnew:AAECAwQFBgcICQoLDA0ODw==", "line 3")]
#[case::too_long("new:AAAA{KEY}", "line 1")]
#[case::same_id("new:{KEY}\nnew:{OTHER}", "two keys with the id `new`")]
#[case::same_key("new:{KEY}\nold:{KEY}", "keys `new` and `old`")]
#[case::placeholder("new:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "key `new`")]
fn what_is_wrong_is_said_without_the_key(#[case] template: &str, #[case] expected: &str) {
    let error = read(template.replace("{KEY}", KEY).replace("{OTHER}", OTHER)).unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(text.contains(expected), "{text}");
    assert!(text.contains("key file `"), "{text}");
    assert!(!text.contains(&KEY[..12]) && !text.contains(&OTHER[..12]), "{text}");
}

#[test]
fn files_that_are_no_key_files() {
    let missing = KeySource::File(PathBuf::from("/nowhere/keys"));
    let text = Keyring::from_source(&missing).unwrap_err().to_string();
    assert!(text.starts_with("key file `/nowhere/keys` cannot be read: "), "{text}");
    assert!(matches!(read("#".repeat(64 * 1024 + 1)), Err(KeyError::TooLong { .. })));
    assert!(matches!(read([0xff, 0xfe]), Err(KeyError::Unreadable { .. })));
    read(format!("new:{KEY}\n{}", "#".repeat(64 * 1024 - 49))).unwrap();
}

#[cfg(unix)]
#[rstest]
#[case(0o600, true)]
#[case(0o400, true)]
#[case(0o640, false)]
#[case(0o604, false)]
#[case(0o620, false)]
#[case(0o644, false)]
fn a_file_open_to_others_is_refused(#[case] mode: u32, #[case] good: bool) {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, format!("new:{KEY}"));
    set_mode(&path, mode);
    let read = Keyring::from_source(&KeySource::File(path));
    assert_eq!(read.is_ok(), good);
    if let Err(error) = read {
        let text = error.to_string();
        assert!(text.contains("`chmod 600`") && text.contains(&format!("mode {mode:o}")), "{text}");
    }
}

#[test]
fn new_lines_are_keys_and_differ() {
    let lines: BTreeSet<String> = (0..20).map(|_| Keyring::generate_line().unwrap().expose().to_owned()).collect();
    assert_eq!(lines.len(), 20);
    let keys = read(lines.iter().cloned().collect::<Vec<_>>().join("\n")).unwrap();
    assert_eq!(keys.ids().count(), 20);
}

const VARIABLE: &str = "ACCOUNTING_VAULT_TEST_KEYS";
const EXPECTED: &str = "ACCOUNTING_VAULT_TEST_EXPECTED";

/// A process cannot safely change its own variables, so this test starts itself anew with them set, and asserts there.
#[test]
fn variables_are_read() {
    if let Ok(expected) = std::env::var(EXPECTED) {
        let told = match Keyring::from_source(&KeySource::Variable(VARIABLE.to_owned())) {
            Ok(keys) => format!("read: {}", keys.ids().collect::<Vec<_>>().join(" ")),
            Err(error) => format!("refused: {error}"),
        };
        assert!(told.starts_with(&expected) && !told.contains(KEY), "{told}");
        return;
    }
    for (value, expected) in [
        (Some(format!("new:{KEY},old:{OTHER}")), "read: new old"),
        (None, "refused: variable `ACCOUNTING_VAULT_TEST_KEYS` is not set"),
        (Some(KEY.to_owned()), "refused: line 1 of variable `ACCOUNTING_VAULT_TEST_KEYS` is no key"),
    ] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "variables_are_read"]).env_remove(VARIABLE).env(EXPECTED, expected);
        child.envs(value.map(|value| (VARIABLE, value)));
        let output = child.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains("1 passed"), "{expected}: {text}");
    }
}
