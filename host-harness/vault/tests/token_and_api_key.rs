//! Tokens of links and keys of the API: unguessable, kept as hashes, of one spelling.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use std::collections::BTreeSet;

use accounting_vault::{ApiKey, ApiKeyError, ApiKeyHash, HashError, Token, TokenError, TokenHash};
use proptest::prelude::*;
use rstest::rstest;

/// SHA-256 of `TOKEN`, by `sha256sum`.
const TOKEN: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const TOKEN_HASH: &str = "ea866a757e4c38babfa8127cbe9a409d3e1f93a00ff1488ff735fcf917afffd0";
const API_KEY: &str = "fbx_abcdefgh2345_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const API_KEY_HASH: &str = "ca58827ee8e9856248d891fc3b98fce830c205ae8b933721377bc3c5a4710abb";

#[test]
fn new_tokens_differ_and_are_all_alike_in_form() {
    let tokens: Vec<Token> = (0..100).map(|_| Token::new().unwrap()).collect();
    let texts: BTreeSet<&str> = tokens.iter().map(Token::text).collect();
    let hashes: BTreeSet<String> = tokens.iter().map(|token| token.hash().hex()).collect();
    assert_eq!((texts.len(), hashes.len()), (100, 100));
    let in_an_address = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    assert!(texts.iter().all(|text| text.len() == 43 && text.bytes().all(in_an_address)));
    for token in &tokens {
        assert!(Token::parse(token.text()).unwrap().hash() == token.hash());
    }
}

/// Every byte of a token is used: none is the same in all of them.
#[test]
fn all_of_a_token_is_random() {
    let tokens: Vec<Token> = (0..60).map(|_| Token::new().unwrap()).collect();
    for place in 0..43 {
        let seen: BTreeSet<u8> = tokens.iter().map(|token| token.text().as_bytes()[place]).collect();
        assert!(seen.len() > 5, "character {place} is one of {seen:?}");
    }
}

#[rstest]
#[case::empty("")]
#[case::short("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg")]
#[case::long("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ")]
#[case::padded("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
#[case::other_alphabet("++++AwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
#[case::second_spelling("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9")]
fn what_is_no_token(#[case] text: &str) {
    assert_eq!(Token::parse(text).unwrap_err(), TokenError);
}

#[test]
fn hashes_are_the_same_for_ever() {
    assert_eq!(Token::parse(TOKEN).unwrap().hash().hex(), TOKEN_HASH);
    assert_eq!(ApiKey::parse(API_KEY).unwrap().hash().hex(), API_KEY_HASH);
}

proptest! {
    #[test]
    fn hashes_come_back_from_the_store(bytes: [u8; 32], place in 0_usize..32, bit in 0_u8..8) {
        let hash = TokenHash::from_bytes(bytes);
        prop_assert!(TokenHash::from_hex(&hash.hex()).unwrap() == hash);
        prop_assert!(TokenHash::try_from(hash.as_bytes().as_slice()).unwrap() == hash);
        prop_assert!(TokenHash::from_hex(&hash.hex().to_uppercase()).is_err() || !hash.hex().contains(char::is_alphabetic));
        let mut other = bytes;
        other[place] ^= 1 << bit;
        prop_assert!(TokenHash::from_bytes(other) != hash);
    }

    #[test]
    fn any_text_is_answered(text in "(fbx_)?.{0,70}") {
        prop_assert_eq!(ApiKey::parse(&text), Err(ApiKeyError));
        prop_assert_eq!(TokenHash::from_hex(&text), Err(HashError));
    }
}

#[test]
fn bytes_of_another_length_are_no_hash() {
    assert_eq!(ApiKeyHash::try_from([0; 31].as_slice()), Err(HashError));
    assert_eq!(ApiKeyHash::try_from([0; 33].as_slice()), Err(HashError));
}

#[test]
fn a_new_key_is_known_again_by_its_text_only() {
    let (key, text) = ApiKey::new().unwrap();
    let (other, other_text) = ApiKey::new().unwrap();
    assert_eq!(text.expose().len(), 4 + 12 + 1 + 43);
    assert!(text.expose().starts_with(&format!("fbx_{}_", key.id())));
    let presented = ApiKey::parse(text.expose()).unwrap();
    assert_eq!(presented, key);
    assert!(presented.verify(&key.hash()));
    assert!(!presented.verify(&other.hash()));
    assert_ne!(key.id(), other.id());

    // The secret of one with the id of the other.
    let mixed = other_text.expose().replace(other.id(), key.id());
    assert!(!ApiKey::parse(&mixed).unwrap().verify(&key.hash()));
}

#[rstest]
#[case::empty("")]
#[case::with_the_word("Bearer fbx_abcdefgh2345_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
#[case::other_prefix("fby_abcdefgh2345_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
#[case::short_id("fbx_abcdefgh234_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
#[case::sign_in_the_id("fbx_abcdefgh23/5_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
#[case::letter_cut_in_two("fbx_abcdefgh234æ_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
#[case::short_secret("fbx_abcdefgh2345_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg")]
#[case::space_behind("fbx_abcdefgh2345_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 ")]
#[case::second_spelling("fbx_abcdefgh2345_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9")]
fn what_is_no_key(#[case] text: &str) {
    assert_eq!(ApiKey::parse(text).unwrap_err(), ApiKeyError);
}
