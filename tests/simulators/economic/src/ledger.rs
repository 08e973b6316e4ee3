//! Journal entries and booked entries.

/// The entries of an agreement.
#[derive(Debug, Default)]
pub(crate) struct Ledger;
