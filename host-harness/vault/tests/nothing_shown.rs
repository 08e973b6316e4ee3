//! What `Debug` prints of the types that hold secrets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_vault::{ApiKey, KeySource, Keyring, PushSecret, Secret, Token};

#[test]
fn debug_prints_nothing_secret() {
    let line = Keyring::generate_line().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.write(true).create_new(true).open(&path).unwrap(), line.expose().as_bytes())
        .unwrap();
    let keys = Keyring::from_source(&KeySource::File(path)).unwrap();
    let (id, key_text) = line.expose().split_once(':').unwrap();
    let token = Token::new().unwrap();
    let (api_key, api_text) = ApiKey::new().unwrap();
    let push = PushSecret::new().unwrap();
    let push_text = push.text();
    let secret = Secret::new("hemmeligt".to_owned());

    let shown = format!("{keys:?} {line:?} {token:?} {api_key:?} {api_text:?} {push:?} {push_text:?} {secret:?}");
    let api_secret = api_text.expose().get(17..).unwrap();
    let push_secret = push_text.expose().trim_start_matches("whsec_");
    for hidden in [key_text, token.text(), api_secret, push_secret, "hemmeligt", &token.hash().hex()] {
        assert!(!shown.contains(hidden.get(..8).unwrap()), "{shown}");
    }
    assert!(shown.contains(id) && shown.contains(api_key.id()), "ids are no secrets: {shown}");
}
