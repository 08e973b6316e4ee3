//! The event in the sandbox: the call as the host makes it, and nothing of a scenario around it.

use crate::error::CannotRun;
use crate::event::{Event, on_its_own_account};
use host_harness::bench::Answers;
use host_harness::connector::{Connector, Surroundings};
use host_harness::measure::nanoseconds;
use host_harness::replay::{EventTransport, Fixture};
use std::sync::Arc;
use std::time::Instant;

/// A connector with its event, and the recorded answers.
pub struct Sandboxed {
    connector: Connector,
    surroundings: Surroundings,
    answers: Arc<Answers>,
}

/// What the call took.
pub struct Took {
    /// From handing over the input to having the results, in nanoseconds.
    pub nanoseconds: u64,
    /// Fuel; none where the engine does not count it.
    pub fuel: Option<u64>,
}

impl Sandboxed {
    /// With what the fixture recorded for its one event.
    ///
    /// # Errors
    /// An answer that cannot be given.
    pub fn new(connector: Connector, event: &Event, fixture: &Fixture) -> Result<Self, CannotRun> {
        let answers = Arc::new(Answers::new(&fixture.exchanges).map_err(CannotRun::new)?);
        answers.begin_event(1);
        Ok(Self { connector, surroundings: event.surroundings(answers.clone()), answers })
    }

    /// Run the event once.
    ///
    /// # Errors
    /// It did not end well, or made other requests than were recorded.
    pub async fn run(&self, event: &Event) -> Result<Took, CannotRun> {
        self.answers.rewind();
        let (context, changes) = (event.context.clone(), event.changes.clone());
        let surroundings = on_its_own_account(&self.surroundings);
        let began = Instant::now();
        let report = self.connector.on_customer_changed(&surroundings, context, changes).await;
        let nanoseconds = nanoseconds(began.elapsed());
        match report.result {
            Ok(Ok(_)) if self.answers.were_kept_to() => Ok(Took { nanoseconds, fuel: report.fuel }),
            Ok(Ok(_)) => Err(CannotRun::new("the event made other requests than were recorded")),
            other => Err(CannotRun::new(format!("the event did not end well: {other:?}"))),
        }
    }
}
