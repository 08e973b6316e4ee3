//! What an API key may do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_vault::{Scope, ScopeError, Scopes};
use proptest::prelude::*;
use rstest::rstest;

proptest! {
    #[test]
    fn lists_come_back(chosen in proptest::sample::subsequence(Scope::ALL.to_vec(), 1..=8)) {
        let text = chosen.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" , ");
        let scopes: Scopes = text.parse().unwrap();
        prop_assert_eq!(scopes.iter().collect::<Vec<_>>(), chosen.clone());
        prop_assert_eq!(scopes.to_string().parse::<Scopes>().unwrap(), scopes.clone());
        for needed in Scope::ALL {
            prop_assert_eq!(scopes.allows(needed), chosen.contains(&needed) || chosen.contains(&Scope::Admin));
        }
    }
}

#[test]
fn only_admin_contains_another() {
    for has in Scope::ALL {
        assert_eq!(has.as_str().parse::<Scope>(), Ok(has));
        for needed in Scope::ALL {
            assert_eq!(has.allows(needed), has == needed || has == Scope::Admin, "{has} for {needed}");
        }
    }
    assert_eq!("operate,operate".parse::<Scopes>(), Ok(Scopes::from(Scope::Operate)));
}

#[rstest]
#[case::one_of_several("operate,days", "unknown scope `days`: give one or more of ")]
#[case::case_matters("Admin", "unknown scope `Admin`: ")]
#[case::comma_too_many("operate,", "unknown scope: ")]
#[case::nothing(" ", "no scope given: ")]
#[case::a_key("fbx_abcdefgh2345_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "unknown scope: ")]
fn errors_list_all_scopes(#[case] text: &str, #[case] begins: &str) {
    let error: ScopeError = text.parse::<Scopes>().unwrap_err();
    let shown = error.to_string();
    assert!(shown.starts_with(begins), "{shown}");
    assert!(Scope::ALL.iter().all(|scope| shown.contains(scope.as_str())), "{shown}");
}
