//! The host over HTTP: the link that accounting systems call, the API that FlexyBox calls, and what operators read.
//!
//! It only translates. What is asked is checked against the limits of the contract, handed to
//! [`accounting_service::Service`], and the answer written down; nothing is kept here and nothing decided. So whoever embeds
//! the service in a program of their own has the same functions without this crate.
//!
//! Three rules shape it:
//! - a call of the link is answered as soon as it is on the disk, and never with a failure that calling again cannot cure;
//! - no token, key, body or person's data stands in a log: a request is named by the template of its route;
//! - every refusal is a problem document (RFC 9457) with a stable code, and so is what the framework refuses by itself.
//!
//! It speaks HTTP/1.1 without TLS: a proxy in front, or the same machine, is taken for granted.
#![deny(missing_docs)]

mod auth;
mod check;
mod correlation;
mod dto;
mod endpoints;
mod metering;
mod observe;
mod openapi;
mod options;
mod problem;
mod rate;
mod requests;
mod router;
mod serve;
mod state;

pub use metering::{Metering, MeteringError, install_metrics};
pub use openapi::openapi;
pub use options::{Rate, WebOptions};
pub use router::router;
pub use serve::{ServeError, Serving, serve};
