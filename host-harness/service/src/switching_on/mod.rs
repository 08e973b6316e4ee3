//! Switching an existing club on: a hundred thousand customers meet as many debtors, within a day's few thousand calls.
//!
//! One by one each customer would cost look-ups. So the connector first **looks ahead**: a catch-up from the beginning in which it decides
//! nothing, writes nothing, and notes on each customer the debtors that may be its own. A person is told what follows, and says **go**; then
//! the customers that wait in the inbox go through it in batches as they always would, decided from those notes. The inbox is
//! the only queue, and what stands in the store after each call is all there is to resume from.
//!
//! Until a person says go, customers of an import wait; what people do meanwhile does not. It trades away speed for that: the look is
//! one more pass over all debtors before anything happens.

mod ahead;
mod begin;
mod record;
mod view;

pub use record::SwitchOnPhase;
pub(crate) use record::forgotten;
pub use view::SwitchOnView;
