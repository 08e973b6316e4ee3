//! What this connector is: the settings page, the hosts, the limits.

use accounting_kit::exports::configure::{Connector, FieldLimit, SettingKind, SettingSpec};
use accounting_kit::types::Localized;

/// The name of the accounting system.
pub(crate) const SYSTEM: &str = "Toy Ledger";
/// Where it is reached. `.example` is a name that nobody can own; put your accounting system's in its place.
pub(crate) const HOST: &str = "api.toy-ledger.example";
/// The longest text of a debtor's property, in characters.
pub(crate) const MAX_TEXT: usize = 100;

/// Settings.
pub(crate) const ENABLED: &str = "enabled";
pub(crate) const API_KEY: &str = "api-key";
pub(crate) const CUSTOMER_TAG: &str = "customer-tag";
pub(crate) const JOURNAL: &str = "journal";
/// Remembered by `configure`: the number of the company that the key opens.
pub(crate) const COMPANY: &str = "company";

/// The connector, alike on every call.
pub(crate) fn describe() -> Connector {
    let setting = |key: &str, kind, label: (&str, &str), help: (&str, &str)| SettingSpec {
        key: key.to_owned(),
        kind,
        label: localized(label),
        help: localized(help),
        required: key != ENABLED,
        secret: key == API_KEY,
        default_value: match key {
            ENABLED => Some("false".to_owned()),
            JOURNAL => Some("1".to_owned()),
            _ => None,
        },
        choices: Vec::new(),
    };
    let properties = crate::debtor::PROPERTIES.iter();
    let limit = |name: &str| FieldLimit { property: name.to_owned(), max_length: u32::try_from(MAX_TEXT).unwrap_or(0) };
    Connector {
        id: "toy-ledger".to_owned(),
        name: SYSTEM.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        capabilities: ["customers", "webhook", "webhook-registration", "catch-up", "bookkeeping"]
            .map(str::to_owned)
            .to_vec(),
        settings: vec![
            setting(
                ENABLED,
                SettingKind::YesNo,
                ("Aktiveret", "Enabled"),
                ("Slår integrationen til.", "Switches the integration on."),
            ),
            setting(
                API_KEY,
                SettingKind::Text,
                ("API nøgle", "API key"),
                ("Findes i Toy Ledger under Opsætning > Nøgler.", "In Toy Ledger under Set-up > Keys."),
            ),
            setting(
                CUSTOMER_TAG,
                SettingKind::CustomerTag,
                ("Kundetag", "Customer tag"),
                ("Kun kunder med tagget bliver debitorer.", "Only customers with the tag become debtors."),
            ),
            setting(
                JOURNAL,
                SettingKind::WholeNumber,
                ("Kladde", "Journal"),
                ("Nummeret på kladden til dagsrapporter.", "The number of the journal for daily reports."),
            ),
        ],
        hosts: vec![HOST.to_owned()],
        limits: properties.map(|property| limit(property.theirs)).collect(),
    }
}

fn localized((da, en): (&str, &str)) -> Localized {
    Localized { da: da.to_owned(), en: en.to_owned() }
}
