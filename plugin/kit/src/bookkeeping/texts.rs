//! The texts on lines: always Danish, as the books are, and the same on every attempt.

use super::entry::Entry;
use crate::exports::on_day_closed::Adjustment;
use crate::say;
use crate::types::Locale;

/// What stands on the rounding line.
pub const ROUNDING: &str = "Afrunding";

/// A text as it will stand in the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitted {
    /// At most as long as the accounting system takes.
    pub text: String,
    /// What did not fit; empty when all did.
    pub left_out: String,
}

/// The text of an entry, cut to `max` UTF-16 units, which is how accounting systems count; a correction begins with the
/// voucher it corrects.
pub fn fitted(entry: &Entry<'_>, corrects: &str, max: usize) -> Fitted {
    let mut text = String::new();
    if !corrects.is_empty() {
        text.push_str("Rettelse til bilag ");
        text.push_str(corrects);
        text.push_str(": ");
    }
    text.push_str(entry.text);
    let mut units = 0;
    let cut = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > max
    });
    let left_out = cut.map(|(at, _)| text.split_off(at)).unwrap_or_default();
    text.truncate(text.trim_end().len());
    Fitted { text, left_out }
}

/// What a receipt says of entries that are not in the books exactly as FlexyBox sent them.
pub fn adjustments(entries: &[Entry<'_>], corrects: &str, max: usize, locale: Locale) -> Vec<Adjustment> {
    let mut out = Vec::new();
    for entry in entries {
        let left_out = fitted(entry, corrects, max).left_out;
        if !left_out.is_empty() {
            let message = say!(
                locale,
                "teksten er afkortet til {max} tegn; udeladt: '{left_out}'",
                "the text was shortened to {max} characters; left out: '{left_out}'",
                max = max,
                left_out = left_out
            );
            out.push(Adjustment { line: entry.line, code: "text-shortened".to_owned(), message });
        }
        if entry.line.is_none() && entry.text == ROUNDING {
            let message = say!(
                locale,
                "dagens linjer gik ikke op; forskellen er bogført på afrundingskontoen",
                "the day's lines did not balance; the difference was booked on the rounding account"
            );
            out.push(Adjustment { line: None, code: "rounding-line".to_owned(), message });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::on_day_closed::Posting;
    use proptest::prelude::*;

    fn entry<'r>(posting: &'r Posting, text: &'r str) -> Entry<'r> {
        Entry { line: Some(3), posting, amount: 1, vat: "", text, dimensions: [""; 5], accrual: None }
    }

    #[test]
    fn a_correction_names_the_voucher_first() {
        let posting = Posting::Ledger("1".to_owned());
        let fitted = fitted(&entry(&posting, "Dankort"), "123456789", 50);
        assert_eq!((fitted.text.as_str(), fitted.left_out.as_str()), ("Rettelse til bilag 123456789: Dankort", ""));
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "\\PC{0,80}", max in 1usize..60) {
            let posting = Posting::Ledger("1".to_owned());
            let Fitted { text: kept, left_out } = fitted(&entry(&posting, &text), "", max);
            prop_assert!(kept.encode_utf16().count() <= max);
            prop_assert!(text.starts_with(&kept) && text.ends_with(&left_out));
            prop_assert!(text[kept.len()..text.len() - left_out.len()].trim().is_empty());
        }
    }
}
