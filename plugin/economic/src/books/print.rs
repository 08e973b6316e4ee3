//! By what a booked day is recognised: its lines as they lie in the journal, and, once booked, the accounts and the sums on
//! the contra account.

use accounting_kit::bookkeeping::Fingerprint;
use accounting_kit::digest::Digest;

/// A day, or what was found of one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Print {
    /// The lines in the journal.
    pub(super) lines: Fingerprint,
    /// Every account and customer once.
    pub(super) accounts: u64,
    /// The account every line is booked against.
    pub(super) contra: u64,
}

impl Print {
    /// As text for the receipt, `lines-accounts-contra`; at most 80 characters.
    pub(super) fn to_text(&self) -> String {
        format!("{}-{}-{}", self.lines.to_text(), self.accounts, self.contra)
    }

    /// Of a receipt; `None` when it is none.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let (rest, contra) = text.rsplit_once('-')?;
        let (lines, accounts) = rest.rsplit_once('-')?;
        let lines = Fingerprint::from_text(lines)?;
        Some(Self { lines, accounts: accounts.parse().ok()?, contra: contra.parse().ok()? })
    }
}

/// Accounts and customers, each once, as one number whatever their order.
pub(super) fn accounts<'a>(all: impl Iterator<Item = [&'a str; 2]>) -> u64 {
    let mut seen: Vec<u64> = Vec::new();
    for account in all {
        let digest = Digest::of(&account);
        if !seen.contains(&digest) {
            seen.push(digest);
        }
    }
    seen.into_iter().fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_and_back(amount in any::<i64>(), accounts: u64, contra in 0u64..1_000_000_000) {
            let mut lines = Fingerprint::default();
            lines.add(&["ledger", "1010"], &["Entré"], amount);
            let print = Print { lines, accounts, contra };
            prop_assert!(print.to_text().len() <= 100);
            prop_assert_eq!(Print::from_text(&print.to_text()), Some(print));
        }

        #[test]
        fn never_panics(text in "\\PC{0,100}") {
            let _ = Print::from_text(&text);
        }
    }
}
