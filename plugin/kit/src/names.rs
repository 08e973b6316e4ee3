//! Comparing names that people typed, and guessing what they meant.

#![allow(clippy::disallowed_types, reason = "a score of likeness, not an amount")]

/// A suggestion must be at least this near (Jaro-Winkler, 0 to 1): below it, it confuses more than it helps.
const NEAR: f64 = 0.78;

/// Whether two names are the same to a person: case and surrounding spaces do not count.
pub fn same(a: &str, b: &str) -> bool {
    a.trim().chars().map(fold_char).eq(b.trim().chars().map(fold_char))
}

/// Whether two names are the same to the letter. Names of one length rarely end alike, and to see that is no call.
#[inline(always)]
pub fn equal(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> bool {
    let (a, b) = (a.as_ref(), b.as_ref());
    a.len() == b.len() && a.last() == b.last() && rest_equal(a, b)
}

/// Whether two names of one length are the same, in a few steps for the length that names have: a component's own comparison of texts
/// goes byte by byte.
fn rest_equal(a: &[u8], b: &[u8]) -> bool {
    match a.len() {
        4..=8 => ends_alike::<4>(a, b),
        9..=16 => ends_alike::<8>(a, b),
        _ => a == b,
    }
}

/// Whether their first and their last bytes are the same, which is all of them where there are no more than twice as many.
fn ends_alike<const BYTES: usize>(a: &[u8], b: &[u8]) -> bool {
    a.first_chunk::<BYTES>() == b.first_chunk() && a.last_chunk::<BYTES>() == b.last_chunk()
}

/// A text without the spaces around it. Most have none, and to see that takes no table of the world's spaces.
pub fn trimmed(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if is_letter(bytes.first()) && is_letter(bytes.last()) { text } else { text.trim() }
}

/// Lower case as far as the letters of western Europe go. The tables for all the world's alphabets would be a tenth of a
/// component, and nobody names a field in Cherokee.
pub fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    match c {
        'A'..='Z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' => char::from_u32(u32::from(c) + 32).unwrap_or(c),
        _ => c,
    }
}

/// The names most like `name`, nearest first, at most `most`.
pub fn nearest<'a>(name: &str, among: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let name = fold(name.trim());
    let mut best: Vec<(f64, &str)> = Vec::new();
    for candidate in among {
        let score = strsim::jaro_winkler(&name, &fold(candidate));
        if score >= NEAR && best.iter().all(|(_, known)| *known != candidate) {
            let place = best.partition_point(|(other, _)| *other >= score);
            best.insert(place, (score, candidate));
            best.truncate(most);
        }
    }
    best.into_iter().map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_and_spaces_do_not_count() {
        assert!(same(" Spærret ", "SPÆRRET"));
        assert!(!same("Spærret", "Sparret"));
        assert_eq!(fold("ÆØÅ Ñandú ×÷ ÿ"), "æøå ñandú ×÷ ÿ");
    }

    #[test]
    fn to_the_letter() {
        assert!(equal("", "") && equal("Navn", "Navn"));
        assert!(!equal("Navn", "navn") && !equal("Navn", "Navne") && !equal("Navn", "Navo"));
        assert!(!equal("0123456789abcdef", "0123456x89abcdef") && !equal("0123456789ab", "01234567x9ab"));
    }

    proptest! {
        #[test]
        fn to_the_letter_as_texts_are(a in "[ab]{0,18}", b in "[ab]{0,18}") {
            prop_assert!(equal(&a, &a));
            prop_assert_eq!(equal(&a, &b), a == b);
        }

        #[test]
        fn trimmed_as_texts_are(text in "[ \t\u{a0}\u{3000}aå!]{0,4}") {
            prop_assert_eq!(trimmed(&text), text.trim());
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        assert_eq!(nearest("CreditMx", ["CreditMax", "Currency", "City"], 1), ["CreditMax"]);
        assert!(nearest("Skostørrelse", ["CreditMax", "City"], 3).is_empty());
    }
}
