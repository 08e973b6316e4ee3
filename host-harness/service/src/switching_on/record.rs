//! What is kept of a switching-on: how far it is. No personal data.

use crate::body;
use crate::error::ServiceError;
use crate::service::Service;
use accounting_store::{Installation, Ms, Write};
use host_harness::digest::{hexadecimal, sha256_of_all};
use serde::{Deserialize, Serialize};

/// How long what was noted of debtors is believed, milliseconds: 30 days. Changes after the look come through the link or a catch-up like
/// any others; a club whose import takes longer is looked up customer by customer from then on.
const BELIEVED_FOR_MS: Ms = 30 * 24 * 60 * 60 * 1_000;

/// How far a switching-on is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SwitchOnPhase {
    /// Debtors are being read.
    Looking,
    /// All were read; a person must say go.
    Looked,
    /// Customers go through.
    Going,
    /// None waits any more.
    Done,
}

impl SwitchOnPhase {
    /// Whether customers of an import wait.
    pub(crate) fn holds_imports(self) -> bool {
        matches!(self, Self::Looking | Self::Looked)
    }
}

/// A switching-on as it is kept, under the id of the installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) phase: SwitchOnPhase,
    /// When the look began.
    pub(crate) begun: Ms,
    /// What the notes hang on beside customers and debtors; see [`hangs_on`].
    pub(crate) hangs_on: String,
    /// Debtors a person says there are.
    pub(crate) debtors: Option<u64>,
    /// Debtors read.
    pub(crate) read: u64,
    /// Customers that may have a debtor.
    pub(crate) found: u64,
    /// Those whose debtor would be written.
    pub(crate) due: u64,
    /// Events that waited when a person said go.
    pub(crate) waited: u64,
}

impl Record {
    pub(super) fn begins(row: &Installation, debtors: Option<u64>, now: Ms) -> Self {
        Self {
            phase: SwitchOnPhase::Looking,
            begun: now,
            hangs_on: hangs_on(row),
            debtors,
            read: 0,
            found: 0,
            due: 0,
            waited: 0,
        }
    }

    /// The write that keeps it.
    pub(crate) fn kept(&self, installation: &str) -> Result<Write, ServiceError> {
        Ok(Write::Meta { key: key(installation), value: body::write(self)? })
    }

    /// Whether what was noted of debtors still says what a look-up would.
    pub(crate) fn is_believed(&self, row: &Installation, now: Ms) -> bool {
        self.phase != SwitchOnPhase::Looking
            && now.saturating_sub(self.begun) < BELIEVED_FOR_MS
            && self.hangs_on == hangs_on(row)
    }
}

/// The connector and the settings, the customer tag and the company among them.
fn hangs_on(row: &Installation) -> String {
    hexadecimal(&sha256_of_all([row.connector.as_str(), &row.settings_json]))
}

fn key(installation: &str) -> String {
    format!("switch-on:{installation}")
}

/// The write that forgets it.
pub(crate) fn forgotten(installation: &str) -> Write {
    Write::Meta { key: key(installation), value: String::new() }
}

impl Service {
    /// The switching-on of an installation, if there ever was one.
    pub(crate) async fn switching_on(&self, installation: &str) -> Result<Option<Record>, ServiceError> {
        let kept = self.store().meta(&key(installation)).await?.filter(|text| !text.is_empty());
        kept.map(|text| body::read("a switching-on", &text)).transpose()
    }
}
