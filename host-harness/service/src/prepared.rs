//! What an installation's texts say, read once for as long as they stand.
//!
//! Settings with sealed secrets, approved hosts and the catalogue are read for every call; a catalogue holds a whole account plan. The
//! row's version says whether any of them changed. What it trades away: opened secrets of the installations that were called last lie in
//! memory, beside the keys that open them.

use crate::body;
use crate::connectors::Loaded;
use crate::error::ServiceError;
use crate::settings::{self, KeptSettings};
use accounting_store::Installation;
use accounting_vault::Keyring;
use host_harness::bindings::exports::configure::Catalogue;
use host_harness::bindings::types::Setting;
use host_harness::egress::AllowList;
use lru::LruCache;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Installations that are held: those of some minutes in a host of thousands, at a few KiB each.
const HELD: usize = 256;

/// Settings, hosts and catalogue of an installation.
pub(crate) struct Prepared {
    /// As a context carries them, secrets opened.
    pub(crate) settings: Vec<Setting>,
    /// The hosts its calls may reach.
    pub(crate) hosts: AllowList,
    pub(crate) catalogue: Catalogue,
    version: i64,
    /// Its settings and hosts are checked against what this one says of itself.
    connector: Arc<Loaded>,
}

/// Those of the installations that were called last.
pub(crate) struct PreparedOnes(Mutex<LruCache<String, Arc<Prepared>>>);

impl Default for PreparedOnes {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(HELD).unwrap_or(NonZeroUsize::MIN))))
    }
}

impl PreparedOnes {
    /// Those of this row, for a call of this connector.
    ///
    /// # Errors
    /// What is kept cannot be read or opened.
    pub(crate) fn of(
        &self,
        keyring: &Keyring,
        row: &Installation,
        connector: &Arc<Loaded>,
    ) -> Result<Arc<Prepared>, ServiceError> {
        let still = |held: &&Arc<Prepared>| held.version == row.version && Arc::ptr_eq(&held.connector, connector);
        if let Some(held) = self.ones().get(&row.id).filter(still) {
            return Ok(Arc::clone(held));
        }
        let prepared = Arc::new(Prepared::read(keyring, row, connector)?);
        self.ones().put(row.id.clone(), Arc::clone(&prepared));
        Ok(prepared)
    }

    /// An installation has gone, and its secrets with it.
    pub(crate) fn forget(&self, installation: &str) {
        self.ones().pop(installation);
    }

    fn ones(&self) -> MutexGuard<'_, LruCache<String, Arc<Prepared>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Prepared {
    fn read(keyring: &Keyring, row: &Installation, connector: &Arc<Loaded>) -> Result<Self, ServiceError> {
        let (specs, hosts) = (&connector.description.settings, &connector.description.hosts);
        let kept: KeptSettings = body::read("the settings", &row.settings_json)?;
        let approved: Vec<String> = body::read("the approved hosts", &row.hosts_json)?;
        Ok(Self {
            settings: settings::opened(keyring, &row.id, specs, &kept, &row.remembered_json)?,
            hosts: AllowList::new(&approved, hosts).map_err(|error| ServiceError::internal(error.to_string()))?,
            catalogue: body::read("the catalogue", &row.catalogue_json)?,
            version: row.version,
            connector: Arc::clone(connector),
        })
    }
}
