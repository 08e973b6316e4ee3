//! Reading settings: keys to values, with the same treatment of what is missing everywhere.

use crate::names;
use crate::types::Setting;

/// The settings of one context.
#[derive(Clone, Copy)]
pub struct Settings<'a>(&'a [Setting]);

impl<'a> Settings<'a> {
    /// Over the settings of a context.
    pub fn new(settings: &'a [Setting]) -> Self {
        Self(settings)
    }

    /// The value of a setting without surrounding spaces; empty when it is missing. The last one counts.
    pub fn text(&self, key: &str) -> &'a str {
        names::trimmed(self.raw(key))
    }

    /// The value exactly as entered, for secrets; empty when it is missing.
    pub fn raw(&self, key: &str) -> &'a str {
        self.0.iter().rev().find(|setting| names::equal(&setting.key, key)).map_or("", |setting| setting.value.as_str())
    }

    /// A yes/no setting: only `true` is yes.
    pub fn is_on(&self, key: &str) -> bool {
        self.text(key) == "true"
    }
}

/// Whether `text` is a GUID: 32 hexadecimal digits in the usual groups, with or without braces.
pub fn is_guid(text: &str) -> bool {
    let bare = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(text);
    bare.len() == 36
        && bare.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("11111111-2222-4333-8444-555555555555", true)]
    #[case("{11111111-2222-4333-8444-55555555ABCD}", true)]
    #[case("11111111-2222-4333-8444-55555555555", false)]
    #[case("11111111222243338444555555555555", false)]
    #[case("{11111111-2222-4333-8444-555555555555", false)]
    #[case("g1111111-2222-4333-8444-555555555555", false)]
    #[case("", false)]
    fn guids(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(is_guid(text), expected);
    }

    #[test]
    fn the_last_value_counts_and_spaces_do_not() {
        let settings =
            [("a", " 1 "), ("a", " 2 ")].map(|(key, value)| Setting { key: key.into(), value: value.into() });
        let settings = Settings::new(&settings);
        assert_eq!((settings.text("a"), settings.raw("a"), settings.text("b")), ("2", " 2 ", ""));
    }
}
