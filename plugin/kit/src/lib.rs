//! What every accounting connector would write again.
//!
//! A connector is a function from a context, an event and a few look-ups to an outcome and effects. The kit holds what
//! does not depend on the accounting system: the bindings of the contract, the ports through which a connector reaches
//! the outside (so that its logic runs natively in tests), the tag gate, the three-way merge, matching, exact decimals,
//! money and days as Danes write them, a day's report for the books, and texts in both languages. It knows no accounting
//! system by name.
#![deny(missing_docs)]

pub mod bindings;
pub mod bookkeeping;
pub mod day;
pub mod decimal;
pub mod digest;
#[cfg(any(test, feature = "doubles"))]
pub mod doubles;
pub mod http;
#[cfg(target_family = "wasm")]
mod http_waki;
pub mod matching;
pub mod merge;
pub mod money;
pub mod names;
pub mod ports;
pub mod problem;
pub mod settings;
pub mod settings_page;
pub mod shell;
pub mod sync;

pub use bindings::exports::flexybox::accounting as exports;
pub use bindings::flexybox::accounting::types;
