//! Where in FlexyBox an account was entered, so that whoever reads a refusal knows where to mend it. Source:
//! `docs/sources/flexybox.md`.

use crate::exports::configure::AccountSource;
use crate::say;
use crate::types::Locale;

/// What the source is called: `betalingstypen 'Dankort'`.
pub fn called(source: AccountSource, name: &str, locale: Locale) -> String {
    match source {
        AccountSource::ItemGroup => say!(locale, "varegruppen '{name}'", "item group '{name}'", name = name),
        AccountSource::PaymentType => say!(locale, "betalingstypen '{name}'", "payment type '{name}'", name = name),
        AccountSource::SpecialAccount => {
            say!(locale, "specialkontoen '{name}'", "special account '{name}'", name = name)
        }
    }
}

/// The way to it in FlexyBox: `Kasseopgørelse > Værdier > Dankort`.
pub fn way(source: AccountSource, name: &str, locale: Locale) -> String {
    match source {
        AccountSource::ItemGroup => say!(locale, "Varekartotek > {name}", "Items > {name}", name = name),
        AccountSource::PaymentType => {
            say!(locale, "Kasseopgørelse > Værdier > {name}", "Cash count > Values > {name}", name = name)
        }
        AccountSource::SpecialAccount => {
            say!(locale, "Avanceret opsætning > {name}", "Advanced set-up > {name}", name = name)
        }
    }
}

/// What is wrong with what was entered there, and where to mend it.
pub fn fault(source: AccountSource, name: &str, what: &str, locale: Locale) -> String {
    say!(
        locale,
        "{called}: {what}; ret det under {way}",
        "{called}: {what}; mend it under {way}",
        called = called(source, name, locale),
        what = what,
        way = way(source, name, locale)
    )
}
