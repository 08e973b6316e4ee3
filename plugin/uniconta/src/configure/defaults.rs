//! Debtor groups and payment terms: do the chosen defaults exist, and which could be chosen?

use crate::api::filter::Query;
use crate::books::chart::{Table, table};
use crate::call::Call;
use crate::settings::key;
use accounting_kit::exports::configure::{Configured, SettingChoice, SettingChoices};
use accounting_kit::names::nearest;
use accounting_kit::problem::finding;
use accounting_kit::say;
use accounting_kit::types::{Error, Finding, Locale, Localized, Severity};

/// A setting whose values Uniconta keeps, and where.
pub(crate) struct Choice<'a> {
    /// The setting.
    pub(crate) setting: &'static str,
    /// Where Uniconta keeps what can be chosen.
    pub(crate) entity: &'static str,
    /// The property that is chosen.
    pub(crate) property: &'static str,
    /// What is chosen; empty for nothing.
    pub(crate) chosen: &'a str,
    /// How bad it is when this user may not see the rows.
    pub(crate) unseen: Severity,
}

/// Check the defaults and offer choices.
///
/// # Errors
/// See `offer`.
pub(super) fn check(call: &Call<'_>, out: &mut Configured) -> Result<(), Error> {
    let (group, payment) = (call.settings.group.as_str(), call.settings.payment.as_str());
    for (setting, entity, property, chosen) in
        [(key::GROUP, "DebtorGroupClient", "Group", group), (key::PAYMENT, "PaymentTermClient", "Payment", payment)]
    {
        offer(call, &Choice { setting, entity, property, chosen, unseen: Severity::Warning }, out)?;
    }
    Ok(())
}

/// Check what is chosen and offer what can be; the rows, where this user may see them.
///
/// # Errors
/// `transient`, `rate-limited` or `internal`: it could not be found out.
pub(crate) fn offer(call: &Call<'_>, choice: &Choice<'_>, out: &mut Configured) -> Result<Table, Error> {
    let table = table(call, choice.entity, &Query::default())?;
    let Some(rows) = &table else {
        out.findings.push(unseen(choice, call.locale));
        return Ok(None);
    };
    // Blocked rows, and journals that number vouchers themselves, would be refused once chosen.
    let usable = rows.iter().filter(|row| !row.is_on("Blocked") && !row.is_on("GenerateVoucher"));
    let choices: Vec<SettingChoice> = usable
        .map(|row| (row.text(choice.property), row.text("Name")))
        .filter(|(value, _)| !value.is_empty())
        .map(|(value, name)| {
            let label = if name.is_empty() { value.clone() } else { format!("{value} – {name}") };
            SettingChoice { value, label: Localized { da: label.clone(), en: label } }
        })
        .collect();
    if !choice.chosen.is_empty() && rows.iter().all(|row| row.text(choice.property) != choice.chosen) {
        out.findings.push(missing(choice, &choices, call.locale));
    }
    out.choices.push(SettingChoices { key: choice.setting.to_owned(), choices });
    Ok(table)
}

fn missing(choice: &Choice<'_>, choices: &[SettingChoice], locale: Locale) -> Finding {
    let near = nearest(choice.chosen, choices.iter().map(|choice| choice.value.as_str()), 1);
    let chosen = choice.chosen;
    let message = match near.first() {
        Some(near) => say!(
            locale,
            "'{chosen}' findes ikke i Uniconta; mente du '{near}'?",
            "there is no '{chosen}' in Uniconta; did you mean '{near}'?",
            chosen = chosen,
            near = near
        ),
        None => say!(
            locale,
            "'{chosen}' findes ikke i Uniconta; vælg en anden",
            "there is no '{chosen}' in Uniconta; choose another",
            chosen = chosen
        ),
    };
    finding(Severity::Error, "uniconta.default-missing", Some(choice.setting), message)
}

fn unseen(choice: &Choice<'_>, locale: Locale) -> Finding {
    finding(
        choice.unseen,
        "uniconta.default-unseen",
        Some(choice.setting),
        say!(
            locale,
            "brugeren må ikke se {entity} i Uniconta, så valget kunne ikke efterprøves",
            "the user may not see {entity} in Uniconta, so the choice could not be checked",
            entity = choice.entity
        ),
    )
}
