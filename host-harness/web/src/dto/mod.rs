//! What is sent and answered, as JSON.
//!
//! Each type mirrors one of the contract, the service or the store, and converts to or from it. They are written out again
//! for two reasons: names and cases on the wire stay as they are when a type inside changes, and the OpenAPI document is made
//! from them. Contract types have the contract's own JSON (`host_harness::replay::to_json`); tests hold them together.

mod accepted;
mod activity;
#[cfg(test)]
mod against_contract;
mod catalogue;
mod configured;
mod connector;
mod customer;
mod day;
mod diagnosis;
mod event;
mod installation;
mod key;
mod link;
mod migration;
mod outbox;
mod receipt;
mod recording;
mod setup;
mod shapes;
mod switch_on;
mod words;

pub(crate) use accepted::{Accepted, AcceptedAnswer, HandedOver, LineAccepted, LinesAccepted, Resync, ResyncAnswer};
pub(crate) use activity::{ActivityPage, activity_page};
pub(crate) use configured::Configured;
pub(crate) use connector::{Connector, Connectors};
pub(crate) use customer::{Customer, CustomerEvent, CustomerPage, Flags, LinkPage};
pub(crate) use day::ClosedDay;
pub(crate) use diagnosis::Diagnosis;
pub(crate) use event::{EventPage, EventWithAttempts};
pub(crate) use installation::{Installation, Installations};
pub(crate) use key::{ApiKeys, MadeKey, NewKey};
pub(crate) use link::{HookLink, Rotation};
pub(crate) use migration::{ApplyMigration, Migration, MigrationCustomers, PreviewMigration, UndoMigration};
pub(crate) use outbox::{Acknowledged, Acknowledgement, Outbox};
pub(crate) use receipt::Receipts;
pub(crate) use recording::{Recording, StartRecording};
pub(crate) use setup::{BackupFile, InstallationChange, NewInstallation, Pause};
pub(crate) use switch_on::{LookAhead, SwitchOn};
pub(crate) use words::{EventKindWord, EventStateWord, LocaleWord, MigrationClassWord};

use crate::problem::Problem;
use serde::de::DeserializeOwned;

/// Read what the host itself has kept as JSON.
fn kept<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(what, category = ?error.classify(), "what is kept cannot be read");
        Problem::internal()
    })
}
