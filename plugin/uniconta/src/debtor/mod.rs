//! The debtor (debitor) as Uniconta holds it, and how a customer's values stand on it.

pub mod countries;
pub mod mapping;
pub mod properties;
pub mod values;
