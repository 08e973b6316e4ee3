//! What e-conomic requires of every new customer: do the chosen ones exist, and which could be chosen?

use crate::ECONOMIC;
use crate::call::Call;
use crate::settings::{key, label, missing};
use accounting_kit::exports::configure::{Configured, SettingChoice, SettingChoices};
use accounting_kit::problem::{ErrorExt, finding};
use accounting_kit::say;
use accounting_kit::sync::setup::as_finding;
use accounting_kit::types::{Error, Localized, Severity};
use serde_json::Value;

/// A setting whose values e-conomic keeps, and where.
pub(crate) struct Choice {
    /// The setting.
    pub(crate) setting: &'static str,
    /// The collection.
    pub(crate) path: &'static str,
    /// The property that is chosen.
    pub(crate) property: &'static str,
    /// What is chosen.
    pub(crate) chosen: Option<u32>,
    /// Whether there must be one.
    pub(crate) required: bool,
}

/// Check the defaults and offer choices.
///
/// # Errors
/// See `offer`.
pub(super) fn check(call: &Call<'_>, out: &mut Configured) -> Result<(), Error> {
    let settings = call.settings;
    if settings.tag.is_empty() {
        return Ok(());
    }
    for (setting, path, property, chosen) in [
        (key::GROUP, "customer-groups", "customerGroupNumber", settings.group),
        (key::TERMS, "payment-terms", "paymentTermsNumber", settings.terms),
        (key::VAT_ZONE, "vat-zones", "vatZoneNumber", settings.vat_zone),
    ] {
        offer(call, &Choice { setting, path, property, chosen, required: true }, out)?;
    }
    if settings.currency.is_empty() {
        out.findings.push(missing(key::CURRENCY, call.locale).into_finding(Vec::new()));
    }
    Ok(())
}

/// Check what is chosen and offer what can be; the rows, where this app may see them.
///
/// # Errors
/// `transient`, `rate-limited` or `internal`: it could not be found out.
pub(crate) fn offer(call: &Call<'_>, choice: &Choice, out: &mut Configured) -> Result<Option<Vec<Value>>, Error> {
    if choice.required && choice.chosen.is_none() {
        out.findings.push(missing(choice.setting, call.locale).into_finding(Vec::new()));
    }
    let rows = match call.api().list(choice.path, "") {
        Ok(rows) => rows,
        Err(error) => {
            out.findings.push(as_finding(error.about(choice.setting))?);
            return Ok(None);
        }
    };
    let number = |row: &Value| row.get(choice.property).and_then(Value::as_u64);
    // A zone that is for suppliers only would be refused once chosen.
    let usable = rows.iter().filter(|row| row.get("enabledForCustomer") != Some(&Value::Bool(false)));
    let choices = usable.filter_map(|row| {
        let value = number(row)?.to_string();
        let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
        let label = if name.is_empty() { value.clone() } else { format!("{value} – {name}") };
        Some(SettingChoice { value, label: Localized { da: label.clone(), en: label } })
    });
    out.choices.push(SettingChoices { key: choice.setting.to_owned(), choices: choices.collect() });
    if let Some(chosen) = choice.chosen
        && rows.iter().all(|row| number(row) != Some(u64::from(chosen)))
    {
        let message = say!(
            call.locale,
            "{name} {chosen} findes ikke i e-conomic; vælg en anden",
            "{name} {chosen} does not exist in e-conomic; choose another",
            name = label(choice.setting, call.locale),
            chosen = chosen
        );
        out.findings.push(finding(Severity::Error, ECONOMIC.code("default-missing"), Some(choice.setting), message));
    }
    Ok(Some(rows))
}
