//! Money as whole minor units beside an ISO 4217 code, and as the exact decimal text that stands in JSON. Never a float.

use crate::decimal;
use crate::types::Locale;

/// Currencies whose minor unit is not a hundredth, by ISO 4217. All others have two decimals; a test compares the table
/// with a library that knows every currency.
const EXCEPTIONS: [(&str, u32); 26] = [
    ("BHD", 3),
    ("BIF", 0),
    ("CLF", 4),
    ("CLP", 0),
    ("DJF", 0),
    ("GNF", 0),
    ("IQD", 3),
    ("ISK", 0),
    ("JOD", 3),
    ("JPY", 0),
    ("KMF", 0),
    ("KRW", 0),
    ("KWD", 3),
    ("LYD", 3),
    ("OMR", 3),
    ("PYG", 0),
    ("RWF", 0),
    ("TND", 3),
    ("UGX", 0),
    ("UYI", 0),
    ("UYW", 4),
    ("VND", 0),
    ("VUV", 0),
    ("XAF", 0),
    ("XOF", 0),
    ("XPF", 0),
];

/// The decimals of a currency; `None` when the code does not have the form of one, three capital letters.
pub fn decimals(currency: &str) -> Option<u32> {
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    Some(EXCEPTIONS.iter().find(|(code, _)| *code == currency).map_or(2, |(_, decimals)| *decimals))
}

/// Minor units as decimal text with all the currency's decimals: `-1250.50`. Exact.
pub fn to_decimal(minor: i128, decimals: u32) -> String {
    let digits = minor.unsigned_abs().to_string();
    let places = usize::try_from(decimals).unwrap_or(0);
    let mut out = String::from(if minor < 0 { "-" } else { "" });
    for _ in digits.len()..=places {
        out.push('0');
    }
    out.push_str(&digits);
    if places > 0 {
        out.insert(out.len() - places, '.');
    }
    out
}

/// Decimal text as minor units; empty is zero. `None` when it is no such text, has more decimals than the currency, or is
/// too large: nothing is ever rounded.
pub fn from_decimal(text: &str, decimals: u32) -> Option<i64> {
    let canonical = decimal::from_invariant(text)?;
    let (whole, fraction) = canonical.split_once('.').unwrap_or((&canonical, ""));
    let places = usize::try_from(decimals).ok()?;
    if fraction.len() > places {
        return None;
    }
    let mut digits = whole.to_owned();
    digits.push_str(fraction);
    for _ in fraction.len()..places {
        digits.push('0');
    }
    digits.parse().ok()
}

/// Minor units as the reader of a message reads them: `1.250,50` in Danish, `1250.50` in English.
pub fn for_people(minor: i128, decimals: u32, locale: Locale) -> String {
    let plain = to_decimal(minor, decimals);
    match locale {
        Locale::Da => decimal::to_danish(&plain),
        Locale::En => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(1, 2, "0.01")]
    #[case(-125_050, 2, "-1250.50")]
    #[case(999_999_999_999, 2, "9999999999.99")]
    #[case(5, 0, "5")]
    #[case(-5, 3, "-0.005")]
    #[case(0, 2, "0.00")]
    fn as_text(#[case] minor: i128, #[case] decimals: u32, #[case] text: &str) {
        assert_eq!(to_decimal(minor, decimals), text);
    }

    #[rstest]
    #[case("1250.5", 2, Some(125_050))]
    #[case("-0.01", 2, Some(-1))]
    #[case("100.000", 2, Some(10_000))]
    #[case("100.001", 2, None)]
    #[case("100.001", 3, Some(100_001))]
    #[case("100.5", 0, None)]
    #[case("", 2, Some(0))]
    #[case("1e3", 2, None)]
    #[case("99999999999999999999", 2, None)]
    fn from_text(#[case] text: &str, #[case] decimals: u32, #[case] minor: Option<i64>) {
        assert_eq!(from_decimal(text, decimals), minor);
    }

    #[test]
    fn every_currency_has_the_decimals_of_iso_4217() {
        let mut known = 0;
        for a in 'A'..='Z' {
            for b in 'A'..='Z' {
                for c in 'A'..='Z' {
                    let code = String::from_iter([a, b, c]);
                    let Some(exponent) = iso_currency::Currency::from_code(&code).map(|it| it.exponent()) else {
                        continue;
                    };
                    known += 1;
                    // Precious metals and test codes have no minor unit and stand in no report.
                    if let Some(exponent) = exponent {
                        assert_eq!(decimals(&code), Some(u32::from(exponent)), "{code}");
                    }
                }
            }
        }
        assert!(known > 150, "{known}");
        assert_eq!([decimals("dkk"), decimals("DK"), decimals("DKKR"), decimals("D1K")], [None; 4]);
    }

    proptest! {
        #[test]
        fn text_and_back(minor in any::<i64>(), decimals in 0u32..5) {
            prop_assert_eq!(from_decimal(&to_decimal(minor.into(), decimals), decimals), Some(minor));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}", decimals in 0u32..5) {
            let _ = from_decimal(&text, decimals);
        }
    }
}
