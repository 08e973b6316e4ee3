//! What this connector is: the settings page in both languages, hosts, limits.

use crate::api::{ODATA_HOST, WEB_API_HOST};
use crate::debtor::properties::DEBTOR;
use crate::settings::key;
use accounting_kit::exports::configure::{Connector, FieldLimit, SettingKind};
use accounting_kit::settings_page::{PLAIN, Spec, page};

/// The connector's own description. No outside calls.
pub fn describe() -> Connector {
    Connector {
        id: "uniconta".to_owned(),
        name: "Uniconta".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        capabilities: CAPABILITIES.map(str::to_owned).to_vec(),
        settings: page(&SETTINGS),
        hosts: vec![WEB_API_HOST.to_owned(), ODATA_HOST.to_owned()],
        limits: DEBTOR
            .iter()
            .filter(|property| property.max > 0)
            .map(|property| FieldLimit { property: property.name.to_owned(), max_length: u32::from(property.max) })
            .collect(),
    }
}

/// What it can do. The number is that of `assumptions::LOOK_AHEAD_ROWS`.
const CAPABILITIES: [&str; 7] =
    ["customers", "customer-fields", "webhook", "webhook-registration", "catch-up", "bookkeeping", "look-ahead:1000"];

/// The settings page, from top to bottom.
const SETTINGS: [Spec; 15] = [
    Spec {
        key: key::ENABLED,
        kind: SettingKind::YesNo,
        label: ("Aktiveret", "Enabled"),
        help: ("Sæt flueben for at aktivere Uniconta-integrationen.", "Tick to switch the Uniconta integration on."),
        default: "false",
        ..PLAIN
    },
    Spec {
        key: key::USER,
        kind: SettingKind::Text,
        label: ("Uniconta brugernavn", "Uniconta user name"),
        help: (
            "Brugernavnet fra Uniconta. Brug helst en serverbruger kun til FlexyBox.",
            "The user name from Uniconta. Preferably a server user for FlexyBox alone.",
        ),
        required: true,
        ..PLAIN
    },
    Spec {
        key: key::PASSWORD,
        kind: SettingKind::Text,
        label: ("Uniconta kodeord", "Uniconta password"),
        help: (
            "Kodeordet til brugeren. Det gemmes krypteret og vises ikke igen.",
            "The user's password. It is stored encrypted and not shown again.",
        ),
        required: true,
        secret: true,
        ..PLAIN
    },
    Spec {
        key: key::API_KEY,
        kind: SettingKind::Guid,
        label: ("Uniconta API nøgle", "Uniconta API key"),
        help: (
            "API nøglen, som Uniconta udleverer: 32 cifre og bogstaver i fem grupper.",
            "The API key Uniconta hands out: 32 digits and letters in five groups.",
        ),
        required: true,
        secret: true,
        ..PLAIN
    },
    Spec {
        key: key::COMPANY,
        kind: SettingKind::WholeNumber,
        label: ("Firma ID", "Company id"),
        help: ("Firmaets nummer, som det står i Unicontas app.", "The company's number, as the Uniconta app shows it."),
        required: true,
        ..PLAIN
    },
    Spec {
        key: key::TAG,
        kind: SettingKind::CustomerTag,
        label: ("Kundetag", "Customer tag"),
        help: (
            "Kun kunder med dette tag synkroniseres med Uniconta. Lad det stå tomt, hvis integrationen kun bruges til bogføring.",
            "Only customers with this tag are synchronised with Uniconta. Leave it empty if the integration is for bookkeeping only.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::GROUP,
        kind: SettingKind::Choice,
        label: ("Debitorgruppe for nye debitorer", "Debtor group of new debtors"),
        help: ("Tom: Unicontas egen standard.", "Empty: Uniconta's own default."),
        ..PLAIN
    },
    Spec {
        key: key::PAYMENT,
        kind: SettingKind::Choice,
        label: ("Betalingsbetingelse for nye debitorer", "Payment term of new debtors"),
        help: ("Tom: Unicontas egen standard.", "Empty: Uniconta's own default."),
        ..PLAIN
    },
    Spec {
        key: key::VAT_ZONE,
        kind: SettingKind::Choice,
        label: ("Momszone for nye debitorer", "VAT zone of new debtors"),
        help: ("Gælder kun debitorer, som FlexyBox opretter.", "For debtors FlexyBox creates only."),
        default: "Domestic",
        choices: VAT_ZONE_CHOICES,
        ..PLAIN
    },
    Spec {
        key: key::CURRENCY,
        kind: SettingKind::Text,
        label: ("Valuta for nye debitorer", "Currency of new debtors"),
        help: (
            "Tre bogstaver, for eksempel DKK. Tom: firmaets egen valuta.",
            "Three letters, for example DKK. Empty: the company's own currency.",
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
            ("accounting", "Unicontas værdi gælder", "Uniconta's value counts"),
            ("flexybox", "FlexyBox' værdi gælder", "FlexyBox's value counts"),
        ],
        ..PLAIN
    },
    Spec {
        key: key::ON_DELETE,
        kind: SettingKind::Choice,
        label: ("Når en kunde slettes", "When a customer is deleted"),
        help: (
            "En debitor slettes aldrig; den kan have posteringer.",
            "A debtor is never deleted; it may have transactions.",
        ),
        default: "block",
        choices: &[
            ("block", "Debitoren spærres", "The debtor is blocked"),
            ("leave", "Debitoren lades i fred", "The debtor is left as it is"),
        ],
        ..PLAIN
    },
    Spec {
        key: key::JOURNAL,
        kind: SettingKind::Choice,
        label: ("Kladde til dagsrapporter", "Journal for daily reports"),
        help: (
            "Dagsrapporter lægges i denne kladde, helst en kun til FlexyBox. Tom: dagsrapporter overføres ikke.",
            "Daily reports go to this journal, preferably one for FlexyBox alone. Empty: they are not transferred.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::ROUNDING,
        kind: SettingKind::Text,
        label: ("Afrundingskonto", "Rounding account"),
        help: (
            "Kontoen for øredifferencer. Tom: en dag, der ikke går op, afvises.",
            "The account for rounding differences. Empty: a day that does not balance is refused.",
        ),
        ..PLAIN
    },
    Spec {
        key: key::ACCRUAL_KEY,
        kind: SettingKind::Text,
        label: ("Periodiseringsnøgle", "Accrual key"),
        help: (
            "Nøglen, som periodiserede linjer får. Tom: kun fra- og tildato.",
            "The key that lines with an accrual get. Empty: first and last day only.",
        ),
        ..PLAIN
    },
];

/// The names that `debtor::values` knows, as people read them.
const VAT_ZONE_CHOICES: &[(&str, &str, &str)] = &[
    ("Domestic", "Indenlandsk", "Domestic"),
    ("EU", "EU-lande", "EU member states"),
    ("Foreign", "Udland", "Abroad"),
    ("NoVatReg", "Ikke momsregistreret", "No VAT registration"),
    ("VatFree", "Momsfri", "Exempt"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::debtor::values::VAT_ZONES;
    use std::collections::BTreeSet;

    #[test]
    fn every_vat_zone_can_be_chosen() {
        assert!(VAT_ZONES.iter().map(|(zone, _)| zone).eq(VAT_ZONE_CHOICES.iter().map(|(zone, _, _)| zone)));
    }

    #[test]
    fn secrets_are_marked_and_everything_is_said_in_both_languages() {
        let described = describe();
        let secrets: Vec<&str> =
            described.settings.iter().filter(|spec| spec.secret).map(|spec| spec.key.as_str()).collect();
        assert_eq!(secrets, [key::PASSWORD, key::API_KEY]);
        let keys: BTreeSet<&str> = described.settings.iter().map(|spec| spec.key.as_str()).collect();
        assert_eq!(keys.len(), described.settings.len());
        for spec in &described.settings {
            let texts = [&spec.label, &spec.help].into_iter().chain(spec.choices.iter().map(|choice| &choice.label));
            assert!(texts.into_iter().all(|text| !text.da.is_empty() && !text.en.is_empty()), "{}", spec.key);
        }
    }
}
