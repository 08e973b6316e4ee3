//! The name of a new connector, and every way it is written.

use std::str::FromStr;

/// Longer names make unreadable file names.
const MAX_LENGTH: usize = 40;
/// Names that would be another package's, file's or key's.
const TAKEN: [&str; 5] = ["connectors", "harness", "kit", "toy-ledger", "xtask"];

/// A name of a-z, 0-9 and -, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name(String);

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(plain)
            && !text.ends_with('-')
            && !text.contains("--")
            && text.len() <= MAX_LENGTH;
        if !good {
            return Err(format!(
                "{text:?} cannot be a connector's name; use a-z, 0-9 and single -, begin with a letter, at most {MAX_LENGTH} \
                 characters"
            ));
        }
        if TAKEN.contains(&text) {
            return Err(format!("the name {text:?} is taken; choose another"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Name {
    /// As it was given.
    pub(super) fn plain(&self) -> &str {
        &self.0
    }

    /// A text of the scaffold with this name in place of its own, in every way it is written.
    pub(super) fn renamed(&self, text: &str) -> String {
        let snake = self.0.replace('-', "_");
        let words: Vec<String> = self.0.split('-').map(capital).collect();
        text.replace("toy-ledger", &self.0)
            .replace("TOY_LEDGER", &snake.to_ascii_uppercase())
            .replace("toy_ledger", &snake)
            .replace("ToyLedger", &words.concat())
            .replace("Toy Ledger", &words.join(" "))
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("my-books", "my-books my_books MyBooks My Books MY_BOOKS")]
    #[case("erp2", "erp2 erp2 Erp2 Erp2 ERP2")]
    fn a_name_is_written_in_every_way(#[case] name: &str, #[case] expected: &str) {
        let name: Name = name.parse().unwrap();
        assert_eq!(name.renamed("toy-ledger toy_ledger ToyLedger Toy Ledger TOY_LEDGER"), expected);
    }

    #[rstest]
    fn what_cannot_be_a_name_is_refused(
        #[values("", "2books", "My-books", "my_books", "my--books", "my-", "../x", "bøger", "kit", "toy-ledger")]
        name: &str,
    ) {
        let error = name.parse::<Name>().unwrap_err();
        assert!(error.contains(&format!("{name:?}")), "{error}");
    }
}
