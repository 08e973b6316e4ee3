//! Secrets: what they are, what stands in their place, and whether one is left anywhere.
//!
//! A secret is looked for as it is, percent-encoded, and, for a GUID, without braces and in either case. What is written
//! in the end is searched once more for all of these and for base64 of any alignment: a recording that still holds a
//! secret is not written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// Secrets shorter than this cannot be told apart from other text.
pub(super) const SHORTEST_SECRET: usize = 4;

/// What to replace by what.
#[derive(Default)]
pub(super) struct Secrets {
    /// Longest first, so that no secret hides in another.
    pairs: Vec<(String, String)>,
    originals: Vec<String>,
}

impl Secrets {
    /// Replace this value from now on; `name` says in the recording what stood there.
    pub(super) fn add(&mut self, value: &str, name: &str) {
        if value.is_empty() || self.originals.iter().any(|known| known == value) {
            return;
        }
        let number = self.originals.len().saturating_add(1);
        self.originals.push(value.to_owned());
        for (form, stand_in) in forms(value, &stand_in(value, name, number)) {
            if !self.pairs.iter().any(|(known, _)| *known == form) {
                self.pairs.push((form, stand_in));
            }
        }
        self.pairs.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
    }

    /// Show nothing but `mask` where this value stands.
    pub(super) fn mask(&mut self, value: &str, mask: &str) {
        if !value.is_empty() {
            self.originals.push(value.to_owned());
            self.pairs.extend(forms(value, mask));
            self.pairs.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        }
    }

    /// The text with stand-ins for secrets.
    pub(super) fn replace(&self, text: &str) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        // One pass, so that no stand-in is taken for a secret.
        while let Some(letter) = rest.chars().next() {
            match self.pairs.iter().find(|(form, _)| rest.starts_with(form.as_str())) {
                Some((form, stand_in)) => {
                    replaced.push_str(stand_in);
                    rest = rest.get(form.len()..).unwrap_or_default();
                }
                None => {
                    replaced.push(letter);
                    rest = rest.get(letter.len_utf8()..).unwrap_or_default();
                }
            }
        }
        replaced
    }

    /// The stand-ins themselves.
    pub(super) fn stand_ins(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(_, stand_in)| stand_in.as_str())
    }

    /// Whether the text holds a secret in any form.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let plain = self.pairs.iter().any(|(form, stand_in)| form != stand_in && text.contains(form.as_str()));
        plain || self.originals.iter().flat_map(|value| base64_forms(value)).any(|form| text.contains(&form))
    }
}

/// All ways a value may be written, each with its stand-in in the same way.
fn forms(value: &str, stand_in: &str) -> Vec<(String, String)> {
    let mut all = vec![(value.to_owned(), stand_in.to_owned())];
    let bare = bare_guid(value);
    if let Some(bare) = bare {
        let new = stand_in.trim_matches(['{', '}']);
        all.push((bare.to_owned(), new.to_owned()));
        all.push((bare.to_lowercase(), new.to_lowercase()));
        all.push((bare.to_uppercase(), new.to_uppercase()));
        all.push((bare.replace('-', "").to_lowercase(), new.replace('-', "")));
    }
    let encoded = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
    let escaped = serde_json::Value::from(value).to_string();
    let escaped = escaped.trim_matches('"').to_owned();
    for other in [encoded, escaped] {
        if other != value {
            all.push((other, stand_in.to_owned()));
        }
    }
    all
}

/// A GUID without its braces.
fn bare_guid(value: &str) -> Option<&str> {
    let bare = value.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(value);
    let lengths: Vec<usize> = bare.split('-').map(str::len).collect();
    let digits = bare.chars().all(|letter| letter == '-' || letter.is_ascii_hexdigit());
    (digits && lengths == [8, 4, 4, 4, 12]).then_some(bare)
}

/// What stands in place of a value: of the same form where a connector may look at it.
fn stand_in(value: &str, name: &str, number: usize) -> String {
    if let Some(bare) = bare_guid(value) {
        return value.replace(bare, &format!("5ec2e75e-0000-4000-8000-{number:012}"));
    }
    if value.bytes().all(|byte| byte.is_ascii_digit()) {
        return "9".repeat(value.len());
    }
    format!("replaced-{name}")
}

/// The middle of a value's base64, as it looks at each of the three alignments.
fn base64_forms(value: &str) -> Vec<String> {
    let at = |before: usize| {
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(value.as_bytes());
        let text = BASE64.encode(&bytes);
        // The first group mixes with what stands before, the last with what comes after.
        let from = if before == 0 { 0 } else { 4 };
        let to = bytes.len().checked_div(3)?.checked_mul(4)?;
        text.get(from..to).filter(|middle| middle.len() >= 8).map(str::to_owned)
    };
    (0..3).filter_map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    fn of(value: &str) -> Secrets {
        let mut secrets = Secrets::default();
        secrets.add(value, "password");
        secrets
    }

    #[test]
    fn a_guid_is_found_without_braces_and_in_either_case() {
        let secrets = of("{1F1F1F1F-2222-4333-8444-55555555ABCD}");
        let text = "a 1f1f1f1f-2222-4333-8444-55555555abcd b 1F1F1F1F-2222-4333-8444-55555555ABCD";
        assert_eq!(
            secrets.replace(text),
            "a 5ec2e75e-0000-4000-8000-000000000001 b 5ec2e75e-0000-4000-8000-000000000001"
        );
    }

    #[test]
    fn is_found_percent_encoded_and_in_base64() {
        let secrets = of("p&ss wørd!");
        assert_eq!(secrets.replace("x=p%26ss%20w%C3%B8rd%21"), "x=replaced-password");
        assert!(!secrets.are_in("nothing here"));
    }

    proptest! {
        #[test]
        fn a_secret_in_base64_is_noticed(before in ".{0,9}", secret in "[!-~]{12,20}", after in ".{0,9}") {
            let text = STANDARD.encode(format!("{before}{secret}{after}"));
            prop_assert!(of(&secret).are_in(&text));
        }

        #[test]
        fn no_secret_is_left(before in "[a-z ]{0,9}", secret in "[A-Z]{6,20}", after in "[a-z ]{0,9}") {
            let secrets = of(&secret);
            let replaced = secrets.replace(&format!("{before}{secret}{after}"));
            prop_assert!(!secrets.are_in(&replaced));
        }
    }
}
