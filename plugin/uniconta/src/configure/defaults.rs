//! Debtor groups and payment terms: do the chosen defaults exist, and which could be chosen?

use crate::api::filter::Query;
use crate::call::Call;
use crate::settings::key;
use accounting_kit::exports::configure::{Configured, SettingChoice, SettingChoices};
use accounting_kit::names::nearest;
use accounting_kit::problem::finding;
use accounting_kit::say;
use accounting_kit::types::{Error, ErrorKind, Finding, Locale, Localized, Severity};

/// One default and where Uniconta keeps what can be chosen.
struct Default<'a> {
    setting: &'static str,
    entity: &'static str,
    property: &'static str,
    chosen: &'a str,
}

/// Check the defaults and offer choices. Rows this user may not see are told, and nothing more is claimed of them.
///
/// # Errors
/// `transient` or `rate-limited`.
pub(super) fn check(call: &Call<'_>, out: &mut Configured) -> Result<(), Error> {
    for default in [
        Default { setting: key::GROUP, entity: "DebtorGroupClient", property: "Group", chosen: &call.settings.group },
        Default {
            setting: key::PAYMENT,
            entity: "PaymentTermClient",
            property: "Payment",
            chosen: &call.settings.payment,
        },
    ] {
        let rows = match call.api().read_all(default.entity, &Query::default()) {
            Ok(rows) => rows,
            Err(error) if matches!(error.kind, ErrorKind::Transient | ErrorKind::RateLimited | ErrorKind::Internal) => {
                return Err(error);
            }
            Err(_) => {
                out.findings.push(unseen(&default, call.locale));
                continue;
            }
        };
        let choices: Vec<SettingChoice> = rows
            .iter()
            .map(|row| (row.text(default.property), row.text("Name")))
            .filter(|(value, _)| !value.is_empty())
            .map(|(value, name)| {
                let label = if name.is_empty() { value.clone() } else { format!("{value} – {name}") };
                SettingChoice { value, label: Localized { da: label.clone(), en: label } }
            })
            .collect();
        if !default.chosen.is_empty() && choices.iter().all(|choice| choice.value != default.chosen) {
            out.findings.push(missing(&default, &choices, call.locale));
        }
        out.choices.push(SettingChoices { key: default.setting.to_owned(), choices });
    }
    Ok(())
}

fn missing(default: &Default<'_>, choices: &[SettingChoice], locale: Locale) -> Finding {
    let near = nearest(default.chosen, choices.iter().map(|choice| choice.value.as_str()), 1);
    let chosen = default.chosen;
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
    finding(Severity::Error, "uniconta.default-missing", Some(default.setting), message)
}

fn unseen(default: &Default<'_>, locale: Locale) -> Finding {
    finding(
        Severity::Warning,
        "uniconta.default-unseen",
        Some(default.setting),
        say!(
            locale,
            "brugeren må ikke se {entity} i Uniconta, så valget kunne ikke efterprøves",
            "the user may not see {entity} in Uniconta, so the choice could not be checked",
            entity = default.entity
        ),
    )
}
