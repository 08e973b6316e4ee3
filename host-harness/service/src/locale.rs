//! The language of an installation.

use accounting_store::Installation;
use host_harness::bindings::types::Locale;

/// Danish unless it says English.
pub(crate) fn of(row: &Installation) -> Locale {
    if row.locale == "en" { Locale::En } else { Locale::Da }
}

/// The same for the policy's words.
pub(crate) fn of_policy(locale: Locale) -> accounting_policy::Locale {
    match locale {
        Locale::Da => accounting_policy::Locale::Da,
        Locale::En => accounting_policy::Locale::En,
    }
}
