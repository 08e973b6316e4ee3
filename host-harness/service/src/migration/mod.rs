//! Moving an installation to another: from the connector of the old accounting system to that of the new one.
//!
//! The two are installations of their own, so links, cursor, receipts, remembered values and the webhook's link cannot be mixed
//! up. A migration goes through three wishes of a person, each of which may be repeated until it is done:
//! - **preview** ([`Service::migration_preview`]): the new connector is asked about every synchronised customer, with its reads
//!   live and its writes held back ([`held`]), and what it would do is kept ([`classify`]);
//! - **apply** ([`Service::migration_apply`]): the old installation stops taking anything in, the customers are copied, and those
//!   that the preview matched are queued in the new one;
//! - **undo** ([`Service::migration_undo`]): the same backwards; links of the new installation are forgotten, and what changed in
//!   FlexyBox meanwhile is brought to the old one.
//!
//! Steps are transactions of one installation each, in an order in which a host that dies in between leaves nothing worse than
//! work to be repeated: before an installation takes anything in, the other one has stopped doing so. It trades away speed (one
//! migration at a time in a host) and a table of its own: what is kept lies in two of the host's own values for each migration.

mod apply;
mod classify;
mod days;
mod examine;
mod fresh;
mod held;
mod moving;
mod pauses;
mod people;
mod preview;
mod record;
mod undo;
mod unsettled;
mod view;

pub(crate) use pauses::{holds_still, is_of_migration, refuse_moved, refuse_still};
pub(crate) use record::forgotten;
pub use record::{LeftBehind, MigrationClass, MigrationLine, MigrationState};
pub use unsettled::{Unsettled, UnsettledKind};
pub use view::{MigrationView, MovedCustomer};

use crate::service::Service;
use accounting_store::Installation;

/// What a person allows when a migration is applied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MigrationWish {
    /// Customers that the new accounting system does not have are created there.
    pub create_missing: bool,
    /// What the old installation has not finished stays behind, and is listed. Days that may be in the old books never do.
    pub leave_unsettled: bool,
}

/// The two installations of a migration, as they are.
struct Pair {
    from: Installation,
    to: Installation,
}

impl Service {
    async fn pair(&self, from: &str, to: &str) -> Result<Pair, crate::ServiceError> {
        if from == to {
            let message = "an installation cannot be moved to itself; name two";
            return Err(crate::ServiceError::invalid("same-installation", message).about("from"));
        }
        Ok(Pair { from: self.row(from).await?, to: self.row(to).await? })
    }
}

impl Service {
    /// Refuse to forget an installation that another hangs on: the new one looks into the old one's receipts, and the old one comes
    /// back when the move is undone.
    pub(crate) async fn refuse_bound(&self, id: &str) -> Result<(), crate::ServiceError> {
        let mut bound = self.migration_to(id).await?;
        if let Some(other) = pauses::bound_to(&self.row(id).await?) {
            bound = self.migration_to(other).await?.filter(|record| record.from == id).or(bound);
        }
        match bound.filter(|record| record.state.binds()) {
            Some(record) => {
                let message = format!(
                    "installations {} and {} hang on each other since one was moved to the other; undo the move first",
                    record.from, record.to
                );
                Err(crate::ServiceError::new(crate::Refusal::Conflict, "installation-moved", message))
            }
            None => Ok(()),
        }
    }
}
