//! Exact arithmetic of posting: minor units of currencies, and what of an amount is VAT. Decimals, never floats.

use rust_decimal::{Decimal, RoundingStrategy};

/// Currencies without a minor unit (ISO 4217).
const WITHOUT_MINOR_UNIT: [&str; 17] = [
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
];
/// Currencies whose minor unit is a thousandth (ISO 4217).
const IN_THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

/// Decimals of a currency.
pub(super) fn decimals(currency: &str) -> u32 {
    if WITHOUT_MINOR_UNIT.contains(&currency) {
        0
    } else if IN_THOUSANDTHS.contains(&currency) {
        3
    } else {
        2
    }
}

/// Whether an amount has no more decimals than its currency.
pub(super) fn fits(amount: Decimal, decimals: u32) -> bool {
    amount.normalize().scale() <= decimals
}

/// How VAT is found in an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// It is part of the amount.
    Included,
    /// It comes on top of the amount.
    Added,
}

/// An amount without its VAT, and the VAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// Without VAT.
    pub net: Decimal,
    /// The VAT, rounded half up (away from zero) to the currency's decimals.
    pub vat: Decimal,
}

/// Splits an amount by a rate in per cent; `None` where the numbers are too large to compute with.
pub(super) fn split(amount: Decimal, rate: Decimal, method: Method, decimals: u32) -> Option<Split> {
    let hundred = Decimal::ONE_HUNDRED;
    let of = match method {
        Method::Included => hundred.checked_add(rate)?,
        Method::Added => hundred,
    };
    let exact = amount.checked_mul(rate)?.checked_div(of)?;
    let vat = exact.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let net = match method {
        Method::Included => amount.checked_sub(vat)?,
        Method::Added => amount,
    };
    Some(Split { net, vat })
}

/// The amount with exactly the currency's decimals, as posted rows show it.
pub(super) fn posted(mut amount: Decimal, decimals: u32) -> Decimal {
    amount.rescale(decimals);
    amount
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("125.00", "25", Method::Included, 2, "100.00", "25.00")]
    #[case("100.00", "25", Method::Added, 2, "100.00", "25.00")]
    #[case("0.03", "25", Method::Included, 2, "0.02", "0.01")]
    #[case("0.02", "25", Method::Added, 2, "0.02", "0.01")] // 0.005 goes up
    #[case("-0.02", "25", Method::Added, 2, "-0.02", "-0.01")] // and the other way alike
    #[case("0.01", "25", Method::Included, 2, "0.01", "0.00")]
    #[case("999", "25", Method::Included, 0, "799", "200")] // 199.8
    #[case("1.250", "25", Method::Included, 3, "1.000", "0.250")]
    #[case("100.00", "0", Method::Included, 2, "100.00", "0")]
    #[case("112.50", "12.5", Method::Included, 2, "100.00", "12.50")]
    fn cases(
        #[case] amount: &str,
        #[case] rate: &str,
        #[case] method: Method,
        #[case] decimals: u32,
        #[case] net: &str,
        #[case] vat: &str,
    ) {
        let of = |text: &str| Decimal::from_str_exact(text).unwrap();
        let found = split(of(amount), of(rate), method, decimals).unwrap();
        assert_eq!((found.net, found.vat), (of(net), of(vat)));
    }

    proptest! {
        #[test]
        fn included_vat_is_never_lost_and_within_half_a_minor_unit(
            minor in -1_000_000_000_000_i64..1_000_000_000_000, rate in 0_u32..=100, places in prop_oneof![Just(0), Just(2), Just(3)],
        ) {
            let (amount, rate) = (Decimal::new(minor, places), Decimal::from(rate));
            let Split { net, vat } = split(amount, rate, Method::Included, places).unwrap();
            prop_assert_eq!(net + vat, amount);
            prop_assert!(fits(net, places) && fits(vat, places));
            // Exactly: |vat * (100 + rate) - amount * rate| is at most half a minor unit times (100 + rate).
            let off = (vat * (Decimal::ONE_HUNDRED + rate) - amount * rate).abs();
            prop_assert!(off * Decimal::TWO <= Decimal::new(1, places) * (Decimal::ONE_HUNDRED + rate));
        }
    }

    #[test]
    fn the_decimals_of_currencies() {
        assert_eq!(["DKK", "EUR", "JPY", "ISK", "KWD"].map(decimals), [2, 2, 0, 0, 3]);
        for currency in WITHOUT_MINOR_UNIT.iter().chain(&IN_THOUSANDTHS) {
            assert_eq!(currency.len(), 3);
        }
    }

    #[test]
    fn numbers_too_large_are_told() {
        assert_eq!(split(Decimal::MAX, Decimal::from(25), Method::Included, 2), None);
    }
}
