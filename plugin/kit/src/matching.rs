//! Telling whether a customer and a debtor are the same: by number, company registration number, e-mail.

/// The length of a Danish company registration number.
const CVR_DIGITS: usize = 8;

/// A company registration number in the form two sides are compared by: for a Danish one its eight digits, whatever
/// spaces, dots, dashes or `DK` it was written with; for any other the text without surrounding spaces.
pub fn normal_cvr(text: &str) -> String {
    let trimmed = text.trim();
    let rest = trimmed
        .strip_prefix("DK")
        .or_else(|| trimmed.strip_prefix("dk"))
        .or_else(|| trimmed.strip_prefix("Dk"))
        .unwrap_or(trimmed);
    let digits: String = rest.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '\u{a0}' | ':')).collect();
    if digits.len() == CVR_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits
    } else {
        trimmed.to_owned()
    }
}

/// The ways a normalised number is likely to be written on the other side, for systems that only compare text.
pub fn cvr_spellings(text: &str) -> Vec<String> {
    let normal = normal_cvr(text);
    let mut spellings = vec![text.trim().to_owned(), normal.clone()];
    if let (Some(a), Some(b), Some(c), Some(d)) =
        (normal.get(0..2), normal.get(2..4), normal.get(4..6), normal.get(6..8))
        && normal.len() == CVR_DIGITS
        && normal.bytes().all(|byte| byte.is_ascii_digit())
    {
        let pairs = format!("{a} {b} {c} {d}");
        spellings.extend(["DK", "DK ", "DK-"].map(|prefix| format!("{prefix}{normal}")));
        spellings.extend([format!("DK {pairs}"), format!("DK{pairs}"), format!("{a}.{b}.{c}.{d}"), pairs]);
    }
    spellings.retain(|spelling| !spelling.is_empty());
    let mut distinct: Vec<String> = Vec::new();
    for spelling in spellings {
        if !distinct.contains(&spelling) {
            distinct.push(spelling);
        }
    }
    distinct
}

/// An e-mail address in the form two sides are compared by.
pub fn normal_email(text: &str) -> String {
    crate::names::fold(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("12345678", "12345678")]
    #[case("DK12345678", "12345678")]
    #[case(" dk 12 34 56 78 ", "12345678")]
    #[case("12.34.56.78", "12345678")]
    #[case("DK-12345678", "12345678")]
    #[case("00345678", "00345678")]
    #[case("SE556677889901", "SE556677889901")]
    #[case("1234567", "1234567")]
    #[case("", "")]
    fn cvr(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(normal_cvr(text), expected);
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in ".{0,24}") {
            let once = normal_cvr(&text);
            prop_assert_eq!(normal_cvr(&once), once);
        }

        #[test]
        fn every_spelling_is_the_same_number(number in "[0-9]{8}") {
            for spelling in cvr_spellings(&number) {
                prop_assert_eq!(normal_cvr(&spelling), number.clone());
            }
        }
    }
}
