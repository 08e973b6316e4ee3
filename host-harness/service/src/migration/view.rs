//! A migration as it may be shown.

use super::record::{LeftBehind, Lines, MigrationClass, MigrationLine, MigrationState, Record};
use super::unsettled::Unsettled;
use crate::body;
use crate::error::{Refusal, ServiceError};
use crate::look::MOST_ROWS;
use crate::service::Service;
use accounting_store::{Ms, Page};
use std::collections::BTreeMap;

/// A migration and all that a person should know before the next step.
#[derive(Debug, Clone)]
pub struct MigrationView {
    /// The old installation.
    pub from: String,
    /// The new one.
    pub to: String,
    /// How far it has come.
    pub state: MigrationState,
    /// Ask for the same step again: it is not done.
    pub more: bool,
    /// When the preview began.
    pub begun: Ms,
    /// When all customers had been looked at; none while they have not.
    pub examined: Option<Ms>,
    /// Synchronised customers of the old installation.
    pub customers: u64,
    /// Customers by what would become of them, or became.
    pub counts: BTreeMap<MigrationClass, u64>,
    /// Customers that would be created were allowed to be.
    pub create_missing: bool,
    /// Customers of the new installation that are linked by now.
    pub linked: u64,
    /// Events of the new installation that wait, run or are parked.
    pub open: u64,
    /// What the old installation has not finished.
    pub unsettled: Vec<Unsettled>,
    /// Customer data fields that the new accounting system has no place for.
    pub lost_fields: Vec<String>,
    /// After it was undone: debtors that stay in the new accounting system.
    pub left_behind: Vec<LeftBehind>,
}

/// A customer of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedCustomer {
    /// What the preview said.
    pub line: MigrationLine,
    /// The number of the debtor it is linked to now; empty for none.
    pub linked: String,
    /// It is linked to another debtor than the preview said.
    pub otherwise: bool,
}

/// Nothing was ever previewed.
pub(super) fn no_migration(to: &str) -> ServiceError {
    ServiceError::new(Refusal::NotFound, "no-migration", format!("no migration to {to} was ever previewed"))
}

impl Service {
    pub(super) async fn migration_view(&self, record: Record, lines: Lines) -> Result<MigrationView, ServiceError> {
        let (from, to) = (self.row(&record.from).await?, self.row(&record.to).await?);
        let (old, new) = (self.store().counts(&from.id).await?, self.store().counts(&to.id).await?);
        let mut counts = BTreeMap::new();
        for line in lines.values() {
            *counts.entry(line.class).or_insert(0) += 1;
        }
        let number = |count: i64| u64::try_from(count).unwrap_or(0);
        Ok(MigrationView {
            more: matches!(
                record.state,
                MigrationState::Previewing | MigrationState::Applying | MigrationState::Undoing
            ),
            customers: number(old.tagged),
            linked: number(new.links),
            open: number(new.waiting.saturating_add(new.running).saturating_add(new.parked)),
            unsettled: self.unsettled(&from).await?,
            lost_fields: self.lost_fields(&to)?,
            from: record.from,
            to: record.to,
            state: record.state,
            begun: record.begun,
            examined: record.examined,
            counts,
            create_missing: record.create_missing,
            left_behind: record.left_behind,
        })
    }

    /// Customers of the migration to an installation, by id, a page at a time; of one class where one is named.
    ///
    /// # Errors
    /// Unknown installation, or nothing was ever previewed for it.
    pub async fn migration_customers(
        &self,
        to: &str,
        class: Option<MigrationClass>,
        after: Option<&str>,
        most: u32,
    ) -> Result<Page<MovedCustomer>, ServiceError> {
        self.row(to).await?;
        self.migration_to(to).await?.ok_or_else(|| no_migration(to))?;
        let lines = self.migration_lines(to).await?;
        let wanted = |line: &MigrationLine| {
            class.is_none_or(|class| line.class == class) && after.is_none_or(|after| line.customer.as_str() > after)
        };
        let most = usize::try_from(most.clamp(1, MOST_ROWS)).unwrap_or(1);
        let mut found: Vec<MigrationLine> = lines.into_values().filter(wanted).take(most.saturating_add(1)).collect();
        let more = found.len() > most;
        found.truncate(most);
        let next = if more { found.last().map(|line| line.customer.clone()) } else { None };
        let ids: Vec<String> = found.iter().map(|line| line.customer.clone()).collect();
        let links = self.store().links_of(to, &ids).await?;
        let mut items = Vec::with_capacity(found.len());
        for line in found {
            let link = links.iter().find(|link| link.customer_id == line.customer);
            let otherwise =
                link.is_some_and(|link| !line.external_id.is_empty() && link.external_id != line.external_id);
            let linked = link.map(body::link).transpose()?.map(|link| link.external_key).unwrap_or_default();
            items.push(MovedCustomer { line, linked, otherwise });
        }
        Ok(Page { items, next })
    }
}
