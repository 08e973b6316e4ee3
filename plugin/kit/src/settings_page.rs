//! The settings page as a table: one line of source for each setting, in both languages.

use crate::exports::configure::{SettingChoice, SettingKind, SettingSpec};
use crate::types::Localized;

/// One setting of the page, in both languages: Danish, then English.
pub struct Spec {
    /// Stable key.
    pub key: &'static str,
    /// What it holds.
    pub kind: SettingKind,
    /// What it is called.
    pub label: (&'static str, &'static str),
    /// Where to find it and what it does.
    pub help: (&'static str, &'static str),
    /// Must be filled in while the integration is enabled.
    pub required: bool,
    /// Stored encrypted and never shown again.
    pub secret: bool,
    /// What it is when nothing was entered; empty for nothing.
    pub default: &'static str,
    /// Value, Danish, English.
    pub choices: &'static [(&'static str, &'static str, &'static str)],
}

/// A setting that need not be filled in, is no secret, and has no default.
pub const PLAIN: Spec = Spec {
    key: "",
    kind: SettingKind::Text,
    label: ("", ""),
    help: ("", ""),
    required: false,
    secret: false,
    default: "",
    choices: &[],
};

/// The page as the host reads it.
pub fn page(specs: &[Spec]) -> Vec<SettingSpec> {
    let choice =
        |(value, da, en): &(&str, &str, &str)| SettingChoice { value: (*value).to_owned(), label: text((da, en)) };
    let spec = |spec: &Spec| SettingSpec {
        key: spec.key.to_owned(),
        kind: spec.kind,
        label: text(spec.label),
        help: text(spec.help),
        required: spec.required,
        secret: spec.secret,
        default_value: Some(spec.default).filter(|default| !default.is_empty()).map(str::to_owned),
        choices: spec.choices.iter().map(choice).collect(),
    };
    specs.iter().map(spec).collect()
}

fn text((da, en): (&str, &str)) -> Localized {
    Localized { da: da.to_owned(), en: en.to_owned() }
}
