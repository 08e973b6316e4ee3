//! Writing minor units as an amount.

use crate::bindings::types::Locale;
use iso_currency::Currency;

/// How many decimals a currency has; none for a code that is no currency, or one without minor units (gold, `XXX`).
pub(super) fn decimals(currency: &str) -> Option<u16> {
    Currency::from_code(currency)?.exponent()
}

/// The decimal mark of a language, and what stands between thousands.
fn marks(locale: Locale) -> (char, char) {
    match locale {
        Locale::Da => (',', '.'),
        Locale::En => ('.', ','),
    }
}

/// As people read it: `1.250,50` or `1,250.50`. Without decimals it is minor units, in one piece.
pub(super) fn for_people(minor_units: i128, decimals: Option<u16>, locale: Locale) -> String {
    let Some(decimals) = decimals else { return minor_units.to_string() };
    let (mark, between) = marks(locale);
    write(minor_units, decimals, mark, Some(between))
}

/// As a spreadsheet of that language reads it: the decimal mark, and nothing between thousands.
pub(super) fn for_spreadsheet(minor_units: i128, decimals: Option<u16>, locale: Locale) -> String {
    write(minor_units, decimals.unwrap_or_default(), marks(locale).0, None)
}

/// As a machine reads it: a point, nothing between thousands.
pub(super) fn plain(minor_units: i128, decimals: u16) -> String {
    write(minor_units, decimals, '.', None)
}

fn write(minor_units: i128, decimals: u16, mark: char, between: Option<char>) -> String {
    let decimals = usize::from(decimals);
    let digits = format!("{:0>width$}", minor_units.unsigned_abs(), width = decimals.saturating_add(1));
    let (whole, rest) = digits.split_at(digits.len().saturating_sub(decimals));
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    if minor_units < 0 {
        text.push('-');
    }
    for (place, digit) in whole.chars().enumerate() {
        let left = whole.len().saturating_sub(place);
        if let Some(between) = between.filter(|_| place > 0 && left.is_multiple_of(3)) {
            text.push(between);
        }
        text.push(digit);
    }
    if decimals > 0 {
        text.push(mark);
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("DKK", 125_050, "1.250,50", "1,250.50", "1250,50", "1250.50")]
    #[case("DKK", -7, "-0,07", "-0.07", "-0,07", "-0.07")]
    #[case("DKK", 100_000_000, "1.000.000,00", "1,000,000.00", "1000000,00", "1000000.00")]
    #[case("DKK", 99_999, "999,99", "999.99", "999,99", "999.99")]
    #[case("JPY", 1_250, "1.250", "1,250", "1250", "1250")]
    #[case("JPY", 0, "0", "0", "0", "0")]
    #[case("KWD", 1_250_505, "1.250,505", "1,250.505", "1250,505", "1250.505")]
    #[case("CLF", 12_345, "1,2345", "1.2345", "1,2345", "1.2345")]
    fn has_as_many_decimals_as_the_currency(
        #[case] currency: &str,
        #[case] minor_units: i128,
        #[case] danish: &str,
        #[case] english: &str,
        #[case] spreadsheet: &str,
        #[case] machine: &str,
    ) {
        let decimals = decimals(currency);
        assert_eq!(for_people(minor_units, decimals, Locale::Da), danish);
        assert_eq!(for_people(minor_units, decimals, Locale::En), english);
        assert_eq!(for_spreadsheet(minor_units, decimals, Locale::Da), spreadsheet);
        assert_eq!(plain(minor_units, decimals.unwrap()), machine);
    }

    #[rstest]
    #[case("")]
    #[case("dkk")]
    #[case("DDK")]
    #[case("XXX")]
    #[case("XAU")]
    fn an_unknown_currency_has_minor_units_only(#[case] currency: &str) {
        assert_eq!(decimals(currency), None);
        assert_eq!(for_people(-125_050, None, Locale::Da), "-125050");
        assert_eq!(for_spreadsheet(125_050, None, Locale::Da), "125050");
    }

    #[test]
    fn the_largest_amounts_fit() {
        assert_eq!(for_people(i128::from(i64::MIN), Some(2), Locale::Da), "-92.233.720.368.547.758,08");
        assert_eq!(plain(i128::from(i64::MAX) * 10_000, 0), "92233720368547758070000");
    }
}
