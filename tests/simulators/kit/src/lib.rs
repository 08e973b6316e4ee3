//! What the simulators of accounting systems share, so that a fault, a clock or a lost connection is the same thing in each.
//!
//! A simulator is a synchronous core without sockets: a request goes in, an [`Answer`] comes out, and calls to links wait in an
//! [`Outbox`]. This kit has the parts beside the books: the record of [`Calls`], the [`Clock`], ordered [`Faults`], the parts of the
//! control surface that are the same everywhere ([`control`]), [`serve()`] on a socket, the start of a binary ([`command`]), and a binary that was started ([`Program`]).
//!
//! What it trades away: the kit knows no accounting system, so routing, credentials and the shape of refusals stay with each.
#![deny(missing_docs)]

pub mod answer;
mod calls;
mod clock;
pub mod command;
pub mod control;
mod faults;
mod outbox;
mod program;
mod request;
mod serve;
pub mod switches;

pub use answer::{Answer, Cut};
pub use calls::{Call, Calls};
pub use clock::{Clock, copenhagen, later};
pub use faults::{Fault, FaultAction, Faults};
pub use outbox::{Delivery, Ended, Order, Outbox};
pub use program::Program;
pub use request::{QUERY_VALUE, Request};
pub use serve::{Running, Simulator, serve};
