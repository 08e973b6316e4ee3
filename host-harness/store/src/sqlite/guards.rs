//! Whether what a change was worked out from still holds.

use super::{customers, events, installations, links, outbox};
use crate::change::Guard;
use crate::event::EventState;
use sqlx::sqlite::SqliteConnection;

/// The first guard that does not hold.
pub(crate) async fn first_moved(
    connection: &mut SqliteConnection,
    installation: &str,
    guards: Vec<Guard>,
) -> Result<Option<Guard>, sqlx::Error> {
    for guard in guards {
        if !holds(connection, installation, &guard).await? {
            return Ok(Some(guard));
        }
    }
    Ok(None)
}

async fn holds(connection: &mut SqliteConnection, installation: &str, guard: &Guard) -> Result<bool, sqlx::Error> {
    Ok(match guard {
        Guard::Customer { id, revision } => customers::revision(connection, installation, id).await? == *revision,
        Guard::Link { customer_id, version } => {
            links::version(connection, installation, customer_id).await? == *version
        }
        Guard::ExternalId { external_id, customer_id } => {
            links::owner(connection, installation, external_id).await?.is_none_or(|owner| owner == *customer_id)
        }
        Guard::Running { seq, attempt } => {
            events::stands(connection, installation, *seq).await? == Some((EventState::Running, *attempt))
        }
        Guard::Parked(seq) => {
            events::stands(connection, installation, *seq).await?.is_some_and(|(state, _)| state == EventState::Parked)
        }
        Guard::Installation(version) => installations::version(connection, installation).await? == Some(*version),
        Guard::Offers { customer_id, ids } => outbox::offer_ids(connection, installation, customer_id).await? == *ids,
    })
}
