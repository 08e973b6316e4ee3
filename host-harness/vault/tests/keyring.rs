//! Sealing and opening, changing keys, and starting with the wrong ones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use std::io::Write;

use accounting_vault::{KeyError, KeySource, Keyring, MAX_PLAIN, OpenError, ResealError, SealError};
use proptest::prelude::*;
use tempfile::NamedTempFile;

const FIRST: &str = "first:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SECOND: &str = "second://///////////////////////////////////////wA=";
const ABOUT: &str = "club-17/password";

/// A keyring of these lines. The file may go: it is read once.
fn ring(lines: &[&str]) -> Keyring {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(lines.join("\n").as_bytes()).unwrap();
    Keyring::from_source(&KeySource::File(file.path().to_owned())).unwrap()
}

/// Made by another implementation of the draft's cipher, which was checked against the draft's own vector: what is kept
/// today has to open for ever.
#[test]
fn the_form_that_is_kept_does_not_change() {
    let kept = "v1.first.QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXvFxoHbWMEHH71EQYbCSmNzPOJJz7tWPVeScaGHlI9wA";
    assert_eq!(ring(&[FIRST]).open(ABOUT, kept).unwrap().expose(), "hemmeligt æøå");
    assert_eq!(ring(&[FIRST, SECOND]).fingerprint(), "first:bb67cc25809bc927");
}

proptest! {
    #[test]
    fn what_was_sealed_opens_in_its_place_only(about in ".{1,40}", other in ".{1,40}", plain in ".{0,200}") {
        let keys = ring(&[FIRST]);
        let sealed = keys.seal(&about, &plain).unwrap();
        let opened = keys.open(&about, &sealed).unwrap();
        prop_assert_eq!(opened.expose(), plain.as_str());
        prop_assert_ne!(&keys.seal(&about, &plain).unwrap(), &sealed);
        prop_assume!(about != other);
        prop_assert_eq!(
            keys.open(&other, &sealed).unwrap_err(),
            OpenError::Refused { about: other, id: "first".to_owned() }
        );
    }

    #[test]
    fn any_text_is_answered_with_an_error(text in "(v1\\.)?(first\\.|second\\.)?[A-Za-z0-9_.=-]{0,80}|.{0,40}") {
        prop_assert!(ring(&[FIRST]).open(ABOUT, &text).is_err());
    }
}

#[test]
fn every_changed_bit_is_refused() {
    let keys = ring(&[FIRST]);
    let sealed = keys.seal(ABOUT, "hemmeligt").unwrap();
    let mut tried = 0;
    for place in 0..sealed.len() {
        for bit in 0..7 {
            let mut bytes = sealed.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let changed = String::from_utf8(bytes).unwrap();
            assert!(keys.open(ABOUT, &changed).is_err(), "opened although byte {place} was changed: {changed}");
            tried += 1;
        }
    }
    assert_eq!(tried, sealed.len() * 7);
    for cut in 0..sealed.len() {
        assert!(keys.open(ABOUT, &sealed[..cut]).is_err(), "opened although cut to {cut}");
    }
}

/// The id is authenticated: of two entries with the same bytes only the one that sealed opens.
#[test]
fn a_value_cannot_be_moved_to_another_key() {
    let sealed = ring(&[FIRST]).seal(ABOUT, "hemmeligt").unwrap();
    let renamed = ring(&[&FIRST.replace("first", "other")]);
    assert_eq!(
        renamed.open(ABOUT, &sealed.replace("v1.first.", "v1.other.")).unwrap_err(),
        OpenError::Refused { about: ABOUT.to_owned(), id: "other".to_owned() }
    );
}

#[test]
fn a_missing_key_is_named() {
    let sealed = ring(&[SECOND]).seal(ABOUT, "hemmeligt").unwrap();
    let error = ring(&[FIRST]).open(ABOUT, &sealed).unwrap_err();
    assert!(matches!(&error, OpenError::MissingKey { id, .. } if id == "second"), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("`second`") && text.contains(ABOUT) && text.contains("key file"), "{text}");
}

#[test]
fn keys_are_changed_by_sealing_anew() {
    let before = ring(&[FIRST]);
    let both = ring(&[SECOND, FIRST]);
    let after = ring(&[SECOND]);
    let old = before.seal(ABOUT, "hemmeligt").unwrap();
    assert!(before.is_current(&old) && !both.is_current(&old));
    assert_eq!(Keyring::key_id(&old), Some("first"));

    let new = both.reseal(ABOUT, &old).unwrap().expect("the old key is not the current one");
    assert!(both.is_current(&new));
    assert_eq!(after.open(ABOUT, &new).unwrap().expose(), "hemmeligt");
    assert_eq!(both.reseal(ABOUT, &new).unwrap(), None);
    assert!(matches!(after.reseal(ABOUT, &old), Err(ResealError::Open(OpenError::MissingKey { .. }))));
    assert!(matches!(both.reseal("club-18/password", &old), Err(ResealError::Open(OpenError::Refused { .. }))));
    assert_eq!(both.ids().collect::<Vec<_>>(), ["second", "first"]);
}

#[test]
fn the_canary_knows_the_keys_again() {
    let keys = ring(&[FIRST]);
    let canary = keys.canary().unwrap();
    keys.check_canary(&canary).unwrap();
    ring(&[SECOND, FIRST]).check_canary(&canary).unwrap();

    let missing = ring(&[SECOND]).check_canary(&canary).unwrap_err();
    assert!(matches!(&missing, KeyError::Missing { id, .. } if id == "first"), "{missing:?}");
    let other_bytes = ring(&[&SECOND.replace("second", "first")]);
    let wrong = other_bytes.check_canary(&canary).unwrap_err();
    assert!(matches!(&wrong, KeyError::Wrong { id, .. } if id == "first"), "{wrong:?}");
    assert!(matches!(keys.check_canary("no canary"), Err(KeyError::Canary)));
    let value = keys.seal(ABOUT, "hemmeligt").unwrap();
    assert!(matches!(keys.check_canary(&value), Err(KeyError::Wrong { .. })), "a value is no canary");
}

#[test]
fn limits_of_what_is_sealed() {
    let keys = ring(&[FIRST]);
    let longest = "x".repeat(MAX_PLAIN);
    let sealed = keys.seal(ABOUT, &longest).unwrap();
    assert_eq!(keys.open(ABOUT, &sealed).unwrap().expose(), longest);
    let error = keys.seal(ABOUT, &(longest + "x")).unwrap_err();
    assert!(matches!(error, SealError::TooLong { length, .. } if length == MAX_PLAIN + 1), "{error:?}");
    assert!(matches!(keys.seal("", "hemmeligt"), Err(SealError::NoPlace)));
}
