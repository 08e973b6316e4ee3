//! A simulator of Visma e-conomic's two web interfaces, for tests and demonstrations of a connector.
//!
//! One store stands behind both: the legacy REST interface (customers, groups, accounts, journals) and the services (customers, draft
//! entries, booking, booked entries, webhooks). What the real one refuses, it refuses. Changes of customers call the webhook of the agreement.
//! Where public evidence conflicts or is missing there is a switch.
//!
//! [`Economic`] is the whole of it without sockets: synchronous, deterministic, with a clock that a test can set, so thousands of
//! sequences run in process. [`serve()`] puts it on a loopback address, with real delays, real dropped connections and real calls.
//!
//! What it trades away: nothing here was compared with the live service. It is as faithful as `docs/sources/economic.md`, and each
//! guess is marked there and in the help of its switch. No invoices, no suppliers, no products.
//!
//! ```
//! use economic_sim::{Config, Economic};
//!
//! let core = Economic::new(Config::example())?;
//! core.set_webhook("https://flexybox.example/hooks/x?old=[OLDNUMBER]&new=[NEWNUMBER]")?;
//! core.edit_customer(1, &serde_json::json!({"mobilePhone": "00000009"}))?;
//! let call = core.next_delivery().ok_or("no call waits")?;
//! assert_eq!(call.url, "https://flexybox.example/hooks/x?old=1&new=1");
//! core.delivery_done(call.id, Ok(200));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod bookkeeper;
mod books;
mod checks;
mod config;
mod control;
mod data;
mod economic;
mod filter;
mod gate;
mod idempotency;
mod ledger;
mod legacy;
mod listing;
mod matching;
mod problem;
mod rate;
mod refusal;
mod resource;
mod resources;
mod screen;
mod serve;
mod services;
mod state;
pub mod switches;
mod trial;
mod webhooks;
mod writes;

pub use config::{Config, Token};
pub use data::{AgreementData, Data, EXAMPLE};
pub use economic::Economic;
pub use filter::{Filter, FilterError, MAX_LIST, Operand, Operator, Piece};
pub use jiff::Timestamp;
pub use listing::MAX_PAGE_SIZE;
pub use refusal::Refusal;
pub use screen::ScreenError;
pub use serve::{Running, ServeError, serve};
pub use simulator_kit::{Answer, Call, Cut, Delivery, Fault, FaultAction};
pub use state::StartError;
pub use switches::Switches;
