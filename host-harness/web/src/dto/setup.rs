//! What people set: installations, pauses, where a backup goes.

use super::catalogue::Catalogue;
use super::shapes::{self, HostName};
use super::words::LocaleWord;
use crate::check::{self, Checked, Invalid};
use crate::requests::Document;
use accounting_service as service;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::Object;

/// Most settings named at once; a connector has a few dozen.
const MOST_SETTINGS: usize = 500;
/// Longest key of a setting.
const LONGEST_SETTING_KEY: usize = 128;
/// Most approved hosts; a connector names a few.
const MOST_HOSTS: usize = 100;
/// Longest host name there is (RFC 1035).
const LONGEST_HOST: usize = 253;
/// Most calls of one installation at once.
const MOST_CONCURRENT: u32 = 16;
/// Longest note of a pause.
const LONGEST_NOTE: usize = 1_000;

fn settings() -> Object {
    let mut settings = shapes::settings(MOST_SETTINGS, LONGEST_SETTING_KEY);
    settings.description =
        Some("A value enters a setting, null takes it away, settings not named stay. At most 500.".to_owned());
    settings
}

/// What people set of an installation. What is left out stays as it is.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstallationChange {
    /// What people call it.
    #[schema(max_length = 200)]
    name: Option<String>,
    locale: Option<LocaleWord>,
    #[serde(default)]
    #[schema(schema_with = settings)]
    settings: BTreeMap<String, Option<String>>,
    /// The hosts the administrator approved, out of those the connector names.
    #[schema(value_type = Option<Vec<HostName>>, max_items = 100)]
    hosts: Option<Vec<String>>,
    catalogue: Option<Catalogue>,
    /// Calls that may run at once.
    #[schema(minimum = 1, maximum = 16)]
    concurrency: Option<u32>,
    /// Calls to the accounting system a day; 0 for no budget.
    #[schema(format = Int64, minimum = 0, maximum = 4294967295i64)]
    daily_calls: Option<u32>,
}

impl Document for InstallationChange {
    fn check(&self) -> Checked {
        check::text("name", self.name.as_deref().unwrap_or_default(), check::LONGEST_NAME)?;
        check::count("settings", self.settings.len(), MOST_SETTINGS)?;
        for (key, value) in &self.settings {
            check::id("settings", key, LONGEST_SETTING_KEY)?;
            check::text(key, value.as_deref().unwrap_or_default(), check::LONGEST_TEXT)
                .map_err(|invalid| invalid.under("settings"))?;
        }
        check::each("hosts", self.hosts.as_deref().unwrap_or_default(), MOST_HOSTS, |host| {
            check::filled("", host, LONGEST_HOST)
        })?;
        if let Some(catalogue) = &self.catalogue {
            catalogue.check().map_err(|invalid| invalid.under("catalogue"))?;
        }
        match self.concurrency {
            Some(calls) if !(1..=MOST_CONCURRENT).contains(&calls) => {
                Err(Invalid::new("concurrency", format!("is not between 1 and {MOST_CONCURRENT}")))
            }
            _ => Ok(()),
        }
    }
}

impl From<InstallationChange> for service::InstallationChange {
    fn from(change: InstallationChange) -> Self {
        let locale = |locale| match locale {
            LocaleWord::Da => "da".to_owned(),
            LocaleWord::En => "en".to_owned(),
        };
        Self {
            name: change.name,
            locale: change.locale.map(locale),
            settings: change.settings,
            hosts: change.hosts,
            catalogue: change.catalogue.map(Into::into),
            concurrency: change.concurrency,
            daily_calls: change.daily_calls,
        }
    }
}

/// An installation to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInstallation {
    /// Chosen by FlexyBox.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    id: String,
    /// The id of a connector that is loaded.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    connector: String,
    /// What people call it.
    #[schema(max_length = 200)]
    name: Option<String>,
    locale: Option<LocaleWord>,
    #[serde(default)]
    #[schema(schema_with = settings)]
    settings: BTreeMap<String, Option<String>>,
    /// The hosts the administrator approved, out of those the connector names.
    #[schema(value_type = Option<Vec<HostName>>, max_items = 100)]
    hosts: Option<Vec<String>>,
    catalogue: Option<Catalogue>,
    /// Calls that may run at once.
    #[schema(minimum = 1, maximum = 16)]
    concurrency: Option<u32>,
    /// Calls to the accounting system a day; 0 for no budget.
    #[schema(format = Int64, minimum = 0, maximum = 4294967295i64)]
    daily_calls: Option<u32>,
}

impl NewInstallation {
    /// The id, the connector, and all that can be changed later.
    pub(crate) fn into_parts(self) -> (String, String, InstallationChange) {
        let change = self.change();
        (self.id, self.connector, change)
    }

    fn change(&self) -> InstallationChange {
        InstallationChange {
            name: self.name.clone(),
            locale: self.locale,
            settings: self.settings.clone(),
            hosts: self.hosts.clone(),
            catalogue: self.catalogue.clone(),
            concurrency: self.concurrency,
            daily_calls: self.daily_calls,
        }
    }
}

impl Document for NewInstallation {
    fn check(&self) -> Checked {
        check::installation_id("id", &self.id)?;
        check::installation_id("connector", &self.connector)?;
        self.change().check()
    }
}

/// Why an installation is paused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pause {
    /// For whoever looks at it later.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub(crate) note: String,
}

impl Document for Pause {
    fn unsent() -> Option<Self> {
        Some(Self::default())
    }

    fn check(&self) -> Checked {
        check::text("note", &self.note, LONGEST_NOTE)
    }
}

/// A file of the host.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BackupFile {
    /// Its path on the host. It must not exist yet.
    #[schema(min_length = 1, max_length = 4096)]
    pub(crate) file: String,
}

impl Document for BackupFile {
    fn check(&self) -> Checked {
        check::filled("file", &self.file, check::LONGEST_TEXT)
    }
}

#[cfg(test)]
mod tests;
