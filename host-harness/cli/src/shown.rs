//! Texts and moments of others as a terminal shows them.

/// A text without control characters: what a connector or a server says must not move the cursor or colour the screen.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect()
}

/// Milliseconds since 1970 to the second, in UTC; the number itself where no calendar reaches.
pub(crate) fn utc(ms: i64) -> String {
    match jiff::Timestamp::from_millisecond(ms) {
        Ok(moment) => moment.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        Err(_) => ms.to_string(),
    }
}

/// The same; nothing for never.
pub(crate) fn utc_or_never(ms: Option<i64>) -> String {
    ms.map(utc).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{clean, utc};

    #[test]
    fn a_text_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\r\nc\u{9b}d æøå"), "a [31mb  c d æøå");
    }

    #[test]
    fn a_moment_is_told_in_utc() {
        assert_eq!(utc(1_780_000_000_000), "2026-05-28 20:26:40Z");
        assert_eq!(utc(i64::MAX), i64::MAX.to_string());
    }
}
