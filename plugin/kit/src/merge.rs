//! The three-way merge: what both sides agreed on last (`base`), what FlexyBox holds (`ours`) and what the accounting
//! system holds (`theirs`), one property at a time.
//!
//! Values are compared as they are given, so callers bring them into one canonical form first. An empty value means "no
//! value". The laws (checked by property tests): equal sides never move; a side that did not change never wins over one
//! that did; both changed is always reported as a conflict.

use crate::types::Side;

/// What happens to one property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Both sides hold the same.
    Agreed,
    /// FlexyBox's value goes to the accounting system.
    Push,
    /// The accounting system's value goes to FlexyBox.
    Pull,
    /// Both changed: the value of this side goes to the other, and people are told.
    Conflict(Side),
}

/// Merge one property of an active link.
pub fn merge(base: &str, ours: &str, theirs: &str, wins: Side) -> Verdict {
    if ours == theirs {
        Verdict::Agreed
    } else if base == theirs {
        Verdict::Push
    } else if base == ours {
        Verdict::Pull
    } else {
        Verdict::Conflict(wins)
    }
}

/// Merge one property of a pair that has never agreed on anything: what only one side has goes to the other, and where
/// both have something else, `wins` decides and people are told.
pub fn adopt(ours: &str, theirs: &str, wins: Side) -> Verdict {
    merge("", ours, theirs, wins)
}

/// Write everything again ("take the tag off, press OK, put it on again"): every value FlexyBox has is pushed; what it
/// has not comes from the accounting system, unless FlexyBox took it away since both agreed.
pub fn rewrite(base: &str, ours: &str, theirs: &str) -> Verdict {
    if ours == theirs {
        Verdict::Agreed
    } else if ours.is_empty() {
        if base == theirs { Verdict::Push } else { Verdict::Pull }
    } else if theirs.is_empty() || theirs == base {
        Verdict::Push
    } else {
        Verdict::Conflict(Side::Flexybox)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const U: Side = Side::Accounting;

    #[rstest]
    #[case("a", "a", "a", Verdict::Agreed)]
    #[case("a", "b", "b", Verdict::Agreed)]
    #[case("a", "b", "a", Verdict::Push)]
    #[case("a", "", "a", Verdict::Push)]
    #[case("a", "a", "b", Verdict::Pull)]
    #[case("a", "a", "", Verdict::Pull)]
    #[case("a", "b", "c", Verdict::Conflict(U))]
    #[case("a", "", "c", Verdict::Conflict(U))]
    fn active_links(#[case] base: &str, #[case] ours: &str, #[case] theirs: &str, #[case] expected: Verdict) {
        assert_eq!(merge(base, ours, theirs, U), expected);
    }

    #[rstest]
    #[case("", "", "x", Verdict::Pull)]
    #[case("x", "", "x", Verdict::Push)]
    #[case("x", "", "y", Verdict::Pull)]
    #[case("x", "y", "x", Verdict::Push)]
    #[case("", "y", "", Verdict::Push)]
    #[case("x", "x", "y", Verdict::Conflict(Side::Flexybox))]
    #[case("x", "y", "z", Verdict::Conflict(Side::Flexybox))]
    fn rewriting(#[case] base: &str, #[case] ours: &str, #[case] theirs: &str, #[case] expected: Verdict) {
        assert_eq!(rewrite(base, ours, theirs), expected);
    }

    fn value() -> impl Strategy<Value = String> {
        prop_oneof![Just(String::new()), Just("a".to_owned()), Just("b".to_owned()), Just("c".to_owned())]
    }

    proptest! {
        #[test]
        fn one_merge_settles_it(base in value(), ours in value(), theirs in value(), flexybox_wins: bool) {
            let wins = if flexybox_wins { Side::Flexybox } else { Side::Accounting };
            let (ours_after, theirs_after) = match merge(&base, &ours, &theirs, wins) {
                Verdict::Agreed => (ours.clone(), theirs.clone()),
                Verdict::Push | Verdict::Conflict(Side::Flexybox) => (ours.clone(), ours.clone()),
                Verdict::Pull | Verdict::Conflict(Side::Accounting) => (theirs.clone(), theirs.clone()),
            };
            prop_assert_eq!(merge(&ours_after, &ours_after, &theirs_after, wins), Verdict::Agreed);
        }

        #[test]
        fn an_edit_of_one_side_is_never_lost(base in value(), edit in value(), flexybox_wins: bool) {
            let wins = if flexybox_wins { Side::Flexybox } else { Side::Accounting };
            prop_assume!(base != edit);
            prop_assert_eq!(merge(&base, &edit, &base, wins), Verdict::Push);
            prop_assert_eq!(merge(&base, &base, &edit, wins), Verdict::Pull);
        }

        #[test]
        fn a_lost_value_is_always_reported(base in value(), ours in value(), theirs in value()) {
            let verdict = merge(&base, &ours, &theirs, Side::Accounting);
            let both_changed = ours != base && theirs != base && ours != theirs;
            prop_assert_eq!(matches!(verdict, Verdict::Conflict(_)), both_changed);
        }
    }
}
