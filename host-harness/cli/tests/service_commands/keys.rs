//! Encryption keys and API keys, with the host stopped.

use crate::run::{cannot, good, harness, open, said, text, told};
use accounting_store::{Change, HookToken, Installation, Store as _, Write as StoreWrite};
use accounting_vault::{ApiKey, ApiKeyHash, KeySource, Keyring};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

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

fn sealed_club(settings: &Value) -> Installation {
    Installation { settings_json: settings.to_string(), ..Installation::new("club-17", "books", 0) }
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
        StoreWrite::CreateInstallation(Box::new(sealed_club(&settings))),
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
    let writes = vec![StoreWrite::UpdateInstallation(Box::new(sealed_club(&settings)))];
    let change = Change { installation: "club-17".to_owned(), guards: Vec::new(), writes };
    store.commit(change).await.unwrap().unwrap();
    store.close().await;
    let output = harness(&["keys", "rotate", "--data", text(&data), "--key-file", text(&keys)]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(told(&output).contains("!! ") && told(&output).contains("setting club-17/password"), "{}", told(&output));
    assert!(told(&output).contains("no key may be taken out yet"), "{}", told(&output));
}
