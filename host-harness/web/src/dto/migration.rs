//! Moving an installation to another.

use super::words::{MigrationClassWord, MigrationStateWord, UnsettledWord};
use crate::check::{self, Checked};
use crate::requests::Document;
use accounting_service as service;
use accounting_store as store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which installation would be moved here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewMigration {
    /// The old installation.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    pub(crate) from: String,
    /// Ask about all customers anew, also about those that are known.
    #[serde(default)]
    pub(crate) anew: bool,
}

impl Document for PreviewMigration {
    fn check(&self) -> Checked {
        check::installation_id("from", &self.from)
    }
}

/// What is allowed when it is applied.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplyMigration {
    /// The old installation.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    pub(crate) from: String,
    /// Create customers that the new accounting system does not have; otherwise they are left out.
    #[serde(default)]
    pub(crate) create_missing: bool,
    /// Leave calls of the old installation's link behind.
    #[serde(default)]
    pub(crate) leave_unsettled: bool,
}

impl ApplyMigration {
    pub(crate) fn wish(&self) -> service::MigrationWish {
        service::MigrationWish { create_missing: self.create_missing, leave_unsettled: self.leave_unsettled }
    }
}

impl Document for ApplyMigration {
    fn check(&self) -> Checked {
        check::installation_id("from", &self.from)
    }
}

/// Which installation takes its place back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UndoMigration {
    /// The old installation.
    #[schema(pattern = "^[A-Za-z0-9._-]{1,64}$")]
    pub(crate) from: String,
}

impl Document for UndoMigration {
    fn check(&self) -> Checked {
        check::installation_id("from", &self.from)
    }
}

/// Customers of one class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MigrationCount {
    class: MigrationClassWord,
    customers: u64,
}

/// Something the old installation has not finished.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unsettled {
    kind: UnsettledWord,
    count: u64,
    /// The move waits for it.
    blocks: bool,
    /// Ids of reports, numbers of events or ids of outbox items, by kind; at most a hundred.
    ids: Vec<String>,
}

/// A debtor that stays in the new accounting system after the migration was undone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeftBehind {
    customer_id: String,
    /// The debtor's number.
    debtor: String,
    /// It was there before the migration.
    was_there: bool,
}

/// A migration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Migration {
    /// The old installation.
    from: String,
    /// The new one.
    to: String,
    state: MigrationStateWord,
    /// Ask for the same again: it is not done.
    more: bool,
    /// When the preview began.
    begun_ms: i64,
    /// When all customers had been looked at; null while they have not.
    examined_ms: Option<i64>,
    /// Synchronised customers of the old installation.
    customers: u64,
    counts: Vec<MigrationCount>,
    /// Customers that would be created were allowed to be.
    create_missing: bool,
    /// Customers of the new installation that are linked by now.
    linked: u64,
    /// Events of the new installation that are not done.
    open: u64,
    unsettled: Vec<Unsettled>,
    /// Customer data fields that the new accounting system has no place for.
    lost_fields: Vec<String>,
    left_behind: Vec<LeftBehind>,
}

impl From<service::MigrationView> for Migration {
    fn from(view: service::MigrationView) -> Self {
        let count =
            |(class, customers): (service::MigrationClass, u64)| MigrationCount { class: class.into(), customers };
        let unsettled = |one: service::Unsettled| Unsettled {
            kind: one.kind.into(),
            count: one.count,
            blocks: one.blocks,
            ids: one.ids,
        };
        let left_behind = |one: service::LeftBehind| LeftBehind {
            customer_id: one.customer,
            debtor: one.debtor,
            was_there: one.was_there,
        };
        Self {
            from: view.from,
            to: view.to,
            state: view.state.into(),
            more: view.more,
            begun_ms: view.begun,
            examined_ms: view.examined,
            customers: view.customers,
            counts: view.counts.into_iter().map(count).collect(),
            create_missing: view.create_missing,
            linked: view.linked,
            open: view.open,
            unsettled: view.unsettled.into_iter().map(unsettled).collect(),
            lost_fields: view.lost_fields,
            left_behind: view.left_behind.into_iter().map(left_behind).collect(),
        }
    }
}

/// What would become of a customer, or became.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MigrationCustomer {
    customer_id: String,
    /// The number people see.
    number: String,
    class: MigrationClassWord,
    /// The number of the debtor it would be linked to; empty for none, or where the connector did not say.
    debtor: String,
    /// That debtor has the customer's own number; otherwise it was found by another trait.
    by_number: bool,
    /// Why, stable; empty for a link or a creation. An open set.
    code: String,
    /// Why, in the new installation's language.
    message: String,
    /// The number of the debtor it is linked to now; empty for none.
    linked: String,
    /// It is linked to another debtor than was previewed.
    otherwise: bool,
}

/// Customers of a migration, by id.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MigrationCustomers {
    customers: Vec<MigrationCustomer>,
    /// `after` of the next part; null at the end.
    next: Option<String>,
}

impl From<store::Page<service::MovedCustomer>> for MigrationCustomers {
    fn from(page: store::Page<service::MovedCustomer>) -> Self {
        let customer = |one: service::MovedCustomer| MigrationCustomer {
            by_number: !one.line.debtor.is_empty() && one.line.debtor.trim() == one.line.number.trim(),
            customer_id: one.line.customer,
            number: one.line.number,
            class: one.line.class.into(),
            debtor: one.line.debtor,
            code: one.line.code,
            message: one.line.message,
            linked: one.linked,
            otherwise: one.otherwise,
        };
        Self { customers: page.items.into_iter().map(customer).collect(), next: page.next }
    }
}
