//! One way of running an event, or a part of it, to be timed beside the others.

use crate::error::CannotRun;
use crate::event::Event;
use crate::lines::parent::{Program, once};
use crate::native::Native;
use crate::plumbing::Plumbing;
use crate::sandboxed::Sandboxed;
use host_harness::connector::{Code, Connector};
use host_harness::engine::Engine;
use host_harness::measure::nanoseconds;
use host_harness::sandbox::Limits;
use std::path::PathBuf;
use std::time::Instant;

/// What is timed.
pub enum Contender {
    /// The connector's logic, without a sandbox.
    Native(Native),
    /// The event in a fresh instance.
    Component(Sandboxed),
    /// A fresh instance, and nothing called.
    Instantiate(Connector),
    /// The smallest call.
    Describe(Connector),
    /// The event's requests, sent by a connector that decides nothing.
    Requests(Plumbing),
    /// The event in a program that is kept running.
    Program(Program),
    /// The event in a program of its own.
    ProgramEach(PathBuf),
    /// The component out of the cache of compiled ones.
    Load(Engine, Vec<u8>),
    /// From the start of the host's command to its end, with the event in between and the component in the cache.
    FirstOutcome(Vec<PathBuf>),
}

impl Contender {
    /// Run it once; how long it took, in nanoseconds.
    ///
    /// # Errors
    /// It did not do what it should.
    pub async fn run(&mut self, event: &Event) -> Result<u64, CannotRun> {
        let began = Instant::now();
        match self {
            // What it is handed is made ready beforehand.
            Self::Component(sandboxed) => return Ok(sandboxed.run(event).await?.nanoseconds),
            Self::Native(native) => drop(native.run()?),
            Self::Instantiate(connector) => {
                connector.instantiate(Limits::default()).await.result.map_err(CannotRun::because)?;
            }
            Self::Describe(connector) => {
                connector.describe(Limits::default()).await.result.map_err(CannotRun::because)?;
            }
            Self::Requests(plumbing) => plumbing.run().await?,
            Self::Program(program) => drop(program.run(event)?),
            Self::ProgramEach(path) => drop(once(path, event)?),
            Self::Load(engine, bytes) => {
                let loaded = Connector::load(engine, bytes).map_err(CannotRun::because)?;
                // Letting go of it is not loading.
                let took = nanoseconds(began.elapsed());
                if loaded.code() != Code::Cached {
                    return Err(CannotRun::new("the component was not in the cache"));
                }
                return Ok(took);
            }
            Self::FirstOutcome(command) => first_outcome(command)?,
        }
        Ok(nanoseconds(began.elapsed()))
    }
}

/// Run a command to its end.
fn first_outcome(command: &[PathBuf]) -> Result<(), CannotRun> {
    let [program, arguments @ ..] = command else { return Err(CannotRun::new("no command")) };
    let output = std::process::Command::new(program).args(arguments).output()?;
    match output.status.success() {
        true => Ok(()),
        false => {
            // What does not hold is told on the one, what cannot be run on the other.
            let told = [output.stdout, output.stderr].concat();
            let (program, told) = (program.display(), String::from_utf8_lossy(&told));
            Err(CannotRun::new(format!("`{program}` ended with {}:\n{}", output.status, told.trim())))
        }
    }
}
