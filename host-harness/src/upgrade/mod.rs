//! What would be different for people if one build of a connector took another's place: both play the same fixtures, and
//! what they say of themselves is compared.
//!
//! A fixture holds one connector's requests to the letter, so one that asks for something else cannot be answered with
//! certainty. A request that was changed is answered by the exchange it is nearest to, so that one difference does not hide
//! the others; from a request that nothing answers on, a fixture is not compared any further, and says so.

mod change;
mod described;
mod fixture;
mod grouped;
mod run;
mod sent;

pub use change::{Aspect, Change};
pub use described::{DescribedChange, described};
pub use fixture::{FixtureCompared, Used, compare};
pub use grouped::{Group, Variant, grouped};
