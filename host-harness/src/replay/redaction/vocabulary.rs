//! Words that mean something to any machine that keeps customers and never tell who somebody is: they are kept, so that a
//! connector reads them in a recording as it read them at work.

use iso_country::Country;
use std::str::FromStr;

/// What is done with a customer or a debtor, and whether it is so.
const WORDS: [&str; 30] = [
    "ja", "nej", "yes", "no", "true", "false", "null", "none", "ok", "add", "added", "create", "created", "insert",
    "inserted", "change", "changed", "update", "updated", "modify", "modified", "delete", "deleted", "remove",
    "removed", "debtor", "customer", "ledger", "entry", "voucher",
];

/// Countries as Danish books write them, where that is not the English name.
const IN_DANISH: [&str; 12] = [
    "Danmark",
    "Sverige",
    "Norge",
    "Tyskland",
    "Storbritannien",
    "Holland",
    "Frankrig",
    "Spanien",
    "Italien",
    "Polen",
    "Færøerne",
    "Grønland",
];

/// All of them.
pub(super) fn words() -> impl Iterator<Item = String> {
    let letters = || 'A'..='Z';
    let codes = letters().flat_map(move |first| letters().map(move |second| format!("{first}{second}")));
    let countries = codes.filter_map(|code| Country::from_str(&code).ok()).flat_map(|country| {
        // Accounting systems that know countries by one word write "UnitedKingdom" and not what follows the name in the standard.
        let name = country.name();
        let short = name.split([',', '(']).next().unwrap_or(name).split(" of ").next().unwrap_or(name);
        [name.to_owned(), short.split_whitespace().collect()]
    });
    WORDS.iter().chain(&IN_DANISH).map(|word| (*word).to_owned()).chain(countries)
}

#[cfg(test)]
mod tests {
    #[test]
    fn knows_actions_and_countries() {
        let words: Vec<String> = super::words().collect();
        for word in ["update", "Denmark", "Danmark", "UnitedKingdom", "Sweden"] {
            assert!(words.iter().any(|known| known == word), "{word} is not known");
        }
    }
}
