//! Which of the lines that should be in the books are there already.
//!
//! Lines that are alike in everything stand for one another, so no line needs a mark of its own: what counts is how many
//! of each kind there are. A person may have retouched a line meanwhile, so a line that is alike in account and amount
//! counts too, once all exact matches are taken.

use crate::digest::Digest;

/// What a line is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    exact: u64,
    loose: u64,
}

impl Keys {
    /// The keys of a line: the texts that tell its account, all other texts, its amount in minor units.
    pub fn of(account: &[&str], details: &[&str], amount: i64) -> Self {
        let minor = amount.to_string();
        let minor = [minor.as_str()];
        Self {
            exact: Digest::of(account.iter().chain(details).chain(&minor)),
            loose: Digest::of(account.iter().chain(&minor)),
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// For each wanted line, the place of the found one that stands for it.
    pub of_wanted: Vec<Option<usize>>,
    /// Found lines that stand for none.
    pub spare: usize,
}

impl Matched {
    /// Whether every wanted line is there.
    pub fn is_complete(&self) -> bool {
        self.of_wanted.iter().all(Option::is_some)
    }
}

/// Match what is wanted to what was found, each line to at most one.
pub fn match_lines(wanted: &[Keys], found: &[Keys]) -> Matched {
    let mut of_wanted: Vec<Option<usize>> = vec![None; wanted.len()];
    let mut taken = vec![false; found.len()];
    for key in [|keys: &Keys| keys.exact, |keys: &Keys| keys.loose] {
        // Lines come back in the order they were sent, so the one after the last match is nearly always the next.
        let mut from = 0;
        for (place, wanted) in of_wanted.iter_mut().zip(wanted).filter(|(place, _)| place.is_none()) {
            let free = |(at, found): &(usize, &Keys)| taken.get(*at) == Some(&false) && key(found) == key(wanted);
            let behind = found.iter().enumerate().skip(from).find(free);
            let Some((at, _)) = behind.or_else(|| found.iter().enumerate().take(from).find(free)) else { continue };
            *place = Some(at);
            from = at + 1;
            if let Some(taken) = taken.get_mut(at) {
                *taken = true;
            }
        }
    }
    Matched { of_wanted, spare: taken.iter().filter(|taken| !**taken).count() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(account: usize, text: usize, amount: i64) -> Keys {
        Keys::of(&[["1", "2"][account]], &[["a", "b"][text]], amount)
    }

    proptest! {
        #[test]
        fn any_part_of_the_lines_is_known_again(
            lines in proptest::collection::vec((0usize..2, 0usize..2, -2i64..3), 0..30),
            arrived in proptest::collection::vec(any::<bool>(), 30),
        ) {
            let wanted: Vec<Keys> = lines.iter().map(|(account, text, amount)| keys(*account, *text, *amount)).collect();
            let there = wanted.iter().zip(&arrived).filter(|(_, there)| **there).map(|(keys, _)| *keys);
            let found: Vec<Keys> = there.rev_if_even();
            let matched = match_lines(&wanted, &found);
            prop_assert_eq!(matched.spare, 0);
            prop_assert_eq!(matched.of_wanted.iter().flatten().count(), found.len());
            // What is found and what is still missing together are what is wanted.
            let missing = wanted.iter().zip(&matched.of_wanted).filter(|(_, at)| at.is_none()).map(|(keys, _)| keys.exact);
            let mut all: Vec<u64> = found.iter().map(|keys| keys.exact).chain(missing).collect();
            let mut sent: Vec<u64> = wanted.iter().map(|keys| keys.exact).collect();
            all.sort_unstable();
            sent.sort_unstable();
            prop_assert_eq!(all, sent);
        }
    }

    trait RevIfEven: Iterator + Sized {
        fn rev_if_even(self) -> Vec<Self::Item> {
            let mut all: Vec<Self::Item> = self.collect();
            if all.len().is_multiple_of(2) {
                all.reverse();
            }
            all
        }
    }
    impl<I: Iterator> RevIfEven for I {}

    #[test]
    fn a_retouched_line_counts_once_the_exact_ones_are_taken() {
        let matched = match_lines(&[keys(0, 0, 5), keys(0, 1, 5)], &[keys(0, 1, 5), keys(0, 1, 5), keys(1, 0, 5)]);
        assert_eq!(matched, Matched { of_wanted: vec![Some(1), Some(0)], spare: 1 });
        assert!(matched.is_complete());
    }
}
