//! What is kept of a migration: where it stands, and a line for each customer. Ids and numbers, and no other personal data.

use crate::body;
use crate::error::{Refusal, ServiceError};
use crate::service::Service;
use accounting_store::{Change, Ms, Write};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How far a migration has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MigrationState {
    /// Not all customers have been looked at.
    Previewing,
    /// All have; nothing is changed yet.
    Previewed,
    /// It is being applied: both installations hold still until it is.
    Applying,
    /// The new installation has taken over.
    Applied,
    /// It is being undone: both hold still until it is.
    Undoing,
    /// The old installation has taken over again.
    Undone,
}

impl MigrationState {
    /// Whether one of the two installations hangs on the other.
    pub(crate) fn binds(self) -> bool {
        matches!(self, Self::Applying | Self::Applied | Self::Undoing)
    }
}

/// What the new connector would do with a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MigrationClass {
    /// Link it to a debtor that is there.
    Link,
    /// Create a debtor.
    Create,
    /// Several debtors fit, or one that is somebody else's: a person decides.
    Ambiguous,
    /// The new accounting system cannot hold it as it is (a text too long, no number).
    Refused,
    /// Pass it over.
    PassedOver,
    /// It could not be found out.
    Failed,
}

/// What is known of one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationLine {
    /// FlexyBox's id of the customer.
    pub customer: String,
    /// The number people see.
    pub number: String,
    /// The revision that was looked at.
    pub revision: i64,
    /// What would become of it.
    pub class: MigrationClass,
    /// The number of the debtor it would be linked to; empty for none, or where the connector did not say.
    pub debtor: String,
    /// The new accounting system's own id of that debtor; empty for none.
    pub external_id: String,
    /// Why, stable code; empty for a link or a creation.
    pub code: String,
    /// Why, for people, in the new installation's language; may name candidates by their number.
    pub message: String,
}

/// A debtor that stays in the new accounting system after the migration was undone, though it may have been made by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBehind {
    /// Whose it was.
    pub customer: String,
    /// Its number.
    pub debtor: String,
    /// It was there before and is as it was linked; otherwise the migration, or a change after it, made it.
    pub was_there: bool,
}

/// Why the old installation waited before it was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PausedBefore {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) subject: String,
    pub(crate) at: Ms,
}

/// A migration as it is kept, under the id of the new installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) state: MigrationState,
    /// What the preview hangs on beside the customers; another one makes it stale.
    pub(crate) fingerprint: String,
    /// When the preview began.
    pub(crate) begun: Ms,
    /// When it was finished last; none while it is not.
    pub(crate) examined: Option<Ms>,
    pub(crate) create_missing: bool,
    pub(crate) paused_before: Option<PausedBefore>,
    pub(crate) left_behind: Vec<LeftBehind>,
    /// Customers that several debtors fit: the accounting system's word about one of those is no reason to link it.
    pub(crate) unsure: BTreeSet<String>,
}

/// Lines by customer.
pub(crate) type Lines = BTreeMap<String, MigrationLine>;

fn record_key(to: &str) -> String {
    format!("migration:{to}")
}

fn lines_key(to: &str) -> String {
    format!("migration-lines:{to}")
}

impl Record {
    /// The write that keeps it.
    pub(crate) fn kept(&self) -> Result<Write, ServiceError> {
        Ok(Write::Meta { key: record_key(&self.to), value: body::write(self)? })
    }

    /// The write that keeps its lines.
    pub(crate) fn kept_lines(&self, lines: &Lines) -> Result<Write, ServiceError> {
        let lines: Vec<&MigrationLine> = lines.values().collect();
        Ok(Write::Meta { key: lines_key(&self.to), value: body::write(&lines)? })
    }
}

/// The writes that forget the migration to an installation.
pub(crate) fn forgotten(to: &str) -> [Write; 2] {
    [record_key(to), lines_key(to)].map(|key| Write::Meta { key, value: String::new() })
}

impl Service {
    /// The migration to an installation, if there ever was one.
    pub(crate) async fn migration_to(&self, to: &str) -> Result<Option<Record>, ServiceError> {
        let kept = self.store().meta(&record_key(to)).await?.filter(|text| !text.is_empty());
        kept.map(|text| body::read("a migration", &text)).transpose()
    }

    /// Customers of an installation that was moved to, whom the new connector found ambiguous: a debtor that calls or is read again
    /// may be any of several, so they are not searched for then. A link they have, or get when they change in FlexyBox, works as any.
    pub(crate) async fn unsure_after_move(&self, to: &str) -> Result<BTreeSet<String>, ServiceError> {
        let record = self.migration_to(to).await?.filter(|record| record.state.binds());
        Ok(record.map(|record| record.unsure).unwrap_or_default())
    }

    /// The migration from one installation to another.
    pub(crate) async fn migration_between(&self, from: &str, to: &str) -> Result<Record, ServiceError> {
        match self.migration_to(to).await? {
            Some(record) if record.from == from => Ok(record),
            Some(record) if record.state.binds() => Err(taken(&record)),
            _ => Err(ServiceError::new(
                Refusal::Conflict,
                "no-preview",
                format!("no migration from {from} to {to} was previewed; preview it first"),
            )),
        }
    }

    /// Its lines.
    pub(crate) async fn migration_lines(&self, to: &str) -> Result<Lines, ServiceError> {
        let Some(text) = self.store().meta(&lines_key(to)).await?.filter(|text| !text.is_empty()) else {
            return Ok(Lines::new());
        };
        let lines: Vec<MigrationLine> = body::read("a migration's customers", &text)?;
        Ok(lines.into_iter().map(|line| (line.customer.clone(), line)).collect())
    }

    /// Keep where it stands, with what else happens in that step to one of the two installations.
    pub(crate) async fn step(
        &self,
        record: &Record,
        installation: &str,
        mut writes: Vec<Write>,
    ) -> Result<(), ServiceError> {
        writes.push(record.kept()?);
        self.commit(Change { installation: installation.to_owned(), guards: Vec::new(), writes }).await
    }
}

/// The new installation is bound to another old one.
pub(crate) fn taken(record: &Record) -> ServiceError {
    let message =
        format!("installation {} has taken over {}; undo that first, or choose another", record.to, record.from);
    ServiceError::new(Refusal::Conflict, "taken-over-already", message).about("from")
}
