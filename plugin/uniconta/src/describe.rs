//! What this connector is: the settings page in both languages, hosts, limits.

use crate::api::{ODATA_HOST, WEB_API_HOST};
use crate::debtor::properties::DEBTOR;
use crate::debtor::values::VAT_ZONES;
use crate::settings::key;
use accounting_kit::exports::configure::{Connector, FieldLimit, SettingChoice, SettingKind, SettingSpec};
use accounting_kit::types::Localized;

/// The connector's own description. No outside calls.
pub fn describe() -> Connector {
    Connector {
        id: "uniconta".to_owned(),
        name: "Uniconta".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        capabilities: ["customers", "customer-fields", "webhook", "webhook-registration", "catch-up", "bookkeeping"]
            .map(str::to_owned)
            .to_vec(),
        settings: settings(),
        hosts: vec![WEB_API_HOST.to_owned(), ODATA_HOST.to_owned()],
        limits: DEBTOR
            .iter()
            .filter(|property| property.max > 0)
            .map(|property| FieldLimit { property: property.name.to_owned(), max_length: u32::from(property.max) })
            .collect(),
    }
}

fn text(da: &str, en: &str) -> Localized {
    Localized { da: da.to_owned(), en: en.to_owned() }
}

fn spec(key: &str, kind: SettingKind, label: Localized, help: Localized) -> SettingSpec {
    SettingSpec {
        key: key.to_owned(),
        kind,
        label,
        help,
        required: false,
        secret: false,
        default_value: None,
        choices: Vec::new(),
    }
}

fn required(spec: SettingSpec) -> SettingSpec {
    SettingSpec { required: true, ..spec }
}

fn secret(spec: SettingSpec) -> SettingSpec {
    SettingSpec { secret: true, ..spec }
}

fn one_of(spec: SettingSpec, default: &str, choices: &[(&str, &str, &str)]) -> SettingSpec {
    let choices =
        choices.iter().map(|(value, da, en)| SettingChoice { value: (*value).to_owned(), label: text(da, en) });
    SettingSpec { default_value: Some(default.to_owned()), choices: choices.collect(), ..spec }
}

fn settings() -> Vec<SettingSpec> {
    let zones = VAT_ZONES.map(|(zone, _)| match zone {
        "Domestic" => (zone, "Indenlandsk", "Domestic"),
        "EU" => (zone, "EU-lande", "EU member states"),
        "Foreign" => (zone, "Udland", "Abroad"),
        "NoVatReg" => (zone, "Ikke momsregistreret", "No VAT registration"),
        _ => (zone, "Momsfri", "Exempt"),
    });
    vec![
        SettingSpec {
            default_value: Some("false".to_owned()),
            ..spec(
                key::ENABLED,
                SettingKind::YesNo,
                text("Aktiveret", "Enabled"),
                text(
                    "Sæt flueben for at aktivere Uniconta-integrationen.",
                    "Tick to switch the Uniconta integration on.",
                ),
            )
        },
        required(spec(
            key::USER,
            SettingKind::Text,
            text("Uniconta brugernavn", "Uniconta user name"),
            text(
                "Brugernavnet fra Uniconta. Brug helst en serverbruger kun til FlexyBox.",
                "The user name from Uniconta. Preferably a server user for FlexyBox alone.",
            ),
        )),
        secret(required(spec(
            key::PASSWORD,
            SettingKind::Text,
            text("Uniconta kodeord", "Uniconta password"),
            text(
                "Kodeordet til brugeren. Det gemmes krypteret og vises ikke igen.",
                "The user's password. It is stored encrypted and not shown again.",
            ),
        ))),
        secret(required(spec(
            key::API_KEY,
            SettingKind::Guid,
            text("Uniconta API nøgle", "Uniconta API key"),
            text(
                "API nøglen, som Uniconta udleverer: 32 cifre og bogstaver i fem grupper.",
                "The API key Uniconta hands out: 32 digits and letters in five groups.",
            ),
        ))),
        required(spec(
            key::COMPANY,
            SettingKind::WholeNumber,
            text("Firma ID", "Company id"),
            text(
                "Firmaets nummer, som det står i Unicontas app.",
                "The company's number, as the Uniconta app shows it.",
            ),
        )),
        spec(
            key::TAG,
            SettingKind::CustomerTag,
            text("Kundetag", "Customer tag"),
            text(
                "Kun kunder med dette tag synkroniseres med Uniconta. Lad det stå tomt, hvis integrationen kun bruges til bogføring.",
                "Only customers with this tag are synchronised with Uniconta. Leave it empty if the integration is for bookkeeping only.",
            ),
        ),
        spec(
            key::GROUP,
            SettingKind::Choice,
            text("Debitorgruppe for nye debitorer", "Debtor group of new debtors"),
            text("Tom: Unicontas egen standard.", "Empty: Uniconta's own default."),
        ),
        spec(
            key::PAYMENT,
            SettingKind::Choice,
            text("Betalingsbetingelse for nye debitorer", "Payment term of new debtors"),
            text("Tom: Unicontas egen standard.", "Empty: Uniconta's own default."),
        ),
        one_of(
            spec(
                key::VAT_ZONE,
                SettingKind::Choice,
                text("Momszone for nye debitorer", "VAT zone of new debtors"),
                text("Gælder kun debitorer, som FlexyBox opretter.", "For debtors FlexyBox creates only."),
            ),
            "Domestic",
            &zones,
        ),
        spec(
            key::CURRENCY,
            SettingKind::Text,
            text("Valuta for nye debitorer", "Currency of new debtors"),
            text(
                "Tre bogstaver, for eksempel DKK. Tom: firmaets egen valuta.",
                "Three letters, for example DKK. Empty: the company's own currency.",
            ),
        ),
        one_of(
            spec(
                key::CONFLICT,
                SettingKind::Choice,
                text("Når begge har ændret det samme", "When both changed the same"),
                text(
                    "Hvis værdi der gælder, når en oplysning er ændret begge steder siden sidst.",
                    "Whose value counts when something was changed on both sides since last time.",
                ),
            ),
            "accounting",
            &[
                ("accounting", "Unicontas værdi gælder", "Uniconta's value counts"),
                ("flexybox", "FlexyBox' værdi gælder", "FlexyBox's value counts"),
            ],
        ),
        one_of(
            spec(
                key::ON_DELETE,
                SettingKind::Choice,
                text("Når en kunde slettes", "When a customer is deleted"),
                text(
                    "En debitor slettes aldrig; den kan have posteringer.",
                    "A debtor is never deleted; it may have transactions.",
                ),
            ),
            "block",
            &[
                ("block", "Debitoren spærres", "The debtor is blocked"),
                ("leave", "Debitoren lades i fred", "The debtor is left as it is"),
            ],
        ),
        spec(
            key::JOURNAL,
            SettingKind::Choice,
            text("Kladde til dagsrapporter", "Journal for daily reports"),
            text(
                "Dagsrapporter lægges i denne kladde, helst en kun til FlexyBox. Tom: dagsrapporter overføres ikke.",
                "Daily reports go to this journal, preferably one for FlexyBox alone. Empty: they are not transferred.",
            ),
        ),
        spec(
            key::ROUNDING,
            SettingKind::Text,
            text("Afrundingskonto", "Rounding account"),
            text(
                "Kontoen for øredifferencer. Tom: en dag, der ikke går op, afvises.",
                "The account for rounding differences. Empty: a day that does not balance is refused.",
            ),
        ),
        spec(
            key::ACCRUAL_KEY,
            SettingKind::Text,
            text("Periodiseringsnøgle", "Accrual key"),
            text(
                "Nøglen, som periodiserede linjer får. Tom: kun fra- og tildato.",
                "The key that lines with an accrual get. Empty: first and last day only.",
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

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
