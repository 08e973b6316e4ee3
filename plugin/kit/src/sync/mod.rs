//! Keeping customers and debtors alike: what does not depend on the accounting system.
//!
//! A connector decides what to do ([`plan`]), finds the debtor ([`finding`]), compares value by value ([`pairing`]) and
//! says what the host must keep ([`links`], [`result`]). Reading, writing and the form of a value are its own.

pub mod ahead;
pub mod batch;
pub mod catch_up;
pub mod finding;
pub mod links;
pub mod naming;
pub mod pairing;
pub mod plan;
pub mod result;
pub mod setup;
