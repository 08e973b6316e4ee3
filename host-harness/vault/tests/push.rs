//! Signatures of pushes: the published vectors, the reference library, and what is not believed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use std::time::Duration;

use accounting_vault::{
    DEFAULT_TOLERANCE, HEADER_ID, HEADER_SIGNATURE, HEADER_TIMESTAMP, PushError, PushSecret, PushSignature, VerifyError,
};
use proptest::prelude::*;
use rstest::rstest;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const NOW: i64 = 1_614_265_330;
const BODY: &[u8] = br#"{"test": 2432232314}"#;

fn secret(text: &str) -> PushSecret {
    PushSecret::parse(text).unwrap()
}

/// The vectors of the reference libraries for PHP and other languages, and for Rust.
#[rstest]
#[case(SECRET, ID, NOW, BODY, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
#[case(
    OTHER,
    "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
    1_649_367_553,
    br#"{"email":"test@example.com","username":"test_user"}"#,
    "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
)]
fn published_vectors(
    #[case] key: &str,
    #[case] id: &str,
    #[case] now: i64,
    #[case] body: &[u8],
    #[case] expected: &str,
) {
    let signature = PushSignature::sign(&secret(key), id, now, body).unwrap();
    assert_eq!(
        signature.headers(),
        [(HEADER_ID, id.to_owned()), (HEADER_TIMESTAMP, now.to_string()), (HEADER_SIGNATURE, expected.to_owned())]
    );
}

proptest! {
    #[test]
    fn the_reference_library_signs_alike(
        key in proptest::collection::vec(any::<u8>(), 24..=64), id in "[!-\\-/-~]{1,40}", now: i64, body in ".{0,200}",
    ) {
        use base64::Engine;
        let text = format!("whsec_{}", base64::engine::general_purpose::STANDARD.encode(&key));
        let ours = PushSignature::sign(&secret(&text), &id, now, body.as_bytes()).unwrap();
        let theirs = standardwebhooks::Webhook::new(&text).unwrap().sign(&id, now, body.as_bytes()).unwrap();
        prop_assert_eq!(&ours.headers()[2].1, &theirs);
        let written = secret(&text).text();
        prop_assert_eq!(written.expose(), text.as_str());
    }

    #[test]
    fn what_was_signed_is_believed_as_it_was_and_no_other_way(
        id in "[a-z0-9_]{1,20}", body in proptest::collection::vec(any::<u8>(), 1..100), place: proptest::sample::Index,
    ) {
        let key = secret(SECRET);
        let [id, time, signature] = PushSignature::sign(&key, &id, NOW, &body).unwrap().headers().map(|(_, value)| value);
        let check = |key: &PushSecret, id: &str, time: &str, signature: &str, body: &[u8]| {
            PushSignature::from_headers(id, time, signature)?.verify(key, body, NOW, DEFAULT_TOLERANCE)
        };
        prop_assert_eq!(check(&key, &id, &time, &signature, &body), Ok(()));
        let mut changed = body.clone();
        changed[place.index(body.len())] ^= 1;
        let refused = Err(VerifyError::Signature);
        prop_assert_eq!(check(&key, &id, &time, &signature, &changed), refused);
        prop_assert_eq!(check(&key, &format!("{id}x"), &time, &signature, &body), refused);
        prop_assert_eq!(check(&key, &id, &(NOW + 1).to_string(), &signature, &body), refused);
        prop_assert_eq!(check(&secret(OTHER), &id, &time, &signature, &body), refused);
    }
}

#[rstest]
#[case::now(NOW, true)]
#[case::as_late_as_may_be(NOW + 300, true)]
#[case::as_early_as_may_be(NOW - 300, true)]
#[case::old(NOW + 301, false)]
#[case::from_the_future(NOW - 301, false)]
#[case::no_overflow(i64::MIN, false)]
fn times(#[case] now: i64, #[case] good: bool) {
    let signature = PushSignature::sign(&secret(SECRET), ID, NOW, BODY).unwrap();
    let verified = signature.verify(&secret(SECRET), BODY, now, Duration::from_secs(300));
    let seconds = now.abs_diff(NOW);
    assert_eq!(verified, if good { Ok(()) } else { Err(VerifyError::Time { seconds }) });
}

#[rstest]
#[case::nothing("", false)]
#[case::version_only("v1,", false)]
#[case::beginning_only("v1,g0hM9SsE", false)]
#[case::no_version("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
#[case::other_version("v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
#[case::second_of_two("v1,bm9wZQ== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", true)]
#[case::eighth("a b c d e f g v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", true)]
#[case::ninth("a b c d e f g h v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", false)]
fn signatures(#[case] header: &str, #[case] good: bool) {
    let signature = PushSignature::from_headers(ID, &NOW.to_string(), header).unwrap();
    assert_eq!(signature.verify(&secret(SECRET), BODY, NOW, DEFAULT_TOLERANCE).is_ok(), good);
}

#[test]
fn two_secrets_while_one_is_changed_for_the_other() {
    let (new, old) = (PushSecret::new().unwrap(), secret(SECRET));
    let signature = PushSignature::sign(&new, ID, NOW, BODY).unwrap().also_signed(&old, BODY);
    for key in [&new, &old] {
        assert_eq!(signature.verify(key, BODY, NOW, DEFAULT_TOLERANCE), Ok(()));
    }
    assert_eq!(signature.verify(&secret(OTHER), BODY, NOW, DEFAULT_TOLERANCE), Err(VerifyError::Signature));
    assert_ne!(new.text().expose(), PushSecret::new().unwrap().text().expose());
    assert_eq!(new.text().expose().len(), "whsec_".len() + 44);
}

#[rstest]
#[case::empty("")]
#[case::prefix_only("whsec_")]
#[case::no_prefix("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
#[case::too_short("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==")]
#[case::no_base64("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!")]
fn what_is_no_secret(#[case] text: &str) {
    assert_eq!(PushSecret::parse(text).unwrap_err(), PushError::Secret);
}

#[rstest]
#[case("")]
#[case("a.b")]
#[case("a b")]
#[case("a\r\nx: y")]
#[case("æ")]
fn ids_that_could_be_misread(#[case] id: &str) {
    assert_eq!(PushSignature::sign(&secret(SECRET), id, NOW, BODY), Err(PushError::Id));
    assert_eq!(PushSignature::from_headers(id, "1", "v1,"), Err(VerifyError::Id));
}

#[rstest]
#[case("")]
#[case("now")]
#[case("1.5")]
#[case("99999999999999999999")]
fn times_that_are_none(#[case] time: &str) {
    assert_eq!(PushSignature::from_headers(ID, time, "v1,"), Err(VerifyError::Timestamp));
}
