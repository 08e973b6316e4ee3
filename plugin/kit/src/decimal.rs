//! Numbers that people typed, kept exactly: text in, text out, no arithmetic and never a float.
//!
//! The canonical form is `-?digits[.digits]` without leading or trailing zeros: `1250.5`. Danes write it `1.250,50`.

/// More digits than any amount or rate has; longer ones are refused rather than cut.
const MAX_DIGITS: usize = 28;

/// The canonical form of a number as Danes write it: `1.250,50`, `1250,5`, `-3`, `1250`. A dot is a thousands separator
/// and must stand before every three digits, so that `12.5` is refused and not taken for 125. Empty is zero.
///
/// `None` when it is not such a number.
pub fn from_danish(text: &str) -> Option<String> {
    let Some((negative, body)) = signed(text) else { return Some("0".to_owned()) };
    let (whole, fraction) = match body.split_once(',') {
        Some((_, "")) => return None,
        Some((whole, fraction)) => (whole, fraction),
        None => (body, ""),
    };
    let whole = ungroup(whole)?;
    canonical(negative, &whole, fraction)
}

/// The canonical form of a number as machines write it: `1250.50`, `-3`, `1e2` is refused. Empty is zero.
pub fn from_invariant(text: &str) -> Option<String> {
    let Some((negative, body)) = signed(text) else { return Some("0".to_owned()) };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    canonical(negative, whole, fraction)
}

/// A canonical number as Danes read it, with at least two decimals when it has any: `1.250,50`. What is no such number
/// stays as it is.
pub fn to_danish(canonical: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    if !canonical.bytes().all(plain) || from_invariant(canonical).is_none() {
        return canonical.to_owned();
    }
    let (sign, body) = match canonical.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", canonical),
    };
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(',');
        out.push_str(fraction);
        if fraction.len() == 1 {
            out.push('0');
        }
    }
    out
}

/// The sign and what stands behind it; `None` for nothing at all.
fn signed(text: &str) -> Option<(bool, &str)> {
    let text = text.trim();
    match text.strip_prefix('-') {
        _ if text.is_empty() => None,
        Some(rest) => Some((true, rest)),
        None => Some((false, text)),
    }
}

/// Take the thousands separators out, if they stand where they should.
fn ungroup(whole: &str) -> Option<String> {
    if !whole.contains('.') {
        return Some(whole.to_owned());
    }
    let mut groups = whole.split('.');
    let first = groups.next()?;
    if first.is_empty() || first.len() > 3 {
        return None;
    }
    let mut out = first.to_owned();
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        out.push_str(group);
    }
    Some(out)
}

fn canonical(negative: bool, whole: &str, fraction: &str) -> Option<String> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || whole.len() + fraction.len() > MAX_DIGITS {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let mut out = String::new();
    if negative && !(whole.is_empty() && fraction.is_empty()) {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("1.250,50", Some("1250.5"))]
    #[case("1250,50", Some("1250.5"))]
    #[case("1.250", Some("1250"))]
    #[case("-0,00", Some("0"))]
    #[case("0,01", Some("0.01"))]
    #[case("9.999.999.999,99", Some("9999999999.99"))]
    #[case("", Some("0"))]
    #[case("12.5", None)]
    #[case("1.25.000", None)]
    #[case("1,2,3", None)]
    #[case("1,", None)]
    #[case("abc", None)]
    #[case("1e5", None)]
    fn danish(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(from_danish(text).as_deref(), expected);
    }

    #[rstest]
    #[case("1E+30", "1E+30")]
    #[case("four", "four")]
    #[case("", "")]
    #[case(".", ".")]
    #[case("-", "-")]
    #[case("1.2.3", "1.2.3")]
    #[case("1250.5", "1.250,50")]
    #[case("1250.50", "1.250,50")]
    #[case("1250", "1.250")]
    #[case("-1234567.125", "-1.234.567,125")]
    #[case("0.01", "0,01")]
    #[case("0", "0")]
    fn for_danes(#[case] canonical: &str, #[case] expected: &str) {
        assert_eq!(to_danish(canonical), expected);
    }

    proptest! {
        #[test]
        fn danish_and_back(minor in any::<i64>()) {
            let text = format!("{}{}.{:02}", if minor < 0 { "-" } else { "" }, minor.unsigned_abs() / 100, minor.unsigned_abs() % 100);
            let canonical = from_invariant(&text).unwrap();
            prop_assert_eq!(from_danish(&to_danish(&canonical)), Some(canonical));
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = from_danish(&text);
            let _ = from_invariant(&text);
        }
    }
}
