//! How an installation holds still while it is moved, and afterwards: two pauses that no person's `resume`, no `configure` and no
//! other pause ends, only the migration itself.

use crate::error::{Refusal, ServiceError};
use crate::locale;
use accounting_store::{Installation, Ms, Pause};
use host_harness::bindings::types::Locale;

/// It runs nothing, but takes in what comes.
pub(super) const MOVING: &str = "moving";

/// It neither runs nor takes in anything: another installation does.
pub(super) const MOVED: &str = "moved";

/// Whether a migration holds it still.
pub(crate) fn holds_still(row: &Installation) -> bool {
    row.pause.as_ref().is_some_and(|pause| is_of_migration(&pause.code))
}

/// Whether a pause of this code is a migration's.
pub(crate) fn is_of_migration(code: &str) -> bool {
    matches!(code, MOVING | MOVED)
}

/// Which installation has taken its place; none while it takes things in itself.
pub(crate) fn is_over(row: &Installation) -> Option<&str> {
    row.pause.as_ref().filter(|pause| pause.code == MOVED).map(|pause| pause.subject.as_str())
}

/// The other installation of the migration that holds it still.
pub(super) fn bound_to(row: &Installation) -> Option<&str> {
    row.pause.as_ref().filter(|_| holds_still(row)).map(|pause| pause.subject.as_str())
}

/// Refuse what was meant for an installation whose place another has taken. Nothing of it is kept, so that nothing is kept where
/// nobody works on it.
pub(crate) fn refuse_moved(row: &Installation) -> Result<(), ServiceError> {
    let Some(other) = is_over(row) else { return Ok(()) };
    let message =
        format!("installation {} has moved to {other}; send it there, and send nothing here any more", row.id);
    Err(ServiceError::new(Refusal::Conflict, "installation-moved", message).about(other))
}

/// Refuse what would end the stillness of a migration.
pub(crate) fn refuse_still(row: &Installation) -> Result<(), ServiceError> {
    refuse_moved(row)?;
    if !holds_still(row) {
        return Ok(());
    }
    let message = format!("installation {} is being moved; apply the migration again to finish it, or undo it", row.id);
    Err(ServiceError::new(Refusal::Conflict, "installation-moving", message))
}

/// The pause of one that runs nothing because of `other`.
pub(super) fn moving(row: &Installation, other: &str, at: Ms) -> Pause {
    let message = match locale::of(row) {
        Locale::Da => format!(
            "flytningen mellem denne integration og {other} er ikke færdig; den fortsættes eller fortrydes med flytningen selv"
        ),
        Locale::En => format!(
            "the move between this integration and {other} is not finished; the move itself is to be gone on with, or undone"
        ),
    };
    Pause { code: MOVING.to_owned(), message, subject: other.to_owned(), at }
}

/// The pause of one whose place `other` has taken.
pub(super) fn moved(row: &Installation, other: &str, at: Ms) -> Pause {
    let message = match locale::of(row) {
        Locale::Da => {
            format!("flyttet til {other}; ændrings-URL'en til denne integration kan slettes i regnskabssystemet")
        }
        Locale::En => format!("moved to {other}; the link to this integration may be deleted in the accounting system"),
    };
    Pause { code: MOVED.to_owned(), message, subject: other.to_owned(), at }
}
