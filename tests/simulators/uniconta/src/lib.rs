//! A simulator of Uniconta's two web interfaces, for tests and demonstrations of a connector.
//!
//! One store stands behind both surfaces: the Web API (login with an API key, tokens, queries by body) and the OData surface (HTTP
//! Basic, reads with `$filter`, rows and writes under `/api/Entities`). What the real one refuses, it refuses. Changes call the
//! Modification URLs (ændrings-URL) of the company. Where public evidence conflicts or is missing there is a switch.
//!
//! [`Uniconta`] is the whole of it without sockets: synchronous, deterministic, with a clock that a test can set, so thousands of
//! sequences run in process. [`serve()`] puts it on a loopback address, with real delays, real dropped connections and real calls.
//!
//! What it trades away: nothing here was compared with the live service. It is as faithful as `docs/sources/uniconta.md`, and each
//! guess is marked there and in the help of its switch. Journals are posted as a person does it, at the control surface or by
//! [`Uniconta::post_journal`]. No invoices: a further table is data, see `src/tables.rs`.
//!
//! ```
//! use uniconta_sim::{Config, Uniconta};
//!
//! let core = Uniconta::new(Config::example())?;
//! core.type_in("TableChangeEventClient", serde_json::json!({"TableId": 50, "Url": "http://localhost/link"}))?;
//! core.type_in("DebtorClient", serde_json::json!({"Account": "00042", "Phone": "00000003"}))?;
//! let call = core.next_delivery().ok_or("no call waits")?;
//! assert!(call.url.ends_with("&Key=00042&Action=update"));
//! core.delivery_done(call.id, Ok(500));
//! assert_eq!(core.rows("TableChangeEventClient")[0]["HasError"], true);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(missing_docs)]

mod books;
mod config;
mod control;
mod credentials;
mod data;
pub mod enumerations;
mod filter;
mod hooks;
mod kept;
mod matching;
mod narrowing;
mod odata;
mod paging;
mod posting;
mod quota;
mod reads;
mod refusal;
mod refused;
mod schema;
mod serve;
mod session;
mod state;
mod surface;
pub mod switches;
mod tables;
mod trial;
mod typing;
mod uniconta;
mod user_input;
mod value;
mod web_api;
mod writes;
mod xml;

pub use config::{Config, Password};
pub use data::{CompanyData, Data, EXAMPLE, UserData, UserField, UserFieldType};
pub use filter::{Filter, FilterError, Literal, Operator};
pub use hooks::Delivery;
pub use jiff::Timestamp;
pub use posting::Posting;
pub use refusal::{ErrorCode, Refusal};
pub use serve::{Running, ServeError, serve};
pub use simulator_kit::{Answer, Call, Cut, Fault, FaultAction};
pub use state::StartError;
pub use switches::Switches;
pub use typing::{ControlError, Typed};
pub use uniconta::Uniconta;
