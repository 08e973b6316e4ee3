//! What this connector is: the settings page in both languages, hosts, limits.

use crate::assumptions::{BOOKED_ENTRIES_VERSION, JOURNALS_VERSION, WEBHOOKS_VERSION};
use crate::customer::properties::PROPERTIES;
use crate::settings::{REST_BASE, SERVICES_BASE, key};
use accounting_kit::exports::configure::{Connector, FieldLimit, SettingKind};
use accounting_kit::settings_page::{PLAIN, Spec, page};

/// The connector's own description. No outside calls.
pub fn describe() -> Connector {
    let host = |base: &str| base.trim_start_matches("https://").to_owned();
    Connector {
        id: crate::ECONOMIC.id.to_owned(),
        name: crate::ECONOMIC.name.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        capabilities: ["customers", "webhook", "webhook-registration", "catch-up", "bookkeeping"]
            .map(str::to_owned)
            .to_vec(),
        settings: page(&SETTINGS),
        hosts: vec![host(REST_BASE), host(SERVICES_BASE)],
        limits: PROPERTIES
            .iter()
            .filter(|property| property.max > 0)
            .map(|property| FieldLimit { property: property.name.to_owned(), max_length: u32::from(property.max) })
            .collect(),
    }
}

/// What stands beside addresses and versions: nobody needs to change them as long as all is well.
const FOR_SUPPORT: (&str, &str) =
    ("Ændres kun, hvis e-conomic flytter den.", "To be changed only if e-conomic moves it.");

/// The settings page, from top to bottom.
pub(crate) const SETTINGS: [Spec; 20] = [
    Spec {
        key: key::ENABLED,
        kind: SettingKind::YesNo,
        label: ("Aktiveret", "Enabled"),
        help: ("Sæt flueben for at aktivere e-conomic-integrationen.", "Tick to switch the e-conomic integration on."),
        default: "false",
        ..PLAIN
    },
    Spec {
        key: key::APP_TOKEN,
        label: ("App-nøgle (AppSecretToken)", "App key (AppSecretToken)"),
        help: (
            "Nøglen til FlexyBox' app hos e-conomic. Den gemmes krypteret og vises ikke igen.",
            "The key of FlexyBox's app at e-conomic. It is stored encrypted and not shown again.",
        ),
        required: true,
        secret: true,
        ..PLAIN
    },
    Spec {
        key: key::GRANT_TOKEN,
        label: ("Aftale-nøgle (AgreementGrantToken)", "Agreement key (AgreementGrantToken)"),
        help: (
            "Nøglen, e-conomic viser, når en administrator har givet appen adgang til aftalen.",
            "The key e-conomic shows when an administrator has given the app access to the agreement.",
        ),
        required: true,
        secret: true,
        ..PLAIN
    },
    Spec {
        key: key::TAG,
        kind: SettingKind::CustomerTag,
        label: ("Kundetag", "Customer tag"),
        help: (
            "Kun kunder med dette tag synkroniseres med e-conomic. Lad det stå tomt, hvis integrationen kun bruges til bogføring.",
            "Only customers with this tag are synchronised with e-conomic. Leave it empty if the integration is for bookkeeping only.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::GROUP,
        kind: SettingKind::Choice,
        label: ("Kundegruppe for nye kunder", "Customer group of new customers"),
        help: (
            "e-conomic kræver en kundegruppe på hver kunde.",
            "e-conomic requires a customer group on every customer.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::TERMS,
        kind: SettingKind::Choice,
        label: ("Betalingsbetingelse for nye kunder", "Payment terms of new customers"),
        help: (
            "e-conomic kræver en betalingsbetingelse på hver kunde.",
            "e-conomic requires payment terms on every customer.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::VAT_ZONE,
        kind: SettingKind::Choice,
        label: ("Momszone for nye kunder", "VAT zone of new customers"),
        help: ("e-conomic kræver en momszone på hver kunde.", "e-conomic requires a VAT zone on every customer."),
        ..PLAIN
    },
    Spec {
        key: key::CURRENCY,
        label: ("Valuta for nye kunder", "Currency of new customers"),
        help: (
            "Tre bogstaver, for eksempel DKK. Tom: aftalens egen valuta.",
            "Three letters, for example DKK. Empty: the agreement's own currency.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::CONFLICT,
        kind: SettingKind::Choice,
        label: ("Når begge har ændret det samme", "When both changed the same"),
        help: (
            "Hvis værdi der gælder, når en oplysning er ændret begge steder siden sidst.",
            "Whose value counts when something was changed on both sides since last time.",
        ),
        default: "accounting",
        choices: &[
            ("accounting", "e-conomics værdi gælder", "e-conomic's value counts"),
            ("flexybox", "FlexyBox' værdi gælder", "FlexyBox's value counts"),
        ],
        ..PLAIN
    },
    Spec {
        key: key::ON_DELETE,
        kind: SettingKind::Choice,
        label: ("Når en kunde slettes", "When a customer is deleted"),
        help: (
            "En kunde slettes aldrig i e-conomic; den kan have posteringer.",
            "A customer is never deleted in e-conomic; it may have entries.",
        ),
        default: "block",
        choices: &[
            ("block", "Kunden spærres i e-conomic", "The customer is barred in e-conomic"),
            ("leave", "Kunden lades i fred", "The customer is left as it is"),
        ],
        ..PLAIN
    },
    Spec {
        key: key::JOURNAL,
        kind: SettingKind::Choice,
        label: ("Kassekladde til dagsrapporter", "Journal for daily reports"),
        help: (
            "Dagsrapporter lægges i denne kassekladde, helst en kun til FlexyBox. Tom: dagsrapporter overføres ikke.",
            "Daily reports go to this journal, preferably one for FlexyBox alone. Empty: they are not transferred.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::CONTRA,
        kind: SettingKind::WholeNumber,
        label: ("Modkonto", "Contra account"),
        help: (
            "En mellemregningskonto kun til FlexyBox: hver linje bogføres mod den, og den går i nul for hver dag.",
            "A clearing account for FlexyBox alone: every line is booked against it, and it comes to zero every day.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::ROUNDING,
        kind: SettingKind::WholeNumber,
        label: ("Afrundingskonto", "Rounding account"),
        help: (
            "Kontoen for øredifferencer. Tom: en dag, der ikke går op, afvises.",
            "The account for rounding differences. Empty: a day that does not balance is refused.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::BOOK,
        kind: SettingKind::YesNo,
        label: ("Bogfør dagen med det samme", "Book the day at once"),
        help: (
            "Uden flueben ligger dagen i kassekladden, til en person bogfører den. Bogføring kan ikke fortrydes.",
            "Without a tick the day lies in the journal until a person books it. Booking cannot be undone.",
        ),
        default: "false",
        ..PLAIN
    },
    Spec {
        key: key::DEPARTMENTS,
        kind: SettingKind::YesNo,
        label: ("Afdelinger", "Departments"),
        help: (
            "Dimension 1 bogføres som afdelingsfordeling. Kræver afdelingsmodulet i e-conomic.",
            "Dimension 1 is booked as a departmental distribution. Requires the departments module of e-conomic.",
        ),
        default: "false",
        ..PLAIN
    },
    Spec {
        key: key::REST_BASE,
        label: ("Adresse: REST API", "Address: REST API"),
        help: FOR_SUPPORT,
        default: REST_BASE,
        ..PLAIN
    },
    Spec {
        key: key::SERVICES_BASE,
        label: ("Adresse: OpenAPI", "Address: OpenAPI"),
        help: FOR_SUPPORT,
        default: SERVICES_BASE,
        ..PLAIN
    },
    Spec {
        key: key::WEBHOOKS_VERSION,
        label: ("Version: webhooks", "Version: webhooks"),
        help: FOR_SUPPORT,
        default: WEBHOOKS_VERSION,
        ..PLAIN
    },
    Spec {
        key: key::JOURNALS_VERSION,
        label: ("Version: kassekladder", "Version: journals"),
        help: FOR_SUPPORT,
        default: JOURNALS_VERSION,
        ..PLAIN
    },
    Spec {
        key: key::BOOKED_VERSION,
        label: ("Version: posteringer", "Version: booked entries"),
        help: FOR_SUPPORT,
        default: BOOKED_ENTRIES_VERSION,
        ..PLAIN
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn secrets_are_marked_and_everything_is_said_in_both_languages() {
        let described = describe();
        let secrets: Vec<&str> =
            described.settings.iter().filter(|spec| spec.secret).map(|spec| spec.key.as_str()).collect();
        assert_eq!(secrets, [key::APP_TOKEN, key::GRANT_TOKEN]);
        let keys: BTreeSet<&str> = described.settings.iter().map(|spec| spec.key.as_str()).collect();
        assert_eq!(keys.len(), described.settings.len());
        for spec in &described.settings {
            let texts = [&spec.label, &spec.help].into_iter().chain(spec.choices.iter().map(|choice| &choice.label));
            assert!(texts.into_iter().all(|text| !text.da.is_empty() && !text.en.is_empty()), "{}", spec.key);
        }
        assert_eq!(described.hosts, ["restapi.e-conomic.com", "apis.e-conomic.com"]);
    }
}
