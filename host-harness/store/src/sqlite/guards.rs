//! Whether what a change was worked out from still holds.

use super::{customers, events, installations, links, outbox};
use crate::change::Guard;
use crate::event::EventState;
use rusqlite::{Connection, Result};

/// The first guard that does not hold.
pub(crate) fn first_moved(connection: &Connection, installation: &str, guards: Vec<Guard>) -> Result<Option<Guard>> {
    for guard in guards {
        if !holds(connection, installation, &guard)? {
            return Ok(Some(guard));
        }
    }
    Ok(None)
}

fn holds(connection: &Connection, installation: &str, guard: &Guard) -> Result<bool> {
    Ok(match guard {
        Guard::Customer { id, revision } => customers::revision(connection, installation, id)? == *revision,
        Guard::Link { customer_id, version } => links::version(connection, installation, customer_id)? == *version,
        Guard::ExternalId { external_id, customer_id } => {
            links::owner(connection, installation, external_id)?.is_none_or(|owner| owner == *customer_id)
        }
        Guard::Running { seq, attempt } => {
            events::stands(connection, installation, *seq)? == Some((EventState::Running, *attempt))
        }
        Guard::Parked(seq) => {
            events::stands(connection, installation, *seq)?.is_some_and(|(state, _)| state == EventState::Parked)
        }
        Guard::Installation(version) => installations::version(connection, installation)? == Some(*version),
        Guard::Offers { customer_id, ids } => outbox::offer_ids(connection, installation, customer_id)? == *ids,
    })
}
