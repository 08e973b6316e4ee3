//! The exact value of a number as it is written: digits and a power of ten, so that two spellings can be held against each
//! other without any arithmetic that rounds.

/// A number: its sign, its digits without zeros at either end, and the power of ten behind them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exact {
    negative: bool,
    digits: String,
    power: i64,
}

impl Exact {
    /// The value of a number as JSON writes it; none when it is no such number, or its exponent is beyond all reason.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let (negative, body) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = body.split_once(['e', 'E']).unwrap_or((body, "0"));
        let exponent: i64 = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let kept = all.trim_end_matches('0');
        let digits = kept.trim_start_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, power: 0 });
        }
        let dropped = i64::try_from(all.len() - kept.len()).ok()?;
        let power = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(dropped)?;
        Some(Self { negative, digits, power })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_number_are_the_same_and_others_are_not() {
        for same in ["1250.5", "1250.50", "0.12505e4", "125050E-2", "1.2505e+3"] {
            assert_eq!(Exact::of(same), Exact::of("1250.5"), "{same}");
        }
        for other in ["1250", "-1250.5", "12505", "1250.51"] {
            assert_ne!(Exact::of(other), Exact::of("1250.5"), "{other}");
        }
        assert_eq!(Exact::of("-0.00"), Exact::of("0e9"));
        assert_eq!(Exact::of("1.e.5"), None);
    }
}
