//! Replay, record and dry-run: a scenario played with recorded answers, with real ones, or with none.
//!
//! A fixture is proof of behaviour, so it is strict: each request must be the very one that was recorded, each exchange
//! is used once, the whole outcome is compared, and a seal on every part shows an alteration even where nothing reads
//! it. The price is that a connector which asks for one thing more must be recorded again; that is the point.

mod body;
mod contract_json;
mod diff;
mod dry_run;
mod exchange;
mod expected;
mod fixture;
mod fuel;
mod json;
mod listening;
mod play;
mod record;
mod recorder;
mod redaction;
mod seal;
mod transport;

pub use body::Body;
pub use contract_json::to_json;
pub use diff::told;
pub use diff::{Difference, differences, text_difference};
pub(crate) use diff::{kind as place_kind, likeness};
pub use dry_run::{DryRun, DryRunEvent, Fate, Shown, dry_run};
pub use exchange::{AnswerSpec, Exchange, Exchanges, Fault, HIDDEN, RequestSpec, host_of};
pub(crate) use expected::without_fuel_and_seals;
pub use expected::{applied_json, expected, outcome, result_json};
pub use fixture::{Fixture, FixtureError, Replayed};
pub use json::{canonical, digest, pretty};
pub use listening::{HeardCall, Listener, Listening, NotTold};
pub use play::{PlayError, Played, PlayedEvent, SimulatorControl, Stage, play};
pub use record::{RecordError, Recorded, Recording, record};
pub use redaction::{Privacy, RedactionError};
pub use transport::{EventTransport, Mismatch, ReplayTransport};
