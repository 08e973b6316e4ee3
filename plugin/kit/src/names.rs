//! Comparing names that people typed, and guessing what they meant.

#![allow(clippy::disallowed_types, reason = "a score of likeness, not an amount")]

/// A suggestion must be at least this near (Jaro-Winkler, 0 to 1): below it, it confuses more than it helps.
const NEAR: f64 = 0.78;

/// Whether two names are the same to a person: case and surrounding spaces do not count.
pub fn same(a: &str, b: &str) -> bool {
    a.trim().chars().map(fold_char).eq(b.trim().chars().map(fold_char))
}

/// Whether two names are the same to the letter. Comparing texts is a call in a component; names of one length rarely end
/// alike, and to see that is none.
#[inline(always)]
pub fn equal(a: impl AsRef<[u8]>, b: impl AsRef<[u8]>) -> bool {
    let (a, b) = (a.as_ref(), b.as_ref());
    a.len() == b.len() && a.last() == b.last() && a == b
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
    }

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        assert_eq!(nearest("CreditMx", ["CreditMax", "Currency", "City"], 1), ["CreditMax"]);
        assert!(nearest("Skostørrelse", ["CreditMax", "City"], 3).is_empty());
    }
}
