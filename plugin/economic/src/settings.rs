//! The settings of one installation, parsed once at the edge into a form that cannot be wrong.

use crate::ECONOMIC;
use crate::assumptions::{BOOKED_ENTRIES_VERSION, JOURNALS_VERSION, WEBHOOKS_VERSION};
use accounting_kit::problem::ErrorExt;
use accounting_kit::say;
use accounting_kit::settings::Settings;
use accounting_kit::sync::plan::OnDelete;
use accounting_kit::types::{Error, ErrorKind, Locale, Setting, Side};

/// Keys of the settings, as `describe` names them.
pub mod key {
    /// Yes/no: whether the integration is on.
    pub const ENABLED: &str = "enabled";
    /// The token of the app. Secret.
    pub const APP_TOKEN: &str = "app-secret-token";
    /// The token of the agreement. Secret.
    pub const GRANT_TOKEN: &str = "agreement-grant-token";
    /// The customer tag that switches synchronisation on for a customer.
    pub const TAG: &str = "customer-tag";
    /// Customer group of new customers.
    pub const GROUP: &str = "customer-group";
    /// Payment terms of new customers.
    pub const TERMS: &str = "payment-terms";
    /// VAT zone of new customers.
    pub const VAT_ZONE: &str = "vat-zone";
    /// Currency of new customers.
    pub const CURRENCY: &str = "currency";
    /// Who wins where both sides changed the same value.
    pub const CONFLICT: &str = "conflict-rule";
    /// What happens to the customer there when it is deleted in FlexyBox.
    pub const ON_DELETE: &str = "deleted-customer";
    /// The journal (kassekladde) daily reports go to; empty: they are not transferred.
    pub const JOURNAL: &str = "journal";
    /// The account that every line is booked against.
    pub const CONTRA: &str = "contra-account";
    /// Where a rounding difference of a day goes; empty: it is a fault.
    pub const ROUNDING: &str = "rounding-account";
    /// Yes/no: whether days are booked at once.
    pub const BOOK: &str = "book";
    /// Yes/no: whether dimension 1 goes as a departmental distribution.
    pub const DEPARTMENTS: &str = "departments";
    /// Base address of the REST interface.
    pub const REST_BASE: &str = "rest-base";
    /// Base address of the services.
    pub const SERVICES_BASE: &str = "services-base";
    /// Version of the webhooks service.
    pub const WEBHOOKS_VERSION: &str = "webhooks-version";
    /// Version of the journals service.
    pub const JOURNALS_VERSION: &str = "journals-version";
    /// Version of the booked entries service.
    pub const BOOKED_VERSION: &str = "booked-entries-version";
    /// Remembered from `configure`: the currency of the books.
    pub const BOOKS_CURRENCY: &str = "economic.books-currency";
}

/// Where the REST interface is.
pub const REST_BASE: &str = "https://restapi.e-conomic.com";
/// Where the services are.
pub const SERVICES_BASE: &str = "https://apis.e-conomic.com";

/// The settings, proven in form. Whether e-conomic accepts them is another matter.
#[derive(Clone)]
pub struct EconomicSettings {
    /// The token of the app.
    pub app_token: String,
    /// The token of the agreement.
    pub grant_token: String,
    /// The customer tag; empty when customers are not synchronised.
    pub tag: String,
    /// Customer group of new customers.
    pub group: Option<u32>,
    /// Payment terms of new customers.
    pub terms: Option<u32>,
    /// VAT zone of new customers.
    pub vat_zone: Option<u32>,
    /// Currency of new customers, ISO 4217; empty until chosen or learnt.
    pub currency: String,
    /// Who wins a conflict.
    pub wins: Side,
    /// What a deleted customer does.
    pub on_delete: OnDelete,
    /// The journal (kassekladde) daily reports go to; none when bookkeeping is off.
    pub journal: Option<u32>,
    /// The account every line is booked against.
    pub contra: Option<u32>,
    /// The account of a rounding difference; none when a day must balance by itself.
    pub rounding: Option<accounting_kit::exports::on_day_closed::Posting>,
    /// Whether days are booked at once.
    pub book: bool,
    /// Whether dimension 1 goes as a departmental distribution.
    pub departments: bool,
    /// Base address of the REST interface, without a slash at the end.
    pub rest: String,
    /// Base address of the services, likewise.
    pub services: String,
    /// Version of the webhooks service.
    pub webhooks_version: String,
    /// Version of the journals service.
    pub journals_version: String,
    /// Version of the booked entries service.
    pub booked_version: String,
    /// The currency of the books; empty until `configure` has seen it.
    pub books_currency: String,
}

/// Whether the integration is switched on at all.
pub fn is_enabled(settings: &[Setting]) -> bool {
    Settings::new(settings).is_on(key::ENABLED)
}

impl EconomicSettings {
    /// Parse all settings.
    ///
    /// # Errors
    /// Every setting that is missing or has the wrong form, all at once. No value of a setting stands in a message.
    pub fn parse(settings: &[Setting], locale: Locale) -> Result<Self, Vec<Error>> {
        let mut form = Form { settings: Settings::new(settings), faults: Vec::new(), locale };
        let app_token = form.token(key::APP_TOKEN);
        let grant_token = form.token(key::GRANT_TOKEN);
        let wins = form.one_of(key::CONFLICT, &[("accounting", Side::Accounting), ("flexybox", Side::Flexybox)]);
        let on_delete = form.one_of(key::ON_DELETE, &[("block", OnDelete::Block), ("leave", OnDelete::Leave)]);
        let books_currency = form.settings.text(key::BOOKS_CURRENCY).to_owned();
        let chosen = form.currency();
        let rounding = form.number(key::ROUNDING).map(|account| account.to_string());
        let parsed = Self {
            app_token,
            grant_token,
            tag: form.settings.text(key::TAG).to_owned(),
            group: form.number(key::GROUP),
            terms: form.number(key::TERMS),
            vat_zone: form.number(key::VAT_ZONE),
            currency: if chosen.is_empty() { books_currency.clone() } else { chosen },
            wins: wins.unwrap_or(Side::Accounting),
            on_delete: on_delete.unwrap_or(OnDelete::Block),
            journal: form.number(key::JOURNAL),
            contra: form.number(key::CONTRA),
            rounding: rounding.map(accounting_kit::exports::on_day_closed::Posting::Ledger),
            book: form.settings.is_on(key::BOOK),
            departments: form.settings.is_on(key::DEPARTMENTS),
            rest: form.base(key::REST_BASE, REST_BASE),
            services: form.base(key::SERVICES_BASE, SERVICES_BASE),
            webhooks_version: form.version(key::WEBHOOKS_VERSION, WEBHOOKS_VERSION),
            journals_version: form.version(key::JOURNALS_VERSION, JOURNALS_VERSION),
            booked_version: form.version(key::BOOKED_VERSION, BOOKED_ENTRIES_VERSION),
            books_currency,
        };
        if form.faults.is_empty() { Ok(parsed) } else { Err(form.faults) }
    }

    /// The settings for one call that needs all of them.
    ///
    /// # Errors
    /// The first fault; the settings page shows all of them.
    pub fn for_call(settings: &[Setting], locale: Locale) -> Result<Self, Error> {
        Self::parse(settings, locale).map_err(|faults| {
            let message = say!(locale, "indstillingerne er ufuldstændige", "the settings are incomplete");
            let internal = ECONOMIC.error(ErrorKind::Config, "settings", message);
            faults.into_iter().next().unwrap_or(internal)
        })
    }
}

/// What is called what on the page.
pub fn label(key: &str, locale: Locale) -> &'static str {
    let spec = crate::describe::SETTINGS.iter().find(|spec| spec.key == key);
    spec.map_or("", |spec| match locale {
        Locale::Da => spec.label.0,
        Locale::En => spec.label.1,
    })
}

/// A setting that must be filled in and is not.
pub fn missing(key: &str, locale: Locale) -> Error {
    let message = say!(
        locale,
        "{name} er ikke udfyldt; det gøres under Systemindstillinger > Integrationer > Bogføring > e-conomic",
        "{name} is not filled in; do it under System settings > Integrations > Bookkeeping > e-conomic",
        name = label(key, locale)
    );
    ECONOMIC.error(ErrorKind::Config, "setting-missing", message).about(key)
}

struct Form<'a> {
    settings: Settings<'a>,
    faults: Vec<Error>,
    locale: Locale,
}

impl Form<'_> {
    fn wrong(&mut self, key: &str, expected: &str) {
        let message = say!(
            self.locale,
            "indstillingen {name} har ikke den rigtige form; der skal stå {expected}",
            "the setting {name} does not have the right form; it must be {expected}",
            name = label(key, self.locale),
            expected = expected
        );
        self.faults.push(ECONOMIC.error(ErrorKind::Config, "setting-wrong", message).about(key));
    }

    fn words(&self, da: &'static str, en: &'static str) -> &'static str {
        match self.locale {
            Locale::Da => da,
            Locale::En => en,
        }
    }

    /// A token goes into a header as it is.
    fn token(&mut self, key: &str) -> String {
        let token = self.settings.text(key);
        if token.is_empty() {
            self.faults.push(missing(key, self.locale));
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.wrong(
                key,
                self.words(
                    "bogstaver og cifre, som e-conomic viser dem",
                    "letters and digits, as e-conomic shows them",
                ),
            );
        }
        token.to_owned()
    }

    fn number(&mut self, key: &str) -> Option<u32> {
        let text = self.settings.text(key);
        let number = text.parse::<u32>().ok().filter(|number| (1..=999_999_999).contains(number));
        if !text.is_empty() && number.is_none() {
            self.wrong(key, self.words("et tal fra 1 til 999999999", "a number from 1 to 999999999"));
        }
        number
    }

    fn currency(&mut self) -> String {
        let text = self.settings.text(key::CURRENCY).to_ascii_uppercase();
        if !text.is_empty() && accounting_kit::money::decimals(&text).is_none() {
            self.wrong(key::CURRENCY, self.words("tre bogstaver som DKK", "three letters such as DKK"));
        }
        text
    }

    /// One of a few words; nothing entered is the first.
    fn one_of<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let text = self.settings.text(key);
        let chosen = choices.iter().find(|(word, _)| text.is_empty() || *word == text).map(|(_, value)| *value);
        if chosen.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.wrong(key, &words.join(", "));
        }
        chosen
    }

    fn base(&mut self, key: &str, default: &str) -> String {
        let text = self.settings.text(key).trim_end_matches('/');
        let text = if text.is_empty() { default } else { text };
        if !text.strip_prefix("https://").is_some_and(|host| !host.is_empty() && !host.contains(['?', '#', ' '])) {
            self.wrong(key, default);
        }
        text.to_owned()
    }

    fn version(&mut self, key: &str, default: &str) -> String {
        let text = self.settings.text(key);
        let text = if text.is_empty() { default } else { text };
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
            self.wrong(key, default);
        }
        text.to_owned()
    }
}
