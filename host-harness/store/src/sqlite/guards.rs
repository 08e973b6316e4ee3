//! Whether what a change was worked out from still holds.

use super::{customers, events, installations, links, outbox};
use crate::change::Guard;
use crate::event::EventState;
use sqlx::sqlite::SqliteConnection;
use std::collections::BTreeMap;

/// The first guard that does not hold.
pub(crate) async fn first_moved(
    connection: &mut SqliteConnection,
    installation: &str,
    guards: Vec<Guard>,
) -> Result<Option<Guard>, sqlx::Error> {
    let stand = Stand::read(connection, installation, &guards).await?;
    for guard in guards {
        let holds = match stand.holds(&guard) {
            Some(holds) => holds,
            None => holds(connection, installation, &guard).await?,
        };
        if !holds {
            return Ok(Some(guard));
        }
    }
    Ok(None)
}

/// What the guards are about of which a batch has hundreds, read many at a time.
struct Stand {
    revisions: BTreeMap<String, i64>,
    versions: BTreeMap<String, i64>,
    owners: BTreeMap<String, String>,
    running: BTreeMap<i64, i64>,
}

impl Stand {
    async fn read(
        connection: &mut SqliteConnection,
        installation: &str,
        guards: &[Guard],
    ) -> Result<Self, sqlx::Error> {
        let (mut customers, mut links, mut debtors, mut events) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for guard in guards {
            match guard {
                Guard::Customer { id, .. } => customers.push(id.as_str()),
                Guard::Link { customer_id, .. } => links.push(customer_id.as_str()),
                Guard::ExternalId { external_id, .. } => debtors.push(external_id.as_str()),
                Guard::Running { seq, .. } => events.push(*seq),
                Guard::Parked(_) | Guard::Installation(_) | Guard::Offers { .. } => {}
            }
        }
        Ok(Self {
            revisions: customers::revisions(connection, installation, &customers).await?,
            versions: links::versions(connection, installation, &links).await?,
            owners: links::owners(connection, installation, &debtors).await?,
            running: events::running(connection, installation, &events).await?,
        })
    }

    /// Whether a guard holds, of the kinds that were read.
    fn holds(&self, guard: &Guard) -> Option<bool> {
        match guard {
            Guard::Customer { id, revision } => Some(self.revisions.get(id) == revision.as_ref()),
            Guard::Link { customer_id, version } => Some(self.versions.get(customer_id) == version.as_ref()),
            Guard::ExternalId { external_id, customer_id } => {
                Some(self.owners.get(external_id).is_none_or(|owner| owner == customer_id))
            }
            Guard::Running { seq, attempt } => Some(self.running.get(seq) == Some(attempt)),
            Guard::Parked(_) | Guard::Installation(_) | Guard::Offers { .. } => None,
        }
    }
}

async fn holds(connection: &mut SqliteConnection, installation: &str, guard: &Guard) -> Result<bool, sqlx::Error> {
    Ok(match guard {
        Guard::Parked(seq) => {
            events::stands(connection, installation, *seq).await?.is_some_and(|(state, _)| state == EventState::Parked)
        }
        Guard::Installation(version) => installations::version(connection, installation).await? == Some(*version),
        Guard::Offers { customer_id, ids } => outbox::offer_ids(connection, installation, customer_id).await? == *ids,
        // These were read with all others of their kind.
        Guard::Customer { .. } | Guard::Link { .. } | Guard::ExternalId { .. } | Guard::Running { .. } => true,
    })
}
