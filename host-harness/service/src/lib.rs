//! The host that loses nothing: it keeps what happened, runs connectors, and writes what comes of it.
//!
//! Everything that comes in is on the disk before it is acknowledged ([`Service::customers_arrived`], [`Service::day_closed`],
//! [`Service::hook`]). Installations get one turn after the other, each of them one call; what the call asks for and the end of
//! its events are one transaction. What follows a failure is the policy's to say. If the host dies in between, the events
//! run again and the connector looks before it creates.
//!
//! What it trades away: an update of a customer is made by FlexyBox and not here, so it is only agreed on when FlexyBox has
//! said so; and one process works on one store.
#![deny(missing_docs)]

mod alarms;
mod body;
mod calling;
mod clock;
mod configure;
mod connectors;
mod directory;
mod doctor;
mod error;
mod examine;
mod follow;
mod installations;
mod intake;
mod keys;
mod link;
mod locale;
mod look;
mod migration;
mod model;
mod notices;
mod offer;
mod outbox;
mod prepared;
mod push;
mod random;
mod recordings;
mod reseal;
mod schedule;
mod service;
mod settings;
mod settle;
mod switching_on;
mod timers;
mod told;
mod turn;
mod work;

pub use clock::{Clock, HandClock, SystemClock};
pub use doctor::text as diagnosis_text;
pub use error::{Refusal, ServiceError};
pub use intake::MOST_CUSTOMERS_IN;
pub use look::MOST_ROWS;
pub use migration::{
    LeftBehind, MigrationClass, MigrationLine, MigrationState, MigrationView, MigrationWish, MovedCustomer, Unsettled,
    UnsettledKind,
};
pub use model::{
    Acknowledged, Acknowledgement, ConfigureAnswer, ConnectorView, CustomerIn, Diagnosis, Examined, HookAnswer,
    HookCall, InstallationChange, InstallationView, LinkView, OlderLink, PauseView, SettingView, Verdict,
};
pub use outbox::{LONGEST_WAIT, MOST_ITEMS};
pub use push::Push;
pub use recordings::{MOST_KEPT_WORDS, MOST_RECORDED_CALLS, RecordingView};
pub use reseal::{Resealed, reseal};
pub use service::{CALLS_AT_ONCE, GRACE, Service, ServiceOptions, Timers};
pub use switching_on::{SwitchOnPhase, SwitchOnView};
