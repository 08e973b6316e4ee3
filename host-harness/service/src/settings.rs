//! Settings as they are kept: secrets sealed, the rest as entered; and as a context carries them.
//!
//! A sealed value is bound to its installation and key, so that a copy in another place does not open.

use crate::body;
use crate::error::ServiceError;
use accounting_vault::Keyring;
use host_harness::bindings::exports::configure::{SettingKind, SettingSpec};
use host_harness::bindings::types::Setting;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest value, in characters, as the contract says.
const LONGEST_VALUE: usize = 4_096;

/// One value as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kept {
    /// As entered.
    Open(String),
    /// Encrypted.
    Sealed(String),
}

/// All settings that were entered, by key.
pub(crate) type KeptSettings = BTreeMap<String, Kept>;

/// What a sealed value is bound to.
pub(crate) fn place(installation: &str, key: &str) -> String {
    format!("setting {installation}/{key}")
}

/// What the link's sealed token is bound to.
pub(crate) fn link_place(installation: &str) -> String {
    format!("link {installation}")
}

/// Enter settings over those there are: `None` takes one away.
pub(crate) fn enter(
    keyring: &Keyring,
    installation: &str,
    specs: &[SettingSpec],
    kept: &mut KeptSettings,
    entered: &BTreeMap<String, Option<String>>,
) -> Result<(), ServiceError> {
    for (key, value) in entered {
        let Some(spec) = specs.iter().find(|spec| spec.key == *key) else {
            let known: Vec<&str> = specs.iter().map(|spec| spec.key.as_str()).collect();
            let message = format!("the connector has no setting {key:?}; it has {}", known.join(", "));
            return Err(ServiceError::invalid("unknown-setting", message).about(key));
        };
        let Some(value) = value else {
            kept.remove(key);
            continue;
        };
        check(spec, value)?;
        let value = if spec.secret {
            let sealed = keyring.seal(&place(installation, key), value);
            Kept::Sealed(sealed.map_err(|error| ServiceError::internal(error.to_string()))?)
        } else {
            Kept::Open(value.clone())
        };
        kept.insert(key.clone(), value);
    }
    Ok(())
}

fn check(spec: &SettingSpec, value: &str) -> Result<(), ServiceError> {
    let wrong = |what: String| Err(ServiceError::invalid("wrong-setting", what).about(&spec.key));
    let key = &spec.key;
    let characters = value.chars().count();
    if characters > LONGEST_VALUE {
        return wrong(format!("setting {key} has {characters} characters; at most {LONGEST_VALUE}"));
    }
    if value.contains('\0') {
        return wrong(format!("setting {key} contains a NUL character; take it out"));
    }
    match spec.kind {
        SettingKind::YesNo if !matches!(value, "true" | "false") => {
            wrong(format!("setting {key} is yes or no: enter true or false"))
        }
        _ => Ok(()),
    }
}

/// All settings as a context carries them: entered, then defaults for what was not, then what `configure` asked to keep.
pub(crate) fn opened(
    keyring: &Keyring,
    installation: &str,
    specs: &[SettingSpec],
    kept: &KeptSettings,
    remembered_json: &str,
) -> Result<Vec<Setting>, ServiceError> {
    let mut all = BTreeMap::new();
    for (key, value) in kept {
        let value = match value {
            Kept::Open(value) => value.clone(),
            Kept::Sealed(sealed) => {
                let secret = keyring.open(&place(installation, key), sealed);
                secret.map_err(|error| ServiceError::internal(error.to_string()).about(key))?.expose().to_owned()
            }
        };
        all.insert(key.clone(), value);
    }
    for spec in specs {
        if let Some(value) = &spec.default_value {
            all.entry(spec.key.clone()).or_insert_with(|| value.clone());
        }
    }
    let remembered: BTreeMap<String, String> = body::read("what configure asked to keep", remembered_json)?;
    all.extend(remembered);
    Ok(all.into_iter().map(|(key, value)| Setting { key, value }).collect())
}

/// The customer tag among what was entered; empty for none.
pub(crate) fn customer_tag(specs: &[SettingSpec], kept: &KeptSettings) -> String {
    let Some(spec) = specs.iter().find(|spec| spec.kind == SettingKind::CustomerTag) else { return String::new() };
    match kept.get(&spec.key) {
        Some(Kept::Open(value)) => value.clone(),
        _ => spec.default_value.clone().unwrap_or_default(),
    }
}
