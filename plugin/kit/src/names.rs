//! Comparing names that people typed, and guessing what they meant.

/// A suggestion must be at least this near (Jaro-Winkler, 0 to 1): below it, it confuses more than it helps.
const NEAR: f64 = 0.78;

/// Whether two names are the same to a person: case and surrounding spaces do not count.
pub fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// The names most like `name`, nearest first, at most `most`.
pub fn nearest<'a>(name: &str, among: impl IntoIterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let name = name.trim().to_lowercase();
    let mut scored: Vec<(f64, &str)> = among
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&name, &candidate.to_lowercase()), candidate))
        .filter(|(score, _)| *score >= NEAR)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(most).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_spaces_do_not_count() {
        assert!(same(" Spærret ", "SPÆRRET"));
        assert!(!same("Spærret", "Sparret"));
    }

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        assert_eq!(nearest("CreditMx", ["CreditMax", "Currency", "City"], 1), ["CreditMax"]);
        assert!(nearest("Skostørrelse", ["CreditMax", "City"], 3).is_empty());
    }
}
