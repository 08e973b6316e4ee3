//! The settings of one installation, parsed once at the edge into a form that cannot be wrong.

use crate::debtor::values::VAT_ZONES;
use accounting_kit::exports::on_day_closed::Posting;
use accounting_kit::problem::{ErrorExt, error};
use accounting_kit::say;
use accounting_kit::settings::{Settings, is_guid};
use accounting_kit::sync::plan::OnDelete;
use accounting_kit::types::{Error, ErrorKind, Locale, Setting, Side};

/// Keys of the settings, as `describe` names them.
pub mod key {
    /// Yes/no: whether the integration is on.
    pub const ENABLED: &str = "enabled";
    /// Uniconta user name.
    pub const USER: &str = "username";
    /// Uniconta password. Secret.
    pub const PASSWORD: &str = "password";
    /// Uniconta API key, a GUID. Secret.
    pub const API_KEY: &str = "api-key";
    /// Uniconta company id.
    pub const COMPANY: &str = "company-id";
    /// The customer tag that switches synchronisation on for a customer.
    pub const TAG: &str = "customer-tag";
    /// Debtor group of new debtors.
    pub const GROUP: &str = "debtor-group";
    /// Payment term of new debtors.
    pub const PAYMENT: &str = "payment-term";
    /// VAT zone of new debtors.
    pub const VAT_ZONE: &str = "vat-zone";
    /// Currency of new debtors.
    pub const CURRENCY: &str = "currency";
    /// Who wins where both sides changed the same value.
    pub const CONFLICT: &str = "conflict-rule";
    /// What happens to the debtor of a deleted customer.
    pub const ON_DELETE: &str = "deleted-customer";
    /// The journal (kladde) daily reports go to; empty: they are not transferred.
    pub const JOURNAL: &str = "journal";
    /// Where a rounding difference of a day goes; empty: it is a fault.
    pub const ROUNDING: &str = "rounding-account";
    /// The allocation key (periodiseringsnøgle) of lines that belong to a period; empty for none.
    pub const ACCRUAL_KEY: &str = "accrual-key";
    /// Remembered from `configure`: the currency of the books.
    pub const BOOKS_CURRENCY: &str = "uniconta.books-currency";
    /// Remembered from `configure`: the company's own fields on debtors, one a line.
    pub const OWN_FIELDS: &str = "uniconta.own-fields";
}

/// The settings, proven in form. Whether Uniconta accepts them is another matter.
#[derive(Clone)]
pub struct UnicontaSettings {
    /// User name without the company.
    pub user: String,
    /// Password.
    pub password: String,
    /// API key, a GUID without braces.
    pub api_key: String,
    /// Company id (Firma ID).
    pub company: u32,
    /// The customer tag; empty when customers are not synchronised.
    pub tag: String,
    /// Debtor group of new debtors; empty for Uniconta's own default.
    pub group: String,
    /// Payment term of new debtors; empty for Uniconta's own default.
    pub payment: String,
    /// VAT zone of new debtors.
    pub vat_zone: String,
    /// Currency of new debtors, ISO 4217; empty for the company's own.
    pub currency: String,
    /// Who wins a conflict.
    pub wins: Side,
    /// What a deleted customer does.
    pub on_delete: OnDelete,
    /// The journal (kladde) daily reports go to; empty when bookkeeping is off.
    pub journal: String,
    /// The account of a rounding difference; none when a day must balance by itself.
    pub rounding: Option<Posting>,
    /// The allocation key of lines that belong to a period; empty for none.
    pub accrual_key: String,
    /// The currency of the books; empty until `configure` has seen it.
    pub books_currency: String,
    /// The company's own fields on debtors, as far as `configure` saw them.
    pub own_fields: Vec<String>,
}

/// Whether the integration is switched on at all.
pub fn is_enabled(settings: &[Setting]) -> bool {
    Settings::new(settings).is_on(key::ENABLED)
}

impl UnicontaSettings {
    /// Parse all settings.
    ///
    /// # Errors
    /// Every setting that is missing or has the wrong form, all at once. No value of a setting stands in a message.
    pub fn parse(settings: &[Setting], locale: Locale) -> Result<Self, Vec<Error>> {
        let settings = Settings::new(settings);
        let mut faults = Vec::new();
        let user = bare_user(settings.text(key::USER)).to_owned();
        for (missing, key, name) in [
            (user.is_empty(), key::USER, Input::User),
            (settings.raw(key::PASSWORD).is_empty(), key::PASSWORD, Input::Password),
            (settings.text(key::API_KEY).is_empty(), key::API_KEY, Input::ApiKey),
            (settings.text(key::COMPANY).is_empty(), key::COMPANY, Input::Company),
        ] {
            if missing {
                faults.push(name.missing(locale).about(key));
            }
        }
        let api_key = settings.text(key::API_KEY);
        if !api_key.is_empty() && !is_guid(api_key) {
            faults.push(fault(key::API_KEY, say!(locale,
                "Uniconta API nøglen har ikke den rigtige form: den er 32 cifre og bogstaver i fem grupper med bindestreg imellem; kopiér den igen fra Uniconta",
                "the Uniconta API key does not have the right form: it is 32 digits and letters in five groups with dashes between; copy it again from Uniconta")));
        }
        let company = settings.text(key::COMPANY);
        let company_id = company.parse::<u32>().ok().filter(|id| *id > 0);
        if !company.is_empty() && company_id.is_none() {
            faults.push(fault(
                key::COMPANY,
                say!(
                    locale,
                    "Firma ID er ikke et tal; det står i Unicontas app ved firmaets navn",
                    "the company id is not a number; the Uniconta app shows it beside the company's name"
                ),
            ));
        }
        let vat_zone = or_default(settings.text(key::VAT_ZONE), "Domestic");
        if VAT_ZONES.iter().all(|(name, _)| *name != vat_zone) {
            faults.push(fault(
                key::VAT_ZONE,
                say!(
                    locale,
                    "momszonen findes ikke; vælg en af {zones}",
                    "there is no such VAT zone; choose one of {zones}",
                    zones = VAT_ZONES.map(|(name, _)| name).join(", ")
                ),
            ));
        }
        let wins = match or_default(settings.text(key::CONFLICT), "accounting") {
            "accounting" => Some(Side::Accounting),
            "flexybox" => Some(Side::Flexybox),
            _ => None,
        };
        let on_delete = match or_default(settings.text(key::ON_DELETE), "block") {
            "block" => Some(OnDelete::Block),
            "leave" => Some(OnDelete::Leave),
            _ => None,
        };
        for (missing, key, choices) in [
            (wins.is_none(), key::CONFLICT, "accounting, flexybox"),
            (on_delete.is_none(), key::ON_DELETE, "block, leave"),
        ] {
            if missing {
                faults.push(fault(
                    key,
                    say!(
                        locale,
                        "indstillingen {key} skal være en af {choices}",
                        "the setting {key} must be one of {choices}",
                        key = key,
                        choices = choices
                    ),
                ));
            }
        }
        match (company_id, wins, on_delete) {
            (Some(company), Some(wins), Some(on_delete)) if faults.is_empty() => Ok(Self {
                user,
                password: settings.raw(key::PASSWORD).to_owned(),
                api_key: api_key.trim_matches(['{', '}']).to_owned(),
                company,
                tag: settings.text(key::TAG).to_owned(),
                group: settings.text(key::GROUP).to_owned(),
                payment: settings.text(key::PAYMENT).to_owned(),
                vat_zone: vat_zone.to_owned(),
                currency: settings.text(key::CURRENCY).to_ascii_uppercase(),
                wins,
                on_delete,
                journal: settings.text(key::JOURNAL).to_owned(),
                rounding: Some(settings.text(key::ROUNDING))
                    .filter(|account| !account.is_empty())
                    .map(|account| Posting::Ledger(account.to_owned())),
                accrual_key: settings.text(key::ACCRUAL_KEY).to_owned(),
                books_currency: settings.text(key::BOOKS_CURRENCY).to_owned(),
                own_fields: settings.text(key::OWN_FIELDS).lines().map(str::to_owned).collect(),
            }),
            _ => Err(faults),
        }
    }

    /// The settings for one call that needs all of them.
    ///
    /// # Errors
    /// The first fault; the settings page shows all of them.
    pub fn for_call(settings: &[Setting], locale: Locale) -> Result<Self, Error> {
        Self::parse(settings, locale).map_err(|faults| {
            let internal = error(
                ErrorKind::Config,
                "uniconta.settings",
                say!(locale, "indstillingerne er ufuldstændige", "the settings are incomplete"),
            );
            faults.into_iter().next().unwrap_or(internal)
        })
    }
}

/// People copy the user name with the company before it, as other programs want it: `0012345/user`.
fn bare_user(text: &str) -> &str {
    match text.split_once('/') {
        Some((company, user)) if !company.is_empty() && company.bytes().all(|byte| byte.is_ascii_digit()) => {
            user.trim()
        }
        _ => text,
    }
}

fn or_default<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

fn fault(subject: &str, message: String) -> Error {
    error(ErrorKind::Config, "uniconta.setting-wrong", message).about(subject)
}

/// The four inputs of the guide, and what each is called there.
#[derive(Clone, Copy)]
enum Input {
    User,
    Password,
    ApiKey,
    Company,
}

impl Input {
    fn missing(self, locale: Locale) -> Error {
        let name = match (self, locale) {
            (Self::User, Locale::Da) => "Uniconta brugernavn",
            (Self::User, Locale::En) => "the Uniconta user name",
            (Self::Password, Locale::Da) => "Uniconta kodeord",
            (Self::Password, Locale::En) => "the Uniconta password",
            (Self::ApiKey, Locale::Da) => "Uniconta API nøgle",
            (Self::ApiKey, Locale::En) => "the Uniconta API key",
            (Self::Company, Locale::Da) => "Firma ID",
            (Self::Company, Locale::En) => "the company id",
        };
        let message = say!(
            locale,
            "{name} er ikke udfyldt; det gøres under Systemindstillinger > Integrationer > Bogføring > Uniconta",
            "{name} is not filled in; do it under System settings > Integrations > Bookkeeping > Uniconta",
            name = name
        );
        error(ErrorKind::Config, "uniconta.setting-missing", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn settings(change: &[(&str, &str)]) -> Vec<Setting> {
        let good = [
            ("enabled", "true"),
            ("username", "klub"),
            ("password", " p/w "),
            ("api-key", "{11111111-2222-4333-8444-555555555555}"),
            ("company-id", "12345"),
            ("customer-tag", "Uniconta"),
        ];
        good.iter().chain(change).map(|(key, value)| Setting { key: (*key).into(), value: (*value).into() }).collect()
    }

    #[test]
    fn good_settings_keep_the_password_to_the_letter() {
        let parsed = UnicontaSettings::parse(&settings(&[]), Locale::En).unwrap();
        assert_eq!((parsed.password.as_str(), parsed.company, parsed.wins), (" p/w ", 12345, Side::Accounting));
        assert_eq!(parsed.api_key, "11111111-2222-4333-8444-555555555555");
    }

    #[test]
    fn a_user_name_with_the_company_before_it_is_understood() {
        let parsed = UnicontaSettings::parse(&settings(&[("username", "0012345/klub")]), Locale::En).unwrap();
        assert_eq!(parsed.user, "klub");
    }

    #[rstest]
    #[case("username", "", "username")]
    #[case("password", "", "password")]
    #[case("api-key", "not-a-guid", "api-key")]
    #[case("company-id", "klub", "company-id")]
    #[case("company-id", "0", "company-id")]
    #[case("vat-zone", "Mars", "vat-zone")]
    #[case("conflict-rule", "coin", "conflict-rule")]
    #[case("deleted-customer", "shred", "deleted-customer")]
    fn each_fault_names_its_setting_and_never_its_value(#[case] key: &str, #[case] value: &str, #[case] subject: &str) {
        for locale in [Locale::Da, Locale::En] {
            let faults = UnicontaSettings::parse(&settings(&[(key, value)]), locale).err().unwrap();
            assert_eq!(faults.len(), 1);
            assert_eq!(faults[0].subject.as_deref(), Some(subject));
            assert!(value.is_empty() || !faults[0].message.contains(value));
        }
    }

    #[test]
    fn all_faults_come_at_once() {
        assert_eq!(UnicontaSettings::parse(&[], Locale::Da).err().unwrap().len(), 4);
    }
}
